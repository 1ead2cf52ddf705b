//! A world that goes many ways does on each what a world does that goes one.
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use adjudicator::{Channel, abi::CHANNEL_MANAGER};
use alloy_primitives::{B256, U256};
use simulator::{
    scenario::{Call, Path, Scenario, Shown, Sum, read},
    stage::{Moment, NoSources, Stage},
    world::{Branches, Mark, Snapshot, Spot, Transaction, World},
};

const SCENARIO: &str = r#"
claim = "What may be sent in any order, in coins and in a token that takes a fee, to a payee that calls back."
acts = []
tokens.GOLD = {}
accounts.carol = {}
accounts.payee = { payee = "reentering" }
[channel]
window = "1 hour"
bounty = "1 ether"
stale_margin = 3
payees = { bob = "payee" }
assets = ["ether", "GOLD"]
funding = { alice = ["3 ether", "5 GOLD"], bob = "4 ether" }
[instances.count.app.counter]
[states]
r1 = { round = 1, nets = "1 ether" }
r5 = { round = 5, nets = ["-1 ether", "2 GOLD"], instances = ["count"] }
r9 = { round = 9 }
[closes.c]
round = 12
"#;

/// Transactions of all kinds, each with the time that passes before it.
fn transactions(stage: &Stage, world: &mut World) -> Vec<(Transaction, u64)> {
    let shown = |state: &str| Shown { state: Some(state.into()), ..Shown::default() };
    let amount = |number: &str, unit: &str| Sum { number: number.into(), unit: unit.into() };
    let deposit = |amount| Call::Deposit { amount, party: None, channel: None };
    let calls = [
        ("alice", deposit(amount("1", "ether")), 1),
        ("bob", deposit(amount("2", "GOLD")), 0),
        ("bob", Call::CloseSolo(shown("r1")), 5),
        ("carol", Call::Slash(shown("r5")), 0),
        ("carol", Call::Slash(shown("r9")), 3_595),
        ("alice", Call::SnapshotSolo(shown("r1")), 0),
        ("carol", Call::Settle { state: Some("r9".into()), channel: None }, 3_600),
        ("carol", Call::Settle { state: Some("r1".into()), channel: None }, 3_600),
        ("alice", Call::CloseMutual { close: "c".into() }, 12),
        ("carol", Call::Claim { creditor: Some("payee".into()), asset: "ether".into() }, 0),
    ];
    let mut all = Vec::new();
    for (by, call, seconds) in calls {
        let sender = stage.address(by, &Path::default()).unwrap();
        let channel = |_: &World, _: B256| Channel::default();
        let mut moment = Moment { sender, channel: &channel, app_states: &BTreeMap::new(), world };
        let built = stage.built(&call, &mut moment, &Path::default()).unwrap();
        all.push((Transaction { value: built.value, ..Transaction::call(sender, built.to, built.data) }, seconds));
    }
    // A contract is created, and one that its sender cannot pay is in no block.
    let creator = stage.address("carol", &Path::default()).unwrap();
    let code = adjudicator::abi::COUNTER.creation_code().clone();
    all.push((Transaction { to: None, ..Transaction::call(creator, creator, code) }, 1));
    let poor = Transaction { value: U256::MAX, ..Transaction::call(creator, stage.manager(), Vec::new().into()) };
    all.push((poor, 0));
    all
}

fn set() -> (Stage, World) {
    let scenario: Scenario = read(SCENARIO).unwrap();
    Stage::set(&scenario, CHANNEL_MANAGER.creation_code(), &NoSources).unwrap()
}

/// Numbers that look random, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

#[test]
fn every_way_comes_to_the_same_as_a_world_that_goes_only_that() {
    let (stage, mut world) = set();
    let transactions = transactions(&stage, &mut world);
    let mut branches = Branches::of(&world);
    let mut marks: Vec<(Mark, Snapshot)> = vec![(branches.mark(), world.snapshot())];
    let mut dice = Dice(7);
    let mut accepted = 0;
    for _ in 0..4_000 {
        if dice.below(4) == 0 {
            let depth = dice.below(marks.len());
            marks.truncate(depth + 1);
            let (mark, snapshot) = marks.last().unwrap();
            branches.go_back(mark);
            world.restore(snapshot).unwrap();
        }
        let (transaction, seconds) = &transactions[dice.below(transactions.len())];
        let now = world.now() + seconds;
        world.set_now(now);
        branches.set_now(now);
        let (one, other) = (world.transact(transaction.clone()), branches.transact(transaction));
        assert_eq!(one, other, "results, logs and gas are the same");
        accepted += usize::from(one.is_ok_and(|outcome| outcome.is_success()));
        if marks.len() < 12 {
            marks.push((branches.mark(), world.snapshot()));
        }
        assert_eq!(branches.now(), world.now());
    }
    assert!(accepted > 400, "{accepted} are accepted: the others show too little");
    for slot in world.slots(stage.manager()).collect::<Vec<_>>() {
        assert_eq!(branches.read(Spot::Word(stage.manager(), slot)), world.storage(stage.manager(), slot));
    }
    for (_, player) in stage.players() {
        assert_eq!(branches.read(Spot::Coins(player.address)), world.balance(player.address));
    }
}

#[test]
fn a_fingerprint_is_of_what_there_is_and_not_of_the_way_there() {
    let (stage, mut world) = set();
    let transactions = transactions(&stage, &mut world);
    let mut branches = Branches::of(&world);
    let begin = branches.begin();
    let [first, second] = [&transactions[0].0, &transactions[1].0];
    for each in [first, second] {
        assert!(branches.transact(each).unwrap().is_success());
    }
    let (one, changes) = (branches.fingerprint(), branches.changes_since(&begin));
    branches.return_to_begin();
    assert_eq!(branches.fingerprint(), 0);
    for each in [second, first] {
        assert!(branches.transact(each).unwrap().is_success());
    }
    assert_eq!(branches.fingerprint(), one);
    // The same is written by hand.
    branches.return_to_begin();
    changes.iter().for_each(|change| branches.write(change.spot, change.after));
    assert_eq!(branches.fingerprint(), one);
    branches.return_to_begin();
    assert!(branches.changes_since(&begin).is_empty());
    assert!(branches.transact(first).unwrap().is_success());
    assert_ne!(branches.fingerprint(), one);
}

#[test]
fn what_is_written_by_hand_counts_as_if_a_transaction_had_written_it() {
    let (stage, mut world) = set();
    let transactions = transactions(&stage, &mut world);
    let begin = world.snapshot();
    for (transaction, seconds) in transactions.iter().take(3) {
        world.set_now(world.now() + seconds);
        assert!(world.transact(transaction.clone()).unwrap().is_success());
    }
    let mut branches = Branches::of(&world);
    let mut walked = Branches::of(&{
        world.restore(&begin).unwrap();
        world
    });
    let mark = walked.begin();
    for (transaction, seconds) in transactions.iter().take(3) {
        walked.set_now(walked.now() + seconds);
        walked.transact(transaction).unwrap();
    }
    let changes = walked.changes_since(&mark);
    let now = walked.now();
    walked.return_to_begin();
    changes.iter().for_each(|change| walked.write(change.spot, change.after));
    walked.set_now(now);
    for (transaction, _) in transactions.iter().skip(3) {
        assert_eq!(walked.transact(transaction), branches.transact(transaction), "gas too");
    }
}
