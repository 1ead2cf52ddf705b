//! A schedule that was exported as a Foundry test does there what it does here, and fails where the contract is broken.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use adjudicator::{Channel, abi::CHANNEL_MANAGER};
use alloy_primitives::{Address, B256, I256, U256};
use alloy_sol_types::{SolCall, sol};
use simulator::{
    explore::{
        Attack, Covered, Observer, Plan, Strategy, as_foundry, explore,
        foundry::{End, Expected, Export, Step},
    },
    scenario::{self, Call, Shown, read},
    stage::{DEPLOYER, Moment, NoSources, Stage},
    world::{Outcome, Transaction, World},
};

sol!(
    function balanceOf(address account) external view returns (uint256);
);

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
        let expected = match self.world.transact(transaction).unwrap() {
            Outcome::Success { .. } => Expected::Accepted,
            Outcome::Revert { output, .. } => Expected::Refused(output),
            Outcome::Halt { reason, .. } => panic!("{reason:?}"),
        };
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

/// Deposits, a stale close, the answer, one that comes too late, the settlement.
fn exported() -> String {
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
    assert_eq!(schedule.steps.iter().filter(|step| step.expected != Expected::Accepted).count(), 3);
    assert!(ends.iter().all(|end| !end.gained.is_zero()));

    schedule.world.restore(&start).unwrap();
    let scenario = read(SCENARIO).unwrap();
    let export = Export {
        name: "stale-close",
        claim: &scenario.claim,
        world: &schedule.world,
        deployment: &schedule.stage.deployment,
        deployer: (DEPLOYER, 0),
        steps: &schedule.steps,
        ends: &ends,
    };
    export.to_string()
}

/// What a search finds where evidence still counts at its deadline.
fn found() -> String {
    struct Patience;
    impl Observer for Patience {
        fn progress(&mut self, _: &Covered) {}

        fn is_stopped(&mut self) -> bool {
            false
        }
    }
    let mutant = "evidence-deadline-is-late";
    assert!(Command::new(root().join("scripts/mutants")).arg(mutant).status().unwrap().success());
    let artifact = fs::read(root().join(format!("target/mutants/{mutant}.json"))).unwrap();
    let artifact: serde_json::Value = serde_json::from_slice(&artifact).unwrap();
    let code = artifact["bytecode"]["object"].as_str().unwrap().parse().unwrap();
    let text = fs::read_to_string(root().join("tests/explorations/payment.toml")).unwrap();
    let scenario = read(&text).unwrap();
    let plan = Plan {
        honest: "alice".into(),
        channel: None,
        strategy: Strategy::LastMoment,
        delay: 0,
        depth: 2,
        seed: 0,
        memory: 1 << 30,
        threads: 1,
    };
    let found = explore((&scenario, &text), &plan, &code, &NoSources, None, &mut Patience).unwrap();
    let Attack { broken, schedule, .. } = found.attack.unwrap();
    assert_eq!(broken.name(), "late-evidence");
    as_foundry(("found", &broken.to_string()), (&scenario, &plan), &schedule, &NoSources).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// A project with the sources of the contract, the toolchain of this one, and these tests.
fn project(tests: [(&str, &str); 2]) -> tempfile::TempDir {
    let project = tempfile::tempdir().unwrap();
    let input: serde_json::Value = serde_json::from_str(CHANNEL_MANAGER.standard_json_input()).unwrap();
    let sources = input["sources"].as_object().unwrap();
    for (file, text) in sources.iter().map(|(file, source)| (file.as_str(), source["content"].as_str().unwrap())) {
        write(&project.path().join(file), text);
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
    let project = project([("StaleClose", &exported()), ("Found", &found())]);
    let (passes, said) = forge(project.path());
    assert!(passes && said.contains("2 tests passed, 0 failed"), "{said}");

    let window = project.path().join("contracts/libraries/Window.sol");
    let source = fs::read_to_string(&window).unwrap();
    let late = "block.timestamp > deadline) revert IChannelErrors.EvidenceOver";
    let broken = source.replace("block.timestamp >= deadline) revert IChannelErrors.EvidenceOver", late);
    assert_ne!(broken, source);
    fs::write(&window, broken).unwrap();
    let (passes, said) = forge(project.path());
    assert!(!passes && said.contains("NotRefused(6, ") && said.contains("0 tests passed, 2 failed"), "{said}");
}
