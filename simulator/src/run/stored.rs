//! Words of the contract's storage, told.

use std::collections::BTreeMap;

use adjudicator::{
    Bounty, Record,
    storage::{bounty, credit, delta, delta_sum, epoch, funds, progress, record, tally},
    words::{FundsWord, ProgressWord, TallyWord},
};
use alloy_primitives::{Address, B256, I256, U256};

use super::{Labels, labels::copy_name};
use crate::stage::Stage;

/// Which slot holds what.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots(BTreeMap<U256, (String, Word)>);

/// What a word of storage means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// What a channel has of an asset.
    Funds(Address),
    /// The record of a channel.
    Record,
    /// Who closed a channel, and who proved that stale.
    Bounty(B256),
    /// What is common to the touched instances of a state, whose first asset is this.
    Tally(Address),
    /// How far an instance is.
    Progress,
    /// A number.
    Count,
    /// An amount of an asset.
    Credit(Address),
    /// An amount of an asset that may be negative.
    Delta(Address),
}

impl Slots {
    pub(super) fn of(stage: &Stage) -> Self {
        let mut slots = Self::default();
        slots.name_channels(stage);
        slots.name_states(stage);
        let assets: Vec<Address> =
            stage.places().flat_map(|(_, place)| place.terms.assets().as_slice()).map(|asset| asset.get()).collect();
        for (name, player) in stage.players() {
            for asset in &assets {
                let label = format!("credit of {name} in {}", symbol(stage, *asset));
                slots.0.insert(credit(player.address, *asset), (label, Word::Credit(*asset)));
            }
        }
        slots
    }

    fn name_channels(&mut self, stage: &Stage) {
        for (name, place) in stage.places() {
            self.0.insert(record(place.id), (format!("record of {name}"), Word::Record));
            self.0.insert(bounty(place.id), (format!("bounty of {name}"), Word::Bounty(place.id)));
            for (party, signer) in place.parties.iter().enumerate() {
                self.0.insert(epoch(place.id, party), (format!("epoch of {signer} in {name}"), Word::Count));
            }
            for asset in place.terms.assets().as_slice().iter().map(|asset| asset.get()) {
                let label = format!("funds of {name} in {}", symbol(stage, asset));
                self.0.insert(funds(place.id, asset), (label, Word::Funds(asset)));
            }
        }
    }

    fn name_states(&mut self, stage: &Stage) {
        let places: BTreeMap<_, _> = stage.places().collect();
        for (name, shown) in stage.states() {
            let Some(place) = places.get(&shown.channel) else { continue };
            let assets: Vec<Address> = place.terms.assets().as_slice().iter().map(|asset| asset.get()).collect();
            let first = assets.first().copied().unwrap_or_default();
            self.0.insert(tally(shown.hash), (format!("tally of {name}"), Word::Tally(first)));
            for (index, asset) in assets.iter().enumerate() {
                let label = format!("sum of deltas on {name} in {}", symbol(stage, *asset));
                self.0.insert(delta_sum(shown.hash, index), (label, Word::Delta(*asset)));
            }
            for (instance, copy, leaf) in &shown.instances {
                let instance = copy_name(instance, *copy);
                let label = format!("progress of {instance} on {name}");
                self.0.insert(progress(shown.hash, *leaf), (label, Word::Progress));
                for (index, asset) in assets.iter().enumerate() {
                    let label = format!("delta of {instance} on {name} in {}", symbol(stage, *asset));
                    self.0.insert(delta(shown.hash, *leaf, index), (label, Word::Delta(*asset)));
                }
            }
        }
    }
}

fn symbol(stage: &Stage, asset: Address) -> &str {
    stage.name_of(asset).filter(|_| !asset.is_zero()).unwrap_or("ether")
}

impl Labels {
    /// What a word of the contract's storage is called, and what it was and is.
    #[must_use]
    pub fn change(&self, slot: U256, before: U256, after: U256) -> String {
        let Some((label, word)) = self.slots.0.get(&slot) else {
            return format!("slot {slot:#x}: {before:#x} -> {after:#x}");
        };
        let [before, after] = [before, after].map(|it| word.tell(it, self));
        format!("{label}: {before} -> {after}")
    }
}

impl Word {
    fn tell(self, word: U256, labels: &Labels) -> String {
        if word.is_zero() {
            return "nothing".into();
        }
        let time = |time: u64| if time == 0 { "never".into() } else { labels.time(U256::from(time)) };
        match self {
            Self::Record => labels.record(&Record::from_word(word)),
            Self::Bounty(channel) => labels.bounty(channel, &Bounty::from_word(word)),
            Self::Funds(asset) => {
                let FundsWord { is_closed, funds, serial, .. } = FundsWord::from_word(word);
                let [zero, one] = funds.balances.map(|balance| labels.signed(asset, balance));
                if is_closed { "closed".into() } else { format!("{zero} and {one}, serial {serial}") }
            }
            Self::Tally(first) => {
                let TallyWord { latest_touch, matures, seated_delta, .. } = TallyWord::from_word(word);
                let delta = labels.signed(first, seated_delta);
                format!("latest touch {}, matures {}, seated delta {delta}", time(latest_touch), time(matures))
            }
            Self::Progress => {
                let progress = ProgressWord::from_word(word);
                format!("{} steps, last touch {}", progress.steps, time(progress.last_touch))
            }
            Self::Count => word.to_string(),
            Self::Credit(asset) => labels.amount(asset, word),
            Self::Delta(asset) => labels.signed(asset, I256::from_raw(word)),
        }
    }
}
