//! Nodes that are asked, and what must not change while they are.

use std::{collections::BTreeMap, fmt::Debug};

use adjudicator::rpc::{Nodes, Probed};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{CaptureError, answers::BlockAnswer};
use crate::{history::Account, run::plain};

/// The most that is read of the state of the chain, so that nobody fills the memory.
const MOST_READS: usize = 200_000;

/// Nodes that are asked.
pub(super) struct Reader<'a> {
    nodes: &'a mut Nodes,
    tell: &'a mut dyn FnMut(&str),
    /// The blocks that were read, by their numbers.
    pins: BTreeMap<u64, B256>,
    reads: usize,
}

type Result<T, E = CaptureError> = std::result::Result<T, E>;

impl<'a> Reader<'a> {
    pub(super) fn new(nodes: &'a mut Nodes, tell: &'a mut dyn FnMut(&str)) -> Self {
        Self { nodes, tell, pins: BTreeMap::new(), reads: 0 }
    }

    /// Says how far it is.
    pub(super) fn tell(&mut self, what: &str) {
        (self.tell)(what);
    }

    pub(super) fn chain_id(&self) -> Result<u64> {
        let found = self.nodes.chain_id();
        u64::try_from(found).map_err(|_| CaptureError::ChainIdTooGreat { found })
    }

    /// The number of the newest block.
    pub(super) fn newest(&mut self) -> Result<u64> {
        Ok(self.nodes.look()?.number.to())
    }

    /// Asks something that may be refused.
    pub(super) fn try_ask<T: DeserializeOwned + PartialEq + Debug>(
        &mut self,
        what: &str,
        method: &'static str,
        parameters: &Value,
    ) -> Result<Probed<T>> {
        Ok(self.nodes.probe(what, method, parameters)?)
    }

    pub(super) fn ask<T: DeserializeOwned + PartialEq + Debug>(
        &mut self,
        what: &str,
        method: &'static str,
        parameters: &Value,
    ) -> Result<T> {
        match self.try_ask(what, method, parameters)? {
            Probed::Answered(answer) => Ok(answer),
            Probed::Refused { reason, .. } => {
                Err(CaptureError::Refused { what: what.to_owned(), reason: plain(&reason), hint: "" })
            }
        }
    }

    /// The block of this number, with whole transactions or without; it must remain what it is.
    pub(super) fn block(&mut self, number: u64, is_whole: bool) -> Result<BlockAnswer> {
        let (what, parameters) = (format!("block {number}"), json!([U64::from(number), is_whole]));
        let answer: Option<BlockAnswer> = self.ask(&what, "eth_getBlockByNumber", &parameters)?;
        let block = answer.filter(|block| block.number == U64::from(number)).ok_or(CaptureError::Moved)?;
        self.pin(number, block.hash)?;
        if let Some(before) = number.checked_sub(1) {
            self.pin(before, block.parent_hash)?;
        }
        Ok(block)
    }

    /// A block must be the one that it was.
    pub(super) fn pin(&mut self, number: u64, hash: B256) -> Result<()> {
        if *self.pins.entry(number).or_insert(hash) == hash { Ok(()) } else { Err(CaptureError::Moved) }
    }

    /// Whether all blocks that were read are still in the chain. They hang together, so that the newest tells for all between.
    pub(super) fn is_settled(&mut self) -> Result<bool> {
        let mut after: Option<u64> = None;
        let ends = self.pins.iter().rev().filter(|(number, _)| {
            let is_end = after != number.checked_add(1);
            after = Some(**number);
            is_end
        });
        let ends: Vec<(u64, B256)> = ends.map(|(number, hash)| (*number, *hash)).collect();
        self.nodes.look()?;
        for (number, hash) in ends {
            let (what, parameters) = (format!("block {number}"), json!([U64::from(number), false]));
            let now: Option<BlockAnswer> = self.ask(&what, "eth_getBlockByNumber", &parameters)?;
            if now.is_none_or(|now| now.hash != hash) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What an account is behind a block, and its code.
    pub(super) fn account(&mut self, account: Address, block: B256) -> Result<(Account, Bytes)> {
        let what = format!("the account {account}");
        let balance: U256 = self.state(&what, "eth_getBalance", &json!([account, at(block)]))?;
        let nonce: U64 = self.state(&what, "eth_getTransactionCount", &json!([account, at(block)]))?;
        let code: Bytes = self.state(&what, "eth_getCode", &json!([account, at(block)]))?;
        let hash = (!code.is_empty()).then(|| alloy_primitives::keccak256(&code));
        Ok((Account { balance, nonce: nonce.to(), code: hash }, code))
    }

    /// A word of storage behind a block.
    pub(super) fn word(&mut self, account: Address, slot: U256, block: B256) -> Result<U256> {
        let what = format!("a word of {account}");
        self.state(&what, "eth_getStorageAt", &json!([account, B256::from(slot), at(block)]))
    }

    /// Something of the state behind a block.
    fn state<T: DeserializeOwned + PartialEq + Debug>(
        &mut self,
        what: &str,
        method: &'static str,
        parameters: &Value,
    ) -> Result<T> {
        const HINT: &str = "; nodes that keep no old states cannot tell: an archive node can";
        self.reads = self.reads.saturating_add(1);
        if self.reads > MOST_READS {
            return Err(CaptureError::TooMuch { what: "accounts and words that are read", most: MOST_READS });
        }
        self.ask(what, method, parameters).map_err(|error| match error {
            CaptureError::Refused { what, reason, .. } => CaptureError::Refused { what, reason, hint: HINT },
            other => other,
        })
    }
}

/// A block by its hash: if it is reorganized, nobody answers from another one instead.
fn at(block: B256) -> Value {
    json!({ "blockHash": block })
}
