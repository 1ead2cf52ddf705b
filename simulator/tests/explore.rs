//! The search: that it covers what it says, comes to the same however it is run, and finds what there is to find.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use adjudicator::abi::CHANNEL_MANAGER;
use simulator::{
    explore::{Attack, Covered, Found, Mistake, Observer, Plan, Stop, Strategy, as_scenario, explore},
    run::{FailureKind, Options, play},
    scenario::{read, read_toml},
    stage::NoSources,
};

const PAYMENT: &str = include_str!("../../tests/explorations/payment.toml");
const GAMES: &str = include_str!("../../tests/explorations/games.toml");
const LOCK: &str = include_str!("../../tests/explorations/lock.toml");

/// Looks on, and stops after so many rounds.
struct Patience(usize);

impl Observer for Patience {
    fn progress(&mut self, _: &Covered) {}

    fn is_stopped(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 == 0
    }
}

fn plan(strategy: Strategy, depth: u8) -> Plan {
    Plan { honest: "alice".into(), channel: None, strategy, delay: 0, depth, seed: 0, memory: 1 << 30, threads: 1 }
}

fn searched(text: &str, plan: &Plan) -> Found {
    resumed(text, plan, None, usize::MAX).unwrap()
}

fn resumed(text: &str, plan: &Plan, checkpoint: Option<&[u8]>, rounds: usize) -> Result<Found, Mistake> {
    let scenario = read(text).unwrap();
    let code = CHANNEL_MANAGER.creation_code();
    explore((&scenario, text), plan, code, &NoSources, checkpoint, &mut Patience(rounds))
}

const DECIDE: Strategy = Strategy::Decide { late: 600 };

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    for (text, strategy, depth) in [
        (PAYMENT, Strategy::LastMoment, 8),
        (PAYMENT, DECIDE, 3),
        (GAMES, Strategy::LastMoment, 4),
        (GAMES, DECIDE, 2),
        (LOCK, DECIDE, 2),
        (PAYMENT, Strategy::Offline { before: 600 }, 4),
        (GAMES, Strategy::Offline { before: 600 }, 3),
    ] {
        let found = searched(text, &plan(strategy, depth));
        assert_eq!(found.attack.as_ref().map(|attack| &attack.broken), None, "{text}\n{strategy:?}");
        assert_eq!(found.stopped, None);
        assert!(found.covered.states > 50 && found.covered.frontier == 0, "{:?}", found.covered);
        assert_eq!(found.worst, found.guaranteed, "what is guaranteed is what the worst leaves: {strategy:?}\n{text}");
    }
}

#[test]
fn who_sees_the_chain_late_answers_so_late_and_not_later() {
    // An hour is the window: ten minutes after the close something is sent, and mined at the latest in the last second, or in the
    // one after it.
    for (delay, is_lost) in [(2_999, false), (3_000, true)] {
        let found = searched(PAYMENT, &Plan { delay, ..plan(DECIDE, 1) });
        assert_eq!(found.attack.is_some(), is_lost, "{delay} s: {:?}", found.attack.map(|attack| attack.broken));
    }
}

#[test]
fn what_is_sent_may_be_late_by_its_bound() {
    for text in [PAYMENT, GAMES] {
        let found = searched(text, &Plan { delay: 600, ..plan(DECIDE, 2) });
        assert_eq!((found.attack.map(|it| it.broken), found.stopped), (None, None), "{text}");
    }
    let found = searched(PAYMENT, &Plan { delay: 600, ..plan(Strategy::LastMoment, 3) });
    assert_eq!((found.attack.map(|it| it.broken), found.stopped), (None, None));
    assert!(found.covered.states > searched(PAYMENT, &plan(Strategy::LastMoment, 3)).covered.states);
}

#[test]
fn who_looks_too_rarely_loses_and_the_shortest_way_there_is_told() {
    // Alice sees the chain later than a window is long.
    let plan = plan(Strategy::Decide { late: 3_600 }, 4);
    let found = searched(PAYMENT, &plan);
    let Attack { broken, schedule, .. } = found.attack.unwrap();
    assert_eq!((broken.name(), schedule.hostile(), found.stopped), ("guarantee", 1, Some(Stop::Broken)));
    assert!(broken.to_string().contains("guaranteed 13000000000000000000"), "{broken}");
    // It is a scenario that comes as it says on the contract that ships.
    let text = as_scenario((PAYMENT, "Alice is late."), &schedule, &NoSources).unwrap();
    let scenario = read_toml(&text).unwrap_or_else(|misread| panic!("{misread}\n{text}"));
    let options = Options { code: CHANNEL_MANAGER.creation_code().clone(), with_twin: true, with_traces: false };
    let told = play(&scenario, &options, &NoSources).unwrap();
    assert!(told.failures.is_empty(), "{:?}\n{text}", told.failures);
    let alice = &told.endings[0].paid_out["alice"];
    assert_eq!(alice[0].text, "10 ether", "{text}");
    // And with another end it does not.
    let other = read_toml(&text.replace("alice = [\"10 ether\"]", "alice = [\"9 ether\"]")).unwrap();
    let told = play(&other, &options, &NoSources).unwrap();
    assert!(told.failures.iter().any(|failure| failure.kind == FailureKind::Expectation));
}

#[test]
fn threads_do_not_change_what_is_found() {
    let alone = searched(LOCK, &plan(DECIDE, 2));
    let both = searched(LOCK, &Plan { threads: 3, ..plan(DECIDE, 2) });
    assert_eq!(alone.covered, both.covered);
    assert_eq!(alone.worst, both.worst);
    let titles = |found: &Found| found.worst_schedule.steps.iter().map(|step| step.title.clone()).collect::<Vec<_>>();
    assert_eq!(titles(&alone), titles(&both));
}

#[test]
fn the_seed_changes_the_order_and_not_what_is_covered() {
    let one = searched(PAYMENT, &plan(Strategy::LastMoment, 4));
    let other = searched(PAYMENT, &Plan { seed: 9, ..plan(Strategy::LastMoment, 4) });
    assert_eq!((one.covered.states, one.covered.tried), (other.covered.states, other.covered.tried));
    assert_eq!(one.worst, other.worst);
}

#[test]
fn a_search_that_was_stopped_goes_on_and_comes_to_the_same() {
    let plan = plan(Strategy::LastMoment, 5);
    let whole = searched(PAYMENT, &plan);
    for rounds in [1, 3, 5] {
        let part = resumed(PAYMENT, &plan, None, rounds).unwrap();
        assert_eq!(part.stopped, Some(Stop::Asked));
        assert!(part.covered.states < whole.covered.states);
        let bytes = part.checkpoint.unwrap();
        let rest = resumed(PAYMENT, &plan, Some(&bytes), usize::MAX).unwrap();
        assert_eq!(rest.covered, whole.covered, "stopped after {rounds} rounds");
        assert_eq!((rest.worst, rest.stopped), (whole.worst.clone(), None));
        let mut spoiled = bytes.clone();
        *spoiled.last_mut().unwrap() ^= 1;
        let broken = resumed(PAYMENT, &plan, Some(&spoiled), usize::MAX).unwrap_err();
        assert!(matches!(broken, Mistake::CheckpointBroken { .. }), "{broken}");
        let other = Plan { depth: 6, ..plan.clone() };
        assert_eq!(resumed(PAYMENT, &other, Some(&bytes), usize::MAX).unwrap_err(), Mistake::CheckpointForeign);
    }
    let broken = resumed(PAYMENT, &plan, Some(b"something else"), usize::MAX).unwrap_err();
    assert!(matches!(broken, Mistake::CheckpointBroken { .. }), "{broken}");
}

#[test]
fn a_search_that_may_take_no_more_memory_says_so() {
    let found = searched(LOCK, &Plan { memory: 100_000, ..plan(DECIDE, 4) });
    assert_eq!(found.stopped, Some(Stop::Memory));
    assert!(found.covered.frontier > 0 && found.checkpoint.is_some());
}

#[test]
fn mistakes_are_told() {
    let honest = Plan { honest: "carol".into(), ..plan(DECIDE, 1) };
    let mistake = resumed(PAYMENT, &honest, None, usize::MAX).unwrap_err();
    assert_eq!(mistake, Mistake::NotAParty { honest: "carol".into() });
    let two = PAYMENT.replace("[channel]", "[channels.other]\nwindow = \"1 hour\"\nsalt = 1\n[channel]");
    let text =
        two.replace("r1 = { ", "r1 = { channel = \"channel\", ").replace("r3 = { ", "r3 = { channel = \"channel\", ");
    let text = text.replace("r4 = { ", "r4 = { channel = \"channel\", ");
    let mistake = resumed(&text, &plan(DECIDE, 1), None, usize::MAX).unwrap_err();
    assert!(matches!(mistake, Mistake::SeveralChannels { .. }), "{mistake}");
    let shared = PAYMENT.replace("[channel]", "[channel]\npayees = { alice = \"bob\" }");
    let mistake = resumed(&shared, &plan(DECIDE, 1), None, usize::MAX).unwrap_err();
    assert_eq!(mistake, Mistake::SharedAccounts);
    let early = Strategy::Offline { before: 3_600 };
    let mistake = resumed(PAYMENT, &plan(early, 1), None, usize::MAX).unwrap_err();
    assert_eq!(mistake, Mistake::LooksTooEarly { before: 3_600, window: 3_600 });
    let named = Plan { channel: Some("channel".into()), ..plan(Strategy::LastMoment, 1) };
    assert_eq!(resumed(&text, &named, None, usize::MAX).unwrap().stopped, None);
}
