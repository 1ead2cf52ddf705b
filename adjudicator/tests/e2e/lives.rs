//! What parties do, and what others do to them.

use adjudicator::{
    apps::{App, Rules, Setup, Square, TicTacToe},
    types::{AppState, Document, InstanceId, Instances, Party, Stake, Step, StepNumber},
};
use alloy_primitives::B256;
use serde_json::json;

use crate::world::{ALICE, Asset, BOB, FIRST, NEWEST, PAYEES, STAKES, World};

/// What both get by a state.
fn by(net: u128) -> [u128; 2] {
    [STAKES[0] - net, STAKES[1] + net]
}

#[test]
fn a_happy_life() {
    for asset in Asset::BOTH {
        let world = World::funded(asset);
        let history = world.done("channel history --channel channel.json");
        assert_eq!(history.matches("Deposited").count(), 2, "{history}");
        let advice = world.done("advise --store alice.redb");
        assert!(advice.contains("Nobody is closing, and nothing has to be sent."), "{advice}");

        // Bob takes out a part, to an account of his choice; then both close.
        let (taken, valid_until) = (100_000_000_000_000_000, world.anvil.now() + 86_400);
        let before = [BOB, PAYEES[0], PAYEES[1]].map(|account| world.balance(account));
        let content = json!({
            "serial": "0",
            "validUntil": valid_until.to_string(),
            "amounts": ["0", taken.to_string()],
            "recipients": [PAYEES[0], PAYEES[1]],
        });
        world.propose("withdraw", &content);
        world.sign("withdraw.json");
        let told = world.done("withdraw --withdrawal withdraw.json --channel channel.json --keystore alice.keystore");
        assert!(told.contains("open at round 0"), "{told}");
        assert_eq!(world.balance(PAYEES[1]) - before[2], taken);

        let content = json!({ "round": "4", "validUntil": valid_until.to_string(), "nets": [NEWEST.to_string()] });
        world.propose("close", &content);
        world.sign("close.json");
        world.done("close-mutual --close close.json --channel channel.json --keystore alice.keystore");
        let [zero, one] = by(NEWEST);
        assert_eq!(world.balance(PAYEES[0]) - before[1], zero);
        assert_eq!(world.balance(PAYEES[1]) - before[2], one, "what he took out before, and the rest");
        assert!(world.stands().starts_with("closed"), "{}", world.stands());
        let history = world.done("channel history --channel channel.json");
        for event in ["Deposited", "Withdrawn", "Settled"] {
            assert!(history.contains(event), "{history}");
        }
    }
}

#[test]
fn a_stale_close_is_answered() {
    for asset in Asset::BOTH {
        let world = World::funded(asset);
        world.cheat();
        assert!(world.stands().starts_with("closing at round 1"), "{}", world.stands());
        let bundled = world.done("advise --store alice.redb --pick 1 --bundle slash.json");
        assert!(bundled.contains("1. slash with round 3, by you"), "{bundled}");
        let dry = world.done("submit slash.json --dry-run");
        assert!(dry.contains("Recorded: channel"), "{dry}");
        assert!(world.stands().starts_with("closing at round 1"), "a dry run sends nothing");
        let told = world.done("submit slash.json --keystore alice.keystore");
        assert!(told.contains("closing at round 3"), "{told}");
        // It is not sent twice.
        let again = world.done("submit slash.json --keystore alice.keystore");
        assert!(again.contains("nothing is left to do"), "{again}");
        world.settle(by(NEWEST), "--state newest.json");
    }
}

#[test]
fn the_best_answer_is_sent_in_one_step() {
    let world = World::funded(Asset::Token);
    world.cheat();
    let other = world.refused("advise --store alice.redb --pick 1 --submit --keystore bob.keystore", 1);
    assert!(other.contains("must come from"), "{other}");
    let told = world.done("advise --store alice.redb --submit --keystore alice.keystore");
    assert!(told.contains("slash") && told.contains("closing at round 3"), "{told}");
    let again = world.done("advise --store alice.redb --submit --keystore alice.keystore");
    assert!(again.contains("nothing is better now than to wait"), "{again}");
    world.settle(by(NEWEST), "--state newest.json");
}

#[test]
fn a_close_that_nobody_answers_pays_what_it_shows() {
    let world = World::funded(Asset::Coin);
    world.cheat();
    world.settle(by(FIRST), "--state first.json");
}

#[test]
fn a_peer_that_is_lost_before_the_first_state_costs_nothing() {
    for asset in Asset::BOTH {
        let world = World::new(asset);
        let amount = STAKES[0];
        world.done(&format!("deposit --party 0 --amount {amount} --channel channel.json --keystore alice.keystore"));
        let early = world.refused("settle --round-zero --channel channel.json --keystore alice.keystore", 1);
        assert!(early.contains("is open"), "{early}");
        let told = world.done("advise --get-out --store alice.redb --submit --keystore alice.keystore");
        assert!(told.contains("closing at round 0"), "{told}");
        world.settle([STAKES[0], 0], "--round-zero");
    }
}

#[test]
fn a_game_that_stalls_is_forced() {
    for asset in Asset::BOTH {
        let world = World::new(asset);
        world.deposit();
        let app = world.deploy("../adjudicator/abi/TicTacToe.json", "");
        let wager = 300_000_000_000_000_000;
        let start = TicTacToe::start(Party::Zero, vec![Stake::new(wager).unwrap()]);
        let id = InstanceId::new(B256::repeat_byte(1));
        let setup = Setup { id, app: app.parse().unwrap(), app_code_hash: App::TicTacToe.code_hash() };
        let instances = Instances::new(vec![start.instance(&setup).unwrap()]).unwrap();
        world.write("instances.json", &serde_json::to_string(&Document(instances)).unwrap());
        let app_state = AppState::new(start.encode()).unwrap();
        world.write("start.json", &serde_json::to_string(&Document(app_state.clone())).unwrap());
        for store in ["alice", "bob"] {
            world.done(&format!("evidence add instances.json start.json --store {store}.redb"));
        }
        world
            .write("proposed.json", &world.done("state propose --net 0 --instances instances.json --store alice.redb"));
        world.sign("game.json");

        // It is her turn, and Bob does not answer any more. She closes, and makes her move in the chain.
        world.done("close-solo --store alice.redb --keystore alice.keystore");
        let action = Square::new(4).unwrap().to_action();
        let step = Step { number: StepNumber::new(1).unwrap(), app_state, action };
        world.write("step.json", &serde_json::to_string(&Document(step)).unwrap());
        world.done("force-progress --step step.json --recorded --store alice.redb --keystore alice.keystore");
        let history = world.done("channel history --channel channel.json");
        assert!(history.contains("Progressed"), "{history}");
        world.done("evaluate --recorded --store alice.redb --keystore alice.keystore");
        // Whoever is to move and does not has lost.
        let status = world.done("channel status --store alice.redb");
        assert!(status.contains("1 steps"), "{status}");
        world.settle([STAKES[0] + wager, STAKES[1] - wager], "--state game.json");
    }
}

#[test]
fn what_is_sent_is_refused_with_a_reason() {
    let world = World::funded(Asset::Coin);
    let nobody = world.refused("slash --store alice.redb --rpc-url http://127.0.0.1:1 --keystore alice.keystore", 3);
    assert!(nobody.contains("127.0.0.1:1"), "{nobody}");
    let open = world.refused("consent --round 1 --store alice.redb --keystore alice.keystore", 1);
    assert!(open.contains("E074"), "{open}");
    let open = world.refused(&format!("settle --store alice.redb --dry-run --from {ALICE}"), 1);
    assert!(open.contains("is open"), "{open}");
    let other = world.refused("channel status --store alice.redb --rpc-url ftp://there", 3);
    assert!(other.contains("ftp"), "{other}");
}
