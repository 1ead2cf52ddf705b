//! The bytecode and its twin agree: in the lives that are kept, and in random ones.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test says what it found, and panics")]

use std::env;

use recourse_differential::{
    campaign,
    duel::Duel,
    regression::{self, Regression},
};

/// How many calls, if nobody asks for another number.
const CALLS: u64 = 100_000;

#[test]
fn bytecode_and_twin_agree() {
    let mut duel = Duel::new();
    kept_lives(&mut duel);
    random_lives(&mut duel);
}

fn kept_lives(duel: &mut Duel) {
    for path in regression::files(&regression::folder()).unwrap() {
        let regression = Regression::read(&path).unwrap();
        match duel.live(&regression.steps) {
            Ok(verdict) => assert_eq!(regression.ends, Some(verdict.to_string()), "{}", path.display()),
            Err((at, mismatch)) => panic!("{}: step {at}: {mismatch}", path.display()),
        }
    }
}

fn random_lives(duel: &mut Duel) {
    let mut said = None;
    let counts =
        campaign::lead(duel, number("RECOURSE_ACTIONS", CALLS), number("RECOURSE_SEED", 1), |duel, finding| {
            let finding = finding.shrunk(duel);
            let path = Regression::of(&finding).write(&regression::folder()).unwrap();
            said =
                Some(format!("after {} steps, kept in {}: {}", finding.steps.len(), path.display(), finding.mismatch));
            false
        });
    println!("{counts}");
    assert_eq!(said, None, "they disagree");
    assert_eq!(counts.shortfalls(), [""; 0], "too little was tested");
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().unwrap())
}
