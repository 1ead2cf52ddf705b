//! Transactions as nodes take them (EIP-1559).

use alloy_consensus::{
    SignableTransaction, TxEip1559, transaction::RlpEcdsaDecodableTx, transaction::RlpEcdsaEncodableTx,
};
use alloy_primitives::{B256, Bytes, Signature, TxKind, U256, keccak256};
use serde::{Deserialize, Serialize};

use super::Fees;
use crate::{
    bundle::Transaction,
    signature::{self, SigningKey},
};

/// A signed transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    /// Its hash, by which nodes know it.
    pub hash: B256,
    /// What is sent.
    pub bytes: Bytes,
}

/// What is wrong with a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unsignable(&'static str);

/// Signs a transaction with the key that pays for its gas.
///
/// # Errors
/// If no transaction can name the chain, or the key is not the sender's.
pub fn sign(transaction: &Transaction, nonce: u64, fees: Fees, key: &SigningKey) -> Result<Raw, Unsignable> {
    if key.address() != transaction.from {
        return Err(Unsignable("the key is not that of the account that is to send it"));
    }
    let chain_id = u64::try_from(transaction.chain_id).map_err(|_| Unsignable("no transaction can name the chain"))?;
    let written = TxEip1559 {
        chain_id,
        nonce,
        gas_limit: transaction.gas_limit,
        max_fee_per_gas: fees.max_fee,
        max_priority_fee_per_gas: fees.tip,
        to: TxKind::Call(transaction.to),
        value: transaction.value,
        access_list: Vec::new().into(),
        input: transaction.data.clone(),
    };
    let signature = Signature::from_raw(&key.sign(written.signature_hash()).to_full());
    let signature = signature.map_err(|_| Unsignable("the key does not sign"))?;
    let mut bytes = Vec::new();
    written.eip2718_encode(&signature, &mut bytes);
    Ok(Raw { hash: keccak256(&bytes), bytes: bytes.into() })
}

/// Reads a signed transaction that calls somebody: it, its nonce and what it offers. Its hash is that of the bytes.
///
/// # Errors
/// If it is none.
pub fn read(mut bytes: &[u8]) -> Result<(Transaction, u64, Fees), Unsignable> {
    let signed = TxEip1559::eip2718_decode(&mut bytes).map_err(|_| Unsignable("it does not decode"))?;
    let written = signed.tx();
    let TxKind::Call(to) = written.to else { return Err(Unsignable("it calls nobody")) };
    let from = signature::recover(written.signature_hash(), &signed.signature().as_bytes());
    let transaction = Transaction {
        chain_id: U256::from(written.chain_id),
        from: from.map_err(|_| Unsignable("nobody has signed it"))?,
        to,
        value: written.value,
        data: written.input.clone(),
        gas_limit: written.gas_limit,
    };
    let fees = Fees { max_fee: written.max_fee_per_gas, tip: written.max_priority_fee_per_gas };
    Ok((transaction, written.nonce, fees))
}
