//! How fast the engine is, beside `revm` alone with the same transactions.
//!
//! A schedule is the life of one channel: two deposits, a stale close, the answer, the settlement, all signed beforehand. Each
//! round plays all schedules once on each engine, one after the other, so that a machine that slows down slows down all of them;
//! what is told is the median of the rounds' ratios.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures")]

mod bare;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use adjudicator::{Channel, abi::CHANNEL_MANAGER, storage::Names};
use alloy_primitives::{Address, B256};
use simulator::{
    scenario::{Call, Path, Shown, read},
    stage::{Moment, NoSources, Stage},
    twin::{Places, Twin},
    world::{Transaction, World},
};

use self::bare::Bare;

const SCENARIO: &str = r#"
claim = "Schedules to be measured."
acts = []
accounts.carol = {}
channels.life = { copies = 64, window = "1 day" }
states.old = { round = 7, nets = "0.3 ether", channel = "life" }
states.new = { round = 8, nets = "0.4 ether", channel = "life" }
"#;
const SCHEDULES: usize = 64;
const ROUNDS: usize = 41;

/// A transaction, and the time of its block.
struct Step {
    transaction: Transaction,
    now: u64,
}

fn main() {
    let (stage, mut world) = Stage::set(&read(SCENARIO).unwrap(), CHANNEL_MANAGER.creation_code(), &NoSources).unwrap();
    let steps = steps(&stage, &mut world);
    let places = places(&stage);
    let mut bare = [false, true].map(|remembers| Bare::new(&world, &steps, remembers));
    let start = world.snapshot();
    let mut times: [Vec<Duration>; 5] = Default::default();
    for _ in 0..ROUNDS {
        let [plain, remembering, alone, with_memory, with_twin] = &mut times;
        let [first, second] = &mut bare;
        plain.push(first.play(&steps));
        remembering.push(second.play(&steps));
        let transact = |world: &mut World, step: &Step| {
            assert!(world.transact(step.transaction.clone()).unwrap().is_success());
        };
        world.remember_recoveries(false);
        alone.push(timed(&mut world, &steps, transact));
        world.restore(&start).unwrap();
        world.remember_recoveries(true);
        timed(&mut world, &steps, transact);
        world.restore(&start).unwrap();
        with_memory.push(timed(&mut world, &steps, transact));
        world.restore(&start).unwrap();
        let mut twin = Twin::new(stage.deployment);
        with_twin.push(timed(&mut world, &steps, |world, step| {
            let (outcome, trace) = world.inspect(step.transaction.clone()).unwrap();
            twin.follow(world, &trace, &outcome, step.now, Some(&places));
        }));
        world.restore(&start).unwrap();
    }
    tell(&times);
}

/// Prints what was measured as one JSON document: nanoseconds for a schedule, and ratios of speeds.
fn tell(times: &[Vec<Duration>; 5]) {
    let [plain, remembering, alone, with_memory, with_twin] = times;
    let per_schedule = |times: &[Duration]| median(times.iter().map(|time| time.as_nanos() as f64)) / SCHEDULES as f64;
    let ratio = |reference: &[Duration], of: &[Duration]| {
        median(reference.iter().zip(of).map(|(reference, of)| reference.as_secs_f64() / of.as_secs_f64()))
    };
    let document = serde_json::json!({
        "nanoseconds": {
            "revm": per_schedule(plain),
            "world": per_schedule(alone),
            "revm_remembering": per_schedule(remembering),
            "world_remembering": per_schedule(with_memory),
            "world_with_twin": per_schedule(with_twin),
        },
        "ratios": {
            "world": ratio(plain, alone),
            "world_remembering": ratio(remembering, with_memory),
            "world_with_twin": ratio(remembering, with_twin),
        },
    });
    println!("{document:#}");
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn timed(world: &mut World, steps: &[Step], mut play: impl FnMut(&mut World, &Step)) -> Duration {
    let begin = Instant::now();
    for step in steps {
        world.set_now(step.now);
        play(world, step);
    }
    begin.elapsed()
}

/// All schedules, one after the other.
fn steps(stage: &Stage, world: &mut World) -> Vec<Step> {
    let now = world.now();
    let [answered, settled] = [1, 86_400].map(|seconds| now.saturating_add(seconds));
    let mut steps = Vec::new();
    for copy in 0..SCHEDULES {
        let life = Some(format!("life {copy}"));
        let deposit = |channel| Call::Deposit { amount: "1 ether".parse().unwrap(), party: None, channel };
        let shown = |state| Shown { state: Some(format!("{state} {copy}")), ..Shown::default() };
        let calls = [
            ("alice", deposit(life.clone()), now),
            ("bob", deposit(life), now),
            ("alice", Call::CloseSolo(shown("old")), now),
            ("carol", Call::Slash(shown("new")), answered),
            ("carol", Call::Settle { state: Some(format!("new {copy}")), channel: None }, settled),
        ];
        for (by, call, now) in calls {
            let sender: Address = stage.address(by, &Path::default()).unwrap();
            let channel = |_: &World, _: B256| Channel::default();
            let mut moment = Moment { sender, channel: &channel, app_states: &BTreeMap::new(), world };
            let built = stage.built(&call, &mut moment, &Path::default()).unwrap();
            let transaction = Transaction { value: built.value, ..Transaction::call(sender, built.to, built.data) };
            steps.push(Step { transaction, now });
        }
    }
    steps
}

fn places(stage: &Stage) -> Places {
    Places::new(stage.places().map(|(_, place)| Names::of(&place.terms, stage.domain(), BTreeMap::new())))
}
