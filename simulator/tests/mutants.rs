//! The search bites: each broken contract of `tests/mutants/` is seen through, and the contract that ships is not blamed where they
//! are searched.

use adjudicator::abi::CHANNEL_MANAGER;
use alloy_primitives::Bytes;
use rayon::prelude::*;
use simulator::{
    explore::{Attack, as_scenario},
    run::{Options, play},
    scenario::read_toml,
    stage::NoSources,
};

use self::mutants::{code_of, compile, mutants};

#[path = "shared/mutants.rs"]
mod mutants;

#[test]
fn each_mutant_is_seen_through() {
    compile(&[]);
    let mutants = mutants();
    assert!(mutants.len() >= 16);
    let found: Vec<(usize, bool)> = mutants
        .par_iter()
        .map(|(name, mutant)| {
            let code = code_of(name);
            let found = mutant.searched(&mutant.plan(), &code);
            let Attack { broken, schedule, .. } = found.attack.unwrap_or_else(|| panic!("{name} is not seen through"));
            let hostile = schedule.hostile();
            println!("{name}: {hostile} hostile transactions: {broken}");
            assert!(hostile <= mutant.attack.len(), "{name}: {hostile} where {} are enough", mutant.attack.len());
            // What was found says what the contract that ships does, and is not what the mutant does.
            let text = as_scenario((&mutant.text(), name), &schedule, &NoSources).unwrap();
            let scenario = read_toml(&text).unwrap_or_else(|misread| panic!("{name}: {misread}\n{text}"));
            let options = |code: &Bytes| Options { code: code.clone(), with_twin: true, with_traces: false };
            let told = play(&scenario, &options(CHANNEL_MANAGER.creation_code()), &NoSources).unwrap();
            assert!(told.failures.is_empty(), "{name}: {:?}\n{text}", told.failures);
            let told = play(&scenario, &options(&code), &NoSources).unwrap();
            (hostile, !told.failures.is_empty())
        })
        .collect();
    let fails = found.iter().zip(&mutants).filter(|((_, fails), _)| !fails).map(|(_, (name, _))| name);
    assert_eq!(fails.collect::<Vec<_>>(), Vec::<&String>::new(), "these play as the contract that ships does");
    let deep = found.iter().filter(|(hostile, _)| *hostile >= 4).count();
    assert!(deep >= 3, "{deep} take four hostile transactions or more");
}

#[test]
fn the_contract_that_ships_is_not_blamed_where_mutants_are() {
    let mut seen = Vec::new();
    for (_, mutant) in mutants() {
        let mut plan = mutant.plan();
        plan.depth = plan.depth.min(3);
        let key = (mutant.scenario.clone(), mutant.honest.clone(), mutant.strategy.clone(), plan.depth);
        if !seen.contains(&key) {
            let found = mutant.searched(&plan, CHANNEL_MANAGER.creation_code());
            assert_eq!(found.attack.map(|attack| attack.broken), None, "{key:?}");
            seen.push(key);
        }
    }
    assert!(seen.len() >= 10, "{seen:?}");
}
