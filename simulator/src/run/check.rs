//! Where channels stand, and whether that is what a scenario says.

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{Channel, Effect, Situation, Status, abi::IERC20, storage, types::Party};
use alloy_primitives::{Address, B256, I256, U256};
use alloy_sol_types::SolCall;

use super::{Ending, FailureKind, Money, Play, Standing};
use crate::{
    scenario::{Check, Name, Path, Phase, Sums, Term},
    stage::{PLENTY, Place, Wrong},
};

impl Play {
    /// A channel, as the contract has stored it.
    pub(super) fn channel(&self, id: B256) -> Channel {
        self.places.read(self.node.world(), self.stage.manager(), id)
    }

    fn situation(&self, name: &str, place: &Place) -> (Channel, Situation) {
        let channel = self.channel(place.id);
        let situation = Situation::of(&channel, &place.terms, self.stage.recorded_state(&channel, name));
        (channel, situation)
    }

    /// The evidence deadline and the final time of a channel that is closing, in Unix seconds.
    pub(super) fn deadlines(&self, id: B256) -> Option<[u64; 2]> {
        let (name, place) = self.stage.places().find(|(_, place)| place.id == id)?;
        match self.situation(name, place).1.status {
            Status::Closing { evidence_deadline, final_time } => Some([evidence_deadline, final_time]),
            Status::Open | Status::Closed => None,
        }
    }

    /// Where all channels stand.
    pub(super) fn standings(&self) -> Vec<Standing> {
        self.stage.places().map(|(name, place)| self.standing(name, place)).collect()
    }

    fn standing(&self, name: &str, place: &Place) -> Standing {
        let (channel, situation) = self.situation(name, place);
        let (phase, deadlines) = match situation.status {
            Status::Open => ("open", None),
            Status::Closing { evidence_deadline, final_time } => ("closing", Some([evidence_deadline, final_time])),
            Status::Closed => ("closed", None),
        };
        let payouts = situation.payouts.unwrap_or_default();
        let payouts = Party::BOTH.map(|party| {
            let own = payouts.iter().map(|pair| *party.of(pair));
            (party.of(&place.parties).clone(), self.money(place, own))
        });
        Standing {
            channel: name.to_owned(),
            phase,
            round: situation.round,
            evidence_deadline: deadlines.map(|[deadline, _]| deadline),
            final_time: deadlines.map(|[_, time]| time),
            escrow: self.money(place, escrow(&channel, place).into_iter()),
            payouts: payouts.into(),
        }
    }

    fn money(&self, place: &Place, amounts: impl Iterator<Item = U256>) -> Vec<Money> {
        let assets = place.terms.assets().as_slice().iter().map(|asset| asset.get());
        assets.zip(amounts).map(|(asset, amount)| self.coins(asset, amount)).collect()
    }

    fn coins(&self, asset: Address, amount: U256) -> Money {
        self.signed_coins(asset, I256::try_from(amount).unwrap_or(I256::MAX))
    }

    fn signed_coins(&self, asset: Address, amount: I256) -> Money {
        let text = self.told.labels.signed(asset, amount);
        Money { text, units: amount.to_string(), asset: self.told.labels.asset(asset) }
    }

    /// What each party was paid of each asset so far, also where it is a credit.
    fn paid_out(&self, place: &Place) -> [Vec<U256>; 2] {
        let assets = place.terms.assets().asset_count();
        let mut paid = [vec![U256::ZERO; assets], vec![U256::ZERO; assets]];
        let mut add = |party: Party, index: usize, amount: U256| {
            let sum = paid.get_mut(usize::from(party.get())).and_then(|own| own.get_mut(index));
            sum.into_iter().for_each(|sum| *sum = sum.saturating_add(amount));
        };
        let events = self.told.events.iter().filter(|event| !event.is_undone);
        for effect in events.flat_map(|event| &event.effects) {
            match effect {
                Effect::Settled { channel_id, index, payouts } if *channel_id == place.id => {
                    Party::BOTH.into_iter().for_each(|party| add(party, usize::from(*index), *party.of(payouts)));
                }
                Effect::Withdrawn { channel_id, amounts, .. } if *channel_id == place.id => {
                    for (index, pair) in amounts.as_chunks::<2>().0.iter().enumerate() {
                        Party::BOTH.into_iter().for_each(|party| add(party, index, *party.of(pair)));
                    }
                }
                _ => {}
            }
        }
        paid
    }

    /// What became of a channel.
    pub(super) fn ending(&self, name: &Name, place: &Place) -> Ending {
        let paid = self.paid_out(place);
        let by_party = |amounts: &[Vec<U256>; 2]| -> BTreeMap<String, Vec<Money>> {
            let pairs = place.parties.iter().zip(amounts);
            pairs.map(|(name, own)| (name.clone(), self.money(place, own.iter().copied()))).collect()
        };
        let put_in = Party::BOTH.map(|party| {
            let assets = place.terms.assets().as_slice().iter();
            let own = assets.map(|asset| self.put_in(place, asset.get(), party));
            own.collect::<Vec<_>>()
        });
        let gains = place.parties.iter().zip(paid.iter().zip(&put_in)).map(|(name, (paid, put_in))| {
            let assets = place.terms.assets().as_slice().iter().map(|asset| asset.get());
            let gains = assets.zip(paid.iter().zip(put_in)).map(|(asset, (paid, put_in))| {
                let [paid, put_in] = [paid, put_in].map(|amount| I256::try_from(*amount).unwrap_or(I256::MAX));
                self.signed_coins(asset, paid.saturating_sub(put_in))
            });
            (name.clone(), gains.collect())
        });
        Ending {
            channel: name.clone(),
            standing: self.standing(name, place),
            paid_in: by_party(&put_in),
            paid_out: by_party(&paid),
            gains: gains.collect(),
        }
    }

    /// What a party has put in, by the events that tell what the channel had after each deposit.
    fn put_in(&self, place: &Place, asset: Address, party: Party) -> U256 {
        let index = place.terms.assets().as_slice().iter().position(|it| it.get() == asset);
        let mut last = I256::ZERO;
        let mut sum = I256::ZERO;
        let events = self.told.events.iter().filter(|event| !event.is_undone);
        for effect in events.flat_map(|event| &event.effects) {
            match effect {
                Effect::Deposited { channel_id, funds, .. }
                    if *channel_id == place.id && Some(usize::from(funds.index)) == index =>
                {
                    let now = *party.of(&funds.balances);
                    sum = sum.saturating_add(now.saturating_sub(last));
                    last = now;
                }
                Effect::Withdrawn { channel_id, amounts, .. } if *channel_id == place.id => {
                    let pair = index.and_then(|index| amounts.as_chunks::<2>().0.get(index));
                    let taken = pair.map_or(U256::ZERO, |pair| *party.of(pair));
                    last = last.saturating_sub(I256::try_from(taken).unwrap_or(I256::MAX));
                }
                _ => {}
            }
        }
        U256::try_from(sum).unwrap_or_default()
    }

    /// What waits to be claimed, by account.
    pub(super) fn credits(&self) -> BTreeMap<String, Vec<Money>> {
        let credits = self.stage.players().map(|(name, player)| {
            let own = self.credits_of(player.address).into_iter();
            (name.clone(), own.map(|(asset, amount)| self.coins(asset, amount)).collect::<Vec<_>>())
        });
        credits.filter(|(_, own)| !own.is_empty()).collect()
    }

    fn credits_of(&self, account: Address) -> BTreeMap<Address, U256> {
        let places = self.stage.places().flat_map(|(_, place)| place.terms.assets().as_slice());
        let assets: BTreeSet<Address> = places.map(|asset| asset.get()).collect();
        let credits = assets.into_iter().map(|asset| {
            let slot = storage::credit(account, asset);
            (asset, self.node.world().storage(self.stage.manager(), slot))
        });
        credits.filter(|(_, amount)| !amount.is_zero()).collect()
    }

    /// Whether everything holds that a scenario says of a channel.
    pub(super) fn check(&mut self, name: Option<&str>, check: &Check, path: &Path) -> Result<(), Wrong> {
        let (name, place) = self.stage.named_place(name, path)?;
        let (name, place) = (name.clone(), place.clone());
        let (channel, situation) = self.situation(&name, &place);
        let mut wrong = Vec::new();
        let mut same = |field: &str, expected: String, found: String| {
            if expected != found {
                let path = field.split('.').fold(path.clone(), |path, name| path.field(name));
                wrong.push((path, format!("{name}: {field}: {expected} is expected, and it is {found}")));
            }
        };
        if let Some(status) = check.status {
            let found = match situation.status {
                Status::Open => Phase::Open,
                Status::Closing { .. } => Phase::Closing,
                Status::Closed => Phase::Closed,
            };
            same("status", format!("{status:?}").to_lowercase(), format!("{found:?}").to_lowercase());
        }
        if let Some(round) = check.round {
            same("round", round.to_string(), channel.record.round.to_string());
        }
        let deadlines = self.deadlines(place.id);
        let now = self.node.world().now();
        let evidence: fn(Option<Name>) -> Term = Term::Evidence;
        for (field, moment, index, deadline) in [
            ("evidence_deadline", &check.evidence_deadline, 0, evidence),
            ("final_time", &check.final_time, 1, Term::Final),
        ] {
            if let Some(moment) = moment {
                if moment.mentions(deadline, &name) {
                    let what = format!("`{moment}` counts from what is looked at: when should it be?");
                    return Err(Wrong::new(&path.field(field), what));
                }
                let expected =
                    self.stage.time(moment, now, Some(&name), &|id| self.deadlines(id), &path.field(field))?;
                let found = deadlines.and_then(|times| times.get(index).copied());
                same(field, expected.to_string(), found.map_or_else(|| "none".into(), |time| time.to_string()));
            }
        }
        if let Some(consents) = &check.consents {
            let found = place.parties.iter().zip(channel.record.consents).filter(|(_, consents)| *consents);
            let found: Vec<&String> = found.map(|(name, _)| name).collect();
            same("consents", format!("{consents:?}"), format!("{found:?}"));
        }
        if let Some(escrow_) = &check.escrow {
            let expected = self.stage.per_asset(escrow_, &place, &path.field("escrow"))?;
            let found =
                escrow(&channel, &place).into_iter().map(|it| I256::try_from(it).unwrap_or(I256::MAX)).collect();
            same("escrow", self.list(&place, &expected), self.list(&place, &found));
        }
        let as_it_stands = situation
            .payouts
            .map(|payouts| Party::BOTH.map(|party| payouts.iter().map(|pair| *party.of(pair)).collect::<Vec<_>>()));
        let shares = [
            ("payouts", &check.payouts, Some(self.paid_out(&place))),
            ("as_it_stands", &check.as_it_stands, as_it_stands),
        ];
        for (field, expected, found) in shares {
            let found = found.unwrap_or_default();
            for (party, sums) in expected.iter().flatten() {
                let path = path.field(field).field(party);
                let expected = self.stage.per_asset(sums, &place, &path)?;
                let own = place.parties.iter().zip(&found).find(|(name, _)| *name == party);
                let (_, own) = own.ok_or_else(|| Wrong::new(&path, format!("`{party}` is no party of the channel")))?;
                let own = own.iter().map(|it| I256::try_from(*it).unwrap_or(I256::MAX)).collect();
                same(&format!("{field}.{party}"), self.list(&place, &expected), self.list(&place, &own));
            }
        }
        if let Some(steps) = &check.steps {
            for (instance, expected) in steps {
                let found = self.steps_of(&channel, &name, instance, &path.field("steps").field(instance))?;
                same(&format!("steps.{instance}"), expected.to_string(), found.to_string());
            }
        }
        for (path, what) in wrong {
            self.fail(&path, FailureKind::Expectation, what);
        }
        self.check_gains(check.gains.as_ref(), &path.field("gains"))?;
        self.check_called_back(check.called_back.as_ref(), &path.field("called_back"))?;
        self.check_credits(check.credits.as_ref(), &path.field("credits"))
    }

    fn check_gains(&mut self, gains: Option<&BTreeMap<Name, Sums>>, path: &Path) -> Result<(), Wrong> {
        for (account, sums) in gains.into_iter().flatten() {
            let path = path.field(account);
            let address = self.stage.address(account, &path)?;
            let mut expected: BTreeMap<Address, I256> = BTreeMap::new();
            let assets = self.stage.places().flat_map(|(_, place)| place.terms.assets().as_slice());
            for asset in assets {
                expected.entry(asset.get()).or_default();
            }
            for sum in &sums.0 {
                let (asset, amount) = self.stage.signed_of_asset(sum, &path)?;
                let total = expected.entry(asset).or_default();
                *total = total.saturating_add(amount);
            }
            for (asset, expected) in expected {
                let found = self.gain(account, address, asset);
                if expected != found {
                    let [expected, found] = [expected, found].map(|amount| self.stage.print(asset, amount));
                    let what = format!("gains.{account}: {expected} is expected, and it is {found}");
                    self.fail(&path, FailureKind::Expectation, what);
                }
            }
        }
        Ok(())
    }

    /// What an account has more than at the start, not counting what it paid for gas.
    fn gain(&mut self, name: &str, account: Address, asset: Address) -> I256 {
        let has = if asset.is_zero() {
            let fee = self.told.costs().get(name).map_or(U256::ZERO, |(_, fee)| *fee);
            self.node.world().balance(account).saturating_add(fee)
        } else {
            let data = IERC20::balanceOfCall { account }.abi_encode().into();
            let answer = self.node.world_mut().ask(account, asset, data);
            answer.and_then(|word| U256::try_from_be_slice(&word)).unwrap_or_default()
        };
        let is_player = self.stage.players().any(|(_, player)| player.address == account);
        let [has, had] = [has, if is_player { PLENTY } else { U256::ZERO }]
            .map(|amount| I256::try_from(amount).unwrap_or(I256::MAX));
        has.saturating_sub(had)
    }

    fn check_credits(&mut self, credits: Option<&BTreeMap<Name, Sums>>, path: &Path) -> Result<(), Wrong> {
        for (account, sums) in credits.into_iter().flatten() {
            let path = path.field(account);
            let address = self.stage.address(account, &path)?;
            let (expected, found) = (self.stage.by_asset(sums, &path)?, self.credits_of(address));
            if expected != found {
                let [expected, found] = [expected, found].map(|amounts| {
                    let texts: Vec<String> =
                        amounts.iter().map(|(asset, it)| self.stage.print_amount(*asset, *it)).collect();
                    if texts.is_empty() { "nothing".into() } else { texts.join(", ") }
                });
                let what = format!("credits.{account}: {expected} is expected, and it is {found}");
                self.fail(&path, FailureKind::Expectation, what);
            }
        }
        Ok(())
    }

    fn steps_of(&self, channel: &Channel, name: &str, instance: &str, path: &Path) -> Result<u8, Wrong> {
        let shown = self.stage.recorded(channel, name);
        let leaf = shown.and_then(|shown| shown.instances.iter().find(|(name, ..)| name == instance));
        let leaf = leaf.map(|(.., leaf)| *leaf);
        let leaf = leaf.ok_or_else(|| Wrong::new(path, format!("the recorded state has no instance `{instance}`")))?;
        let progress = channel.recorded_base().and_then(|base| base.instances.get(&leaf));
        Ok(progress.map_or(0, |progress| progress.steps))
    }

    pub(super) fn list(&self, place: &Place, amounts: &Vec<I256>) -> String {
        let assets = place.terms.assets().as_slice().iter().zip(amounts);
        let texts: Vec<String> = assets.map(|(asset, amount)| self.stage.print(asset.get(), *amount)).collect();
        texts.join(", ")
    }
}

/// What is in a channel, per asset.
fn escrow(channel: &Channel, place: &Place) -> Vec<U256> {
    let assets = place.terms.assets().as_slice().iter();
    let funds = assets.map(|asset| channel.funds.get(&asset.get()).filter(|_| !channel.is_closed));
    funds.map(|funds| funds.map_or(U256::ZERO, adjudicator::Funds::escrow)).collect()
}
