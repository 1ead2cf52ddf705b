//! The test sees what it should see: each side is changed a little, and the difference is found.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that panics has failed"
)]

use adjudicator::{Deployment, action::Action};
use alloy_primitives::{Address, U256};
use recourse_differential::{
    campaign::{self, Finding},
    duel::Duel,
    generator::Generator,
    regression::Regression,
    step::{Act, Step},
    twin::Twin,
};

/// A twin that takes windows of a second less than the contract.
fn lenient() -> Duel {
    let mut duel = Duel::new();
    let deployment = duel.twin().manager.deployment;
    duel.replace_deployment(Deployment { min_window: deployment.min_window - 1, ..deployment });
    duel
}

/// The first one of a deposit: that the bounds differ, the contract's getter also tells.
fn first_finding(duel: &mut Duel) -> Finding {
    let mut first = None;
    campaign::lead(duel, 10_000, 1, |duel, finding| {
        if finding.mismatch.kind.starts_with("deposit") {
            first = Some(finding.shrunk(duel));
        }
        first.is_none()
    });
    first.unwrap()
}

#[test]
fn a_rule_that_differs_is_found_and_shrunk_to_one_call() {
    let finding = first_finding(&mut lenient());
    let [Step::Act(act)] = &finding.steps[..] else { panic!("{finding:?}") };
    assert_eq!(Action::decode(&act.calldata).unwrap().name(), "deposit");
    let mismatch = &finding.mismatch;
    assert!(mismatch.kind.starts_with("deposit: bytecode refuses by WindowOutOfRange"), "{mismatch}");
    assert!(mismatch.bytecode.contains("60 to 10000000"), "{mismatch}");
    assert!(mismatch.twin.contains("59 to 10000000") || mismatch.twin.contains("accepted"), "{mismatch}");
}

#[test]
fn what_is_kept_ends_in_the_same_disagreement() {
    let mut duel = lenient();
    let finding = first_finding(&mut duel);
    let folder = tempfile::TempDir::new().unwrap();
    let path = Regression::of(&finding).write(folder.path()).unwrap();
    let kept = Regression::read(&path).unwrap();
    assert_eq!(kept.steps, finding.steps);
    assert_eq!(duel.live(&kept.steps).unwrap_err().1, finding.mismatch);
}

#[test]
fn the_same_seed_leads_the_same_life() {
    let life = |seed| {
        let mut duel = Duel::new();
        let mut generator = Generator::new(duel.bytecode().scene(), seed);
        let steps: Vec<Step> = (0..50)
            .map(|_| {
                let step = generator.next_step(duel.twin());
                duel.step(&step).unwrap();
                step
            })
            .collect();
        steps
    };
    assert_eq!(life(5), life(5));
    assert_ne!(life(5), life(6));
}

/// Lives until the twin has what is changed, changes it, and lets somebody do nothing.
fn assert_seen(kind: &str, mut change: impl FnMut(&mut Twin) -> bool) {
    let mut duel = Duel::new();
    for seed in 0..200 {
        duel.begin();
        let mut generator = Generator::new(duel.bytecode().scene(), seed);
        for _ in 0..60 {
            duel.step(&generator.next_step(duel.twin())).unwrap();
            if change(duel.twin_mut()) {
                assert_eq!(duel.step(&nothing()).unwrap_err().kind, kind);
                return;
            }
        }
    }
    panic!("no life had what is changed");
}

/// A multicall of no calls.
fn nothing() -> Step {
    let calldata = adjudicator::action::Multicall { calls: Vec::new(), gas_each: U256::ZERO }.calldata();
    let (sender, value) = (recourse_differential::scene::PAUPER, U256::ZERO);
    Step::Act(Act { sender, value, calldata, now: 1_700_000_000, chain_id: 31_337, scarce_gas: None })
}

#[test]
fn a_record_that_differs_is_seen() {
    assert_seen("record", |twin| {
        let channel = twin.manager.channels.values_mut().find(|channel| channel.record.round > 0);
        channel.map(|channel| channel.record.consents[1] ^= true).is_some()
    });
}

#[test]
fn a_bounty_that_differs_is_seen() {
    assert_seen("bounty", |twin| {
        let bounty = twin.manager.channels.values_mut().find_map(|channel| channel.bounty.as_mut());
        bounty.map(|bounty| bounty.closer ^= 1).is_some()
    });
}

#[test]
fn epochs_and_serials_and_funds_that_differ_are_seen() {
    assert_seen("epoch", |twin| {
        twin.manager.channels.first_entry().map(|mut entry| entry.get_mut().epochs[1] += 1).is_some()
    });
    assert_seen("funds", |twin| {
        let mut channels = twin.manager.channels.values_mut();
        let channel = channels.find(|it| !it.is_closed && it.funds.values().any(|funds| funds.index == 0));
        channel.map(|channel| channel.serial += 1).is_some()
    });
    assert_seen("funds", |twin| {
        let mut channels = twin.manager.channels.values_mut().filter(|channel| !channel.is_closed);
        let funds = channels.find_map(|channel| channel.funds.values_mut().next());
        funds.map(|funds| funds.balances.reverse()).is_some() && twin_has_uneven_funds(twin)
    });
}

fn twin_has_uneven_funds(twin: &Twin) -> bool {
    let living = twin.manager.channels.values().find(|channel| !channel.is_closed && !channel.funds.is_empty());
    living.and_then(|channel| channel.funds.values().next()).is_some_and(|it| it.balances[0] != it.balances[1])
}

#[test]
fn instances_that_differ_are_seen() {
    let touched = |twin: &mut Twin, change: fn(&mut adjudicator::Progress)| {
        let bases = twin.manager.channels.values_mut().flat_map(|channel| channel.bases.values_mut());
        bases.flat_map(|base| base.instances.values_mut()).next().map(change).is_some()
    };
    assert_seen("steps", |twin| touched(twin, |progress| progress.steps += 1));
    assert_seen("last touch", |twin| touched(twin, |progress| progress.last_touch += 1));
    assert_seen("app state", |twin| touched(twin, |progress| progress.app_state_hash[23] ^= 1));
    assert_seen("delta", |twin| touched(twin, |progress| progress.deltas[0] += alloy_primitives::I256::ONE));
}

/// A base that the twin has forgotten is one that it never knew.
#[test]
fn words_that_the_twin_does_not_know_are_seen() {
    assert_seen("a word that nobody knows", |twin| {
        let mut bases = twin.manager.channels.values_mut().map(|channel| &mut channel.bases);
        bases.find_map(std::collections::BTreeMap::pop_first).is_some()
    });
}

#[test]
fn a_channel_that_is_read_as_another_is_seen() {
    let mut duel = Duel::new();
    let mut generator = Generator::new(duel.bytecode().scene(), 1);
    for _ in 0..60 {
        duel.step(&generator.next_step(duel.twin())).unwrap();
    }
    assert_eq!(duel.read_channels(), Ok(()));
    let channel = duel.twin_mut().manager.channels.values_mut().find_map(|it| it.funds.values_mut().next());
    channel.unwrap().index += 1;
    assert_eq!(duel.read_channels().unwrap_err().kind, "channel as read");
}

#[test]
fn credits_and_coins_that_differ_are_seen() {
    assert_seen("credit", |twin| {
        twin.manager.credits.insert((Address::repeat_byte(0xa1), Address::ZERO), U256::ONE);
        true
    });
    assert_seen("coins of an account", |twin| {
        let accounts = [recourse_differential::scene::PAUPER, Address::repeat_byte(0xa1)];
        twin.others.move_coins(accounts[0], accounts[1], U256::ONE);
        true
    });
}
