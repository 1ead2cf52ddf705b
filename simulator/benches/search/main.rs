//! How fast the simulator searches, beside `revm` alone on the same transactions of the same contract, and what taking back costs.
//!
//! `revm` alone tries all sequences of what the hostile side of an exploration may send, depth first: its journal is kept alive over
//! the end of transactions, recoveries are remembered, and nobody who stands where somebody stood is recognised. The simulator
//! searches the same exploration: it also tells points apart, checks each, and lets the honest party act.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures")]

mod bare;
mod forge;
mod undo;

use std::time::Instant;

use adjudicator::abi::CHANNEL_MANAGER;
use simulator::{
    explore::{Plan, Strategy, Unwatched, beginning, explore},
    scenario::read,
    stage::NoSources,
    world::{Transaction, World},
};

use self::bare::Bare;

const EXPLORATION: &str = include_str!("../../../tests/explorations/margins.toml");
/// How deep `revm` alone goes, and the search.
const DEPTHS: (usize, u8) = (3, 6);
/// How long after the one before a transaction is: half a window, so that both sides of the deadlines are reached.
const PAUSE: u64 = 1_800;
const ROUNDS: usize = 9;

fn main() {
    let scenario = read(EXPLORATION).unwrap();
    let code = CHANNEL_MANAGER.creation_code();
    let plan = |threads| Plan {
        honest: "alice".into(),
        channel: None,
        strategy: Strategy::LastMoment,
        delay: 0,
        depth: DEPTHS.1,
        seed: 0,
        memory: 1 << 32,
        threads,
    };
    // Asked for that, it only writes the same as a test for forge.
    if let Some(file) = std::env::var_os("SEARCH_FORGE_FILE") {
        std::fs::write(file, forge::handler(&scenario, &plan(1))).unwrap();
        return;
    }
    let (mut world, transactions) = beginning(&scenario, &plan(1), code, &NoSources).unwrap();
    let mut bare = Bare::new(&world, &transactions);
    // What is taken back is as if it had never been.
    assert_eq!(bare.search(2).accepted, accepted(&mut world, &transactions, 2));
    bare.search(DEPTHS.0);
    let search = |threads: usize| {
        let begin = Instant::now();
        let plan = plan(threads);
        let found = explore((&scenario, EXPLORATION), &plan, code, &NoSources, None, &mut Unwatched).unwrap();
        assert!(found.stopped.is_none() && found.attack.is_none());
        (found.covered.tried as f64 / begin.elapsed().as_secs_f64(), found.covered)
    };
    // One after the other in each round, so that a machine that slows down slows down all of them.
    let mut rates: [Vec<f64>; 3] = Default::default();
    let mut covered = None;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let found = bare.search(DEPTHS.0);
        let [alone, one, two] = &mut rates;
        alone.push(found.nodes as f64 / begin.elapsed().as_secs_f64());
        one.push(search(1).0);
        let (rate, seen) = search(2);
        two.push(rate);
        covered = Some(seen);
    }
    let ratios = |of: usize, to: usize| {
        let [of, to] = [of, to].map(|index| rates.get(index).cloned().unwrap_or_default());
        median(of.iter().zip(to).map(|(of, to)| of / to).collect())
    };
    let covered = covered.unwrap();
    let document = serde_json::json!({
        "revm_alone_nodes_per_second": median(rates.first().cloned().unwrap_or_default()),
        "nodes_per_second": median(rates.get(1).cloned().unwrap_or_default()),
        "nodes_per_second_two_threads": median(rates.get(2).cloned().unwrap_or_default()),
        "of_revm_alone": ratios(1, 0),
        "two_threads_of_one": ratios(2, 1),
        "states": covered.states,
        "nodes": covered.tried,
        "undo": undo::measured(),
    });
    println!("{document:#}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
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
