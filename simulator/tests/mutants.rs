//! The search bites: each broken contract of `tests/mutants/` is seen through, and the contract that ships is not blamed where they
//! are searched.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fs, path::Path, path::PathBuf, process::Command};

use adjudicator::abi::CHANNEL_MANAGER;
use alloy_primitives::Bytes;
use rayon::prelude::*;
use serde::Deserialize;
use simulator::{
    explore::{Attack, Covered, Found, Observer, Plan, Strategy, as_scenario, explore},
    run::{Options, play},
    scenario::{read, read_toml},
    stage::NoSources,
};

/// What a file of `tests/mutants/` says.
#[derive(Deserialize)]
struct Mutant {
    scenario: String,
    honest: String,
    strategy: String,
    attack: Vec<String>,
}

struct Patience;

impl Observer for Patience {
    fn progress(&mut self, _: &Covered) {}

    fn is_stopped(&mut self) -> bool {
        false
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn mutants() -> Vec<(String, Mutant)> {
    let files = fs::read_dir(root().join("tests/mutants")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    let mut all: Vec<(String, Mutant)> = files
        .map(|file| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap())
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

impl Mutant {
    fn text(&self) -> String {
        fs::read_to_string(root().join(format!("tests/explorations/{}.toml", self.scenario))).unwrap()
    }

    fn searched(&self, code: &Bytes) -> Found {
        let strategy = match self.strategy.as_str() {
            "last-moment" => Strategy::LastMoment,
            "decide" => Strategy::Decide { late: 600 },
            "offline" => Strategy::Offline { before: 1 },
            other => panic!("there is no strategy {other}"),
        };
        let plan = Plan {
            honest: self.honest.clone(),
            channel: None,
            strategy,
            delay: 0,
            depth: u8::try_from(self.attack.len()).unwrap(),
            seed: 0,
            memory: 1 << 30,
            threads: 1,
        };
        let text = self.text();
        explore((&read(&text).unwrap(), &text), &plan, code, &NoSources, None, &mut Patience).unwrap()
    }
}

fn code_of(mutant: &str) -> Bytes {
    #[derive(Deserialize)]
    struct Artifact {
        bytecode: Bytecode,
    }
    #[derive(Deserialize)]
    struct Bytecode {
        object: Bytes,
    }
    let text = fs::read_to_string(root().join(format!("target/mutants/{mutant}.json"))).unwrap();
    serde_json::from_str::<Artifact>(&text).unwrap().bytecode.object
}

#[test]
fn each_mutant_is_seen_through() {
    let compiled = Command::new(root().join("scripts/mutants")).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stdout));
    let mutants = mutants();
    assert!(mutants.len() >= 16);
    let found: Vec<(usize, bool)> = mutants
        .par_iter()
        .map(|(name, mutant)| {
            let code = code_of(name);
            let found = mutant.searched(&code);
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
    let mut seen: Vec<(String, String, String, u8)> = Vec::new();
    for (_, mutant) in mutants() {
        let depth = u8::try_from(mutant.attack.len()).unwrap().min(3);
        let key = (mutant.scenario.clone(), mutant.honest.clone(), mutant.strategy.clone(), depth);
        if !seen.contains(&key) {
            let found = Mutant { attack: vec![String::new(); depth.into()], ..mutant }
                .searched(CHANNEL_MANAGER.creation_code());
            assert_eq!(found.attack.map(|attack| attack.broken), None, "{key:?}");
            seen.push(key);
        }
    }
    assert!(seen.len() >= 10, "{seen:?}");
}
