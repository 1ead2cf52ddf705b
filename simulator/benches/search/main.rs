//! How fast `revm` alone searches: the reference for the search of the simulator.
//!
//! All sequences of eight transactions, five long, depth first. The journal is kept alive over the end of transactions, so that
//! each is taken back by it; nobody who stands where somebody stood is recognised. Recoveries are remembered, for nine tenths
//! of the work would be theirs.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures")]

mod bare;

use std::{collections::BTreeMap, time::Instant};

use adjudicator::{Channel, abi::CHANNEL_MANAGER};
use alloy_primitives::{Address, B256};
use simulator::{
    scenario::{Call, Path, Shown, read},
    stage::{Moment, NoSources, Stage},
    world::{Transaction, World},
};

use self::bare::Bare;

const SCENARIO: &str = r#"
claim = "A channel to be searched."
acts = []
accounts.carol = {}
channel = { window = "1 day" }
states.r1 = { round = 1, nets = "0.1 ether" }
states.r2 = { round = 2, nets = "0.2 ether" }
states.r3 = { round = 3, nets = "0.3 ether" }
"#;
const DEPTH: usize = 5;
/// How long after the one before a transaction is: half a window, so that both sides of the deadlines are reached.
const PAUSE: u64 = 43_200;
const ROUNDS: usize = 21;

fn main() {
    let (stage, mut world) = Stage::set(&read(SCENARIO).unwrap(), CHANNEL_MANAGER.creation_code(), &NoSources).unwrap();
    for by in ["alice", "bob"] {
        let deposit = Call::Deposit { amount: "1 ether".parse().unwrap(), party: None, channel: None };
        let transaction = prepared(&stage, &mut world, by, &deposit);
        assert!(world.transact(transaction).unwrap().is_success());
    }
    let shown = |state: &str| Shown { state: Some(state.into()), ..Shown::default() };
    let settle = |state: &str| Call::Settle { state: Some(state.into()), channel: None };
    let calls = [
        ("alice", Call::CloseSolo(shown("r1"))),
        ("bob", Call::CloseSolo(shown("r2"))),
        ("carol", Call::SnapshotSolo(shown("r2"))),
        ("carol", Call::Slash(shown("r1"))),
        ("carol", Call::Slash(shown("r2"))),
        ("carol", Call::Slash(shown("r3"))),
        ("carol", settle("r2")),
        ("carol", settle("r3")),
    ];
    let transactions: Vec<Transaction> =
        calls.iter().map(|(by, call)| prepared(&stage, &mut world, by, call)).collect();
    let mut bare = Bare::new(&world, &transactions);
    // What is taken back is as if it had never been.
    assert_eq!(bare.search(3).accepted, accepted(&mut world, &transactions, 3));
    // What is told is the median; the first round remembers.
    bare.search(DEPTH);
    let mut rates: Vec<f64> = Vec::new();
    let mut found = bare::Found::default();
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        found = bare.search(DEPTH);
        rates.push(found.nodes as f64 / begin.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    let document = serde_json::json!({
        "nodes": found.nodes,
        "accepted": found.accepted,
        "nodes_per_second": rates.get(ROUNDS / 2),
    });
    println!("{document:#}");
}

/// How many transactions are not refused, where a world returns to its snapshots instead.
fn accepted(world: &mut World, transactions: &[Transaction], depth: usize) -> u64 {
    let Some(depth) = depth.checked_sub(1) else { return 0 };
    let mut count = 0_u64;
    for transaction in transactions {
        let before = world.snapshot();
        let is_accepted = world.transact(transaction.clone()).unwrap().is_success();
        world.set_now(world.now().saturating_add(PAUSE));
        count = count.saturating_add(u64::from(is_accepted)).saturating_add(accepted(world, transactions, depth));
        world.restore(&before).unwrap();
    }
    count
}

fn prepared(stage: &Stage, world: &mut World, by: &str, call: &Call) -> Transaction {
    let sender: Address = stage.address(by, &Path::default()).unwrap();
    let channel = |_: &World, _: B256| Channel::default();
    let mut moment = Moment { sender, channel: &channel, app_states: &BTreeMap::new(), world };
    let built = stage.built(call, &mut moment, &Path::default()).unwrap();
    Transaction { value: built.value, ..Transaction::call(sender, built.to, built.data) }
}
