//! Every command that asks nodes, once where it does what it is asked, and once where it refuses: the program's own test looks here
//! whether one was forgotten.

use serde_json::json;

use crate::world::{Asset, MANAGER, NEWEST, PAYEES, STAKES, World};

#[test]
fn a_channel_is_opened_looked_at_and_paid_into() {
    let world = World::new(Asset::Coin);
    world.done(&format!("channel open terms.json --manager {MANAGER} --store new.redb --keystore alice.keystore"));
    let refused = world.refused(
        &format!("channel open terms.json --manager {} --store other.redb --keystore alice.keystore", PAYEES[0]),
        3,
    );
    assert!(refused.contains("no ChannelManager answers so"), "{refused}");
    assert!(!world.path("other.redb").exists(), "nothing is kept of it");

    assert_eq!(world.done("channel history --channel channel.json").trim(), "nothing has happened yet");
    world.refused("channel history", 2);
    world.done("channel status --store alice.redb");
    world.refused("channel status --store nothing.redb", 3);

    world.done("deposit --party 0 --amount 7 --channel channel.json --keystore alice.keystore");
    let more = STAKES[0] * 1_000_000;
    let refused = world
        .refused(&format!("deposit --party 0 --amount {more} --channel channel.json --keystore alice.keystore"), 1);
    assert!(refused.contains("needs more coins"), "{refused}");
    assert!(world.stands().ends_with("to pay 7 and 0 of asset 0"), "{}", world.stands());
}

#[test]
fn what_one_party_does_alone() {
    let world = World::funded(Asset::Coin);
    world.done("snapshot-solo --store alice.redb --keystore alice.keystore");
    assert!(world.stands().starts_with("open at round 3"), "{}", world.stands());
    let same = world.done("slash --store alice.redb --keystore alice.keystore");
    assert!(same.contains("nothing is left to do"), "{same}");
    world.refused("snapshot-solo --round 9 --store alice.redb --keystore alice.keystore", 2);

    world.done("revoke-delegations --store alice.redb --keystore alice.keystore");
    world.refused("revoke-delegations --store nothing.redb --keystore alice.keystore", 3);

    world.refused("settle --store alice.redb --keystore alice.keystore", 1);
    world.refused("slash --round 9 --store alice.redb --keystore alice.keystore", 2);
    world.refused("close-solo --round 9 --store alice.redb --keystore alice.keystore", 2);
    world.refused("consent --round 9 --store alice.redb --keystore alice.keystore", 2);
    world.refused("withdraw --withdrawal newest.json --channel channel.json --keystore alice.keystore", 2);
    world.refused("close-mutual --close newest.json --channel channel.json --keystore alice.keystore", 2);
    world.refused("force-progress --step nothing.json --store alice.redb --keystore alice.keystore", 2);
    world.refused("evaluate --store alice.redb --keystore alice.keystore", 2);
    world.refused("submit nothing.json --keystore alice.keystore", 3);

    // Both agree to settle it at once, and Alice's payee takes no coins: they wait for her.
    world.anvil.ask("anvil_setCode", json!([PAYEES[0], "0x60006000fd"]));
    world.done("close-solo --store alice.redb --keystore alice.keystore");
    world.done("consent --recorded --store alice.redb --keystore alice.keystore");
    world.done("consent --recorded --store bob.redb --keystore bob.keystore");
    assert!(world.stands().starts_with("closed"), "{}", world.stands());
    let status = world.done("channel status --store alice.redb");
    assert!(status.contains("credit of 0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"), "{status}");
    world.anvil.ask("anvil_setCode", json!([PAYEES[0], "0x"]));
    let before = world.balance(PAYEES[0]);
    world.done(&format!("claim --creditor {} --channel channel.json --keystore bob.keystore", PAYEES[0]));
    assert_eq!(world.balance(PAYEES[0]) - before, STAKES[0] - NEWEST);
    world.refused(&format!("claim --creditor {} --channel channel.json --keystore bob.keystore", PAYEES[0]), 1);
}

#[test]
fn managers_are_deployed_found_and_examined() {
    let world = World::new(Asset::Coin);
    world.done("deploy --min-window 3600 --max-window 2592000 --keystore alice.keystore");
    world.refused("deploy --min-window 3600 --max-window 60 --keystore alice.keystore", 2);
    let registry = crate::world::root().join("deployments");
    world.done(&format!("deployments verify --registry {}", registry.display()));
    world.refused("deployments verify --registry nowhere", 3);
    world.done("doctor --window 2592000");
    world.refused("doctor --rpc-url http://127.0.0.1:1", 3);
}
