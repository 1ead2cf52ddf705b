//! A chain that grows: transactions wait, blocks take them, miners leave some out, and blocks are taken back.

mod wire;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque},
};

use alloy_primitives::Address;

pub use self::wire::{Wire, Wired};
use crate::{
    Error,
    world::{Outcome, Snapshot, Trace, Transaction, World},
};

/// The time between two blocks, in seconds. In those that are not told of nothing happens.
pub const BLOCK_TIME: u64 = 12;
/// Who replaces a transaction offers more by the this-many-th part at least.
const REPLACEMENT_STEP: u64 = 10;
/// The most gas in a block.
pub const BLOCK_GAS: u64 = 60_000_000;

/// A node with its miner: a world, what waits to be mined, and what was.
#[derive(Debug)]
pub struct Node {
    world: World,
    is_watching: bool,
    start: u64,
    blocks: Vec<Block>,
    /// In the order in which each sender wants them mined.
    waiting: Vec<Waiting>,
    /// How many were sent.
    sent: usize,
    /// By what replaces it: the transaction whose place among those of its sender it has.
    replaced: BTreeMap<Sent, Sent>,
    /// By sender: the places of transactions that were lost. What comes behind them waits until something is sent in their place.
    gaps: BTreeMap<Address, BTreeSet<Sent>>,
    /// Until when time has passed, also where nothing was mined, in Unix seconds.
    passed: u64,
    /// By sender: the number of the first block that may take a transaction of it.
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
        Self {
            world,
            is_watching,
            start,
            blocks: Vec::new(),
            waiting: Vec::new(),
            sent: 0,
            replaced: BTreeMap::new(),
            gaps: BTreeMap::new(),
            passed: start,
            censored: BTreeMap::new(),
        }
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

    /// The number of the next block, if it is mined at this time: the blocks of which nobody tells have theirs.
    #[must_use]
    pub fn number_at(&self, now: u64) -> u64 {
        let last = self.blocks.last().map_or(0, |last| last.number);
        self.slot_at(now).max(last.saturating_add(1))
    }

    /// The number of the last block so far, also of those of which nobody tells.
    #[must_use]
    pub fn height(&self) -> u64 {
        let last = self.blocks.last().map_or(0, |last| last.number);
        self.slot_at(self.passed).saturating_sub(1).max(last)
    }

    /// How many blocks there are until a time, if each takes its time; the one at it is among them.
    const fn slot_at(&self, now: u64) -> u64 {
        now.saturating_sub(self.start).div_ceil(BLOCK_TIME).saturating_add(1)
    }

    /// Lets time pass, until this moment: what waits may be mined behind it, and not before.
    pub fn pass(&mut self, now: u64) {
        self.passed = self.passed.max(now);
    }

    /// Sends a transaction, which waits for a block: in the place of the first one of its sender that was lost, if one was.
    pub fn send(&mut self, transaction: Transaction) -> Sent {
        let place = self.gaps.get_mut(&transaction.sender).and_then(BTreeSet::pop_first);
        let sent = Sent(self.sent);
        self.sent = self.sent.saturating_add(1);
        self.replaced.extend(place.map(|place| (sent, place)));
        self.put_back(std::iter::once(Waiting { sent, transaction }));
        sent
    }

    /// Sends a transaction instead of one that waits, of the same sender: it takes its place, and the other is forgotten.
    ///
    /// # Errors
    /// If the other does not wait, or is of somebody else; or if this one does not offer a tenth more, as nodes want it.
    pub fn replace(&mut self, other: Sent, transaction: Transaction) -> Result<Sent, Error> {
        let waiting = self.waiting.iter().find(|waiting| waiting.sent == other);
        let before = &waiting.ok_or(Error::NothingToReplace)?.transaction;
        if before.sender != transaction.sender {
            return Err(Error::NothingToReplace);
        }
        for (before, found) in [(before.max_fee, transaction.max_fee), (before.tip, transaction.tip)] {
            let required = before.saturating_add(before.div_ceil(REPLACEMENT_STEP));
            if found < required {
                return Err(Error::ReplacementTooCheap { required, found });
            }
        }
        self.lose(other);
        Ok(self.send(transaction))
    }

    /// Its place among those of its sender, who cannot have a later one mined before an earlier one.
    fn place_of(&self, sent: Sent) -> Sent {
        self.replaced.get(&sent).copied().unwrap_or(sent)
    }

    /// Whether nothing that was lost comes before a transaction of this sender.
    fn is_next(&self, sender: Address, sent: Sent) -> bool {
        let first = self.gaps.get(&sender).and_then(BTreeSet::first);
        first.is_none_or(|gap| self.place_of(sent) < *gap)
    }

    /// Whether a transaction waits.
    #[must_use]
    pub fn is_waiting(&self, sent: Sent) -> bool {
        self.waiting.iter().any(|waiting| waiting.sent == sent)
    }

    /// Loses a transaction that waits. What its sender sends next takes its place; until then, what comes behind it waits.
    pub fn lose(&mut self, sent: Sent) {
        if let Some(index) = self.waiting.iter().position(|waiting| waiting.sent == sent) {
            let lost = self.waiting.remove(index);
            let place = self.place_of(sent);
            self.gaps.entry(lost.transaction.sender).or_default().insert(place);
        }
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
        let next = self.slot_at(self.world.now()).saturating_add(1).max(self.slot_at(self.passed));
        let number = self.blocks.last().map_or(0, |last| last.number).saturating_add(1);
        let mut senders = BTreeSet::new();
        let firsts = self.waiting.iter().filter(|it| senders.insert(it.transaction.sender));
        let can_be_taken = firsts.filter(|it| {
            it.transaction.max_fee >= self.world.base_fee() && self.is_next(it.transaction.sender, it.sent)
        });
        let due = can_be_taken.map(|waiting| {
            let until = self.censored.get(&waiting.transaction.sender).copied().unwrap_or_default();
            let from = if number >= until { next } else { next.max(until) };
            self.start.saturating_add(from.saturating_sub(1).saturating_mul(BLOCK_TIME))
        });
        due.filter(|time| *time < now).min()
    }

    /// Mines a block at this time. It takes what waits and pays, who leaves the miner more first, then who came first; but of one
    /// sender in the order in which it was sent.
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
        let mut block =
            Block { number, now, base_fee: self.world.base_fee(), mined: Vec::new(), unfit: Vec::new(), before };
        self.fill(&mut block);
        self.blocks.push(block);
        self.blocks.last().ok_or(Error::SnapshotVoid)
    }

    /// Takes what waits into a block.
    fn fill(&mut self, block: &mut Block) {
        let mut senders: BTreeMap<Address, VecDeque<Waiting>> = BTreeMap::new();
        for waiting in std::mem::take(&mut self.waiting) {
            senders.entry(waiting.transaction.sender).or_default().push_back(waiting);
        }
        let next = |of: &VecDeque<Waiting>| {
            let Waiting { sent, transaction } = of.front()?;
            let reward = transaction.max_fee.saturating_sub(block.base_fee).min(transaction.tip);
            Some((reward, Reverse(*sent), transaction.sender))
        };
        let mut firsts: BinaryHeap<_> = senders.values().filter_map(&next).collect();
        let mut gas_left = BLOCK_GAS;
        while let Some((.., sender)) = firsts.pop() {
            let Some(own) = senders.get_mut(&sender) else { continue };
            let is_taken = |transaction: &Transaction| {
                let is_censored = self.censored.get(&sender).is_some_and(|until| block.number < *until);
                !is_censored && transaction.max_fee >= block.base_fee && transaction.gas <= gas_left
            };
            let first = own.pop_front_if(|first| is_taken(&first.transaction) && self.is_next(sender, first.sent));
            let Some(Waiting { sent, transaction }) = first else { continue };
            firsts.extend(next(own));
            let gas_price = transaction.max_fee.min(block.base_fee.saturating_add(transaction.tip));
            let run = if self.is_watching {
                self.world.inspect(transaction.clone()).map(|(outcome, trace)| (outcome, Some(trace)))
            } else {
                self.world.transact(transaction.clone()).map(|outcome| (outcome, None))
            };
            match run {
                Ok((outcome, trace)) => {
                    gas_left = gas_left.saturating_sub(outcome.gas_used());
                    block.mined.push(Mined { sent, transaction, outcome, trace, gas_price });
                }
                Err(error) => {
                    let place = self.place_of(sent);
                    self.gaps.entry(sender).or_default().insert(place);
                    block.unfit.push((sent, error));
                }
            }
        }
        self.put_back(senders.into_values().flatten());
    }

    /// Lets these wait, each in its place.
    fn put_back(&mut self, transactions: impl Iterator<Item = Waiting>) {
        self.waiting.extend(transactions);
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_by_key(|waiting| self.place_of(waiting.sent));
        self.waiting = waiting;
    }

    /// Takes back the last so many blocks before this time, also the empty ones; what was in them waits again. How many of the
    /// blocks that are told of went.
    ///
    /// # Errors
    /// If there are not so many, or the world was changed in a way that cannot be taken back.
    pub fn reorg(&mut self, now: u64, depth: u64) -> Result<usize, Error> {
        let head = self.number_at(now).saturating_sub(1);
        if depth > head {
            return Err(Error::ReorgTooDeep { depth, blocks: head });
        }
        let keep = self.blocks.partition_point(|block| block.number.saturating_add(depth) <= head);
        let gone = self.blocks.split_off(keep);
        if let Some(first) = gone.first() {
            let base_fee = self.world.base_fee();
            self.world.restore(&first.before)?;
            self.world.set_base_fee(base_fee);
        }
        let count = gone.len();
        let back = gone.into_iter().flat_map(|block| block.mined);
        self.put_back(back.map(|Mined { sent, transaction, .. }| Waiting { sent, transaction }));
        Ok(count)
    }
}
