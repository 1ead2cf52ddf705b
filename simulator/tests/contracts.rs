//! A contract that is not what it should be is told from it, by exit codes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path, process::Command};

use adjudicator::abi::{CHANNEL_MANAGER, ChannelManager};
use alloy_primitives::{hex, keccak256};
use alloy_sol_types::{SolError, SolEvent};

/// The exit code of a run with these arguments, of a scenario of the folder.
fn run(arguments: &[&str], scenario: &str) -> Option<i32> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios").join(scenario);
    let run = Command::new(env!("CARGO_BIN_EXE_simulator")).arg("run").args(arguments).arg(file).output().unwrap();
    run.status.code()
}

/// The exit code with a contract whose code has other bytes in place of these.
fn with(bytes: &[u8], others: &[u8], scenario: &str) -> Option<i32> {
    let code = hex::encode(CHANNEL_MANAGER.creation_code());
    let (bytes, others) = (hex::encode(bytes), hex::encode(others));
    assert!(code.contains(&bytes), "{bytes}");
    let artifact = format!("{{\"bytecode\":{{\"object\":\"0x{}\"}}}}", code.replace(&bytes, &others));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contract.json");
    fs::write(&file, artifact).unwrap();
    run(&["--contract", file.to_str().unwrap()], scenario)
}

#[test]
fn the_contract_as_it_is_does_as_the_twin() {
    assert_eq!(run(&[], "stale-close.toml"), Some(0));
}

#[test]
fn another_event_is_told() {
    assert_eq!(with(ChannelManager::Recorded::SIGNATURE_HASH.as_slice(), &[0x11; 32], "stale-close.toml"), Some(9));
}

#[test]
fn another_error_is_told() {
    assert_eq!(with(&ChannelManager::RoundStale::SELECTOR, &[0x11; 4], "stale-close.toml"), Some(9));
}

#[test]
fn another_word_of_storage_is_told() {
    let tag = keccak256("recourse.funds");
    assert_eq!(with(tag.as_slice(), &[0x11; 32], "reverting-payee-blocks-nobody.toml"), Some(9));
}

#[test]
fn a_file_that_is_not_there_is_a_failure_of_its_own() {
    assert_eq!(run(&[], "there-is-no-such-file.toml"), Some(3));
    assert_eq!(run(&["--contract", "there-is-no-such-file.json"], "stale-close.toml"), Some(3));
}

#[test]
fn what_does_not_come_as_it_should_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios/stale-close.toml");
    let text = fs::read_to_string(good).unwrap();
    for (found, code) in [("bob = \"37 ether\"", 7), ("rob = \"22 ether\"", 2), ("bob = 22", 2)] {
        fs::write(&file, text.replace("bob = \"22 ether\"", found)).unwrap();
        assert_eq!(run(&["--quiet"], file.to_str().unwrap()), Some(code), "{found}");
    }
}

#[test]
fn the_schema_and_the_reports_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let [json, junit] = ["a.json", "a.xml"].map(|name| folder.path().join(name));
    let arguments = ["--quiet", "--json-file", json.to_str().unwrap(), "--junit", junit.to_str().unwrap()];
    assert_eq!(run(&arguments, "stale-close.toml"), Some(0));
    let document: serde_json::Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(document[0]["endings"][0]["paid_out"]["alice"][0]["units"], "38000000000000000000");
    let junit = fs::read_to_string(junit).unwrap();
    assert!(junit.contains("tests=\"1\"") && junit.contains("failures=\"0\""), "{junit}");
    let wrong = folder.path().join("wrong.toml");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios/stale-close.toml"));
    fs::write(&wrong, text.unwrap().replace("bob = \"22 ether\"", "bob = \"37 ether\"")).unwrap();
    let xml = folder.path().join("b.xml");
    assert_eq!(run(&["--quiet", "--junit", xml.to_str().unwrap()], wrong.to_str().unwrap()), Some(7));
    let xml = fs::read_to_string(xml).unwrap();
    let place = locate_of(&fs::read_to_string(&wrong).unwrap(), "\"37 ether\"");
    assert!(
        xml.contains("type=\"expectation\"") && xml.contains(&format!("message=\"{place}: channel: payouts.bob")),
        "{xml}"
    );
    let schema = Command::new(env!("CARGO_BIN_EXE_simulator")).arg("schema").output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert_eq!(schema["required"], serde_json::json!(["claim", "acts"]));
}

/// The line and the column at which something stands in a text.
fn locate_of(text: &str, what: &str) -> String {
    let (line, content) = (1..).zip(text.lines()).find(|(_, line): &(usize, &str)| line.contains(what)).unwrap();
    format!("{line}:{}", content.find(what).unwrap().saturating_add(1))
}
