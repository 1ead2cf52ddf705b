//! What a channel has gone through in a real chain, with all that is needed to go through it again: nothing is asked of anybody.

mod read;
mod written;

use std::collections::BTreeMap;

use adjudicator::{eip712::Domain, types::Terms};
use alloy_primitives::{Address, B256, Bytes, U256};
use serde::{Deserialize, Serialize};

pub use self::read::{HistoryError, read};
pub use self::written::write;
use crate::world::{BlockContext, Hardfork, Mined};

/// What a channel has gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct History {
    /// The chain.
    pub chain_id: u64,
    /// The contract.
    pub manager: Address,
    /// The channel.
    pub channel_id: B256,
    /// Its terms, if any of its transactions has told them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// The code of all contracts, by its hash.
    pub codes: BTreeMap<B256, Bytes>,
    /// The times of other blocks, by their numbers. Those that are left out lie evenly between the ones next to them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub times: BTreeMap<u64, u64>,
    /// The blocks in which something happened, in order.
    pub blocks: Vec<Block>,
}

/// A block, up to the last transaction that is of the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Block {
    /// What it is known by.
    pub hash: B256,
    /// The block before it.
    pub parent: B256,
    /// By which rules it comes to what it came to.
    pub hardfork: Hardfork,
    /// What its transactions can learn of it.
    pub context: BlockContext,
    /// What they read, as it was behind the block before.
    pub before: Before,
    /// All its transactions up to the last that is of the channel.
    pub transactions: Vec<Recorded>,
}

/// What the transactions of a block read, as it was behind the block before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Before {
    /// The accounts; those that do not exist, too.
    pub accounts: BTreeMap<Address, Account>,
    /// The words of storage, by account and slot; those that are zero, too.
    pub words: BTreeMap<Address, BTreeMap<U256, U256>>,
    /// The hashes of blocks, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hashes: BTreeMap<u64, B256>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// What it has of the native coin, in wei.
    pub balance: U256,
    /// How many transactions it has sent, or contracts it has created.
    pub nonce: u64,
    /// The hash of its code, if it has code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<B256>,
}

/// A transaction, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recorded {
    /// What it is known by.
    pub hash: B256,
    /// Whether it is of the channel; otherwise it only came before one that is.
    pub is_of_channel: bool,
    /// What was sent.
    pub sent: Mined,
    /// What came of it.
    pub receipt: Receipt,
}

/// What came of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// Whether it did what it does.
    pub is_success: bool,
    /// The gas that it used.
    pub gas_used: u64,
    /// The same, and that of all transactions before it in its block.
    pub cumulative_gas_used: u64,
    /// What was logged, in order.
    pub logs: Vec<LogLine>,
}

/// What a contract has logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogLine {
    /// The contract.
    pub address: Address,
    /// What can be searched for.
    pub topics: Vec<B256>,
    /// The rest.
    pub data: Bytes,
}

impl History {
    /// The chain and the contract.
    #[must_use]
    pub fn domain(&self) -> Domain {
        Domain::new(U256::from(self.chain_id), self.manager)
    }

    /// The code of an account.
    #[must_use]
    pub fn code_of(&self, account: &Account) -> Bytes {
        account.code.and_then(|hash| self.codes.get(&hash)).cloned().unwrap_or_default()
    }
}

impl From<&alloy_primitives::Log> for LogLine {
    fn from(log: &alloy_primitives::Log) -> Self {
        Self { address: log.address, topics: log.topics().to_vec(), data: log.data.data.clone() }
    }
}
