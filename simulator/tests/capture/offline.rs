//! A captured history, without any node: a stale close that is answered by a slash, and settled.

use std::fs;

use serde_json::{Value, json};
use simulator::history::{HistoryError, read};

use crate::program::{document, root, said, settle_as_closed};

fn file() -> String {
    root().join("tests/histories/stale-close.json").display().to_string()
}

fn text() -> String {
    fs::read_to_string(file()).unwrap()
}

/// What the program says of the history with a change in the file.
fn spoiled(change: impl FnOnce(&mut Value), code: i32) -> String {
    let mut history: Value = serde_json::from_str(&text()).unwrap();
    change(&mut history["content"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spoiled.json");
    fs::write(&file, history.to_string()).unwrap();
    said(&["replay", file.to_str().unwrap()], code)
}

fn what_if(changes: &[&str]) -> Value {
    let file = file();
    let mut arguments = vec!["replay", &file, "--json"];
    changes.iter().for_each(|change| arguments.extend(["--what-if", *change]));
    document(&arguments, 0)
}

/// What both parties were paid, and what they would be.
fn money(replay: &Value) -> [&Value; 2] {
    [&replay["end"]["paid"][0]["amounts"], &replay["end"]["wouldBePaid"][0]["amounts"]]
}

fn answer(replay: &Value, origin: &Value) -> Value {
    let events = replay["events"].as_array().unwrap();
    events.iter().find(|event| event["origin"] == *origin).map_or(Value::Null, |event| event["answer"].clone())
}

#[test]
fn it_comes_again_to_the_byte() {
    let said = said(&["replay", &file()], 0);
    for expected in [
        "closeSolo with round 3",
        "refused: RoundStale",
        "slash with round 5",
        "closing, evidence before day 1 00:00:0",
        "the channel is closed",
        "paid: 0.800000 ether to party 0, 0.700000 ether to party 1",
        "7 of 7 transactions come to the byte as they were recorded",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}

#[test]
fn whatever_is_other_than_recorded_is_told_with_its_place() {
    let gas = spoiled(|it| it["blocks"][2]["transactions"][0]["receipt"]["gasUsed"] = json!(1), 1);
    assert!(gas.contains("NOT EXACT") && gas.contains(": gas used: recorded 1, came "), "{gas}");
    let log = spoiled(
        |it| {
            let data = &mut it["blocks"][2]["transactions"][0]["receipt"]["logs"][0]["data"];
            let mut text = data.as_str().unwrap().to_owned();
            let last = text.pop().unwrap();
            text.push(if last == '0' { '1' } else { '0' });
            *data = json!(text);
        },
        1,
    );
    assert!(log.contains(": log 0: recorded data 0x") && log.contains("1 thing does not come"), "{log}");
    let status = spoiled(|it| it["blocks"][3]["transactions"][0]["receipt"]["isSuccess"] = json!(true), 1);
    assert!(status.contains(": status: recorded accepted, came refused"), "{status}");
    // A word that it reads and nobody tells.
    let word = spoiled(|it| it["blocks"][2]["before"]["words"] = json!({}), 0);
    assert!(word.contains("to the byte"), "what earlier blocks have made of it is known: {word}");
    let word = spoiled(|it| it["blocks"][0]["before"]["words"] = json!({}), 1);
    assert!(word.contains("it reads what is not known: the word at 0x"), "{word}");
}

#[test]
fn what_is_no_history_is_told_with_what_would_be_right() {
    let malformed = read("{").unwrap_err();
    assert!(matches!(malformed, HistoryError::Malformed { line: 1, .. }), "{malformed}");
    let other = read(r#"{ "recourse": "1", "type": "state", "content": {} }"#).unwrap_err();
    assert_eq!(other.to_string(), "a document of type `state`, where `history` is expected");
    let later = read(&text().replacen("\"recourse\": \"1\"", "\"recourse\": \"2\"", 1)).unwrap_err();
    assert_eq!(later.to_string(), "version `2` of the format, where this program reads `1`");
    let unknown = spoiled(|it| it["more"] = json!(1), 2);
    assert!(unknown.contains("unknown field `more`"), "{unknown}");
    let codes = spoiled(|it| it["codes"] = json!({}), 2);
    assert!(codes.contains("which is not among the codes"), "{codes}");
    let order = spoiled(|it| it["blocks"][1]["context"]["number"] = json!(1), 2);
    assert!(order.contains("number and time of blocks grow"), "{order}");
    let terms = spoiled(|it| it["terms"]["salt"] = json!("2"), 2);
    assert!(terms.contains("the terms are those of channel 0x"), "{terms}");
    let empty = spoiled(|it| it["blocks"] = json!([]), 2);
    assert!(empty.contains("no block with a transaction of the channel"), "{empty}");
}

#[test]
fn a_slash_that_comes_too_late_lets_the_stale_state_win() {
    let late = what_if(&["delay #5 by 2 days"]);
    let [paid, would_be_paid] = money(&late["whatIf"]);
    assert_eq!(answer(&late["whatIf"], &json!({ "recorded": 5 }))["refused"]["error"], "EvidenceOver", "{late}");
    // Who settles shows the newest state, which is not the recorded one.
    assert_eq!(answer(&late["whatIf"], &json!({ "recorded": 6 }))["refused"]["error"], "StateMismatch");
    assert_eq!((paid, would_be_paid), (&json!(["0", "0"]), &json!(["300000000000000000", "1200000000000000000"])));
    assert_eq!(money(&late["was"])[0], &json!(["800000000000000000", "700000000000000000"]));

    let in_time = what_if(&["delay #5 by 2h"]);
    assert_eq!(money(&in_time["whatIf"])[0], money(&in_time["was"])[0], "{in_time}");
}

#[test]
fn transactions_are_dropped_moved_and_inserted() {
    let dropped = what_if(&["drop #5"]);
    assert_eq!(answer(&dropped["whatIf"], &json!({ "recorded": 5 })), Value::Null);
    assert_eq!(dropped["whatIf"]["end"]["status"], "closing");

    let moved = what_if(&["move #5 before #3"]);
    assert_eq!(answer(&moved["whatIf"], &json!({ "recorded": 5 })), "accepted", "{moved}");

    let history: Value = serde_json::from_str(&text()).unwrap();
    let close = history["content"]["blocks"][2]["transactions"][0]["sent"]["data"].as_str().unwrap().to_owned();
    let settle = settle_as_closed(&close);
    let sender = "0x00000000000000000000000000000000000000aa";
    let inserted = what_if(&["drop #5", &format!("insert after #6 from {sender} data {settle}")]);
    assert_eq!(answer(&inserted["whatIf"], &json!({ "inserted": 1 })), "accepted", "{inserted}");
    assert_eq!(money(&inserted["whatIf"])[0], &json!(["300000000000000000", "1200000000000000000"]));
    let early = what_if(&["drop #5", &format!("insert after #3 at +3 blocks from {sender} data {settle}")]);
    assert_eq!(answer(&early["whatIf"], &json!({ "inserted": 1 }))["refused"]["error"], "NotFinal", "{early}");
}

#[test]
fn both_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let file = file();
    let shown = said(&["replay", &file, "--what-if", "drop #5", "--report", page.to_str().unwrap()], 0);
    for expected in ["as it was", "| what if", "* #5", "party 0 is paid", "-0.500000 ether", "+0.500000 ether"] {
        assert!(shown.contains(expected), "{expected}\n{shown}");
    }
    let page = fs::read_to_string(page).unwrap();
    for expected in ["What if: the channel", "The difference", "-0.500000 ether", "differs"] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(!page.contains("<script") && !page.contains("http"), "nothing runs, and nothing is fetched");
}

#[test]
fn changes_that_cannot_be_made_are_told() {
    let file = file();
    let wrong = |change: &str| said(&["replay", &file, "--what-if", change], 2);
    assert!(wrong("drop #9").contains("there is no transaction #9: those of the channel are #1 to #6"));
    assert!(wrong("drop 0xzz").contains("where a transaction"));
    assert!(wrong("move #1 to block 1").contains("is before the first one of the history"));
    assert!(wrong("move #1 before #1").contains("cannot go beside itself"));
    let twice = said(&["replay", &file, "--what-if", "drop #2", "--what-if", "drop #2"], 2);
    assert!(twice.contains("#2 is dropped by an earlier change"), "{twice}");
}

#[test]
fn another_contract_takes_its_place_with_the_same_bounds() {
    let (file, artifact) = (file(), root().join("adjudicator/abi/ChannelManager.json").display().to_string());
    said(&["replay", &file, "--contract", &artifact], 0);
    let other = root().join("adjudicator/abi/Counter.json").display().to_string();
    let refused = said(&["replay", &file, "--contract", &other], 1);
    assert!(refused.contains("NOT EXACT"), "{refused}");
}
