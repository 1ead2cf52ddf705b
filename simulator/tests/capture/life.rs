//! A dispute on a real node, with a slash that a reorg moves into another block.

use std::fs;

use serde_json::{Value, json};

use crate::{
    program::{document, said},
    world::{MANAGER, STRANGER, WINDOW, World},
};

/// Bob closes on the second state, somebody slashes with the first one, which is refused, and Alice slashes with the newest one;
/// that is taken back with its block, and mined in another one. Then it is settled.
fn live(world: &World) {
    world.done("close-solo --state second.json --channel channel.json --keystore bob.keystore");
    let slash: Value =
        serde_json::from_str(&world.done("--json build slash --state first.json --channel channel.json")).unwrap();
    let refused = world.send(STRANGER, slash["data"].as_str().unwrap());
    assert_eq!(refused["status"], "0x0");
    world.done("slash --store alice.redb --keystore alice.keystore");
    let slash = world.newest_block();
    let raw = world.anvil.ask("eth_getRawTransactionByHash", json!([slash["transactions"][0]["hash"]]));
    world.anvil.reorg(1);
    assert_ne!(world.newest_block()["hash"], slash["hash"]);
    // In one block with it, and before it, is something that has nothing to do with the channel.
    world.anvil.stop_mining();
    let coins = json!({ "from": STRANGER, "to": STRANGER, "value": "0x1", "maxPriorityFeePerGas": "0x2540be400",
        "maxFeePerGas": "0x4a817c800", "accessList": [{ "address": MANAGER, "storageKeys": [format!("0x{:064x}", 1)] }] });
    world.anvil.ask("eth_sendTransaction", json!([coins]));
    world.anvil.ask("eth_sendRawTransaction", json!([raw]));
    world.anvil.mine(1);
    world.anvil.go_on_mining();
    assert_eq!(world.newest_block()["transactions"].as_array().unwrap().len(), 2);
    // A touch at the last moment gives the other one a window to answer.
    world.anvil.mine_after(2 * WINDOW + 1);
    world.done("settle --state newest.json --channel channel.json --keystore bob.keystore");
}

#[test]
fn a_dispute_is_captured_and_comes_again_to_the_byte() {
    let world = World::funded();
    live(&world);
    let (folder, url) = (world.folder.path().to_owned(), world.anvil.url());
    let file = folder.join("history.json").display().to_string();
    let capture = ["capture", "--rpc-url", &url, "--channel", &world.channel, "--out", &file];
    let captured = said(&capture, 0);
    assert!(captured.starts_with("6 transactions of the channel in 6 blocks, and 1 others before them"), "{captured}");
    assert!(captured.contains("all of them come again to the byte as they were"), "{captured}");
    // Kept for whoever wants to look, or renews the one in tests/histories.
    fs::copy(&file, concat!(env!("CARGO_TARGET_TMPDIR"), "/stale-close.json")).unwrap();

    let named = said(&["capture", "--rpc-url", &url, "--channel", &world.channel, "--manager", MANAGER], 0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(named.contains(text.trim()), "the contract need not be named");
    let few = folder.join("few.json").display().to_string();
    let logged = said(&[&capture[..5], &["--out", &few, "--no-refused"]].concat(), 0);
    assert!(logged.starts_with("5 transactions"), "{logged}");

    let id = format!("0x{:064x}", 7);
    let nothing = said(&["capture", "--rpc-url", &url, "--channel", &id], 3);
    assert!(nothing.contains("nothing is logged of channel"), "{nothing}");
    said(&["capture", "--rpc-url", "nowhere", "--channel", &world.channel], 2);

    // Whoever has settled is taken back while it is read: it begins again, and there is nothing of it.
    let restless = crate::restless::start(world.anvil.port);
    let after = said(&["capture", "--rpc-url", &restless, "--channel", &world.channel, "--out", &few], 0);
    assert!(after.starts_with("5 transactions of the channel in 5 blocks"), "{after}");
    let open = document(&["replay", &few, "--json"], 0);
    assert_eq!(open["was"]["end"]["status"], "closing", "{open}");
    assert_eq!(open["was"]["end"]["wouldBePaid"][0]["amounts"], json!(["800000000000000000", "700000000000000000"]));
    drop(world.anvil);
    said(&capture, 3);

    let replayed = document(&["replay", &file, "--json"], 0);
    let answers: Vec<&Value> = replayed["was"]["events"].as_array().unwrap().iter().map(|it| &it["answer"]).collect();
    assert_eq!(answers.iter().filter(|it| **it == "accepted").count(), 5, "{replayed}");
    assert_eq!(answers[3]["refused"]["error"], "RoundStale", "{replayed}");
    assert_eq!(replayed["was"]["others"], 1);
    let paid = json!(["800000000000000000", "700000000000000000"]);
    assert_eq!(replayed["was"]["end"]["paid"][0]["amounts"], paid);
    assert_eq!(replayed["was"]["end"]["status"], "closed");
}

#[test]
fn a_call_through_another_contract_is_found_with_the_terms_in_it() {
    let world = World::funded();
    let before = world.newest_block()["number"].as_str().unwrap().to_owned();
    let from_block = u64::from_str_radix(before.trim_start_matches("0x"), 16).unwrap() + 1;
    // It calls the contract with whatever it is called with, and goes on whatever comes of it.
    let runtime = format!("365f5f375f5f365f5f73{}5af15000", &MANAGER[2..]);
    let forwarder = world.deploy(&format!("0x60{0:02x}600a5f3960{0:02x}5ff3{runtime}", runtime.len() / 2));
    let build = "--json build snapshot-solo --channel channel.json --state";
    for (state, status) in [("second.json", "0x1"), ("first.json", "0x1")] {
        let built: Value = serde_json::from_str(&world.done(&format!("{build} {state}"))).unwrap();
        let sent = world.send_to(&forwarder, STRANGER, built["data"].as_str().unwrap());
        assert_eq!(sent["status"], status);
    }
    let file = world.path("history.json").display().to_string();
    let from = from_block.to_string();
    let url = world.anvil.url();
    let captured =
        said(&["capture", "--rpc-url", &url, "--channel", &world.channel, "--from-block", &from, "--out", &file], 0);
    assert!(
        captured.starts_with("1 transactions of the channel in 1 blocks"),
        "what is refused within logs nothing: {captured}"
    );
    let replayed = document(&["replay", &file, "--json"], 0);
    let what = replayed["was"]["events"][0]["what"].as_str().unwrap();
    assert!(what.starts_with("through 0x") && what.contains(": snapshotSolo with round 3"), "{what}");
    assert_eq!(replayed["was"]["end"]["round"], 3, "the terms are known: {replayed}");
    // The newer one comes first, and the older one is refused within.
    let older = serde_json::from_str::<Value>(&world.done(&format!("{build} first.json"))).unwrap();
    let change = format!("insert after #1 from {STRANGER} to {forwarder} data {}", older["data"].as_str().unwrap());
    let changed = document(&["replay", &file, "--json", "--what-if", &change], 0);
    assert_eq!(changed["whatIf"]["events"][1]["answer"]["refusedWithin"]["error"], "RoundStale", "{changed}");
}
