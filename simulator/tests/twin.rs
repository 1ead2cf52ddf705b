//! The twin is told apart from a contract that does something else, also where that is nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use adjudicator::{
    abi::CHANNEL_MANAGER,
    action::{Action, Deposit},
    storage::Names,
    types::{Party, Terms},
};
use alloy_primitives::U256;
use simulator::{
    scenario::read,
    stage::{NoSources, Stage},
    twin::{Places, Twin, Verdict},
    world::{Outcome, Trace, Transaction, World},
};

const SCENARIO: &str = "claim = \"Nothing happens.\"\nacts = []\n[channel]\nfunding = { alice = \"1 ether\" }\n";

/// A deposit that the world has run: before it, and what was seen of it.
fn deposit() -> (World, Twin, Places, (Outcome, Trace)) {
    let (stage, mut world) = Stage::set(&read(SCENARIO).unwrap(), CHANNEL_MANAGER.creation_code(), &NoSources).unwrap();
    let (_, place) = stage.places().next().unwrap();
    let terms: &Terms = &place.terms;
    let deposit: Action = Deposit { terms: terms.pack().into(), amount: U256::from(7), side: 0 }.into();
    let alice = terms.accounts(Party::Zero).signer;
    let data = deposit.calldata();
    let transaction = Transaction { value: U256::from(7), ..Transaction::call(alice, stage.manager(), data) };
    let names = Names::of(terms, stage.domain(), BTreeMap::new());
    let known = Places::new([names]);
    let twin = Twin::new(stage.deployment);
    let before = world.snapshot();
    let seen = world.inspect(transaction).unwrap();
    assert!(seen.0.is_success());
    let mut followed = twin.clone();
    assert_eq!(followed.follow(&world, &seen.1, &seen.0, world.now(), Some(&known)), Verdict::Agrees);
    world.restore(&before).unwrap();
    (world, twin, known, seen)
}

#[test]
fn a_contract_that_says_what_it_does_and_stores_nothing_is_found() {
    let (world, mut twin, known, (outcome, mut trace)) = deposit();
    trace.changes.clear();
    let verdict = twin.follow(&world, &trace, &outcome, world.now(), Some(&known));
    assert!(matches!(verdict, Verdict::Disagrees(_)), "{verdict:?}");
}

#[test]
fn a_word_that_nobody_foresees_is_found() {
    let (mut world, mut twin, known, (outcome, mut trace)) = deposit();
    let manager = twin.manager.deployment.domain.manager();
    for change in trace.changes.clone() {
        world.set_storage(change.account, change.slot, change.after);
    }
    let mut stray = *trace.changes.first().unwrap();
    (stray.slot, stray.before, stray.after) = (U256::from(99), U256::ZERO, U256::ONE);
    assert_eq!(stray.account, manager);
    trace.changes.push(stray);
    let verdict = twin.follow(&world, &trace, &outcome, world.now(), Some(&known));
    assert!(matches!(verdict, Verdict::Disagrees(_)), "{verdict:?}");
}
