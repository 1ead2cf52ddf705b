//! The scenarios come as they say, and would not if they said anything else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use adjudicator::abi::CHANNEL_MANAGER;
use rayon::prelude::*;
use simulator::{
    run::{Options, play},
    scenario::{Scenario, Sum, read},
    stage::NoSources,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios")
}

fn scenarios() -> Vec<(String, Scenario)> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let tomls = files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    tomls.map(|file| (file.display().to_string(), read(&fs::read_to_string(file).unwrap()).unwrap())).collect()
}

/// Whether everything comes as the scenario says.
fn holds(scenario: &Scenario) -> bool {
    let code = CHANNEL_MANAGER.creation_code().clone();
    let told = play(scenario, &Options { code, with_twin: false, with_traces: false }, &NoSources).unwrap();
    told.failures.is_empty()
}

#[test]
fn every_scenario_comes_as_it_says() {
    let run = Command::new(env!("CARGO_BIN_EXE_simulator")).args(["run", "--quiet"]).arg(folder()).output().unwrap();
    assert!(run.status.success(), "{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
}

#[test]
fn every_scenario_says_its_claim_first_and_what_everybody_is_paid() {
    for file in fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("claim = \""), "{}", file.display());
    }
    for (file, scenario) in scenarios() {
        let payouts: Vec<_> = scenario.all_ends().filter_map(|(_, check)| check.payouts.as_ref()).collect();
        assert!(!payouts.is_empty(), "{file} asserts no payouts");
        assert!(payouts.iter().all(|payouts| payouts.len() == 2), "{file} asserts the payout of one party alone");
    }
}

#[test]
fn no_payout_may_be_told_a_unit_higher() {
    scenarios().par_iter().for_each(|(file, scenario)| {
        let smallest = |unit: &str| Sum { number: smallest_of(scenario, unit), unit: unit.to_owned() };
        for (name, party) in payouts_of(scenario) {
            let mut wrong = scenario.clone();
            let check = match &name {
                Some(name) => wrong.ends.get_mut(name),
                None => wrong.end.as_mut(),
            };
            let sums = check.unwrap().payouts.as_mut().unwrap().get_mut(&party).unwrap();
            let unit = sums.0.first().unwrap().unit.clone();
            sums.0.push(smallest(&unit));
            assert!(!holds(&wrong), "{file}: {party} may as well be paid a unit more");
        }
    });
}

#[test]
fn nothing_that_is_refused_may_be_told_as_accepted() {
    scenarios().par_iter().for_each(|(file, scenario)| {
        for (index, act) in scenario.acts.iter().enumerate().filter(|(_, act)| act.refused.is_some()) {
            let mut wrong = scenario.clone();
            wrong.acts.get_mut(index).unwrap().refused = None;
            assert!(!holds(&wrong), "{file}: act {index} is refused by {:?}", act.refused);
        }
    });
}

#[test]
fn a_scenario_is_told_the_same_whenever_it_is_played() {
    let files = ["stale-close.toml", "token-calls-back.toml", "rock-paper-scissors-is-won.toml"]
        .map(|file| folder().join(file));
    let run =
        || Command::new(env!("CARGO_BIN_EXE_simulator")).args(["run", "--json"]).args(&files).output().unwrap().stdout;
    assert!(run() == run());
}

#[test]
fn the_page_that_greets_shows_what_is_printed() {
    let root = folder().join("../..");
    let command = ["run", "tests/scenarios/stale-close.toml"];
    let run = Command::new(env!("CARGO_BIN_EXE_simulator")).args(command).current_dir(&root).output().unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    let page = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(page.contains(&format!("cargo run --release -p simulator -- {}\n", command.join(" "))));
    assert!(page.contains(printed.trim_end()), "README.md should show\n{printed}\nand shows\n{page}");
}

/// Each party whose payout is asserted at the end, by the channel's name.
fn payouts_of(scenario: &Scenario) -> Vec<(Option<String>, String)> {
    let ends = scenario.all_ends().filter_map(|(name, check)| Some((name, check.payouts.as_ref()?)));
    ends.flat_map(|(name, payouts)| payouts.keys().map(move |party| (name.map(str::to_owned), party.clone()))).collect()
}

/// The least amount of a unit that is not nothing.
fn smallest_of(scenario: &Scenario, unit: &str) -> String {
    let decimals = match unit {
        "wei" => 0,
        "gwei" => 9,
        "ether" => 18,
        token => scenario.tokens.get(token).and_then(|token| token.decimals).unwrap_or(18),
    };
    match decimals {
        0 => "1".into(),
        decimals => format!("0.{:0>width$}", 1, width = usize::from(decimals)),
    }
}
