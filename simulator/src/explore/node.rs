//! A point of a search: what is stored, what time it is, and what the honest party has in mind.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use alloy_primitives::U256;

use super::{alphabet::Code, honest::Mind};
use crate::world::{Branches, Mark, Spot};

/// The spots that ever changed in a search, each with a number.
#[derive(Debug, Default)]
pub(super) struct Spots {
    numbers: RwLock<(Vec<Spot>, HashMap<Spot, u16>)>,
}

impl Spots {
    /// The number of a spot; nothing if there are too many.
    fn number(&self, spot: Spot) -> Option<u16> {
        if let Some(number) = self.numbers.read().unwrap_or_else(PoisonError::into_inner).1.get(&spot) {
            return Some(*number);
        }
        let mut numbers = self.numbers.write().unwrap_or_else(PoisonError::into_inner);
        let (spots, by_spot) = &mut *numbers;
        let number = u16::try_from(spots.len()).ok()?;
        Some(*by_spot.entry(spot).or_insert_with(|| {
            spots.push(spot);
            number
        }))
    }

    fn spot(&self, number: u16) -> Option<Spot> {
        self.numbers.read().unwrap_or_else(PoisonError::into_inner).0.get(usize::from(number)).copied()
    }
}

/// What is not as it was in the beginning.
#[derive(Debug)]
pub(super) struct State {
    pub(super) fingerprint: u128,
    spots: Arc<Spots>,
    words: Box<[(u16, U256)]>,
}

impl State {
    /// What is not as it was at `root`; nothing if more words than a search can tell apart have ever changed.
    pub(super) fn of(branches: &Branches, root: &Mark, spots: &Arc<Spots>) -> Option<Self> {
        let changes = branches.changes_since(root);
        let words = changes.into_iter().map(|change| Some((spots.number(change.spot)?, change.after)));
        let words = words.collect::<Option<Box<[(u16, U256)]>>>()?;
        Some(Self { fingerprint: branches.fingerprint(), spots: spots.clone(), words })
    }

    /// Lets everything be as it is here, in branches that began where this search did. The time stays.
    pub(super) fn put(&self, branches: &mut Branches) {
        let now = branches.now();
        branches.return_to_begin();
        for (number, value) in &self.words {
            if let Some(spot) = self.spots.spot(*number) {
                branches.write(spot, *value);
            }
        }
        branches.set_now(now);
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.words).saturating_add(size_of::<Self>())
    }
}

/// How a point is reached from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Via {
    /// It is the beginning.
    Begin,
    /// Somebody hostile sends something.
    Hostile(Code),
    /// What the honest party has sent is mined.
    Honest,
    /// A new block begins, at the next time at which anything may be otherwise.
    Wait,
}

/// A point of a search.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) state: Arc<State>,
    pub(super) now: u64,
    pub(super) mind: Mind,
    /// How many transactions of hostile accounts led here.
    pub(super) hostile: u8,
}

impl Node {
    /// What tells this point apart from all others of the search.
    pub(super) fn print(&self) -> u128 {
        let time = u128::from(self.now).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        self.state.fingerprint ^ time ^ self.mind.print()
    }
}
