//! The channels, and all of their copies.

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{
    storage::{Maturities, Names},
    types::{self, PartyAccounts, PerAsset, Salt, StaleMargin, Terms, Window},
};
use alloy_primitives::{Address, B256};

use super::{MOST_COPIES, Place, Result, Stage, Wrong};
use crate::scenario::{self, Name, Path, Scenario};

impl Stage {
    /// Where the words of each channel stand, and which instances there may be in it.
    #[must_use]
    pub fn names(&self) -> BTreeMap<Name, Names> {
        let running = self.instances.values().flatten().map(|running| &running.instance);
        let matures: BTreeMap<B256, u64> =
            running.map(|instance| (instance.hash().get(), instance.matures.get())).collect();
        let mut instances: BTreeMap<&str, BTreeMap<B256, Maturities>> = BTreeMap::new();
        for shown in self.states.values() {
            let leaves = shown.instances.iter().map(|(.., leaf)| (*leaf, matures.get(leaf).copied()));
            instances.entry(&shown.channel).or_default().entry(shown.hash).or_default().extend(leaves);
        }
        let names = self.places.iter().map(|(name, place)| {
            let instances = instances.remove(name.as_str()).unwrap_or_default();
            (name.clone(), Names::of(&place.terms, self.domain(), instances))
        });
        names.collect()
    }

    pub(super) fn set_channels(&mut self, scenario: &Scenario) -> Result<()> {
        let mut ids = BTreeSet::new();
        for (name, channel) in scenario.all_channels() {
            let path = channel_path(name);
            let Some(copies) = channel.copies else {
                self.set_channel(name.to_owned(), channel, &mut ids, &path)?;
                continue;
            };
            require_few(copies, self.places.len(), &path.field("copies"))?;
            self.copies.insert(name.to_owned(), copies);
            for copy in 0..copies {
                let salt = channel.salt.saturating_add(copy.into());
                let channel = scenario::Channel { salt, ..channel.clone() };
                self.set_channel(format!("{name} {copy}"), &channel, &mut ids, &path)?;
            }
        }
        Ok(())
    }

    fn set_channel(
        &mut self,
        name: Name,
        channel: &scenario::Channel,
        ids: &mut BTreeSet<B256>,
        path: &Path,
    ) -> Result<()> {
        let place = self.place_of(channel, path)?;
        if self.places.contains_key(&name) {
            return Err(Wrong::new(path, format!("there are two channels `{name}`")));
        }
        if !ids.insert(place.id) {
            return Err(Wrong::new(path, "there is another channel of the same terms: they need another `salt`"));
        }
        self.places.insert(name, place);
        Ok(())
    }

    fn place_of(&self, channel: &scenario::Channel, path: &Path) -> Result<Place> {
        let mut accounts = Vec::new();
        for name in &channel.parties {
            let signer = self.player(name, &path.field("parties"))?;
            let payee = channel.payees.get(name).unwrap_or(name);
            let payee = self.address(payee, &path.field("payees").field(name))?;
            accounts.push(PartyAccounts { signer: signer.address, payee });
        }
        for name in channel.funding.keys() {
            self.address(name, &path.field("funding").field(name))?;
        }
        if let Some(name) = channel.payees.keys().find(|name| !channel.parties.contains(name)) {
            return Err(Wrong::new(&path.field("payees").field(name), format!("`{name}` is no party of the channel")));
        }
        let [zero, one] = [accounts.first(), accounts.get(1)].map(Option::<&PartyAccounts>::copied);
        let (Some(zero), Some(one)) = (zero, one) else { return Err(Wrong::new(path, "a channel has two parties")) };
        let mut assets = Vec::new();
        for (name, sums) in channel.funding.iter().filter(|_| channel.assets.is_none()) {
            for sum in &sums.0 {
                let path = path.field("funding").field(name);
                assets.push(types::Asset::new(self.unit(&sum.unit, &path)?.asset));
            }
        }
        for (index, symbol) in channel.assets.iter().flatten().enumerate() {
            assets.push(types::Asset::new(self.unit(symbol, &path.field("assets").index(index))?.asset));
        }
        if assets.is_empty() {
            assets.push(types::Asset::new(Address::ZERO));
        }
        assets.sort_unstable();
        assets.dedup();
        let invalid = |field: &str| {
            let path = path.field(field);
            move |error: types::Invalid| Wrong::new(&path, error)
        };
        if let (Some(sum), Some(first)) = (&channel.bounty, assets.first())
            && self.unit(&sum.unit, &path.field("bounty"))?.asset != first.get()
        {
            let first = self.name_of(first.get()).filter(|_| !first.is_native()).unwrap_or("ether");
            let what = format!("a bounty is of the channel's first asset, by address: that is {first}");
            return Err(Wrong::new(&path.field("bounty"), what));
        }
        let bounty = channel.bounty.as_ref().map(|sum| self.units_of(sum, &path.field("bounty"))).transpose()?;
        let bounty = types::Bounty::try_from(bounty.unwrap_or_default().into_raw()).map_err(invalid("bounty"))?;
        let margin = channel.stale_margin.unwrap_or(if channel.bounty.is_some() { 3 } else { 0 });
        let window = u32::try_from(channel.window.0).map_err(|_| {
            let what = format!("a window of {} s is too long: it has at most {} s", channel.window.0, u32::MAX);
            Wrong::new(&path.field("window"), what)
        })?;
        let terms = Terms::new(
            [zero, one],
            Window::new(window).map_err(invalid("window"))?,
            bounty,
            StaleMargin::new(margin),
            Salt::new(channel.salt),
            PerAsset::new(assets).map_err(invalid("assets"))?,
        );
        let terms = terms.map_err(|error| Wrong::new(path, error))?;
        let id = self.domain().channel_id(&terms.pack());
        Ok(Place { terms, id, parties: channel.parties.clone() })
    }
}

/// So many more of a kind may there be, if there are so many.
pub(super) fn require_few(copies: u32, before: usize, path: &Path) -> Result<()> {
    let total = usize::try_from(copies).unwrap_or(usize::MAX).saturating_add(before);
    match copies {
        0 => Err(Wrong::new(path, "there is at least one of it")),
        _ if total > MOST_COPIES => {
            Err(Wrong::new(path, format!("that makes {total} of them with their copies: at most {MOST_COPIES}")))
        }
        _ => Ok(()),
    }
}

/// Where a channel stands in the file.
#[must_use]
pub fn channel_path(name: &str) -> Path {
    if name == "channel" { Path::default().field("channel") } else { Path::default().field("channels").field(name) }
}
