//! Transactions as nodes take them (EIP-1559).

use alloy_consensus::{
    SignableTransaction, TxEip1559, transaction::RlpEcdsaDecodableTx, transaction::RlpEcdsaEncodableTx,
};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, keccak256};
use serde::{Deserialize, Serialize};

use super::{Fees, NotSigned, Payer};
use crate::{bundle::Transaction, signature};

/// A signed transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    /// Its hash, by which nodes know it.
    pub hash: B256,
    /// What is sent.
    pub bytes: Bytes,
}

/// Why a transaction is not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsignable {
    /// Somebody else is to send it.
    #[error("{expected} is to send it, and the account is {actual}")]
    SenderMismatch {
        /// Who is to send it.
        expected: Address,
        /// Whose account it is.
        actual: Address,
    },
    /// Transactions name chains by shorter numbers.
    #[error("no transaction can name the chain {chain_id}")]
    ChainIdOutOfRange {
        /// The id of the chain.
        chain_id: U256,
    },
    /// The account does not sign.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
}

/// What is wrong with a signed transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(&'static str);

/// Signs a transaction with the account that pays for its gas.
///
/// # Errors
/// If no transaction can name the chain, the account is not the sender's, or it does not sign.
pub fn sign(transaction: &Transaction, nonce: u64, fees: Fees, payer: &impl Payer) -> Result<Raw, Unsignable> {
    let Transaction { chain_id, from, to, value, ref data, gas_limit } = *transaction;
    let actual = payer.address();
    if actual != from {
        return Err(Unsignable::SenderMismatch { expected: from, actual });
    }
    let unsigned = TxEip1559 {
        chain_id: u64::try_from(chain_id).map_err(|_| Unsignable::ChainIdOutOfRange { chain_id })?,
        nonce,
        gas_limit,
        max_fee_per_gas: fees.max_fee,
        max_priority_fee_per_gas: fees.tip,
        to: TxKind::Call(to),
        value,
        access_list: Vec::new().into(),
        input: data.clone(),
    };
    let signature = payer.sign_transaction(&unsigned.encoded_for_signing())?;
    let signature = Signature::from_raw_array(&signature.to_full());
    let signature = signature.map_err(|error| NotSigned { reason: error.to_string() })?;
    let mut bytes = Vec::new();
    unsigned.eip2718_encode(&signature, &mut bytes);
    Ok(Raw { hash: keccak256(&bytes), bytes: bytes.into() })
}

/// Reads a signed transaction that calls somebody: it, its nonce and what it offers. Its hash is that of the bytes.
///
/// # Errors
/// If it is none.
pub fn read(mut bytes: &[u8]) -> Result<(Transaction, u64, Fees), Unreadable> {
    let signed = TxEip1559::eip2718_decode(&mut bytes).map_err(|_| Unreadable("it does not decode"))?;
    let written = signed.tx();
    let TxKind::Call(to) = written.to else { return Err(Unreadable("it calls nobody")) };
    let from = signature::recover(written.signature_hash(), &signed.signature().as_bytes());
    let transaction = Transaction {
        chain_id: U256::from(written.chain_id),
        from: from.map_err(|_| Unreadable("nobody has signed it"))?,
        to,
        value: written.value,
        data: written.input.clone(),
        gas_limit: written.gas_limit,
    };
    let fees = Fees { max_fee: written.max_fee_per_gas, tip: written.max_priority_fee_per_gas };
    Ok((transaction, written.nonce, fees))
}
