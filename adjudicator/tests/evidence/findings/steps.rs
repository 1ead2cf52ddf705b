//! Steps: of a position that is held, by the rules, and revealing nothing too early.

use std::slice::from_ref;

use adjudicator::{
    apps::{App, Hand, HandAction, RockPaperScissors, Rules, Secret, Square, TicTacToe},
    evidence::{Code, Draft, Finding},
    types::{AppState, Party, PlacedStep, Stake, State, StepAction},
};
use alloy_primitives::B256;

use super::signatures::tic_tac_toe;
use crate::{
    fixture::{both, signed, state, state_with},
    scene::{Game, NOW, Scene, instances_of, setup, told},
};

fn take(square: u8) -> StepAction {
    Square::new(square).unwrap().to_action()
}

fn draft(placed: PlacedStep) -> Draft {
    Draft::Step { base: placed.base, instance: placed.instance, step: placed.step.message }
}

/// A game at its beginning, on a state that both have signed.
fn begun() -> (Scene, State, Game) {
    let game = tic_tac_toe(1, 5);
    let base = state_with(7, 0, &instances_of(from_ref(&game)));
    (Scene::new().with_games(from_ref(&game)).with(both(base.clone())), base, game)
}

/// A game in which party 0 has only to reveal.
fn to_reveal() -> (Scene, State, Game, StepAction) {
    let secret = Secret { hand: Hand::Paper, salt: B256::repeat_byte(4) };
    let start = RockPaperScissors::start(vec![Stake::new(5).unwrap()]);
    let domain = crate::fixture::domain();
    let shown = start.act(&domain, HandAction::Commit(secret.commitment())).unwrap();
    let shown = shown.act(&domain, HandAction::Show(Hand::Rock)).unwrap();
    let instance = shown.instance(&setup(1, App::RockPaperScissors)).unwrap();
    let game = Game { instance, app_state: AppState::new(shown.encode()).unwrap() };
    let base = state_with(7, 0, &instances_of(from_ref(&game)));
    let scene = Scene::new().with_games(from_ref(&game)).with(both(base.clone()));
    (scene, base, game, HandAction::Reveal(secret).to_action())
}

/// Story 31a.
#[test]
fn e060_a_reveal_while_a_newer_state_is_out() {
    let (scene, base, game, reveal) = to_reveal();
    let sends = |scene: &Scene| scene.signs(draft(scene.step(&base, &game, 1, reveal.clone(), Party::Zero)));
    let withheld = scene.clone().with(signed(state(8, 0), &[Party::Zero]));
    told(Code::RevealEarly, &sends(&withheld), &sends(&scene));
    told(Code::RevealEarly, &sends(&withheld), &sends(&scene.clone().with(signed(state(8, 0), &[Party::One]))));
    // From the evidence deadline on it cannot be shown any more.
    let closing =
        |deadline| withheld.clone().seen(move |sight| sight.channel.record.evidence_deadline = Some(deadline));
    told(Code::RevealEarly, &sends(&closing(NOW + 1)), &sends(&closing(NOW)));
    // A move that hides nothing is no reveal.
    let (scene, base, game) = begun();
    let open = scene.with(signed(state(8, 0), &[Party::Zero]));
    let legal = open.signs(draft(open.step(&base, &game, 1, take(4), Party::Zero)));
    told(Code::RevealEarly, &sends(&withheld), &legal);
}

#[test]
fn e061_a_step_on_what_is_not_held() {
    let (scene, base, game) = begun();
    let half = Scene::new().with_games(from_ref(&game)).with(signed(base.clone(), &[Party::Zero]));
    let sends = |scene: &Scene| scene.signs(draft(scene.step(&base, &game, 1, take(4), Party::Zero)));
    told(Code::BaseNotHeld, &sends(&half), &sends(&scene));
    let lost = Scene::new().with(both(base.clone()));
    told(Code::BaseNotHeld, &sends(&lost), &sends(&scene));
    let placed = scene.step(&base, &game, 1, take(4), Party::Zero);
    told(Code::BaseNotHeld, &half.with(placed.clone()).verify(), &scene.clone().with(placed).verify());
}

fn after(squares: [u16; 2], mover: Party) -> AppState {
    let game = TicTacToe::new(squares, mover, vec![Stake::new(5).unwrap()]).unwrap();
    AppState::new(game.encode()).unwrap()
}

#[test]
fn e062_a_step_that_is_not_the_next() {
    let (scene, base, game) = begun();
    let signs =
        |scene: &Scene, game: &Game, number| scene.signs(draft(scene.step(&base, game, number, take(4), Party::Zero)));
    let legal = signs(&scene, &game, 1);
    told(Code::StepMisplaced, &signs(&scene, &game, 2), &legal);
    // Two steps further, on the chain.
    let now = Game { app_state: after([1, 2], Party::Zero), ..game.clone() };
    let gone = scene.clone().touched(&base, &game.instance, &now.app_state, 2, 0);
    told(Code::StepMisplaced, &signs(&gone, &game, 1), &signs(&gone, &now, 3));
    told(Code::StepMisplaced, &signs(&scene, &now, 3), &legal);
    // A newer state is recorded.
    let newer = scene.clone().with(both(state(8, 0))).recorded(&state(8, 0));
    told(Code::StepMisplaced, &signs(&newer, &game, 1), &legal);
    // What the peer has signed, and nobody has sent yet, goes before.
    let one = scene.step(&base, &game, 1, take(0), Party::Zero);
    let then = Game { app_state: after([1, 0], Party::One), ..game.clone() };
    let two = scene.step(&base, &then, 2, take(1), Party::One);
    told(Code::StepMisplaced, &signs(&scene, &now, 3), &signs(&scene.clone().with(one).with(two), &now, 3));
}

#[test]
fn e063_a_step_that_the_rules_forbid() {
    let (scene, base, game) = begun();
    let sends =
        |action: StepAction| -> Vec<Finding> { scene.signs(draft(scene.step(&base, &game, 1, action, Party::Zero))) };
    told(Code::StepRefused, &sends(StepAction::new(vec![9; 32]).unwrap()), &sends(take(4)));
    let by = |party| scene.clone().with(scene.step(&base, &game, 1, take(4), party)).verify();
    told(Code::StepRefused, &by(Party::One), &by(Party::Zero));
}

#[test]
fn e064_another_step_was_signed() {
    let (scene, base, game) = begun();
    let signed = scene.clone().with(scene.step(&base, &game, 1, take(4), Party::Zero));
    let signs = |square| signed.signs(draft(scene.step(&base, &game, 1, take(square), Party::Zero)));
    let found = told(Code::SecondStep, &signs(5), &signs(4));
    assert_eq!(found.proof.len(), 1);
}

#[test]
fn e065_all_steps_are_made() {
    let at = |max_steps: u8| {
        let mut game = tic_tac_toe(1, 5);
        game.instance.max_steps = max_steps.into();
        let base = state_with(7, 0, &instances_of(from_ref(&game)));
        let now = Game { app_state: after([1, 2], Party::Zero), ..game.clone() };
        let scene = Scene::new().with_games(from_ref(&game)).with(both(base.clone()));
        let scene = scene.touched(&base, &game.instance, &now.app_state, 2, 0);
        scene.signs(draft(scene.step(&base, &now, 3, take(4), Party::Zero)))
    };
    told(Code::StepsExhausted, &at(2), &at(3));
}
