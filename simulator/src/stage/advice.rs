//! What a party holds and sees, as the adjudicator wants it told; and what that says.

use std::collections::BTreeMap;

use adjudicator::{
    Channel, Hash192,
    abi::PreimageRegistry,
    apps::{App, HashTimeLock, Rules},
    decide::{Advice, Goal, Known, Question, decide},
    evidence::{Dossier, Draft, Finding, Item, Policy, Proposal, View, review, verify},
    signature::Signature,
    types::{Agreement, AppState, Asset, Identity, Instances, Party, Preimage, Signed, StateHash, Step},
};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolCall;

use super::{DEPLOYER, Moment, Place, Result, Stage, Wrong, apps::preimage_of, find};
use crate::{
    scenario::{self, Name, Path, Sums},
    world::World,
};

/// What 10^18 units of any token are worth, in wei.
const PRICE: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// What is known of a channel and of the chain at some time.
#[derive(Debug)]
pub struct Sight<'a> {
    /// The channel, as the contract has stored it.
    pub channel: Channel,
    /// The time of the block that a transaction gets into, in Unix seconds.
    pub at: u64,
    /// App states by their hash, as far as they were seen.
    pub app_states: &'a BTreeMap<Hash192, Bytes>,
}

impl Stage {
    /// What the adjudicator advises a party.
    ///
    /// # Errors
    /// If the scenario names what is not there.
    pub fn advice(
        &self,
        (name, place): (&str, &Place),
        party: Party,
        told: &scenario::Advised,
        sight: &Sight<'_>,
        world: &mut World,
        path: &Path,
    ) -> Result<Advice> {
        let dossier = self.dossier((name, place), &told.holds, sight, path)?;
        let (view, policy) = (self.view(place, sight, world), policy(place));
        let goal = match told.goal {
            scenario::Goal::GoOn => Goal::GoOn,
            scenario::Goal::GetOut => Goal::GetOut,
        };
        let gas_price = world.base_fee().into();
        let question =
            Question { dossier: &dossier, view: &view, policy: &policy, party, goal, at: sight.at, gas_price };
        Ok(decide(&question, &mut Known::new(&dossier, &view)))
    }

    /// What the adjudicator finds in what a party holds, or in what it is to sign.
    ///
    /// # Errors
    /// If the scenario names what is not there.
    pub fn findings(
        &self,
        (name, place): (&str, &Place),
        party: Party,
        asked: &scenario::Asked,
        sight: &Sight<'_>,
        world: &mut World,
        path: &Path,
    ) -> Result<Vec<Finding>> {
        let dossier = self.dossier((name, place), &asked.holds, sight, path)?;
        let (mut view, policy) = (self.view(place, sight, world), policy(place));
        self.take_unconfirmed(&mut view, place, &asked.unconfirmed, &path.field("unconfirmed"))?;
        let Some(draft) = &asked.sign else { return Ok(verify(&dossier, &view, &policy)) };
        let draft = self.draft_of(draft, party, sight, world, &path.field("sign"))?;
        Ok(review(&dossier, &view, &policy, &Proposal { party, draft }))
    }

    /// What is in no final block yet, nobody can count on.
    fn take_unconfirmed(
        &self,
        view: &mut View,
        place: &Place,
        unconfirmed: &BTreeMap<Name, Sums>,
        path: &Path,
    ) -> Result<()> {
        for (account, sums) in unconfirmed {
            let path = path.field(account);
            let party = Self::party(place, account, &path)?;
            let amounts = self.per_asset(sums, place, &path)?;
            for (asset, amount) in place.terms.assets().as_slice().iter().zip(amounts) {
                if let Some(funds) = view.last_final.channel.funds.get_mut(&asset.get())
                    && let Some(balance) = funds.balances.get_mut(usize::from(party.get()))
                {
                    *balance = balance.saturating_sub(amount);
                }
            }
        }
        Ok(())
    }

    fn draft_of(
        &self,
        draft: &scenario::Draft,
        party: Party,
        sight: &Sight<'_>,
        world: &mut World,
        path: &Path,
    ) -> Result<Draft> {
        Ok(match draft {
            scenario::Draft::State(name) => {
                let shown = find(&self.states, "state", name, &path.field("state"))?;
                let instances = shown.instances.iter().map(|(instance, copy, _)| self.copy_of(instance, *copy, path));
                let instances = instances.map(|running| running.map(|running| running.instance.clone()));
                Draft::State {
                    state: shown.state.clone(),
                    instances: instances.collect::<Result<_>>()?,
                    resolved: std::collections::BTreeSet::new(),
                }
            }
            scenario::Draft::Close(name) => {
                Draft::Close(find(&self.closes, "close", name, &path.field("close"))?.message.clone())
            }
            scenario::Draft::Withdrawal(name) => {
                Draft::Withdraw(find(&self.withdrawals, "withdrawal", name, &path.field("withdrawal"))?.message.clone())
            }
            scenario::Draft::Delegation(name) => {
                Draft::Delegation(find(&self.delegations, "delegation", name, &path.field("delegation"))?.message)
            }
            scenario::Draft::Step(touch) => {
                let path = path.field("step");
                let (place, shown, running) = self.touched(touch, &path)?;
                let told = touch.action.as_ref().ok_or_else(|| Wrong::new(&path, "a step needs an `action`"))?;
                let sender: &Name = party.of(&place.parties);
                let sender = self.address(sender, &path)?;
                let channel = |_: &World, _| sight.channel.clone();
                let mut moment = Moment { sender, channel: &channel, app_states: sight.app_states, world };
                let packed = self.step(touch, told, (place, shown, running), &mut moment, &path)?;
                let (step, _) = Step::unpack(&packed).map_err(|error| Wrong::new(&path, error))?;
                Draft::Step { base: StateHash::new(shown.hash), instance: running.instance.hash(), step }
            }
        })
    }

    /// What a party holds of a channel: what is named, or everything that there is.
    pub(crate) fn dossier(
        &self,
        (name, place): (&str, &Place),
        holds: &scenario::Holds,
        sight: &Sight<'_>,
        path: &Path,
    ) -> Result<Dossier> {
        let path = path.field("holds");
        for (index, held) in holds.messages.iter().flatten().enumerate() {
            let is_known = self.states.contains_key(held)
                || self.states.contains_key(&format!("{held} 0"))
                || self.closes.contains_key(held)
                || self.withdrawals.contains_key(held)
                || self.delegations.contains_key(held);
            if !is_known {
                let path = path.field("messages").index(index);
                return Err(Wrong::new(&path, format!("there is no state, close, withdrawal or delegation `{held}`")));
            }
        }
        let is_held = |message: &Name| holds.messages.as_ref().is_none_or(|held| held.contains(message));
        let copy = name.rsplit_once(' ').filter(|(kind, _)| self.copies.contains_key(*kind)).map(|(_, copy)| copy);
        // Who holds a state of a channel that has copies holds that of each.
        let kind = |state: &Name| Some(state.strip_suffix(copy?)?.strip_suffix(' ')?.to_owned());
        let is_held_kind = |state: &Name| is_held(state) || kind(state).is_some_and(|kind| is_held(&kind));
        let mut dossier = Dossier::new(Identity::new(*self.domain(), place.terms.clone()));
        for (_, shown) in self.states.iter().filter(|(state, shown)| shown.channel == name && is_held_kind(state)) {
            let mut instances = Vec::new();
            for (instance, copy, _) in &shown.instances {
                let running = self.copy_of(instance, *copy, &path)?;
                instances.push(running.instance.clone());
                dossier.add(app_state(&running.app_state, &path)?);
            }
            if !instances.is_empty() {
                dossier.add(Instances::new(instances).map_err(|error| Wrong::new(&path, error))?);
            }
            dossier.add(Agreement { message: shown.state.clone(), signatures: read(&shown.signatures) });
        }
        for (_, with) in self.closes.iter().filter(|(close, with)| with.channel == name && is_held(close)) {
            dossier.add(Agreement { message: with.message.clone(), signatures: read(&with.signatures) });
        }
        for (_, with) in self.withdrawals.iter().filter(|(it, with)| with.channel == name && is_held(it)) {
            dossier.add(Agreement { message: with.message.clone(), signatures: read(&with.signatures) });
        }
        for (_, with) in self.delegations.iter().filter(|(it, with)| with.channel == name && is_held(it)) {
            if let Ok(signature) = Signature::from_bytes(&with.signature) {
                dossier.add(Signed { message: with.message, signature });
            }
        }
        for words in &holds.preimages {
            dossier.add(Preimage::new(preimage_of(words)));
        }
        for seen in sight.app_states.values() {
            dossier.add(app_state(seen, &path)?);
        }
        Ok(dossier)
    }

    /// What anybody sees of the chain.
    pub(crate) fn view(&self, place: &Place, sight: &Sight<'_>, world: &mut World) -> View {
        let mut view = View::new(self.deployment, world.now());
        view.latest.channel = sight.channel.clone();
        view.last_final.channel = sight.channel.clone();
        let apps = self.instances.values().flatten().map(|running| running.instance.app);
        let payees = Party::BOTH.map(|party| place.terms.accounts(party).payee);
        for account in apps.chain(payees).chain([self.manager(), self.registry]) {
            view.codes.entry(account).or_insert_with(|| world.code(account));
        }
        let locks = self.instances.values().flatten().filter(|running| running.app == Some(App::HashTimeLock));
        let locks: Vec<HashTimeLock> = locks.filter_map(|it| HashTimeLock::decode(&it.app_state).ok()).collect();
        for lock in locks {
            let data = PreimageRegistry::seenAtCall { hash: lock.hash }.abi_encode().into();
            let seen = world.ask(DEPLOYER, lock.registry, data);
            let seen = seen.and_then(|word| U256::try_from_be_slice(&word)).unwrap_or_default();
            if let Some(seen) = u64::try_from(seen).ok().filter(|seen| *seen > 0) {
                view.seen.insert((lock.registry, lock.hash), seen);
            }
        }
        view
    }
}

/// The signatures that can be read; what cannot is nobody's.
fn read(signatures: &[Bytes; 2]) -> [Option<Signature>; 2] {
    [0, 1].map(|party| signatures.get(party).and_then(|signature: &Bytes| Signature::from_bytes(signature).ok()))
}

fn app_state(bytes: &Bytes, path: &Path) -> Result<Item> {
    AppState::new(bytes.clone()).map(Item::from).map_err(|error| Wrong::new(path, error))
}

/// The usual policy; every token is worth as much as the native coin.
pub(crate) fn policy(place: &Place) -> Policy {
    let mut policy = Policy::default();
    let assets: Vec<Asset> = place.terms.assets().as_slice().to_vec();
    policy.prices.extend(assets.into_iter().map(|asset| (asset, PRICE)));
    policy
}
