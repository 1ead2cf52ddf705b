use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{B256, Bytes, I256};

use super::{Dossier, Item, Kind};
use crate::{
    Channel, Effect, Hash192, Record,
    channel::short,
    storage::{Maturities, Names},
    types::{AppState, ChannelId, Instance, InstancesRoot, Net, PerAsset, State},
};

/// What the logs of a channel tell of the names that its storage does not list: which states were recorded, which instances
/// touched, and what their apps remember.
///
/// All of it is hints. A log that comes late, twice, before another one, or of a block that is gone does no harm, nor does one
/// that somebody has invented: what counts is what [`Names::read`] then finds in the storage. One that is missing may hide an
/// instance that only the peer knows. A trail grows with each log that says something new: hear those of the contract alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    channel_id: ChannelId,
    states: BTreeMap<B256, State>,
    touched: BTreeSet<B256>,
    app_states: BTreeMap<Hash192, AppState>,
}

impl Trail {
    /// Nothing was heard yet of the channel.
    #[must_use]
    pub const fn new(channel_id: ChannelId) -> Self {
        Self { channel_id, states: BTreeMap::new(), touched: BTreeSet::new(), app_states: BTreeMap::new() }
    }

    /// Takes a log, in any order. Tells whether anything has become known by it; what is of another channel, or names nothing
    /// that the storage hides, is no news.
    pub fn hear(&mut self, effect: &Effect) -> bool {
        match effect {
            Effect::Recorded { channel_id, record, nets, instances_root } if self.is_of(*channel_id) => {
                self.hear_state(record, nets, *instances_root)
            }
            Effect::Progressed { channel_id, instance_hash, app_state, .. } if self.is_of(*channel_id) => {
                let is_first = self.touched.insert(*instance_hash);
                self.hear_app_state(app_state) || is_first
            }
            Effect::Evaluated { channel_id, instance_hash, .. } if self.is_of(*channel_id) => {
                self.touched.insert(*instance_hash)
            }
            _ => false,
        }
    }

    /// What is to be sought in the storage: the record and the money, and on each state that was heard of or is held what may
    /// have been forced. These are the state's own instances if they are held, and otherwise all that are known.
    ///
    /// Only what stands on the recorded state still counts. Who holds very many states may read the record first, and retain
    /// that state's instances alone.
    #[must_use]
    pub fn names(&self, dossier: &Dossier) -> Names {
        let held: BTreeMap<InstancesRoot, Maturities> = held(dossier);
        let unheld = self.touched.iter().map(|hash| (*hash, None));
        let anything: Maturities =
            unheld.chain(held.values().flatten().map(|(hash, matures)| (*hash, *matures))).collect();
        let signed = dossier.states().map(|state| (state.key().hash, &state.content.message));
        let states = signed.chain(self.states.iter().map(|(hash, state)| (*hash, state)));
        let states = states.filter(|(_, state)| state.instances_root() != InstancesRoot::NONE);
        let instances =
            states.map(|(hash, state)| (hash, held.get(&state.instances_root()).unwrap_or(&anything).clone()));
        let identity = dossier.identity();
        Names::of(identity.terms(), identity.domain(), instances.collect())
    }

    /// The recorded state of a channel that was read, if its log was heard: what settles it, whoever has signed it.
    #[must_use]
    pub fn state(&self, channel: &Channel) -> Option<&State> {
        let recorded = channel.record.state_hash;
        self.states.iter().find(|(hash, _)| hash.starts_with(recorded.as_slice())).map(|(_, state)| state)
    }

    /// The app states that a channel that was read names, as far as their logs were heard: what the next steps are made on.
    pub fn app_states(&self, channel: &Channel) -> impl Iterator<Item = AppState> {
        let touched = channel.bases.values().flat_map(|base| base.instances.values());
        touched.filter_map(|progress| self.app_states.get(&progress.app_state_hash).cloned())
    }

    fn is_of(&self, channel_id: B256) -> bool {
        self.channel_id.get() == channel_id
    }

    /// A state, if it is the one that the record names: a log may leave it out.
    fn hear_state(&mut self, record: &Record, nets: &[I256], instances_root: B256) -> bool {
        let nets = PerAsset::new(nets.iter().copied().map(Net::new).collect());
        let state = nets.and_then(|nets| State::new(record.round.into(), instances_root.into(), nets));
        let named = state.map(|state| (state.hash(self.channel_id).get(), state));
        match named {
            Ok((hash, state)) if hash.starts_with(record.state_hash.as_slice()) => {
                self.states.insert(hash, state).is_none()
            }
            _ => false,
        }
    }

    fn hear_app_state(&mut self, app_state: &Bytes) -> bool {
        let app_state = AppState::new(app_state.clone());
        app_state.is_ok_and(|app_state| self.app_states.insert(short(app_state.hash().get()), app_state).is_none())
    }
}

/// The instances that are held, with all others of their states, by the root that a state commits to.
fn held(dossier: &Dossier) -> BTreeMap<InstancesRoot, Maturities> {
    let matures = |instance: &Instance| (instance.hash().get(), Some(instance.matures.get()));
    let items = dossier.items().filter(|held| held.key().kind == Kind::Instances);
    let known = items.filter_map(|held| match held.item() {
        Item::Instances(instances) => {
            Some((held.key().hash.into(), instances.as_slice().iter().map(matures).collect()))
        }
        _ => None,
    });
    known.collect()
}
