//! What nodes answer, as far as it is used.

use alloy_primitives::{Address, B256, Bytes, LogData, U64, U256};
use serde::Deserialize;

/// A block, as far as it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// How many blocks are before it.
    pub number: U64,
    /// What it is known by.
    pub hash: B256,
    /// Its time in Unix seconds.
    pub timestamp: U64,
    /// What a unit of gas cost at least in it, in wei; nothing on chains that know no such price.
    #[serde(default)]
    pub base_fee_per_gas: Option<U256>,
    /// The gas that it used.
    pub gas_used: U64,
    /// The gas that it could have used.
    pub gas_limit: U64,
}

impl Block {
    /// What a unit of gas costs at least in the next block, in wei: at most an eighth more than in this one.
    pub(super) fn next_base_fee(&self) -> u128 {
        let now: u128 = self.base_fee_per_gas.unwrap_or_default().saturating_to();
        let is_above_target = self.gas_used.saturating_mul(U64::from(2)) > self.gas_limit;
        if is_above_target { now.saturating_add(now.div_ceil(8)) } else { now }
    }
}

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FullReceipt {
    pub(crate) transaction_hash: B256,
    pub(crate) block_number: U64,
    pub(crate) block_hash: B256,
    /// 1 if it did what it does.
    pub(crate) status: U64,
    pub(crate) gas_used: U64,
    #[serde(default)]
    pub(crate) effective_gas_price: Option<U256>,
    pub(crate) logs: Vec<Log>,
}

/// A log, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Log {
    pub(crate) address: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Bytes,
    pub(crate) block_number: U64,
    pub(crate) block_hash: B256,
    pub(crate) transaction_hash: B256,
    pub(crate) log_index: U64,
}

impl Log {
    /// What was logged; nothing if no contract logs so many topics.
    pub(crate) fn content(&self) -> Option<LogData> {
        LogData::new(self.topics.clone(), self.data.clone())
    }
}

/// A transaction in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mined {
    pub(crate) from: Address,
    pub(crate) to: Option<Address>,
    pub(crate) value: U256,
    pub(crate) input: Bytes,
    pub(crate) nonce: U64,
}

/// Which transactions a block has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub(crate) struct Transactions {
    pub(crate) transactions: Vec<Numbered>,
}

/// Whose transaction of which nonce one is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub(crate) struct Numbered {
    pub(crate) hash: B256,
    pub(crate) from: Address,
    pub(crate) nonce: U64,
}
