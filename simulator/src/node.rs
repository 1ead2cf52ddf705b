//! A chain that grows: transactions wait, blocks take them, miners leave some out, and blocks are taken back.

use std::collections::BTreeMap;

use alloy_primitives::Address;

use crate::{
    Error,
    world::{Outcome, Snapshot, Trace, Transaction, World},
};

/// The time between two blocks, in seconds. In those that are not told of nothing happens.
pub const BLOCK_TIME: u64 = 12;
/// The most gas in a block.
pub const BLOCK_GAS: u64 = 60_000_000;

/// A node with its miner: a world, what waits to be mined, and what was.
#[derive(Debug)]
pub struct Node {
    world: World,
    is_watching: bool,
    start: u64,
    blocks: Vec<Block>,
    waiting: Vec<Waiting>,
    sent: usize,
    /// By sender: the first block that may take a transaction of it.
    censored: BTreeMap<Address, u64>,
}

/// A block that is in the chain.
#[derive(Debug)]
pub struct Block {
    /// Its number; those between two blocks are empty.
    pub number: u64,
    /// Its time in Unix seconds.
    pub now: u64,
    /// What a unit of gas cost at least, in wei.
    pub base_fee: u64,
    /// What it took, in order.
    pub mined: Vec<Mined>,
    /// What no block can hold, and is forgotten: why.
    pub unfit: Vec<(Sent, Error)>,
    before: Snapshot,
}

/// A transaction by the order in which they were sent, beginning with 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sent(pub usize);

/// A transaction that is in a block.
#[derive(Debug)]
pub struct Mined {
    /// Which one.
    pub sent: Sent,
    /// The transaction.
    pub transaction: Transaction,
    /// What came of it.
    pub outcome: Outcome,
    /// What happened within, if the node watches.
    pub trace: Option<Trace>,
    /// What its sender paid for a unit of gas, in wei.
    pub gas_price: u64,
}

/// A transaction that no block has taken yet.
#[derive(Debug, Clone)]
struct Waiting {
    sent: Sent,
    transaction: Transaction,
}

impl Node {
    /// A chain that begins with the block that the world is at. It may watch what happens within transactions, which takes
    /// its time.
    #[must_use]
    pub fn new(world: World, is_watching: bool) -> Self {
        let start = world.now();
        Self { world, is_watching, start, blocks: Vec::new(), waiting: Vec::new(), sent: 0, censored: BTreeMap::new() }
    }

    /// The chain as it is.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The same, to be changed from outside.
    pub const fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// The blocks, the oldest first.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The number of the block at a time: of the first that is not before it.
    #[must_use]
    pub const fn number_at(&self, now: u64) -> u64 {
        now.saturating_sub(self.start).div_ceil(BLOCK_TIME).saturating_add(1)
    }

    /// Sends a transaction, which waits for a block.
    pub fn send(&mut self, transaction: Transaction) -> Sent {
        let sent = Sent(self.sent);
        self.sent = self.sent.saturating_add(1);
        self.waiting.push(Waiting { sent, transaction });
        sent
    }

    /// Whether a transaction waits.
    #[must_use]
    pub fn is_waiting(&self, sent: Sent) -> bool {
        self.waiting.iter().any(|waiting| waiting.sent == sent)
    }

    /// Forgets a transaction that waits.
    pub fn forget(&mut self, sent: Sent) {
        self.waiting.retain(|waiting| waiting.sent != sent);
    }

    /// For so many blocks from the one at this time on nobody mines what an account sends.
    pub fn censor(&mut self, sender: Address, now: u64, blocks: u64) {
        self.censored.insert(sender, self.number_at(now).saturating_add(blocks));
    }

    /// From the next block on a unit of gas costs so much at least, in wei.
    pub const fn set_base_fee(&mut self, base_fee: u64) {
        self.world.set_base_fee(base_fee);
    }

    /// The time of the next block that would take something, if it comes before `now`: what was left out may be taken in
    /// a block of which nobody tells.
    #[must_use]
    pub fn next_due(&self, now: u64) -> Option<u64> {
        let affordable = self.waiting.iter().filter(|it| it.transaction.max_fee >= self.world.base_fee());
        let due = affordable.map(|waiting| {
            let from = self.censored.get(&waiting.transaction.sender).copied().unwrap_or_default();
            let from = from.max(self.number_at(self.world.now()).saturating_add(1));
            self.start.saturating_add(from.saturating_sub(1).saturating_mul(BLOCK_TIME))
        });
        due.filter(|time| *time < now).min()
    }

    /// Mines a block at this time. It takes what waits and pays, who offers the higher tip first, then who came first.
    ///
    /// # Errors
    /// If the block would not be later than the one before it.
    pub fn mine(&mut self, now: u64) -> Result<&Block, Error> {
        if let Some(last) = self.blocks.last().filter(|last| last.now >= now) {
            return Err(Error::BlockTooEarly { last: last.now, found: now });
        }
        let number = self.number_at(now);
        let before = self.world.snapshot();
        self.world.set_now(now);
        self.world.set_number(number);
        let base_fee = self.world.base_fee();
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_by_key(|it| std::cmp::Reverse(it.transaction.tip));
        let (mut mined, mut unfit) = (Vec::new(), Vec::new());
        let mut gas_left = BLOCK_GAS;
        for Waiting { sent, transaction } in waiting {
            let is_censored = self.censored.get(&transaction.sender).is_some_and(|until| number < *until);
            if is_censored || transaction.max_fee < base_fee || transaction.gas > gas_left {
                self.waiting.push(Waiting { sent, transaction });
                continue;
            }
            let gas_price = transaction.max_fee.min(base_fee.saturating_add(transaction.tip));
            let run = if self.is_watching {
                self.world.inspect(transaction.clone()).map(|(outcome, trace)| (outcome, Some(trace)))
            } else {
                self.world.transact(transaction.clone()).map(|outcome| (outcome, None))
            };
            match run {
                Ok((outcome, trace)) => {
                    gas_left = gas_left.saturating_sub(outcome.gas_used());
                    mined.push(Mined { sent, transaction, outcome, trace, gas_price });
                }
                Err(error) => unfit.push((sent, error)),
            }
        }
        self.waiting.sort_by_key(|waiting| waiting.sent);
        self.blocks.push(Block { number, now, base_fee, mined, unfit, before });
        self.blocks.last().ok_or(Error::SnapshotVoid)
    }

    /// Takes back the last so many blocks before this time, also the empty ones; what was in them waits again. How many of the
    /// blocks that are told of went.
    ///
    /// # Errors
    /// If the world was changed in a way that cannot be taken back.
    pub fn reorg(&mut self, now: u64, depth: u64) -> Result<usize, Error> {
        let head = now.saturating_sub(self.start).saturating_sub(1).wrapping_div(BLOCK_TIME).saturating_add(1);
        let keep = self.blocks.partition_point(|block| block.number.saturating_add(depth) <= head);
        let gone = self.blocks.split_off(keep);
        if let Some(first) = gone.first() {
            let base_fee = self.world.base_fee();
            self.world.restore(&first.before)?;
            self.world.set_base_fee(base_fee);
        }
        let count = gone.len();
        let back = gone.into_iter().flat_map(|block| block.mined);
        self.waiting.extend(back.map(|Mined { sent, transaction, .. }| Waiting { sent, transaction }));
        self.waiting.sort_by_key(|waiting| waiting.sent);
        Ok(count)
    }
}
