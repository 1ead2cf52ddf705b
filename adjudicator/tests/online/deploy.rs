//! `deploy`.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use adjudicator::deploy::DEPLOYER;
use alloy_primitives::{Address, Bytes, keccak256};
use serde_json::{Value, json};

use super::{
    anvil::{Anvil, RICH},
    program::{KEY, MANAGER, WINDOWS, clean, deploy, folder, run, script},
};

#[test]
fn a_manager_is_deployed_once_where_and_as_the_script_predicts() {
    let (anvil, folder) = (Anvil::start(), folder());
    let manager: Address = MANAGER.parse().unwrap();
    let dry = deploy(&anvil, folder.path(), &["--dry-run", "--from", &RICH.to_string()]).with(0);
    assert_eq!(dry.json()["status"], "not deployed");
    assert!(dry.json()["costNow"].as_str().unwrap().contains("1000000000 wei per gas"), "{dry:?}");
    assert!(anvil.code(manager).is_empty(), "a dry run sends something");

    let done = deploy(&anvil, folder.path(), &KEY).with(0);
    assert!(done.stderr.starts_with(&format!("the address is, or will be, {MANAGER}\n")), "{done:?}");
    let done = done.json();
    let code = anvil.code(manager);
    assert_eq!((&done["status"], &done["block"], &done["address"]), (&json!("deployed"), &json!("1"), &json!(MANAGER)));
    assert_eq!(done["codeHash"], keccak256(&code).to_string());
    let predicted =
        script("deploy", &[&["predict", "--json", "--chain-id", "31337"], &WINDOWS[..]].concat(), &[]).with(0);
    for name in ["address", "codeHash", "domainSeparator"] {
        assert_eq!(predicted.json()[name], done[name], "{name}");
    }

    // Whoever comes later needs no key, and pays nothing.
    let again = deploy(&anvil, folder.path(), &[]).with(0).json();
    assert_eq!(again["status"], "was already deployed");
    assert_eq!(anvil.ask("eth_getTransactionCount", json!([RICH, "latest"])), "0x1");
}

#[test]
fn another_salt_is_another_place() {
    let (anvil, folder) = (Anvil::start(), folder());
    let salt = "0x00000000000000000000000000000000000000000000000000000000000000ff";
    let done = deploy(&anvil, folder.path(), &[&KEY[..], &["--salt", salt]].concat()).with(0).json();
    let predicted =
        script("deploy", &[&["predict", "--json", "--salt", salt], &WINDOWS[..]].concat(), &[]).with(0).json();
    assert_eq!(done["address"], predicted["address"]);
    assert_ne!(done["address"], MANAGER);
}

#[test]
fn without_the_deployer_it_is_said_how_to_install_it() {
    let anvil = Anvil::with(&["--hardfork", "cancun", "--disable-default-create2-deployer"]);
    let refused = deploy(&anvil, folder().path(), &KEY).with(1);
    assert!(refused.stderr.contains("Install it first: ./scripts/deploy install-deployer"), "{refused:?}");
    anvil.set_code(DEPLOYER, &Bytes::from_static(&[0]));
    let refused = deploy(&anvil, folder().path(), &KEY).with(1);
    assert!(refused.stderr.contains("there is other code at"), "{refused:?}");
    assert_eq!(anvil.ask("eth_getTransactionCount", json!([RICH, "latest"])), "0x0");
}

#[test]
fn a_machine_without_transient_storage_is_refused_before_anything_is_paid() {
    let anvil = Anvil::with(&["--hardfork", "shanghai"]);
    let refused = deploy(&anvil, folder().path(), &KEY).with(1);
    assert!(refused.stderr.contains("instruction TSTORE: "), "{refused:?}");
    assert!(!refused.stderr.contains("PUSH0"), "{refused:?}");
    assert_eq!(anvil.ask("eth_getTransactionCount", json!([RICH, "latest"])), "0x0");
}

#[test]
fn other_code_at_the_place_is_refused() {
    let anvil = Anvil::start();
    anvil.set_code(MANAGER.parse().unwrap(), &Bytes::from_static(&[0]));
    let refused = deploy(&anvil, folder().path(), &KEY).with(1);
    assert!(refused.stderr.contains("other code at"), "{refused:?}");
}

#[test]
fn who_cannot_pay_sends_nothing() {
    let (anvil, folder) = (Anvil::start(), folder());
    anvil.ask("anvil_setBalance", json!([RICH, "0x1000"]));
    let refused = deploy(&anvil, folder.path(), &KEY).with(1);
    assert!(refused.stderr.contains("pay more in first"), "{refused:?}");
    assert_eq!(anvil.ask("eth_getTransactionCount", json!([RICH, "latest"])), "0x0");
}

#[test]
fn windows_out_of_order_are_wrong_use() {
    let (anvil, folder) = (Anvil::start(), folder());
    let url = anvil.url();
    let arguments = ["deploy", "--min-window", "2", "--max-window", "1", "--rpc-url", &url];
    let refused = run(folder.path(), &arguments).with(2);
    assert!(refused.stderr.contains("the shortest window, 2, is above the longest, 1"), "{refused:?}");
}

/// The command that deploys, running by itself on a chain that mines when it is told.
fn begin(anvil: &Anvil, folder: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_adjudicator"));
    let url = anvil.url();
    command.args(["deploy", "--json", "--rpc-url", &url, "--confirmations", "1", "--interval", "1"]);
    command.args(WINDOWS).args(KEY).current_dir(folder).env("XDG_STATE_HOME", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = clean(&mut command).spawn().unwrap();
    let since = Instant::now();
    while anvil.ask("txpool_status", json!([]))["pending"] != "0x1" {
        assert!(since.elapsed() < Duration::from_secs(60), "nothing is sent");
        sleep(Duration::from_millis(50));
    }
    child
}

/// The transaction that waits, the only one.
fn waiting(anvil: &Anvil) -> Value {
    let content = anvil.ask("txpool_content", json!([]));
    let senders = content["pending"].as_object().unwrap();
    senders.values().next().unwrap()["0"].clone()
}

#[test]
fn after_a_crash_the_same_transaction_is_gone_on_with() {
    let (anvil, folder) = (Anvil::with(&["--hardfork", "cancun", "--no-mining"]), folder());
    let mut child = begin(&anvil, folder.path());
    child.kill().unwrap();
    child.wait().unwrap();
    let waiting = waiting(&anvil)["hash"].clone();
    // A node that has lost it gets it again.
    anvil.ask("anvil_dropTransaction", json!([waiting]));
    anvil.ask("evm_setIntervalMining", json!([1]));
    let done = deploy(&anvil, folder.path(), &KEY).with(0).json();
    assert_eq!((&done["status"], &done["transaction"]), (&json!("deployed"), &waiting));
    assert_eq!(anvil.ask("eth_getTransactionCount", json!([RICH, "latest"])), "0x1");
}

#[test]
fn somebody_who_is_faster_is_no_loss() {
    let (anvil, folder) = (Anvil::with(&["--hardfork", "cancun", "--no-mining"]), folder());
    let child = begin(&anvil, folder.path());
    let waiting = waiting(&anvil);
    let faster = json!({
        "from": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "to": DEPLOYER, "data": waiting["input"], "gas": waiting["gas"],
        "maxFeePerGas": "0x174876e800", "maxPriorityFeePerGas": "0x174876e800",
    });
    anvil.ask("eth_sendTransaction", json!([faster]));
    anvil.ask("evm_mine", json!([]));
    let receipt = anvil.ask("eth_getTransactionReceipt", json!([waiting["hash"]]));
    assert_eq!(receipt["status"], "0x0", "it was not faster");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["status"], &found["transaction"]), (&json!("was already deployed"), &Value::Null));
}
