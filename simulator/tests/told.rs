//! What is told is what is meant: amounts, times, names, and what machines read.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use adjudicator::{
    DisputeError,
    abi::{CHANNEL_MANAGER, ChannelManager::ChannelManagerErrors},
};
use alloy_primitives::B256;
use alloy_sol_types::SolInterface;
use serde_json::Value;
use simulator::{
    run::{Deadline, Options, Timeline, Told, play},
    scenario::read,
    stage::NoSources,
};

fn played(text: &str) -> Told {
    let code = CHANNEL_MANAGER.creation_code().clone();
    play(&read(text).unwrap(), &Options { code, with_twin: true, with_traces: true }, &NoSources).unwrap()
}

fn scenario(name: &str) -> Told {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios").join(name);
    played(&fs::read_to_string(file).unwrap())
}

/// The JSON of a scenario that is told here.
fn json(text: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("told.toml");
    fs::write(&file, text).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_simulator")).args(["run", "--json"]).arg(file).output().unwrap();
    serde_json::from_slice::<Value>(&run.stdout).unwrap()[0].take()
}

#[test]
fn an_amount_that_looks_like_a_time_stays_an_amount() {
    let told = played(
        r#"
        claim = "Alice has as many coins of gold as the first block has seconds, and some more."
        start = 1767225600
        [tokens]
        GOLD = { decimals = 0 }
        [channel]
        funding = { alice = "1767225700 GOLD", bob = "1767225800 GOLD" }
        [withdrawals.all]
        amounts = { alice = "1767225900 GOLD", bob = "1767226000 GOLD" }
        [[acts]]
        at = "start + 1 day"
        by = "alice"
        call.withdraw = { withdrawal = "all" }
        refused = "EscrowExceeded"
        [end]
        payouts = { alice = "0 GOLD", bob = "0 GOLD" }
        "#,
    );
    let text = Timeline { told: &told, verbosity: 1, is_coloured: false }.to_string()
        + &Timeline { told: &told, verbosity: 4, is_coloured: false }.to_string();
    assert!(text.contains("Deposited: channel has 1767225700 GOLD for alice"), "{text}");
    assert!(text.contains("funds of channel in GOLD: nothing -> 1767225700 GOLD"), "{text}");
    assert!(text.contains("3534451900 GOLD is taken out, where the channel holds 3534451500 GOLD"), "{text}");
    assert!(!text.contains("day 0 00:01:40"), "{text}");
}

#[test]
fn times_are_told_as_times() {
    let told = scenario("deadlines-are-exact-to-the-second.toml");
    let text = Timeline { told: &told, verbosity: 4, is_coloured: false }.to_string();
    assert!(text.contains("newer states were accepted before day "), "{text}");
    assert!(text.contains("closing, evidence before day "), "{text}");
    // The acts are ten days behind the first block, which is at 1,800,000,000 seconds.
    assert!(!text.contains("180086"), "{text}");
}

#[test]
fn every_error_has_names_for_accounts() {
    let told = scenario("stale-close.toml");
    let alice = told.events[0].trace.as_ref().unwrap().call.caller;
    // Each word of an error is a number, a hash or an address; or a selector, which has zeros behind it.
    let words = [alice.into_word(), B256::right_padding_from(&[1; 4])];
    let mut seen = BTreeSet::new();
    for selector in ChannelManagerErrors::selectors() {
        for (count, which) in (0..=4).flat_map(|count| (0..1 << count).map(move |which| (count, which))) {
            let fields = (0..count).flat_map(|field| words[which >> field & 1]);
            let Ok(error) = DisputeError::abi_decode(&selector.into_iter().chain(fields).collect::<Vec<u8>>()) else {
                continue;
            };
            seen.insert(error.name());
            assert!(!told.labels.error(&error).contains(&alice.to_string()), "{error:?}");
        }
    }
    assert_eq!(seen.len(), DisputeError::NAMES.len());
}

#[test]
fn colours_are_for_terminals_alone() {
    let told = scenario("stale-close.toml");
    let coloured = Timeline { told: &told, verbosity: 0, is_coloured: true }.to_string();
    assert!(coloured.contains("\u{1b}[31mREFUSED RoundStale"), "{coloured}");
    let plain = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m"]
        .iter()
        .fold(coloured, |text, code| text.replace(code, ""));
    assert_eq!(plain, told.to_string());
}

#[test]
fn the_time_left_is_the_least_over_channels() {
    let left = scenario("hub-collects-what-is-revealed-in-the-last-second.toml").time_left().unwrap();
    assert_eq!((left.seconds, left.before, left.channels), (1, Deadline::FinalTime, vec!["inbound".to_owned()]));
    let left = scenario("stale-close.toml").time_left().unwrap();
    assert_eq!((left.seconds, left.before, left.by.as_str()), (3_600, Deadline::EvidenceDeadline, "alice"));
}

#[test]
fn a_window_that_was_taken_back_is_forgotten() {
    let told = scenario("slash-is-taken-back-and-mined-again.toml");
    assert_eq!(told.windows().len(), 1);
    let text = "claim = 'It is lost.'\n[channel]\nfunding = { alice = '1 ether', bob = '1 ether' }\n\
        [[acts]]\nat = 'start + 1 day'\nby = 'bob'\nname = 'close'\ncall.close_solo = {}\n\
        [[acts]]\nat = 'now + 12s'\nfault.reorg = { depth = 1, lost = ['close'] }\n\
        [end]\npayouts = { alice = '0 ether', bob = '0 ether' }\n";
    assert_eq!(played(text).windows(), []);
    // What is mined again after both are taken back is a snapshot: there is no deadline before it.
    let told = scenario("close-is-taken-back-and-comes-back.toml");
    let again = told.rows(true).into_iter().filter(|row| row.event.title == "slash r8" && !row.event.is_undone);
    assert_eq!(again.map(|row| row.left).collect::<Vec<_>>(), [None]);
}

#[test]
fn the_summary_comes_first() {
    let text = scenario("stale-close.toml").to_string();
    let summary: Vec<&str> = text.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert_eq!(
        summary,
        [
            "  channel is closed:",
            "            put in     is paid    gain       gas",
            "    alice   30 ether   38 ether   +8 ether     124,999 (0.001374 ether)",
            "    bob     30 ether   22 ether   -8 ether     127,379 (0.001401 ether)",
            "    carol                                       52,535 (0.000577 ether)",
            "  Time left: 1 h before E, at alice's slash r8.",
        ]
    );
}

#[test]
fn machines_read_verdicts_names_windows_calls_and_places() {
    let document = json(
        "claim = 'Something fails.'\n[channel]\nwindow = '1 day'\nfunding = { alice = '1 ether', bob = '1 ether' }\n\
        [[acts]]\nat = 'start + 1 day'\nby = 'bob'\nname = 'the close'\ncall.close_solo = {}\n\
        [end]\nstatus = 'closed'\npayouts = { alice = '0 ether', bob = '0 ether' }\n",
    );
    let start = document["start"].as_u64().unwrap();
    let close = &document["events"][2];
    assert_eq!((&close["name"], &close["twin"]), (&"the close".into(), &"agrees".into()));
    assert_eq!(close["call"]["call"], "ChannelManager::closeSolo");
    assert_eq!(close["call"]["by"], "bob");
    let window = &document["windows"][0];
    assert_eq!(window["channel"], "channel");
    assert_eq!(window["opened"], start + 86_400);
    assert_eq!(window["evidence_deadline"], start + 2 * 86_400);
    assert_eq!(window["final_time"], start + 2 * 86_400);
    assert_eq!(document["time_left"], Value::Null);
    let failure = &document["failures"][0];
    assert_eq!((&failure["line"], &failure["column"]), (&11.into(), &10.into()), "{failure}");
}

#[test]
fn machines_read_where_a_mistake_is() {
    let document = json("claim = 'c'\nactz = []\n");
    assert_eq!((&document["error"]["line"], &document["error"]["column"]), (&2.into(), &1.into()), "{document}");
}
