//! What it costs to mark a point and to go back to it, beside a transaction that writes two words, in a small and in a large
//! storage.

use std::time::{Duration, Instant};

use alloy_primitives::{Address, U256, bytes};
use serde_json::{Value, json};
use simulator::world::{Branches, Transaction, World};

/// How many words there are.
const SIZES: [u64; 2] = [10, 10_000];
const ROUNDS: usize = 101;
const EACH: u32 = 1_000;

/// Nanoseconds of a transaction, and of a mark and the way back to it.
pub(super) fn measured() -> Value {
    let mut times: [[Vec<f64>; 2]; 2] = Default::default();
    let mut all = SIZES.map(|size| (branches(size), size));
    for _ in 0..ROUNDS {
        for ((branches, _), [transactions, undos]) in all.iter_mut().zip(&mut times) {
            let (transaction, undo) = round(branches);
            transactions.push(transaction);
            undos.push(undo);
        }
    }
    let median = |values: &Vec<f64>| super::median(values.clone());
    let sizes = times.iter().zip(SIZES).map(|([transactions, undos], size)| {
        let (transaction, undo) = (median(transactions), median(undos));
        json!({ "words": size, "transaction": transaction, "undo": undo, "undo_of_transaction": undo / transaction })
    });
    let [[_, small], [_, large]] = &times;
    json!({ "sizes": sizes.collect::<Vec<_>>(), "large_of_small": median(large) / median(small) })
}

const CONTRACT: Address = Address::repeat_byte(0xc0);
const SENDER: Address = Address::repeat_byte(0x5e);

/// A contract that adds one to each of its first two words, among many others.
fn branches(words: u64) -> Branches {
    let mut world = World::new(1, 1_800_000_000);
    // PUSH0 SLOAD PUSH1 1 ADD PUSH0 SSTORE PUSH1 1 SLOAD PUSH1 1 ADD PUSH1 1 SSTORE STOP
    world.set_code(CONTRACT, bytes!("5f546001015f5560015460010160015500"));
    world.set_balance(SENDER, U256::from(1_u64 << 60));
    for slot in 0..words {
        world.set_storage(CONTRACT, U256::from(slot), U256::from(slot.saturating_add(1)));
    }
    Branches::of(&world)
}

/// The time of a transaction, and of a mark and the way back.
fn round(branches: &mut Branches) -> (f64, f64) {
    let transaction = Transaction::call(SENDER, CONTRACT, bytes!(""));
    let (mut running, mut undoing, mut nothing) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for _ in 0..EACH {
        let begin = Instant::now();
        let mark = branches.mark();
        let marked = begin.elapsed();
        let begin = Instant::now();
        assert!(branches.transact(&transaction).unwrap().is_success());
        running = running.saturating_add(begin.elapsed());
        let begin = Instant::now();
        branches.go_back(&mark);
        undoing = undoing.saturating_add(begin.elapsed()).saturating_add(marked);
        // What it takes to look at the clock.
        let begin = Instant::now();
        nothing = nothing.saturating_add(begin.elapsed());
    }
    let each = |time: Duration, looks: u32| {
        (time.as_secs_f64() - nothing.as_secs_f64() * f64::from(looks)) * 1e9 / f64::from(EACH)
    };
    (each(running, 1), each(undoing, 2))
}
