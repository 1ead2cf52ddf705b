//! A channel with 30 and 30 in it, what is held of it, and what the chain says; a unit is worth an ether.

use std::collections::BTreeSet;

use adjudicator::{
    Base, Deployment, Funds, Hash192, Progress, Record,
    apps::{App, Setup},
    evidence::{Code, Dossier, Draft, Finding, Item, Policy, Severity, Sight, View, may_sign, review, verify},
    types::{
        Agreement, AppState, Asset, Identity, Instance, InstanceId, Instances, Joint, Party, PlacedStep, Signed, State,
        Step, StepAction, StepNumber,
    },
};
use alloy_primitives::{Address, B256, I256, U256};

use crate::fixture::{identity, keys, signed_in};

pub(crate) const NOW: u64 = 1_800_000_000;

#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) dossier: Dossier,
    pub(crate) view: View,
    pub(crate) policy: Policy,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::of(identity())
    }

    pub(crate) fn of(identity: Identity) -> Self {
        let domain = identity.domain();
        let deployment =
            Deployment::new(domain.chain_id(), domain.manager(), U256::from(600), U256::from(1_000_000)).unwrap();
        let sight = Sight { now: NOW, ..Sight::default() };
        let view = View { last_final: sight.clone(), latest: sight.clone(), ..View::new(deployment, sight.now) };
        let price = U256::from(10).pow(U256::from(36));
        let policy = Policy { prices: [(Asset::NATIVE, price)].into(), ..Policy::default() };
        Self { dossier: Dossier::new(identity), view, policy }.with_funds(30, 30)
    }

    pub(crate) fn with(mut self, item: impl Into<Item>) -> Self {
        self.dossier.add(item);
        self
    }

    pub(crate) fn with_signed<T: Joint>(self, message: T, by: &[Party]) -> Self
    where
        Item: From<Agreement<T>>,
    {
        let agreement = signed_in(self.dossier.identity(), message, by);
        self.with(agreement)
    }

    pub(crate) fn with_both<T: Joint>(self, message: T) -> Self
    where
        Item: From<Agreement<T>>,
    {
        self.with_signed(message, &Party::BOTH)
    }

    /// The instances of a state and their app states.
    pub(crate) fn with_games(self, games: &[Game]) -> Self {
        let scene = self.with(instances_of(games));
        games.iter().fold(scene, |scene, game| scene.with(game.app_state.clone()))
    }

    pub(crate) fn with_funds(mut self, zero: i64, one: i64) -> Self {
        let funds = Funds { index: 0, balances: [zero, one].map(I256::unchecked_from) };
        for sight in [&mut self.view.last_final, &mut self.view.latest] {
            sight.channel.funds.insert(Address::ZERO, funds);
        }
        self
    }

    pub(crate) fn seen(mut self, change: impl Fn(&mut Sight)) -> Self {
        change(&mut self.view.last_final);
        change(&mut self.view.latest);
        self
    }

    /// The chain has recorded this state.
    pub(crate) fn recorded(self, state: &State) -> Self {
        let hash = state.hash(self.dossier.identity().channel_id()).get();
        let (round, state_hash) = (state.round().get(), Hash192::from_slice(&hash[..24]));
        self.seen(|sight| sight.channel.record = Record { round, state_hash, ..sight.channel.record })
    }

    /// An instance of it was touched.
    pub(crate) fn touched(self, state: &State, instance: &Instance, now_in: &AppState, steps: u8, delta: i64) -> Self {
        let base = state.hash(self.dossier.identity().channel_id()).get();
        let app_state_hash = Hash192::from_slice(&now_in.hash().get()[..24]);
        let deltas = vec![I256::unchecked_from(delta)];
        let progress = Progress { app_state_hash, steps, last_touch: NOW - 10, matures: 0, deltas };
        let instances = [(instance.hash().get(), progress)];
        self.seen(|sight| drop(sight.channel.bases.insert(base, Base { instances: instances.clone().into() })))
    }

    pub(crate) fn policy(mut self, change: impl Fn(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    pub(crate) fn view(mut self, change: impl Fn(&mut View)) -> Self {
        change(&mut self.view);
        self
    }

    /// What Alice is told before she signs.
    pub(crate) fn signs(&self, draft: Draft) -> Vec<Finding> {
        let proposal = draft.by(Party::Zero);
        let findings = review(&self.dossier, &self.view, &self.policy, &proposal);
        let refused = may_sign(&self.dossier, &self.view, &self.policy, &proposal);
        assert_eq!(refused.is_err(), has_error(&findings));
        findings
    }

    pub(crate) fn verify(&self) -> Vec<Finding> {
        verify(&self.dossier, &self.view, &self.policy)
    }

    pub(crate) fn step(&self, state: &State, game: &Game, number: u8, action: StepAction, by: Party) -> PlacedStep {
        let (base, instance) = (state.hash(self.dossier.identity().channel_id()), game.instance.hash());
        let message = Step { number: StepNumber::new(number).unwrap(), app_state: game.app_state.clone(), action };
        let identity = self.dossier.identity();
        let digest = message.digest(identity.domain(), identity.channel_id(), base, instance);
        let signature = keys()[usize::from(by.get())].sign(digest);
        PlacedStep { base, instance, step: Signed { message, signature } }
    }
}

/// An instance and what its app remembers.
#[derive(Clone)]
pub(crate) struct Game {
    pub(crate) instance: Instance,
    pub(crate) app_state: AppState,
}

pub(crate) fn setup(id: u8, app: App) -> Setup {
    let id = InstanceId::new(B256::repeat_byte(id));
    Setup { id, app: Address::repeat_byte(0xaa), app_code_hash: app.code_hash() }
}

pub(crate) fn instances_of(games: &[Game]) -> Instances {
    Instances::new(games.iter().map(|game| game.instance.clone()).collect()).unwrap()
}

pub(crate) fn draft_of(state: State) -> Draft {
    Draft::state(state)
}

pub(crate) fn draft_with(state: State, games: &[Game]) -> Draft {
    let instances = games.iter().map(|game| game.instance.clone()).collect();
    Draft::State { state, instances, resolved: BTreeSet::new() }
}

fn has_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity() == Severity::Error)
}

/// The code is reached, by something found and with a sentence; and the legal case beside it has no error at all.
#[track_caller]
pub(crate) fn told(code: Code, findings: &[Finding], legal: &[Finding]) -> Finding {
    let found = findings.iter().find(|finding| finding.code == code);
    let found = found.unwrap_or_else(|| panic!("{} is not among {findings:#?}", code.id())).clone();
    assert!(found.to_string().starts_with(code.id()) && found.to_string().ends_with(code.right()));
    assert!(!has_error(legal) && legal.iter().all(|finding| finding.code != code), "{legal:#?}");
    found
}
