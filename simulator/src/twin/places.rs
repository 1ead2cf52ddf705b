//! Where the contract stores what, of all channels that there are; and whether it is what the rules say.

use adjudicator::{
    Channel,
    storage::{self, Names},
    words::TallyWord,
};
use alloy_primitives::{
    Address, B256, I256, U256,
    map::{HashMap, U256Map},
};

use crate::world::World;

/// What is sought of each channel, and whose each word is.
#[derive(Debug, Clone, Default)]
pub struct Places {
    names: HashMap<B256, Names>,
    owners: U256Map<B256>,
}

impl Places {
    /// The places of these channels.
    #[must_use]
    pub fn new(channels: impl IntoIterator<Item = Names>) -> Self {
        let mut places = Self::default();
        for names in channels {
            let assets = 0..names.assets.len();
            let sums = names.instances.keys().flat_map(|base| assets.clone().map(|it| storage::delta_sum(*base, it)));
            let slots = names.slots().into_iter().chain(sums);
            places.owners.extend(slots.map(|slot| (slot, names.channel_id)));
            places.names.insert(names.channel_id, names);
        }
        places
    }

    /// The channel to which a word belongs.
    pub(super) fn owner(&self, slot: U256) -> Option<B256> {
        self.owners.get(&slot).copied()
    }

    /// A channel, as the contract has stored it.
    #[must_use]
    pub fn read(&self, world: &World, manager: Address, channel_id: B256) -> Channel {
        let Some(names) = self.names.get(&channel_id) else { return Channel::default() };
        let Ok(channel) = names.read(|slot| Ok::<_, std::convert::Infallible>(world.storage(manager, slot)));
        channel
    }

    /// Whether a channel is stored as the rules say.
    pub(super) fn same_channel(
        &self,
        world: &World,
        manager: Address,
        channel_id: B256,
        expected: &Channel,
    ) -> Result<(), String> {
        let stored = self.read(world, manager, channel_id);
        if stored != *expected {
            return Err(format!("the contract has stored {stored:?}, and by the rules it is {expected:?}"));
        }
        let bounty = world.storage(manager, storage::bounty(channel_id));
        if expected.bounty.is_none() && !bounty.is_zero() {
            return Err(format!("the contract has stored a bounty of {bounty:#x}, and by the rules there is none"));
        }
        same_sums(world, manager, expected)
    }
}

/// Whether the sums of deltas are those of the deltas.
fn same_sums(world: &World, manager: Address, channel: &Channel) -> Result<(), String> {
    for (hash, base) in &channel.bases {
        let tally = TallyWord::from_word(world.storage(manager, storage::tally(*hash)));
        let assets = base.instances.values().map(|progress| progress.deltas.len()).max().unwrap_or_default();
        for index in 0..assets {
            let seated = if index == 0 { tally.seated_delta } else { I256::ZERO };
            let sum =
                if tally.has_sums { world.storage(manager, storage::delta_sum(*hash, index)) } else { U256::ZERO };
            let stored = seated.saturating_add(I256::from_raw(sum));
            let deltas = base.instances.values().filter_map(|progress| progress.deltas.get(index));
            let expected = deltas.fold(I256::ZERO, |sum, delta| sum.saturating_add(*delta));
            if stored != expected {
                return Err(format!(
                    "the contract has stored {stored} as sum of deltas, and by the rules it is {expected}"
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_word_of_a_channel_is_its_own() {
        let names = [1, 2].map(|id| Names {
            channel_id: B256::repeat_byte(id),
            assets: vec![Address::ZERO, Address::repeat_byte(7)],
            has_bounty: true,
            instances: BTreeMap::from([(B256::repeat_byte(0x10 + id), BTreeMap::from([(B256::ZERO, None)]))]),
        });
        let places = Places::new(names.clone());
        for names in names {
            assert!(names.slots().into_iter().all(|slot| places.owner(slot) == Some(names.channel_id)));
        }
        assert_eq!(places.owner(U256::from(99)), None);
    }
}
