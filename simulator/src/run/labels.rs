//! What addresses, hashes, amounts and times are called in a scenario.

use std::collections::BTreeMap;

use adjudicator::Hash192;
use alloy_primitives::{Address, B256, FixedBytes, I256, U256};

use super::{print::span, stored::Slots};
use crate::stage::{Stage, Unit, short};

/// The names. Texts are made of values and of these; no text is searched for what may be one.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    accounts: BTreeMap<Address, String>,
    channels: BTreeMap<B256, Channel>,
    /// By the part of their hash that the contract remembers.
    states: BTreeMap<Hash192, String>,
    instances: BTreeMap<B256, String>,
    units: Vec<Unit>,
    pub(super) slots: Slots,
    start: u64,
}

/// What is called by a channel's terms.
#[derive(Debug, Clone)]
struct Channel {
    name: String,
    parties: [String; 2],
    assets: Vec<Address>,
}

/// Longer than any scenario lasts, in seconds.
const LONG: u64 = 1_000_000_000;

/// A time, counted from the first block.
#[must_use]
pub fn since(start: u64, now: u64) -> String {
    let since = now.saturating_sub(start);
    let (day, second) = (since.div_euclid(86_400), since.rem_euclid(86_400));
    let (hour, rest) = (second.div_euclid(3_600), second.rem_euclid(3_600));
    format!("day {day} {hour:02}:{:02}:{:02}", rest.div_euclid(60), rest.rem_euclid(60))
}

impl Labels {
    pub(super) fn of(stage: &Stage) -> Self {
        let mut labels =
            Self { start: stage.start(), units: stage.printed_units().cloned().collect(), ..Self::default() };
        let mut accounts = |address: Address| {
            if let Some(name) = stage.name_of(address) {
                labels.accounts.insert(address, name.to_owned());
            }
        };
        accounts(stage.manager());
        accounts(stage.registry);
        stage.players().for_each(|(_, player)| accounts(player.address));
        stage.instances().flat_map(|(_, copies)| copies).for_each(|running| accounts(running.instance.app));
        for (name, place) in stage.places() {
            let assets: Vec<Address> = place.terms.assets().as_slice().iter().map(|asset| asset.get()).collect();
            assets.iter().filter(|asset| !asset.is_zero()).for_each(|asset| accounts(*asset));
            labels.channels.insert(place.id, Channel { name: name.clone(), parties: place.parties.clone(), assets });
        }
        for (name, copies) in stage.instances() {
            for running in copies {
                // An app that does not ship has no name of its own.
                labels.accounts.entry(running.instance.app).or_insert_with(|| format!("app of {name}"));
            }
        }
        for (name, shown) in stage.states() {
            labels.states.insert(short(shown.hash), name.clone());
            for (instance, copy, leaf) in &shown.instances {
                labels.instances.entry(*leaf).or_insert_with(|| copy_name(instance, *copy));
            }
        }
        labels.slots = Slots::of(stage);
        labels
    }

    /// What an account is called.
    #[must_use]
    pub fn account(&self, address: Address) -> String {
        self.accounts.get(&address).cloned().unwrap_or_else(|| address.to_string())
    }

    /// What a channel is called.
    #[must_use]
    pub fn channel(&self, id: B256) -> String {
        self.channels.get(&id).map_or_else(|| id.to_string(), |channel| channel.name.clone())
    }

    /// What a state is called, of whose hash the contract keeps the first part. Before any is recorded, it is zero.
    #[must_use]
    pub fn state(&self, hash: Hash192) -> String {
        let unknown = || if hash.is_zero() { "none".into() } else { hash.to_string() };
        self.states.get(&hash).cloned().unwrap_or_else(unknown)
    }

    /// What an instance is called.
    #[must_use]
    pub fn instance(&self, hash: B256) -> String {
        self.instances.get(&hash).cloned().unwrap_or_else(|| hash.to_string())
    }

    /// What a hash of whatever kind is called.
    pub(super) fn hash<const N: usize>(&self, hash: FixedBytes<N>) -> String {
        let whole = || B256::try_from(hash.as_slice()).ok();
        let state = hash.get(..24).and_then(|first| Hash192::try_from(first).ok());
        let channel = whole().and_then(|id| self.channels.get(&id)).map(|channel| &channel.name);
        let instance = || whole().and_then(|leaf| self.instances.get(&leaf));
        let name = channel.or_else(instance).or_else(|| state.and_then(|first| self.states.get(&first)));
        name.cloned().unwrap_or_else(|| hash.to_string())
    }

    /// What a party of a channel is called.
    #[must_use]
    pub fn party(&self, id: B256, party: u8) -> String {
        let name = self.channels.get(&id).and_then(|channel| channel.parties.get(usize::from(party)));
        name.cloned().unwrap_or_else(|| format!("party {party}"))
    }

    /// What an asset is called.
    #[must_use]
    pub fn asset(&self, asset: Address) -> String {
        if asset.is_zero() { "ether".into() } else { self.account(asset) }
    }

    /// An amount of an asset, which may be negative.
    #[must_use]
    pub fn signed(&self, asset: Address, amount: I256) -> String {
        let unit = self.units.iter().find(|unit| unit.asset == asset);
        unit.map_or_else(|| format!("{amount} units of {}", self.asset(asset)), |unit| unit.print(amount))
    }

    /// An amount of an asset.
    #[must_use]
    pub fn amount(&self, asset: Address, amount: U256) -> String {
        I256::try_from(amount)
            .map_or_else(|_| format!("{amount} units of {}", self.asset(asset)), |amount| self.signed(asset, amount))
    }

    /// Amounts of a channel's assets, in their order.
    pub(super) fn signed_amounts(&self, id: B256, amounts: &[I256]) -> String {
        let texts = amounts.iter().enumerate().map(|(index, amount)| match self.asset_of(id, index) {
            Some(asset) => self.signed(asset, *amount),
            None => format!("{amount} of asset {index}"),
        });
        texts.collect::<Vec<_>>().join(", ")
    }

    /// An asset of a channel.
    pub(super) fn asset_of(&self, id: B256, index: usize) -> Option<Address> {
        self.channels.get(&id).and_then(|channel| channel.assets.get(index)).copied()
    }

    /// A time, counted from the first block; as Unix seconds, if it is before that or beyond all scenarios.
    #[must_use]
    pub fn time(&self, time: U256) -> String {
        let counted = u64::try_from(time).ok().filter(|time| *time < self.start.saturating_add(LONG));
        match counted {
            Some(time) if time >= self.start => since(self.start, time),
            Some(time) if time > 0 => format!("{} before the first block", span(self.start.saturating_sub(time))),
            _ => format!("second {time}"),
        }
    }
}

/// What a copy of an instance is called: the first, and those of which there is only one, have no number.
pub(super) fn copy_name(instance: &str, copy: u32) -> String {
    if copy == 0 { instance.to_owned() } else { format!("{instance} {copy}") }
}
