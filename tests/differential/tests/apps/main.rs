//! The apps that ship: what their bytecode answers, or why it refuses, is what their rules in Rust say, in good app states
//! and in bad ones.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it found, and panics"
)]

mod plays;
mod reason;
mod spoil;
mod stage;

use std::fmt::Debug;

use adjudicator::{
    Position, Transition,
    apps::{App, AppError},
};
use alloy_primitives::Bytes;
use recourse_differential::dice::Dice;

use self::{plays::Play, stage::Stage};

/// How often each app is asked for a position and for a step.
const PLAYS: u64 = 4_000;

#[test]
fn counter_is_what_its_rules_say() {
    Duel::of(App::Counter).fight(plays::counter);
}

#[test]
fn hash_time_lock_is_what_its_rules_say() {
    let counts = Duel::of(App::HashTimeLock).fight(plays::hash_time_lock);
    assert_eq!(counts.steps, 0, "nobody ever moves");
}

#[test]
fn oracle_escrow_is_what_its_rules_say() {
    Duel::of(App::OracleEscrow).fight(plays::oracle_escrow).require_steps();
}

#[test]
fn signed_feed_is_what_its_rules_say() {
    Duel::of(App::SignedFeed).fight(plays::signed_feed).require_steps();
}

#[test]
fn tic_tac_toe_is_what_its_rules_say() {
    Duel::of(App::TicTacToe).fight(plays::tic_tac_toe).require_steps();
}

#[test]
fn rock_paper_scissors_is_what_its_rules_say() {
    Duel::of(App::RockPaperScissors).fight(plays::rock_paper_scissors).require_steps();
}

#[test]
fn an_app_is_known_by_its_code() {
    let stage = Stage::new();
    for app in App::ALL {
        assert_eq!(stage.code_hash(*app), app.code_hash());
        assert_eq!(App::by_code_hash(app.code_hash()), Some(*app));
    }
    assert_eq!(App::by_code_hash(Default::default()), None);
}

/// One app on both sides.
struct Duel {
    app: App,
    stage: Stage,
    dice: Dice,
}

/// What was answered and not refused.
#[derive(Debug, Default)]
struct Counts {
    positions: u64,
    steps: u64,
}

impl Duel {
    fn of(app: App) -> Self {
        Self { app, stage: Stage::new(), dice: Dice::new(app as u64) }
    }

    fn fight(mut self, play: impl Fn(&Stage, &mut Dice) -> Play) -> Counts {
        let mut counts = Counts::default();
        for _ in 0..PLAYS {
            let play = play(&self.stage, &mut self.dice);
            counts.positions += u64::from(self.position(&play).is_some());
            counts.steps += u64::from(self.transition(&play).is_some());
        }
        println!("{:?}: {counts:?} of {PLAYS} each", self.app);
        let refused = PLAYS - counts.positions;
        assert!(counts.positions > PLAYS / 10 && refused > PLAYS / 20, "too little was tested: {counts:?}");
        counts
    }

    /// Where both say that the app stands.
    fn position(&mut self, play: &Play) -> Option<Position> {
        let expected = self.app.position(&self.stage, &play.app_state);
        let actual = self.stage.position(self.app, play);
        self.require_same(actual, expected, play)
    }

    /// What both make of the step.
    fn transition(&mut self, play: &Play) -> Option<Transition> {
        let domain = self.stage.domain(self.app);
        let expected = self.app.transition(&domain, &self.stage, &play.app_state, &play.action, play.mover);
        let actual = self.stage.transition(self.app, play);
        self.require_same(actual, expected, play)
    }

    fn require_same<T: Debug + PartialEq>(
        &self,
        actual: Result<T, Bytes>,
        expected: Result<T, AppError>,
        play: &Play,
    ) -> Option<T> {
        match (actual, expected) {
            (Ok(actual), Ok(expected)) => {
                assert_eq!(actual, expected, "{:?} {play:?}", self.app);
                Some(actual)
            }
            (Err(data), Err(error)) => {
                assert!(reason::is_of(&error, &data), "{:?} {play:?}: {data} {error:?}", self.app);
                None
            }
            (actual, expected) => panic!("{:?} {play:?}: {actual:?} {expected:?}", self.app),
        }
    }
}

impl Counts {
    fn require_steps(&self) {
        assert!(self.steps > PLAYS / 20 && PLAYS - self.steps > PLAYS / 10, "too little was tested: {self:?}");
    }
}
