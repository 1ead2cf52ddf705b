//! What nodes answer, as far as it is captured.

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use serde::Deserialize;
use serde_json::Value;

use super::CaptureError;
use crate::{
    history::{LogLine, Receipt},
    world::{Authorization, BlockContext, Mined, Opening},
};

/// The most characters of what is wrong with an answer.
const MOST_REASON: usize = 200;

/// A block.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BlockAnswer {
    pub(super) number: U64,
    pub(super) hash: B256,
    pub(super) parent_hash: B256,
    pub(super) timestamp: U64,
    miner: Address,
    gas_limit: U64,
    #[serde(default)]
    base_fee_per_gas: Option<U256>,
    #[serde(default)]
    mix_hash: Option<B256>,
    #[serde(default)]
    difficulty: Option<U256>,
    #[serde(default)]
    excess_blob_gas: Option<U64>,
    /// Whole ones, or their hashes: of each only as much is read as is needed.
    pub(super) transactions: Vec<Value>,
}

/// As much of a transaction as tells whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Glance {
    pub(super) hash: B256,
    #[serde(default)]
    pub(super) to: Option<Address>,
    #[serde(default)]
    pub(super) input: Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransactionAnswer {
    hash: B256,
    #[serde(default, rename = "type")]
    kind: U64,
    from: Address,
    #[serde(default)]
    to: Option<Address>,
    value: U256,
    input: Bytes,
    nonce: U64,
    gas: U64,
    #[serde(default)]
    gas_price: Option<U256>,
    #[serde(default)]
    max_fee_per_gas: Option<U256>,
    #[serde(default)]
    max_priority_fee_per_gas: Option<U256>,
    #[serde(default)]
    access_list: Option<Vec<OpeningAnswer>>,
    #[serde(default)]
    authorization_list: Option<Vec<AuthorizationAnswer>>,
    #[serde(default)]
    blob_versioned_hashes: Option<Vec<B256>>,
    #[serde(default)]
    max_fee_per_blob_gas: Option<U256>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpeningAnswer {
    address: Address,
    storage_keys: Vec<B256>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizationAnswer {
    chain_id: U256,
    address: Address,
    nonce: U64,
    #[serde(alias = "v")]
    y_parity: U64,
    r: U256,
    s: U256,
}

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReceiptAnswer {
    pub(super) transaction_hash: B256,
    pub(super) block_hash: B256,
    status: U64,
    gas_used: U64,
    cumulative_gas_used: U64,
    logs: Vec<LogAnswer>,
}

/// A log, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogAnswer {
    pub(super) address: Address,
    topics: Vec<B256>,
    data: Bytes,
    pub(super) block_number: U64,
    pub(super) block_hash: B256,
    pub(super) transaction_hash: B256,
}

impl BlockAnswer {
    /// What its transactions can learn of it.
    pub(super) fn context(&self) -> BlockContext {
        BlockContext {
            number: self.number.to(),
            time: self.timestamp.to(),
            base_fee: self.base_fee_per_gas.unwrap_or_default().saturating_to(),
            beneficiary: self.miner,
            gas_limit: self.gas_limit.to(),
            difficulty: self.difficulty.unwrap_or_default(),
            prevrandao: self.mix_hash.unwrap_or_default(),
            excess_blob_gas: self.excess_blob_gas.map(|gas| gas.to()),
        }
    }
}

/// A transaction, and its hash.
///
/// # Errors
/// If it is none, or of another type than those of main chains.
pub(super) fn transaction(value: &Value) -> Result<(B256, Mined), CaptureError> {
    let it = TransactionAnswer::deserialize(value).map_err(|error| CaptureError::Unreadable {
        what: "a transaction".to_owned(),
        // It tells what was found, which may be long.
        reason: error.to_string().chars().take(MOST_REASON).collect(),
    })?;
    let kind: u64 = it.kind.to();
    let unknown = CaptureError::TypeUnknown { transaction: it.hash, kind };
    let kind = u8::try_from(kind).ok().filter(|kind| *kind <= 4).ok_or(unknown)?;
    let has_tip = kind >= 2;
    let opening = |it: OpeningAnswer| Opening { account: it.address, slots: it.storage_keys };
    let signed = |it: AuthorizationAnswer| Authorization {
        chain_id: it.chain_id,
        account: it.address,
        nonce: it.nonce.to(),
        // One that is out of range counts as no signature, whatever it is.
        y_parity: u8::try_from(it.y_parity.to::<u64>()).unwrap_or(u8::MAX),
        r: it.r,
        s: it.s,
    };
    let max_fee = if has_tip { it.max_fee_per_gas } else { it.gas_price };
    let mined = Mined {
        kind,
        sender: it.from,
        to: it.to,
        value: it.value,
        data: it.input,
        nonce: it.nonce.to(),
        gas: it.gas.to(),
        max_fee: max_fee.or(it.gas_price).unwrap_or_default(),
        tip: it.max_priority_fee_per_gas.filter(|_| has_tip),
        access_list: it.access_list.unwrap_or_default().into_iter().map(opening).collect(),
        authorizations: it.authorization_list.unwrap_or_default().into_iter().map(signed).collect(),
        blob_hashes: it.blob_versioned_hashes.unwrap_or_default(),
        max_blob_fee: it.max_fee_per_blob_gas.unwrap_or_default(),
    };
    Ok((it.hash, mined))
}

impl ReceiptAnswer {
    pub(super) fn receipt(self) -> Receipt {
        let line = |log: LogAnswer| LogLine { address: log.address, topics: log.topics, data: log.data };
        Receipt {
            is_success: self.status == U64::from(1),
            gas_used: self.gas_used.to(),
            cumulative_gas_used: self.cumulative_gas_used.to(),
            logs: self.logs.into_iter().map(line).collect(),
        }
    }
}
