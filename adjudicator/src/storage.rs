//! Where the contract stores what, and how a channel is read from there.
//!
//! The storage has no list of anything: who reads must know the names of what is sought. What is found is exactly what the
//! [twin](crate::Manager) has. Source: `contracts/libraries/StorageReader.sol`.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, I256, U256, keccak256};

use crate::{
    Base, Bounty, Channel, Funds, Progress, Record,
    eip712::Domain,
    types::{self, Terms},
    words::{FundsWord, ProgressWord, TallyWord},
};

const CHANNELS: U256 = U256::ZERO;
const BASES: U256 = U256::from_limbs([1, 0, 0, 0]);
const CREDITS: U256 = U256::from_limbs([2, 0, 0, 0]);

// Offsets within a channel
const BOUNTY: u64 = 1;
const EPOCHS: u64 = 2;

// Offsets within a base
const DELTA_SUMS: u64 = 1;
const PROGRESS: u64 = 2;
const DELTAS: u64 = 3;

/// When each instance matures, in Unix seconds, by its hash; `None` of one of which nobody has more than the hash.
///
/// It is read as if it matured with the last one of its state, as far as the contract keeps that. Then the final time is right,
/// and the instance's own deadline no earlier than it is.
pub type Maturities = BTreeMap<B256, Option<u64>>;

/// What is sought of a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The channel's id.
    pub channel_id: B256,
    /// Its assets, in the order of the terms.
    pub assets: Vec<Address>,
    /// Whether its terms have a bounty: who started closing is stored only then, and may be a word that is zero.
    pub has_bounty: bool,
    /// The instances that may have been touched, and when each matures, by the hash of the state that they stand on.
    pub instances: BTreeMap<B256, Maturities>,
}

impl Names {
    /// What is sought of the channel with these terms.
    #[must_use]
    pub fn of(terms: &Terms, domain: &Domain, instances: BTreeMap<B256, Maturities>) -> Self {
        Self {
            channel_id: terms.channel_id(domain).get(),
            assets: terms.assets().as_slice().iter().map(|asset| asset.get()).collect(),
            has_bounty: terms.bounty() != types::Bounty::MIN,
            instances,
        }
    }

    /// Every slot that [`read`](Self::read) may ask for: one call of the contract's `load` fetches them all.
    #[must_use]
    pub fn slots(&self) -> Vec<U256> {
        let id = self.channel_id;
        let mut slots = vec![record(id), epoch(id, 0), epoch(id, 1), bounty(id)];
        slots.extend(self.assets.iter().map(|asset| funds(id, *asset)));
        for (base, instances) in &self.instances {
            slots.push(tally(*base));
            for instance in instances.keys() {
                slots.push(progress(*base, *instance));
                slots.extend((0..self.assets.len()).map(|index| delta(*base, *instance, index)));
            }
        }
        slots
    }

    /// Reads the channel, word by word: `load` tells the word in a slot.
    ///
    /// # Errors
    /// As `load`.
    pub fn read<E>(&self, mut load: impl FnMut(U256) -> Result<U256, E>) -> Result<Channel, E> {
        let id = self.channel_id;
        let mut channel = Channel {
            record: Record::from_word(load(record(id))?),
            epochs: [load(epoch(id, 0))?.saturating_to(), load(epoch(id, 1))?.saturating_to()],
            ..Channel::default()
        };
        if self.has_bounty && channel.record.is_closing() {
            channel.bounty = Some(Bounty::from_word(load(bounty(id))?));
        }
        for (index, asset) in (0u8..).zip(&self.assets) {
            let word = FundsWord::from_word(load(funds(id, *asset))?);
            if index == 0 {
                (channel.serial, channel.is_closed) = (word.serial, word.is_closed);
            }
            if word.is_validated {
                // The mark of a dead channel has no room for the index.
                let index = if word.is_closed { index } else { word.funds.index };
                channel.funds.entry(*asset).or_insert(Funds { index, ..word.funds });
            }
        }
        for (state_hash, instances) in &self.instances {
            let base = self.read_base(*state_hash, instances, &mut load)?;
            if !base.instances.is_empty() {
                channel.bases.insert(*state_hash, base);
            }
        }
        Ok(channel)
    }

    fn read_base<E>(
        &self,
        state_hash: B256,
        instances: &Maturities,
        load: &mut impl FnMut(U256) -> Result<U256, E>,
    ) -> Result<Base, E> {
        let tally = TallyWord::from_word(load(tally(state_hash))?);
        let mut base = Base::default();
        for (instance_hash, matures) in instances {
            let word = ProgressWord::from_word(load(progress(state_hash, *instance_hash))?);
            if word.last_touch == 0 {
                continue;
            }
            let mut deltas = vec![I256::ZERO; self.assets.len()];
            for (index, into) in deltas.iter_mut().enumerate() {
                if index == 0 && word.is_seated {
                    *into = tally.seated_delta;
                } else if word.has_deltas {
                    *into = I256::from_raw(load(delta(state_hash, *instance_hash, index))?);
                }
            }
            let ProgressWord { app_state_hash, steps, last_touch, .. } = word;
            let matures = matures.unwrap_or(tally.matures);
            let progress = Progress { app_state_hash, steps, last_touch, matures, deltas };
            base.instances.insert(*instance_hash, progress);
        }
        Ok(base)
    }
}

/// The slot of a channel's funds of an asset.
#[must_use]
pub fn funds(channel_id: B256, asset: Address) -> U256 {
    let tag = keccak256("recourse.funds");
    keccak256([tag.0, channel_id.0, asset.into_word().0].as_flattened()).into()
}

/// The slot of a channel's record.
#[must_use]
pub fn record(channel_id: B256) -> U256 {
    at(CHANNELS, channel_id)
}

/// The slot of a channel's bounty.
#[must_use]
pub fn bounty(channel_id: B256) -> U256 {
    beyond(record(channel_id), BOUNTY)
}

/// The slot of the epoch of a party's delegations.
#[must_use]
pub fn epoch(channel_id: B256, party: usize) -> U256 {
    at(beyond(record(channel_id), EPOCHS), U256::from(party))
}

/// The slot of the tally of a base, which is named by the hash of its state.
#[must_use]
pub fn tally(base: B256) -> U256 {
    at(BASES, base)
}

/// The slot of the sum of all deltas of a base in an asset, the seated one left out.
#[must_use]
pub fn delta_sum(base: B256, index: usize) -> U256 {
    at(beyond(tally(base), DELTA_SUMS), U256::from(index))
}

/// The slot of the progress of an instance.
#[must_use]
pub fn progress(base: B256, instance_hash: B256) -> U256 {
    at(beyond(tally(base), PROGRESS), instance_hash)
}

/// The slot of the delta of an instance in an asset, unless it is the seated one.
#[must_use]
pub fn delta(base: B256, instance_hash: B256, index: usize) -> U256 {
    at(at(beyond(tally(base), DELTAS), instance_hash), U256::from(index))
}

/// The slot of what an account may claim.
#[must_use]
pub fn credit(creditor: Address, asset: Address) -> U256 {
    at(at(CREDITS, creditor.into_word()), asset.into_word())
}

/// The slot of a mapping's value.
fn at(mapping: U256, key: impl Into<B256>) -> U256 {
    keccak256([key.into().0, mapping.to_be_bytes()].as_flattened()).into()
}

/// The slot so many behind another: structs are stored behind a hash, and may wrap around like everything there.
fn beyond(slot: U256, offset: u64) -> U256 {
    slot.wrapping_add(U256::from(offset))
}
