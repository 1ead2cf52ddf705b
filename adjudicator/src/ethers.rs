//! Transactions and signatures as the types of ethers-core have them, both ways, and nothing lost on the way.
//!
//! For programs that still are built on ethers. Warning: nobody has maintained it since 2024, and problems found in it stay
//! there; [alloy](alloy_primitives), on which this crate is built, has taken its place, and new programs belong there.

use alloy_primitives::{Address, B256, Bytes, U256};
use ethers_core::types::{
    Eip1559TransactionRequest, H160, NameOrAddress, Signature as EthersSignature, U64, U256 as EthersU256,
    transaction::eip2718::TypedTransaction,
};

use crate::{DisputeError, bundle::Transaction, signature::Signature};

/// Why a value has no counterpart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// The chain has a larger id than ethers can hold.
    #[error("chain {chain_id}, where ethers has ids of 64 bits")]
    ChainIdTooLarge {
        /// The id.
        chain_id: U256,
    },
    /// More gas than any block can have.
    #[error("gas of {gas}, where 64 bits are expected")]
    GasTooLarge {
        /// The gas.
        gas: U256,
    },
    /// The transaction is not one of EIP-1559.
    #[error("a transaction of type {found}, where one of type 2 (EIP-1559) is expected")]
    OtherType {
        /// Its type.
        found: u8,
    },
    /// A field is not given that a transaction of a bundle has.
    #[error("the transaction has no `{field}`")]
    Missing {
        /// The field's name in ethers.
        field: &'static str,
    },
    /// A field is given that a transaction of a bundle has not, and that would be lost.
    #[error("the transaction has a `{field}`, which would be lost")]
    Lost {
        /// The field's name in ethers.
        field: &'static str,
    },
    /// It goes to a name, which means whatever somebody else says.
    #[error("the transaction goes to the name {name:?}, where an address is expected")]
    ToName {
        /// The name.
        name: String,
    },
    /// The contract would not take the signature, whoever signed.
    #[error(transparent)]
    Signature(#[from] DisputeError),
}

type Result<T> = std::result::Result<T, ConversionError>;

/// Without nonce and fees, which are the sender's to say.
impl TryFrom<&Transaction> for Eip1559TransactionRequest {
    type Error = ConversionError;

    fn try_from(transaction: &Transaction) -> Result<Self> {
        let chain_id = transaction.chain_id;
        let chain_id = u64::try_from(chain_id).map_err(|_| ConversionError::ChainIdTooLarge { chain_id })?;
        Ok(Self {
            from: Some(H160(transaction.from.into_array())),
            to: Some(NameOrAddress::Address(H160(transaction.to.into_array()))),
            gas: Some(EthersU256::from(transaction.gas_limit)),
            value: Some(EthersU256(transaction.value.into_limbs())),
            data: Some(transaction.data.0.clone().into()),
            chain_id: Some(U64::from(chain_id)),
            ..Self::default()
        })
    }
}

impl TryFrom<&Transaction> for TypedTransaction {
    type Error = ConversionError;

    fn try_from(transaction: &Transaction) -> Result<Self> {
        Eip1559TransactionRequest::try_from(transaction).map(Self::Eip1559)
    }
}

/// Only if it says all that a transaction of a bundle says, and nothing more: no nonce, no fees and no access list.
impl TryFrom<&Eip1559TransactionRequest> for Transaction {
    type Error = ConversionError;

    fn try_from(request: &Eip1559TransactionRequest) -> Result<Self> {
        let lost = [
            ("nonce", request.nonce.is_some()),
            ("access_list", !request.access_list.0.is_empty()),
            ("max_priority_fee_per_gas", request.max_priority_fee_per_gas.is_some()),
            ("max_fee_per_gas", request.max_fee_per_gas.is_some()),
        ];
        if let Some((field, _)) = lost.into_iter().find(|(_, is_given)| *is_given) {
            return Err(ConversionError::Lost { field });
        }
        let missing = |field| ConversionError::Missing { field };
        let to = match request.to.as_ref().ok_or(missing("to"))? {
            NameOrAddress::Address(to) => Address::new(to.0),
            NameOrAddress::Name(name) => return Err(ConversionError::ToName { name: name.clone() }),
        };
        let gas = U256::from_limbs(request.gas.ok_or(missing("gas"))?.0);
        Ok(Self {
            chain_id: U256::from(request.chain_id.ok_or(missing("chain_id"))?.as_u64()),
            from: Address::new(request.from.ok_or(missing("from"))?.0),
            to,
            value: U256::from_limbs(request.value.ok_or(missing("value"))?.0),
            data: Bytes(request.data.as_ref().ok_or(missing("data"))?.0.clone()),
            gas_limit: u64::try_from(gas).map_err(|_| ConversionError::GasTooLarge { gas })?,
        })
    }
}

impl TryFrom<&TypedTransaction> for Transaction {
    type Error = ConversionError;

    fn try_from(transaction: &TypedTransaction) -> Result<Self> {
        match transaction {
            TypedTransaction::Eip1559(request) => Self::try_from(request),
            TypedTransaction::Legacy(_) => Err(ConversionError::OtherType { found: 0 }),
            TypedTransaction::Eip2930(_) => Err(ConversionError::OtherType { found: 1 }),
        }
    }
}

/// With a `v` of 27 or 28.
impl From<Signature> for EthersSignature {
    fn from(signature: Signature) -> Self {
        let full = signature.to_full();
        let (scalars, v) = full.split_at(64);
        let (r, s) = scalars.split_at(32);
        let v = v.iter().copied().map(u64::from).sum();
        Self { r: EthersU256::from_big_endian(r), s: EthersU256::from_big_endian(s), v }
    }
}

/// As strictly as the contract: `s` in the lower half, and a `v` of 27 or 28.
impl TryFrom<EthersSignature> for Signature {
    type Error = ConversionError;

    fn try_from(signature: EthersSignature) -> Result<Self> {
        let EthersSignature { r, s, v } = signature;
        let byte = u8::try_from(v).map_err(|_| DisputeError::SignatureRecoveryIdInvalid { v: U256::from(v) })?;
        let [r, s] = [r, s].map(|scalar| B256::from(U256::from_limbs(scalar.0)));
        Ok(Self::from_bytes(&[r.as_slice(), s.as_slice(), &[byte]].concat())?)
    }
}
