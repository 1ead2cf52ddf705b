use std::collections::{BTreeMap, btree_map::Entry};

use super::{Held, Item, Key};
use crate::types::{ChannelId, Identity};

/// All evidence of one channel, each item once, in a fixed order.
///
/// It may hold what is wrong, because that, too, is evidence: [`verify`](super::verify) finds it. Whatever is looked up
/// as signed has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    identity: Identity,
    items: BTreeMap<Key, Held>,
}

/// Two dossiers are not of the same channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("evidence of the channel {found}, where that of {expected} is kept")]
pub struct OtherChannel {
    /// The channel of the one that should grow.
    pub expected: ChannelId,
    /// That of the other.
    pub found: ChannelId,
}

impl Dossier {
    /// Nothing is known of the channel but what it is.
    #[must_use]
    pub const fn new(identity: Identity) -> Self {
        Self { identity, items: BTreeMap::new() }
    }

    /// The channel: chain, contract, terms.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Checks the signatures of an item, and keeps it. Tells whether anything has become known by it.
    pub fn add(&mut self, item: impl Into<Item>) -> bool {
        self.insert(Held::check(&self.identity, item.into()))
    }

    /// Keeps an item that was [checked](Held::check) for this channel. A second signature of what is held joins the
    /// first one. Tells whether anything has become known by it.
    pub fn insert(&mut self, held: Held) -> bool {
        match self.items.entry(held.key()) {
            Entry::Vacant(place) => {
                place.insert(held);
                true
            }
            Entry::Occupied(mut place) => {
                let before = place.get().clone();
                place.get_mut().join(held);
                *place.get() != before
            }
        }
    }

    /// Takes over all that another dossier of the channel holds.
    ///
    /// # Errors
    /// If it is of another channel.
    pub fn merge(&mut self, other: Self) -> Result<(), OtherChannel> {
        let (expected, found) = (self.identity.channel_id(), other.identity.channel_id());
        if found != expected {
            return Err(OtherChannel { expected, found });
        }
        for held in other.items.into_values() {
            self.insert(held);
        }
        Ok(())
    }

    /// The same with all signatures checked again, for evidence that was kept where it may have been changed.
    #[must_use]
    pub fn recheck(self) -> Self {
        let mut again = Self::new(self.identity);
        for held in self.items.into_values() {
            again.add(held.into_item());
        }
        again
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is known but what the channel is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// An item by its key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Held> {
        self.items.get(key)
    }

    /// All items, by kind, number and hash: those first that others are checked against.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &Held> {
        self.items.values()
    }

    /// The items whose keys are from the first to the last one of a range.
    pub(super) fn range(&self, keys: std::ops::RangeInclusive<Key>) -> impl DoubleEndedIterator<Item = &Held> {
        self.items.range(keys).map(|(_, held)| held)
    }
}
