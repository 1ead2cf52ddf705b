//! The channel of the scene in a contract whose code was seen, and bundles for it.

use adjudicator::{
    AppFailure, Position, Transition, Turn, Willing, World,
    abi::CHANNEL_MANAGER,
    action::{Action, CloseMutual, CloseSolo, ForceProgress, Slash},
    apps::{App, NoFacts},
    bundle::{BuildError, Bundle, Gas, verify},
    eip712::Domain,
    evidence::Finding,
    types::{Agreement, Close, Evidence, GasUnits, Party, PlacedStep, Round, Signatures, State, Timestamp},
};
use alloy_primitives::{Address, B256, U256};

use crate::{
    fixture::{domain, identity, keys, nets},
    scene::{Game, NOW, Scene},
};

pub(crate) const GAS: Gas = Gas { expected: GasUnits::new(90_000), limit: GasUnits::new(120_000) };

/// How long evidence is still taken in the scene that is closing, in seconds.
pub(crate) const LEFT: u64 = 100;

pub(crate) fn scene() -> Scene {
    coded(Scene::new())
}

/// The contract's code was looked at.
pub(crate) fn coded(scene: Scene) -> Scene {
    let manager = scene.dossier.identity().domain().manager();
    scene.view(|view| drop(view.codes.insert(manager, CHANNEL_MANAGER.runtime_code().clone())))
}

/// Somebody has begun to close on this state.
pub(crate) fn closing(state: &State) -> Scene {
    scene().recorded(state).seen(|sight| sight.channel.record.evidence_deadline = Some(NOW + LEFT))
}

/// What the apps that ship say.
#[derive(Clone, Copy)]
pub(crate) struct Playing(pub(crate) App);

impl World for Playing {
    fn checkpoint(&mut self) {}

    fn commit(&mut self) {}

    fn revert(&mut self) {}

    fn code_hash(&mut self, _: Address) -> B256 {
        self.0.code_hash().get()
    }

    fn transition(
        &mut self,
        app: Address,
        _: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, AppFailure> {
        let domain = Domain::new(U256::from(31_337), app);
        self.0.transition(&domain, &NoFacts, app_state, action, mover).map_err(|_| AppFailure::Failed)
    }

    fn position(&mut self, _: Address, _: u32, app_state: &[u8]) -> Result<Position, AppFailure> {
        self.0.position(&NoFacts, app_state).map_err(|_| AppFailure::Failed)
    }

    fn pull(&mut self, _: Address, _: Address, amount: U256) -> Option<U256> {
        Some(amount)
    }

    fn push(&mut self, _: Address, _: Address, _: U256, _: bool) -> bool {
        true
    }
}

pub(crate) fn address_of(party: Party) -> Address {
    keys()[usize::from(party.get())].address()
}

pub(crate) fn outsider() -> Address {
    keys()[2].address()
}

pub(crate) fn close(round: u64, net: i64) -> Close {
    Close::new(Round::new(round), Timestamp::new(NOW + 600), nets(net)).unwrap()
}

/// As many signatures as there are.
fn signatures<T>(agreement: &Agreement<T>) -> Signatures {
    match agreement.signatures {
        [Some(zero), Some(one)] => Signatures::Both([zero, one]),
        [zero, one] => Signatures::OfPeer(zero.or(one).unwrap()),
    }
}

fn shown(state: &Agreement<State>) -> Evidence {
    Evidence::Signed(state.message.clone(), signatures(state))
}

pub(crate) fn close_solo(state: &Agreement<State>) -> Action {
    CloseSolo::new(identity().terms(), &shown(state), false).unwrap().into()
}

pub(crate) fn slash(state: &Agreement<State>) -> Action {
    Slash::new(identity().terms(), &shown(state)).unwrap().into()
}

pub(crate) fn close_mutual(close: &Agreement<Close>) -> Action {
    CloseMutual::new(identity().terms(), &close.message, signatures(close)).unwrap().into()
}

/// A step of the only instance of a state.
pub(crate) fn force(state: &Agreement<State>, game: &Game, step: &PlacedStep, is_signed: bool) -> Action {
    let instance = (&game.instance, &crate::scene::instances_of(std::slice::from_ref(game)).tree().proof(0).unwrap());
    let signature = Some(&step.step.signature).filter(|_| is_signed);
    ForceProgress::new(identity().terms(), &shown(state), instance, &step.step.message, signature).unwrap().into()
}

pub(crate) fn try_build(scene: &Scene, action: &Action, submitter: Address) -> Result<Bundle, BuildError> {
    Bundle::build(scene.dossier.identity(), action, submitter, &scene.view, &mut Willing, GAS)
}

#[track_caller]
pub(crate) fn built(scene: &Scene, action: &Action, submitter: Address) -> Bundle {
    try_build(scene, action, submitter).unwrap()
}

pub(crate) fn checked(scene: &Scene, bundle: &Bundle) -> Vec<Finding> {
    assert_eq!(scene.dossier.identity().domain(), &domain());
    verify(bundle, &scene.view, &scene.policy, &mut Willing)
}
