//! A node as others see it: what they send is signed, and each of their transactions has a nonce and a hash.

use std::collections::BTreeMap;

use adjudicator::{
    chain::{Chain, ChainError, Head, Receipt, SendError},
    submit::read,
};
use alloy_primitives::{Address, B256, keccak256};

use super::{Node, Sent};
use crate::{Error, world::Transaction};

/// Which transactions were sent by wire, and how the node behaves to whoever sends them.
#[derive(Debug, Clone, Default)]
pub struct Wire {
    by_hash: BTreeMap<B256, Sent>,
    by_nonce: BTreeMap<(Address, u64), Sent>,
    /// So many transactions are refused from now on, for no reason.
    pub failing: u64,
    /// By so many blocks the head is behind that is told.
    pub stale: u64,
}

/// A node that is asked by wire.
#[derive(Debug)]
pub struct Wired<'a> {
    /// The node.
    pub node: &'a mut Node,
    /// The wire.
    pub wire: &'a mut Wire,
}

impl Wire {
    /// The transaction with this hash.
    #[must_use]
    pub fn sent(&self, hash: B256) -> Option<Sent> {
        self.by_hash.get(&hash).copied()
    }
}

impl Wired<'_> {
    fn waiting(&self, sender: Address, nonce: u64) -> Option<Sent> {
        let sent = self.wire.by_nonce.get(&(sender, nonce)).copied();
        sent.filter(|sent| self.node.is_waiting(*sent))
    }
}

impl Chain for Wired<'_> {
    fn head(&mut self) -> Result<Head, ChainError> {
        let (number, world) = (self.node.height(), self.node.world());
        let (now, base_fee) = (world.now(), world.base_fee().into());
        Ok(Head { number: number.saturating_sub(self.wire.stale), now, base_fee })
    }

    fn nonce(&mut self, account: Address, block: u64) -> Result<u64, ChainError> {
        let later = self.node.blocks().iter().filter(|mined| mined.number > block).flat_map(|block| &block.mined);
        let own = later.filter(|mined| mined.transaction.sender == account).count();
        Ok(self.node.world().nonce(account).saturating_sub(u64::try_from(own).unwrap_or(u64::MAX)))
    }

    fn receipt(&mut self, transaction: B256) -> Result<Option<Receipt>, ChainError> {
        let Some(sent) = self.wire.sent(transaction) else { return Ok(None) };
        let found = self.node.blocks().iter().find_map(|block| {
            let mined = block.mined.iter().find(|mined| mined.sent == sent)?;
            Some(Receipt { block: block.number, is_success: mined.outcome.is_success() })
        });
        Ok(found)
    }

    fn is_taken(&mut self, _: Address, _: u64, _: &[B256], _: u64) -> Result<bool, ChainError> {
        // What is mined here has its receipt at once.
        Ok(true)
    }

    fn send(&mut self, raw: &[u8]) -> Result<(), SendError> {
        let refused = |reason: &dyn ToString| SendError::Refused { reason: reason.to_string() };
        if self.wire.failing > 0 {
            self.wire.failing = self.wire.failing.saturating_sub(1);
            return Err(refused(&"the node does not answer"));
        }
        let (called, nonce, fees) = read(raw).map_err(|error| refused(&error))?;
        let (sender, hash) = (called.from, keccak256(raw));
        if self.wire.sent(hash).is_some_and(|sent| self.node.is_waiting(sent)) {
            return Ok(());
        }
        let mined = self.node.world().nonce(sender);
        if nonce < mined {
            return Err(SendError::NonceUsed { nonce });
        }
        if let Some(missing) = (mined..nonce).find(|before| self.waiting(sender, *before).is_none()) {
            return Err(refused(&format!("the transaction with the nonce {missing} is missing")));
        }
        let transaction = Transaction {
            value: called.value,
            gas: called.gas_limit,
            max_fee: u64::try_from(fees.max_fee).unwrap_or(u64::MAX),
            tip: u64::try_from(fees.tip).unwrap_or(u64::MAX),
            ..Transaction::call(sender, called.to, called.data)
        };
        let sent = match self.waiting(sender, nonce) {
            None => self.node.send(transaction),
            Some(other) => self.node.replace(other, transaction).map_err(|error| match error {
                Error::ReplacementTooCheap { .. } => SendError::Underpriced { reason: error.to_string() },
                _ => refused(&error),
            })?,
        };
        self.wire.by_hash.insert(hash, sent);
        self.wire.by_nonce.insert((sender, nonce), sent);
        Ok(())
    }
}
