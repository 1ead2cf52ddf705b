//! `deposit`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Bytes, U256};

use super::{arguments::Arguments, operation::Operation, print::Terms};
use crate::{DecodeError, abi::ChannelManager::depositCall, print::Asset, types, wire};

/// Adds to the balance of a side of a channel, by its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Packed terms.
    pub terms: Bytes,
    /// Units to pull from the sender; of the native coin, the value that must come along.
    pub amount: U256,
    /// 2 x the asset's index in the terms + the party.
    pub side: u8,
}

impl Deposit {
    /// Pays `amount` in for a side of the channel with these terms.
    ///
    /// # Errors
    /// If the terms have no such side.
    pub fn new(terms: &types::Terms, side: types::Side, amount: types::Amount) -> Result<Self, types::Invalid> {
        let (count, index) = (terms.assets().asset_count(), side.asset_index());
        if index >= count {
            return Err(types::Invalid::AssetCount { what: "a side", expected: count, found: index.saturating_add(1) });
        }
        Ok(Self { terms: terms.pack().into(), amount: amount.to_word(), side: side.get() })
    }
}

impl Operation for Deposit {
    type Call = depositCall;

    const WORDS: usize = 3;

    fn call(&self) -> depositCall {
        depositCall { terms: self.terms.clone(), amount: self.amount, side: self.side }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self {
            terms: arguments.bytes(0, "terms")?,
            amount: arguments.word(1),
            side: arguments.number(2, "side", u8::MAX)?,
        })
    }
}

impl Display for Deposit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (index, party) = (self.side / 2, self.side % 2);
        let asset = wire::Terms::new(&self.terms).ok().and_then(|terms| terms.asset(index.into()));
        match asset {
            Some(asset) => write!(f, "deposit {} of {} for party {party}", self.amount, Asset(asset))?,
            None => write!(f, "deposit {} for side {}, which the terms have not", self.amount, self.side)?,
        }
        Terms(&self.terms).fmt(f)
    }
}
