//! What happened, row by row, and what stands in the end.

use adjudicator::Effect;
use alloy_primitives::{Address, B256, Bytes};
use serde::Serialize;

use super::{Came, End, Mismatch, track, words::Names};
use crate::history::{History, Recorded};

/// A history that was gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// The time of the first transaction of the channel, in Unix seconds.
    pub start: u64,
    /// The transactions of the channel, in order.
    pub events: Vec<Event>,
    /// How many transactions of others were played, too, since they came before in their blocks.
    pub others: usize,
    /// Where something does not come as it was recorded. Of a changed history nothing was recorded.
    pub mismatches: Vec<Mismatch>,
    /// What a changed history reads that nobody has recorded: it counts as empty.
    pub assumed: Vec<String>,
    /// What stands in the end, and who was paid what.
    pub end: End,
}

impl Replay {
    /// Whether everything comes as it was recorded, to the byte.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.mismatches.is_empty()
    }
}

/// A transaction of the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Which one it is.
    pub origin: Origin,
    /// Its hash, if it is in the real chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<B256>,
    /// The number of its block.
    pub block: u64,
    /// The time of its block, in Unix seconds.
    pub time: u64,
    /// Who has sent it, in words.
    pub by: String,
    /// Who has sent it.
    pub sender: Address,
    /// What was sent, in words.
    pub what: String,
    /// What came of it.
    pub answer: Answer,
    /// The gas that it used, if it was mined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gas: Option<u64>,
    /// The contract's events, in words.
    pub effects: Vec<String>,
    /// What was changed about it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

/// Which transaction it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// The one of this number in the history, from 1 on.
    Recorded(usize),
    /// The one of this number among those that were inserted, from 1 on.
    Inserted(usize),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recorded(number) => write!(formatter, "#{number}"),
            Self::Inserted(number) => write!(formatter, "+{number}"),
        }
    }
}

/// What came of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// It did what it does.
    Accepted,
    /// Another contract has called, and goes on though it was refused.
    RefusedWithin {
        /// The name of the contract's error; empty if it is none of its.
        error: String,
        /// In words.
        reason: String,
    },
    /// It was refused, and changed nothing.
    Refused {
        /// The name of the contract's error; empty if it is none of its.
        error: String,
        /// In words.
        reason: String,
    },
    /// It broke off, and changed nothing.
    BrokeOff {
        /// Why.
        reason: String,
    },
    /// No block could hold it.
    Impossible {
        /// Why.
        reason: String,
    },
}

impl Answer {
    /// The same in few words: the error alone.
    #[must_use]
    pub fn brief(&self) -> String {
        match self {
            Self::Accepted => "accepted".to_owned(),
            Self::RefusedWithin { error, .. } => format!("refused within: {}", named(error)),
            Self::Refused { error, .. } => format!("refused: {}", named(error)),
            Self::BrokeOff { reason } => format!("broke off: {reason}"),
            Self::Impossible { .. } => "not mined".to_owned(),
        }
    }

    /// Why it did not do what it does.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::RefusedWithin { reason, .. } | Self::Refused { reason, .. } | Self::Impossible { reason } => {
                Some(reason)
            }
            Self::Accepted | Self::BrokeOff { .. } => None,
        }
    }
}

fn named(error: &str) -> &str {
    if error.is_empty() { "not by an error of the contract" } else { error }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named = |error: &str| if error.is_empty() { String::new() } else { format!("{error}: ") };
        match self {
            Self::Accepted => formatter.write_str("accepted"),
            Self::RefusedWithin { error, reason } => write!(formatter, "refused within: {}{reason}", named(error)),
            Self::Refused { error, reason } => write!(formatter, "refused: {}{reason}", named(error)),
            Self::BrokeOff { reason } => write!(formatter, "broke off: {reason}"),
            Self::Impossible { reason } => write!(formatter, "not mined: {reason}"),
        }
    }
}

/// Goes through a history as it was. `code` is what the contract has instead of its own, if anything.
#[must_use]
pub fn replay(history: &History, code: Option<&Bytes>) -> Replay {
    track::as_it_was(history, code).replay
}

/// The events of the contract in what came.
pub(super) fn effects(manager: Address, came: &Came) -> Vec<Effect> {
    match came {
        Came::Mined { outcome, .. } => outcome.effects_of(manager),
        Came::Impossible(_) => Vec::new(),
    }
}

/// A transaction as it stands in a plan.
pub(super) struct Item<'a> {
    pub(super) origin: Origin,
    pub(super) hash: Option<B256>,
    pub(super) sender: Address,
    pub(super) to: Option<Address>,
    pub(super) data: &'a Bytes,
    pub(super) change: Option<String>,
}

impl<'a> Item<'a> {
    pub(super) const fn recorded(number: usize, it: &'a Recorded) -> Self {
        let (sender, to, data) = (it.sent.sender, it.sent.to, &it.sent.data);
        Self { origin: Origin::Recorded(number), hash: Some(it.hash), sender, to, data, change: None }
    }
}

/// The row of a transaction.
pub(super) fn event(
    names: &Names,
    item: Item<'_>,
    (block, time): (u64, u64),
    came: &Came,
    effects: &[Effect],
) -> Event {
    let gas = match came {
        Came::Mined { outcome, .. } => Some(outcome.gas_used()),
        Came::Impossible(_) => None,
    };
    Event {
        origin: item.origin,
        hash: item.hash,
        block,
        time,
        by: names.account(item.sender),
        sender: item.sender,
        what: names.sent(item.to, item.data, came),
        answer: names.answer(came),
        gas,
        effects: effects.iter().map(|effect| names.effect(effect)).collect(),
        change: item.change,
    }
}
