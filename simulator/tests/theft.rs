//! A contract that steals is found by its twin, wherever in its code it does.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use adjudicator::abi::CHANNEL_MANAGER;
use alloy_primitives::Bytes;
use rayon::prelude::*;
use simulator::{
    run::{FailureKind, Options, Told, play},
    scenario::read,
    stage::NoSources,
};

const RETURN: u8 = 0xf3;
const STOP: u8 = 0x00;
const SELFDESTRUCT: u8 = 0xff;

/// All that the contract does here with money; nothing is said of what must come of it.
const SCENARIO: &str = r#"claim = "Bob closes on an old state, and Alice answers."
channel.funding = { alice = "30 ether", bob = "30 ether" }
accounts.carol = {}
states.r5 = { round = 5, nets = "5 ether" }
states.r8 = { round = 8, nets = "8 ether" }
end.payouts = { alice = "22 ether", bob = "38 ether" }
acts = [
  { at = "start + 1 day", by = "bob", call.close_solo = { state = "r5" } },
  { at = "E - 1h", by = "alice", call.slash = { state = "r8" } },
  { at = "final", by = "carol", call.settle = {} },
]
"#;
/// What everybody must have then.
const GAINS: &str = "end.gains = { alice = \"-8 ether\", bob = \"8 ether\", carol = [], manager = [] }\n";

fn played(code: &Bytes, with_twin: bool, rest: &str) -> Option<Told> {
    let scenario = read(&format!("{SCENARIO}{rest}")).unwrap();
    play(&scenario, &Options { code: code.clone(), with_twin, with_traces: false }, &NoSources).ok()
}

/// Whether all is told to go well, and money is missing all the same; and whether the twin has noticed anything.
fn thief(code: &Bytes) -> Option<(usize, bool)> {
    let blind = played(code, false, "")?;
    let is_accepted = blind.events.iter().all(|event| !event.answer.is_refused());
    let missing = played(code, false, GAINS)?.failures.len();
    if !is_accepted || missing == 0 {
        return None;
    }
    let told = played(code, true, "")?;
    let is_found = told.failures.iter().any(|failure| failure.kind == FailureKind::Disagreement);
    Some((missing, is_found))
}

#[test]
fn whoever_leaves_with_the_coins_is_found() {
    let code = CHANNEL_MANAGER.creation_code();
    assert_eq!(played(code, true, GAINS).unwrap().failures, []);
    let places: Vec<usize> = (0..code.len()).filter(|place| [RETURN, STOP].contains(&code[*place])).collect();
    let returns = places.iter().filter(|place| code[**place] == RETURN);
    // Most zeros are no instruction: of those every fifth is tried.
    let stops = places.iter().filter(|place| code[**place] == STOP).step_by(5);
    let tried: Vec<usize> = returns.chain(stops).copied().collect();
    let thieves = tried.par_iter().filter_map(|place| {
        let mut bytes = code.to_vec();
        bytes[*place] = SELFDESTRUCT;
        thief(&bytes.into()).map(|(_, is_found)| (*place, is_found))
    });
    let thieves: Vec<(usize, bool)> = thieves.collect();
    assert!(thieves.len() > 1, "{} places tried, and nobody steals: {thieves:?}", tried.len());
    let unseen: Vec<_> = thieves.iter().filter(|(_, is_found)| !is_found).collect();
    assert!(unseen.is_empty(), "not found: {unseen:?} of {thieves:?}");
}
