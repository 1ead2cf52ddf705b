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
