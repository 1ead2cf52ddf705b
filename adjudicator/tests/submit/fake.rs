//! A chain of nothing but nonces and fees, with a pool as nodes keep it.

use std::collections::BTreeMap;

use adjudicator::{
    bundle::Transaction,
    chain::{Chain, ChainError, Head, Receipt, SendError},
    signature::SigningKey,
    submit::{Fees, read, sign},
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};

pub(crate) const GWEI: u128 = 1_000_000_000;
pub(crate) const BASE_FEE: u128 = 10 * GWEI;
pub(crate) const START: u64 = 1_800_000_000;

/// The chain, and the pool of the only account.
#[derive(Debug)]
pub(crate) struct FakeChain {
    pub(crate) now: u64,
    pub(crate) base_fee: u128,
    /// So many transactions are not taken, for no reason.
    pub(crate) failing_sends: u32,
    /// So many receipts are told, then once none, for no reason.
    pub(crate) receipts_left: u32,
    /// Whether nobody tells how the chain is.
    pub(crate) is_hidden: bool,
    /// Whether nothing is known yet of what became of transactions, though their nonces are used.
    pub(crate) is_late: bool,
    /// Whether blocks have no room.
    pub(crate) is_full: bool,
    /// Block by block.
    pub(crate) blocks: Vec<Vec<Bytes>>,
    /// By nonce.
    pub(crate) pool: BTreeMap<u64, Bytes>,
}

impl Default for FakeChain {
    fn default() -> Self {
        let (blocks, pool) = (vec![Vec::new()], BTreeMap::new());
        Self {
            now: START,
            base_fee: BASE_FEE,
            failing_sends: 0,
            receipts_left: u32::MAX,
            is_hidden: false,
            is_late: false,
            is_full: false,
            blocks,
            pool,
        }
    }
}

impl FakeChain {
    fn mined(&self) -> u64 {
        u64::try_from(self.blocks.iter().flatten().count()).unwrap()
    }

    /// A block so many seconds after the last one, with what is in the pool and pays.
    pub(crate) fn mine(&mut self, seconds: u64) {
        self.now += seconds;
        let (mut block, mut nonce) = (Vec::new(), self.mined());
        while let Some(raw) = self.pool.get(&nonce).filter(|_| !self.is_full) {
            if read(raw).unwrap().2.max_fee < self.base_fee {
                break;
            }
            block.extend(self.pool.remove(&nonce));
            nonce += 1;
        }
        self.blocks.push(block);
    }

    /// Takes back blocks; what was in them waits again, or is lost.
    pub(crate) fn reorg(&mut self, depth: usize, is_lost: bool) {
        for raw in self.blocks.split_off(self.blocks.len() - depth).into_iter().flatten() {
            if !is_lost {
                self.pool.insert(read(&raw).unwrap().1, raw);
            }
        }
    }

    /// A transaction that somebody else has sent with the same key.
    pub(crate) fn put_foreign(&mut self, key: &SigningKey, nonce: u64) {
        let to = Address::repeat_byte(0xee);
        let (chain_id, value, data) = (U256::from(1), U256::ZERO, Bytes::new());
        let transaction = Transaction { chain_id, from: key.address(), to, value, data, gas_limit: 21_000 };
        let raw = sign(&transaction, nonce, Fees { max_fee: 100 * GWEI, tip: GWEI }, key).unwrap();
        self.pool.insert(nonce, raw.bytes);
    }

    /// The calldata of all that was mined.
    pub(crate) fn mined_data(&self) -> Vec<Bytes> {
        self.blocks.iter().flatten().map(|raw| read(raw).unwrap().0.data).collect()
    }
}

impl Chain for FakeChain {
    fn head(&mut self) -> Result<Head, ChainError> {
        if self.is_hidden {
            return Err(ChainError { reason: "no node answers".to_owned() });
        }
        let number = u64::try_from(self.blocks.len()).unwrap() - 1;
        Ok(Head { number, now: self.now, base_fee: self.base_fee })
    }

    fn nonce(&mut self, _: Address, block: u64) -> Result<u64, ChainError> {
        let blocks = self.blocks.iter().take(usize::try_from(block).unwrap() + 1);
        Ok(u64::try_from(blocks.flatten().count()).unwrap())
    }

    fn receipt(&mut self, transaction: B256) -> Result<Option<Receipt>, ChainError> {
        let Some(left) = self.receipts_left.checked_sub(1) else {
            self.receipts_left = u32::MAX;
            return Err(ChainError { reason: "nobody answers".into() });
        };
        self.receipts_left = left;
        if self.is_late {
            return Ok(None);
        }
        let found = self.blocks.iter().position(|block| block.iter().any(|raw| keccak256(raw) == transaction));
        Ok(found.map(|block| Receipt { block: u64::try_from(block).unwrap(), is_success: true }))
    }

    fn is_taken(&mut self, _: Address, nonce: u64, own: &[B256], _: u64) -> Result<bool, ChainError> {
        let mut mined = self.blocks.iter().flatten().filter(|raw| read(raw).unwrap().1 == nonce);
        Ok(mined.any(|raw| !own.contains(&keccak256(raw))))
    }

    fn send(&mut self, raw: &[u8]) -> Result<(), SendError> {
        if self.failing_sends > 0 {
            self.failing_sends -= 1;
            return Err(SendError::Refused { reason: "not today".into() });
        }
        let (_, nonce, fees) = read(raw).unwrap();
        if nonce < self.mined() {
            return Err(SendError::NonceUsed { nonce });
        }
        if let Some(other) = self.pool.get(&nonce).filter(|other| other.as_ref() != raw) {
            let before = read(other).unwrap().2;
            if fees.max_fee * 10 < before.max_fee * 11 || fees.tip * 10 < before.tip * 11 {
                return Err(SendError::Underpriced { reason: "replacement transaction underpriced".into() });
            }
        }
        self.pool.insert(nonce, Bytes::copy_from_slice(raw));
        Ok(())
    }
}
