//! Whose signatures are wrong, missing or too many.

use std::slice::from_ref;

use adjudicator::{
    apps::{App, Delivered, OracleEscrow, Oracles, Rules, Square, TicTacToe},
    eip712::Domain,
    evidence::Code,
    types::{Delivery, Identity, InstancesRoot, Maturity, Net, Party, PerAsset, Round, Stake, State},
};
use alloy_primitives::{Address, B256, I256, U256};

use crate::{
    fixture::{both, domain, identity, keys, signed, signed_in, state, state_with, terms_with},
    scene::{Game, Scene, draft_of, instances_of, setup, told},
};

pub(crate) fn tic_tac_toe(id: u8, wager: u128) -> Game {
    let game = TicTacToe::start(Party::Zero, vec![Stake::new(wager).unwrap()]);
    let instance = game.instance(&setup(id, App::TicTacToe)).unwrap();
    Game { instance, app_state: adjudicator::types::AppState::new(game.encode()).unwrap() }
}

#[test]
fn e001_a_signature_of_somebody_else() {
    let mut wrong = both(state(7, 1));
    wrong.signatures[0] = wrong.signatures[1];
    let found =
        told(Code::SignatureBad, &Scene::new().with(wrong).verify(), &Scene::new().with(both(state(7, 1))).verify());
    assert!(found.found.starts_with("party 0's signature of the state of round 7 0x"), "{found}");
    assert!(found.found.contains("which is party 1"), "{found}");
}

#[test]
fn e002_a_signature_is_missing() {
    let half = Scene::new().with(signed(state(7, 1), &[Party::Zero]));
    let found = told(Code::SignatureMissing, &half.verify(), &Scene::new().with(both(state(7, 1))).verify());
    assert!(found.found.ends_with("is not signed by party 1"), "{found}");
}

#[test]
fn e003_another_chain() {
    let legal = Scene::new().with(both(state(7, 1)));
    let other = legal.clone().view(|view| view.deployment.domain = Domain::new(U256::from(5), domain().manager()));
    told(Code::OtherChain, &other.verify(), &legal.verify());
    let elsewhere = Identity::new(Domain::new(U256::from(10), domain().manager()), terms_with(0, 86_400, 1));
    let meant = Scene::new().with(signed_in(&elsewhere, state(7, 1), &Party::BOTH));
    let found = told(Code::OtherChain, &meant.verify(), &legal.verify());
    assert!(found.found.ends_with("it is for chain 10, not for 31337"), "{found}");
}

#[test]
fn e004_another_contract() {
    let legal = Scene::new().with(both(state(7, 1)));
    let address = Address::repeat_byte(0xdd);
    let there = Domain::new(domain().chain_id(), address);
    let other = legal.clone().view(|view| view.deployment.domain = there);
    told(Code::OtherContract, &other.verify(), &legal.verify());
    let elsewhere = signed_in(&Identity::new(there, terms_with(0, 86_400, 1)), state(7, 1), &Party::BOTH);
    let meant = Scene::new().with(elsewhere).policy(|policy| policy.other_managers = vec![address]);
    told(Code::OtherContract, &meant.verify(), &legal.verify());
}

#[test]
fn e005_another_channel() {
    let other = Identity::new(domain(), terms_with(0, 86_400, 2));
    let known = |scene: Scene| scene.policy(|policy| policy.other_channels = vec![other.channel_id()]);
    let meant = known(Scene::new()).with(signed_in(&other, state(7, 1), &Party::BOTH));
    told(Code::OtherChannel, &meant.verify(), &known(Scene::new()).with(both(state(7, 1))).verify());
}

/// Story 30: both messages are the proof.
#[test]
fn e006_equivocation() {
    let scene = Scene::new().with(both(state(7, 1)));
    let found = told(
        Code::Equivocation,
        &scene.clone().with(signed(state(7, 2), &[Party::One])).verify(),
        &scene.clone().with(both(state(8, 2))).verify(),
    );
    assert_eq!(found.found, "party 1 has signed 2 states of round 7");
    let hashes = [1, 2].map(|net| state(7, net).hash(identity().channel_id()).get());
    assert!(found.proof.iter().all(|key| hashes.contains(&key.hash)) && found.proof.len() == 2);
    // Two states of one round by different parties are the beginning of a quarrel, and nobody's fault.
    let crossing = Scene::new().with(signed(state(7, 1), &[Party::Zero])).with(signed(state(7, 2), &[Party::One]));
    assert!(crossing.verify().iter().all(|finding| finding.code != Code::Equivocation));
}

#[test]
fn e007_two_steps_of_one_number() {
    let game = tic_tac_toe(1, 5);
    let base = state_with(7, 0, &instances_of(from_ref(&game)));
    let scene = Scene::new().with_games(from_ref(&game)).with(both(base.clone()));
    let step = |square, by| scene.step(&base, &game, 1, Square::new(square).unwrap().to_action(), by);
    let legal = scene.clone().with(step(4, Party::Zero));
    let found = told(Code::StepEquivocation, &legal.clone().with(step(5, Party::Zero)).verify(), &legal.verify());
    assert_eq!(found.proof.len(), 2);
}

#[test]
fn e008_an_oracle_that_nobody_named() {
    let [_, bob, carol] = keys();
    let escrow_id = B256::repeat_byte(6);
    let app = Address::repeat_byte(0xaa);
    let oracles = Oracles::signers(1, vec![carol.address()]).unwrap();
    let escrow = OracleEscrow { escrow_id, oracles, deltas: vec![I256::unchecked_from(5)] };
    let instance = escrow.instance(&setup(1, App::OracleEscrow), Maturity::MIN).unwrap();
    let game = Game { instance, app_state: adjudicator::types::AppState::new(escrow.encode()).unwrap() };
    let there = Domain::new(domain().chain_id(), app);
    let delivery =
        |key| Delivery { app, escrow_id: escrow_id.into(), signature: Delivered { escrow_id }.sign(&there, key) };
    let scene = Scene::new().with_games(&[game]);
    told(Code::OutsiderUnknown, &scene.clone().with(delivery(&bob)).verify(), &scene.with(delivery(&carol)).verify());
}

#[test]
fn e009_another_number_of_assets() {
    let two = State::new(Round::new(7), InstancesRoot::NONE, PerAsset::new(vec![Net::ZERO; 2]).unwrap()).unwrap();
    told(Code::AssetCount, &Scene::new().signs(draft_of(two)), &Scene::new().signs(draft_of(state(7, 0))));
}
