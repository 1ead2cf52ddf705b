//! A schedule that was exported as a Foundry test does there what it does here, and fails where the contract is broken.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeMap, fs, os::unix::fs::symlink, path::Path, process::Command};

use adjudicator::{Channel, abi::CHANNEL_MANAGER};
use alloy_primitives::{Address, B256, Bytes, I256, U256};
use alloy_sol_types::{SolCall, sol};
use rayon::prelude::*;
use simulator::{
    explore::{
        Attack, Broken, as_foundry,
        foundry::{End, Expected, Export, Step},
    },
    scenario::{self, Call, Shown, read},
    stage::{DEPLOYER, Moment, NoSources, Stage},
    world::{Transaction, World},
};

sol!(
    function balanceOf(address account) external view returns (uint256);
);

use self::mutants::{Edit, Mutant, code_of, compile, mutants, root};

#[path = "shared/mutants.rs"]
mod mutants;

const SCENARIO: &str = r#"
claim = "A stale close is answered in time, and cannot be taken up again: \u202e nothing here ends the comment."
acts = []
tokens.GOLD = {}
accounts.carol = {}

[channel]
window = "1 day"
assets = ["ether", "GOLD"]

[states]
old = { round = 7, nets = ["0.7 ether", "3 GOLD"] }
new = { round = 8, nets = ["0.4 ether", "-2 GOLD"] }
newest = { round = 9, nets = "0.9 ether" }
"#;

/// A chain, and what happens on it.
struct Schedule {
    stage: Stage,
    world: World,
    steps: Vec<Step>,
}

impl Schedule {
    fn set() -> Self {
        let scenario = read(SCENARIO).unwrap();
        let (stage, world) = Stage::set(&scenario, CHANNEL_MANAGER.creation_code(), &NoSources).unwrap();
        Self { stage, world, steps: Vec::new() }
    }

    /// What comes of it is what must come of it again.
    fn play(&mut self, now: u64, by: &str, call: &Call, note: &str) {
        let path = scenario::Path::default();
        let sender = self.stage.address(by, &path).unwrap();
        let channel = |_: &World, _: B256| Channel::default();
        let mut moment = Moment { sender, channel: &channel, app_states: &BTreeMap::new(), world: &mut self.world };
        let built = self.stage.built(call, &mut moment, &path).unwrap();
        self.world.set_now(now);
        let transaction = Transaction { value: built.value, ..Transaction::call(sender, built.to, built.data.clone()) };
        let outcome = self.world.transact(transaction).unwrap();
        let expected = Expected::of(&outcome, self.stage.manager());
        let (to, value, data) = (built.to, built.value, built.data);
        let words = Vec::new();
        self.steps.push(Step { note: note.into(), now, sender, to, value, data, expected, words });
    }

    fn balance(&mut self, account: Address, asset: Address) -> U256 {
        if asset.is_zero() {
            return self.world.balance(account);
        }
        let answer = self.world.ask(account, asset, balanceOfCall { account }.abi_encode().into()).unwrap();
        balanceOfCall::abi_decode_returns(&answer).unwrap()
    }
}

/// Deposits, a stale close, the answer, one that comes too late, the settlement. `spoil` may make it say something else.
fn exported(name: &str, spoil: impl FnOnce(&mut [Step], &mut Vec<U256>, B256)) -> String {
    let mut schedule = Schedule::set();
    let start = schedule.world.snapshot();
    let begin = schedule.world.now();
    let place = schedule.stage.place(None, &scenario::Path::default()).unwrap().clone();
    let assets: Vec<Address> = place.terms.assets().as_slice().iter().map(|asset| asset.get()).collect();
    let parties = ["alice", "bob"].map(|name| schedule.stage.address(name, &scenario::Path::default()).unwrap());
    let sides: Vec<(Address, Address)> =
        parties.iter().flat_map(|account| assets.iter().map(|asset| (*account, *asset))).collect();
    let before: Vec<U256> = sides.iter().map(|(account, asset)| schedule.balance(*account, *asset)).collect();

    let deposit = |amount: &str| Call::Deposit { amount: amount.parse().unwrap(), party: None, channel: None };
    let shown = |state: &str| Shown { state: Some(state.into()), ..Shown::default() };
    let settle = |state: &str| Call::Settle { state: Some(state.into()), channel: None };
    let end = begin + 86_400;
    for (now, by, call) in [
        (begin, "alice", deposit("1 ether")),
        (begin, "bob", deposit("5 GOLD")),
        (begin, "bob", Call::CloseSolo(shown("old"))),
        (end - 1, "carol", Call::Slash(shown("new"))),
        (end - 1, "carol", settle("new")),
        (end, "bob", Call::Slash(shown("newest"))),
        (end, "carol", settle("old")),
        (end, "carol", settle("new")),
    ] {
        schedule.play(now, by, &call, &format!("{by} at {now}\nnot code"));
    }
    let ends: Vec<End> = sides
        .iter()
        .zip(before)
        .map(|(&(account, asset), before)| {
            let gained = I256::try_from(schedule.balance(account, asset)).unwrap() - I256::try_from(before).unwrap();
            End { account, asset, gained }
        })
        .collect();
    assert_eq!(schedule.steps.iter().filter(|step| matches!(step.expected, Expected::Refused(_))).count(), 3);
    assert!(ends.iter().all(|end| !end.gained.is_zero()));

    let mut watched = Vec::new();
    spoil(&mut schedule.steps, &mut watched, place.id);
    schedule.world.restore(&start).unwrap();
    let scenario = read(SCENARIO).unwrap();
    let export = Export {
        name,
        claim: &scenario.claim,
        world: &schedule.world,
        deployment: &schedule.stage.deployment,
        deployer: (DEPLOYER, 0),
        watched: &watched,
        steps: &schedule.steps,
        ends: &ends,
    };
    export.to_string()
}

/// What a search finds in a mutant, which must be compiled.
fn found(name: &str, mutant: &Mutant) -> (Broken, String) {
    let plan = mutant.plan();
    let Attack { broken, schedule, .. } = mutant.searched(&plan, &code_of(name)).attack.unwrap();
    let claim = broken.to_string();
    let text = as_foundry((name, &claim), (&mutant.exploration(), &plan), &schedule, &NoSources).unwrap();
    (broken, text)
}

/// Breaks the sources of a project as a mutant is broken.
fn plant(project: &Path, mutant: &Mutant) {
    for Edit { file, find, replace } in &mutant.edits {
        let file = project.join(file);
        let source = fs::read_to_string(&file).unwrap();
        assert_eq!(source.matches(find).count(), 1, "{find}");
        fs::write(file, source.replace(find, replace)).unwrap();
    }
}

/// A project with the sources of the contract, the toolchain of this one, and these tests.
fn project(tests: &[(&str, String)]) -> tempfile::TempDir {
    let project = tempfile::tempdir().unwrap();
    let input: serde_json::Value = serde_json::from_str(CHANNEL_MANAGER.standard_json_input()).unwrap();
    for (file, source) in input["sources"].as_object().unwrap() {
        write(&project.path().join(file), source["content"].as_str().unwrap());
    }
    for (name, test) in tests {
        write(&project.path().join(format!("tests/contracts/{name}.t.sol")), test);
    }
    fs::create_dir(project.path().join("scripts")).unwrap();
    for file in ["foundry.toml", "scripts/forge", "scripts/solc"] {
        fs::copy(root().join(file), project.path().join(file)).unwrap();
    }
    symlink(root().join("node_modules"), project.path().join("node_modules")).unwrap();
    project
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// Whether all tests pass, and what is said. The optimiser would take twice as long.
fn forge(project: &Path) -> (bool, String) {
    let run = Command::new(project.join("scripts/forge"))
        .args(["test", "--match-path", "tests/contracts/*.t.sol"])
        .env_remove("FOUNDRY_PROFILE")
        .env("FOUNDRY_OPTIMIZER", "false")
        .current_dir(project)
        .output()
        .unwrap();
    let said = [run.stdout, run.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    (run.status.success(), said)
}

#[test]
fn an_exported_schedule_passes_and_fails_with_a_broken_contract() {
    let name = "evidence-deadline-is-late";
    let (_, mutant) = mutants().into_iter().find(|(other, _)| other == name).unwrap();
    compile(&[name]);
    let (broken, found) = found(name, &mutant);
    assert_eq!(broken.name(), "late-evidence");
    // Each event and each word counts: these two say something else of what the contract that ships does.
    let silent = exported("silent", |steps, _, _| steps[2].expected = Expected::Accepted(Bytes::new()));
    let unchanged = exported("unchanged", |_, watched, id| watched.push(adjudicator::storage::record(id)));
    let stale = exported("stale-close", |_, _, _| {});
    let project = project(&[("StaleClose", stale), ("Found", found), ("Silent", silent), ("Unchanged", unchanged)]);
    let (_, said) = forge(project.path());
    assert!(said.contains("2 tests passed, 2 failed"), "{said}");
    for part in ["[PASS] test_StaleClose()", "[PASS] test_EvidenceDeadlineIsLate()", "NotEmitted(3, ", "NotStored(3, "]
    {
        assert!(said.contains(part), "{part}: {said}");
    }

    plant(project.path(), &mutant);
    let (passes, said) = forge(project.path());
    assert!(!passes && said.contains("NotRefused(6, ") && said.contains("0 tests passed, 4 failed"), "{said}");
}

/// What is found in each mutant passes with the contract that ships, and fails with what it was found in.
#[test]
#[ignore = "compiles 38 contracts: `./scripts/check --deep`"]
fn each_found_attack_fails_in_forge() {
    compile(&[]);
    let mutants = mutants();
    let tests: Vec<(&str, String)> =
        mutants.par_iter().map(|(name, mutant)| (name.as_str(), found(name, mutant).1)).collect();
    let (passes, said) = forge(project(&tests).path());
    assert!(passes && said.contains(&format!("{} tests passed, 0 failed", mutants.len())), "{said}");

    let fails = tests.par_iter().zip(&mutants).map(|(test, (name, mutant))| {
        let project = project(std::slice::from_ref(test));
        plant(project.path(), mutant);
        let (_, said) = forge(project.path());
        let why = said.lines().find(|line| line.starts_with("[FAIL: ")).unwrap_or_default();
        println!("{name}: {why}");
        let reasons = ["NotAccepted(", "NotRefused(", "NotEmitted(", "NotStored(", "NotGained("];
        if reasons.iter().any(|reason| why.contains(reason)) { Ok(()) } else { Err(format!("{name}: {said}")) }
    });
    let unseen: Vec<String> = fails.filter_map(Result::err).collect();
    assert!(unseen.is_empty(), "{}", unseen.concat());
}
