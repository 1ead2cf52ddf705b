//! A changed history: which transactions there are, and in which blocks.

use std::borrow::Cow;

use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    Change, ChangeError, Delay, Move, Named, Origin, Place,
    when::{At, When},
};
use crate::{history::History, world::Mined};

/// The gas of a transaction that is inserted: enough for whatever is not deliberately wasteful, and every chain takes it.
const GAS: u64 = 10_000_000;

/// A transaction of a changed history.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub(super) at: At,
    /// Which one it is, if it is of the channel.
    pub(super) origin: Option<Origin>,
    pub(super) hash: Option<B256>,
    pub(super) sent: Cow<'a, Mined>,
    /// What was changed about it, in words.
    pub(super) change: Option<String>,
}

/// The transactions of a changed history, in order.
pub(super) struct Plan<'a> {
    history: &'a History,
    when: When,
    /// The hashes of the channel's transactions.
    hashes: Vec<B256>,
    inserted: usize,
    pub(super) entries: Vec<Entry<'a>>,
}

impl<'a> Plan<'a> {
    /// A history with changes, one after the other.
    pub(super) fn of(history: &'a History, changes: &[Change]) -> Result<Self, ChangeError> {
        let mut plan = Self { history, when: When::of(history), hashes: Vec::new(), inserted: 0, entries: Vec::new() };
        for block in &history.blocks {
            let at = At { number: block.context.number, time: block.context.time };
            for it in &block.transactions {
                let origin = it.is_of_channel.then(|| {
                    plan.hashes.push(it.hash);
                    Origin::Recorded(plan.hashes.len())
                });
                let (hash, sent) = (Some(it.hash), Cow::Borrowed(&it.sent));
                plan.entries.push(Entry { at, origin, hash, sent, change: None });
            }
        }
        changes.iter().try_for_each(|change| plan.change(change))?;
        Ok(plan)
    }

    fn change(&mut self, change: &Change) -> Result<(), ChangeError> {
        match change {
            Change::Drop(named) => self.take(named).map(drop),
            Change::Delay(named, delay) => {
                let mut entry = self.take(named)?;
                entry.at = self.when.later(entry.at, *delay)?;
                entry.change = Some(format!("delayed by {}", text(*delay)));
                self.put(entry);
                Ok(())
            }
            Change::Move(named, Move::Block(number)) => {
                let mut entry = self.take(named)?;
                entry.at = self.when.block(*number)?;
                entry.change = Some(format!("moved to block {number}"));
                self.put(entry);
                Ok(())
            }
            Change::Move(named, Move::Beside(place)) => {
                let (number, beside) = (self.number(named)?, self.number(place.named())?);
                if number == beside {
                    return Err(ChangeError::BesideItself { number });
                }
                let mut entry = self.take(named)?;
                let (index, at) = self.beside(place)?;
                entry.at = at;
                entry.change = Some(format!("moved {} #{beside}", place.side()));
                self.entries.insert(index, entry);
                Ok(())
            }
            Change::Insert { place, delay, from, to, data, value } => {
                let (index, at) = self.beside(place)?;
                let sent = self.transaction(*from, *to, data, *value);
                self.inserted = self.inserted.saturating_add(1);
                let (origin, sent) = (Some(Origin::Inserted(self.inserted)), Cow::Owned(sent));
                let mut entry = Entry { at, origin, hash: None, sent, change: Some("inserted".to_owned()) };
                match delay {
                    None => self.entries.insert(index, entry),
                    Some(delay) => {
                        entry.at = self.when.later(at, *delay)?;
                        self.put(entry);
                    }
                }
                Ok(())
            }
        }
    }

    fn transaction(&self, sender: Address, to: Option<Address>, data: &Bytes, value: U256) -> Mined {
        Mined {
            kind: 2,
            sender,
            to: Some(to.unwrap_or(self.history.manager)),
            value,
            data: data.clone(),
            nonce: 0,
            gas: GAS,
            max_fee: U256::ZERO,
            tip: Some(U256::ZERO),
            access_list: Vec::new(),
            authorizations: Vec::new(),
            blob_hashes: Vec::new(),
            max_blob_fee: U256::ZERO,
        }
    }

    /// At the end of its block.
    fn put(&mut self, entry: Entry<'a>) {
        let index = self.entries.partition_point(|other| other.at <= entry.at);
        self.entries.insert(index, entry);
    }

    fn take(&mut self, named: &Named) -> Result<Entry<'a>, ChangeError> {
        let index = self.find(named)?;
        Ok(self.entries.remove(index))
    }

    /// Where something stands that is beside another transaction.
    fn beside(&self, place: &Place) -> Result<(usize, At), ChangeError> {
        let index = self.find(place.named())?;
        let at = self.entries.get(index).map_or(At { number: 0, time: 0 }, |entry| entry.at);
        let index = if matches!(place, Place::After(_)) { index.saturating_add(1) } else { index };
        Ok((index, at))
    }

    fn find(&self, named: &Named) -> Result<usize, ChangeError> {
        let number = self.number(named)?;
        let index = self.entries.iter().position(|entry| entry.origin == Some(Origin::Recorded(number)));
        index.ok_or(ChangeError::AlreadyDropped { number })
    }

    /// The number of a transaction.
    fn number(&self, named: &Named) -> Result<usize, ChangeError> {
        let count = self.hashes.len();
        match named {
            Named::Number(number) if (1..=count).contains(number) => Ok(*number),
            Named::Number(number) => Err(ChangeError::NoSuchTransaction { found: format!("#{number}"), count }),
            Named::Hash(prefix) => {
                let is_named = |hash: &B256| alloy_primitives::hex::encode(hash).starts_with(prefix);
                let mut found = (1..).zip(&self.hashes).filter(|(_, hash)| is_named(hash));
                match (found.next(), found.count()) {
                    (Some((number, _)), 0) => Ok(number),
                    (Some(_), more) => {
                        let count = more.saturating_add(1);
                        Err(ChangeError::Ambiguous { found: prefix.clone(), count })
                    }
                    (None, _) => Err(ChangeError::NoSuchTransaction { found: format!("0x{prefix}"), count }),
                }
            }
        }
    }
}

impl Place {
    const fn named(&self) -> &Named {
        match self {
            Self::Before(named) | Self::After(named) => named,
        }
    }

    const fn side(&self) -> &'static str {
        match self {
            Self::Before(_) => "before",
            Self::After(_) => "after",
        }
    }
}

fn text(delay: Delay) -> String {
    match delay {
        Delay::Blocks(1) => "1 block".to_owned(),
        Delay::Blocks(count) => format!("{count} blocks"),
        Delay::Seconds(seconds) => crate::run::span(seconds),
    }
}
