//! Nodes that fail, lie and stall; blocks that are full, dear, or taken back.

use std::{
    process::{Child, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use adjudicator::{abi::ChannelManager, submit::read};
use alloy_primitives::{hex, keccak256};
use alloy_sol_types::SolCall;
use serde_json::{Value, json};

use crate::{
    anvil::quantity,
    proxy::{Proxy, Verdict},
    world::{ALICE, Asset, NEWEST, STAKES, World},
};

const SLASH: &str = "slash --store alice.redb --keystore alice.keystore --interval 1";

/// Bob has cheated, and Alice is going to answer.
fn cheated() -> World {
    let world = World::funded(Asset::Coin);
    world.cheat();
    world
}

fn slash(world: &World, more: &str) -> Child {
    let mut command = world.command(&format!("{SLASH} {more}"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// All that it says, once it has ended well.
fn ended(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let text = crate::world::text(&output);
    assert!(output.status.success(), "{text}");
    text
}

pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "it takes too long until {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Alice gets what the newest state gives her.
fn wins(world: &World) {
    assert!(world.stands().starts_with("closing at round 3"), "{}", world.stands());
    world.settle([STAKES[0] - NEWEST, STAKES[1] + NEWEST], "--state newest.json");
}

#[test]
fn gas_that_becomes_twenty_times_dearer_is_paid() {
    let world = cheated();
    world.anvil.stop_mining();
    let child = slash(&world, "");
    until("the slash waits", || world.anvil.waiting() == 1);
    let base_fee = quantity(&world.anvil.ask("eth_getBlockByNumber", json!(["latest", false]))["baseFeePerGas"]);
    let before = world.anvil.nonce(ALICE);
    for _ in 0..30 {
        // It stays dear, whatever is in the blocks.
        world.anvil.ask("anvil_setNextBlockBaseFeePerGas", json!([format!("{:#x}", 20 * base_fee)]));
        world.anvil.mine(1);
        if world.anvil.nonce(ALICE) > before {
            break;
        }
        thread::sleep(Duration::from_millis(300));
    }
    world.anvil.go_on_mining();
    let said = ended(child);
    assert!(said.matches("sent 0x").count() > 1, "more was offered: {said}");
    wins(&world);
}

#[test]
fn a_slash_that_is_taken_back_is_sent_again() {
    let world = cheated();
    world.anvil.stop_mining();
    let child = slash(&world, "--confirmations 5");
    until("the slash waits", || world.anvil.waiting() == 1);
    world.anvil.mine(2);
    assert!(world.stands().starts_with("closing at round 3"));
    world.anvil.reorg(2);
    assert!(world.stands().starts_with("closing at round 1"), "the slash is gone");
    until("the slash waits again", || world.anvil.waiting() == 1);
    world.anvil.mine(5);
    ended(child);
    world.anvil.go_on_mining();
    wins(&world);
}

#[test]
fn a_close_that_is_taken_back_leaves_nothing_to_answer_and_comes_again() {
    let world = World::funded(Asset::Coin);
    world.anvil.mine(1);
    world.cheat();
    world.anvil.stop_mining();
    let child = slash(&world, "--confirmations 3");
    until("the slash waits", || world.anvil.waiting() == 1);
    world.anvil.mine(1);
    // Both are gone: Bob's close, and the answer, which nothing can be an answer to now.
    world.anvil.reorg(2);
    assert!(world.stands().starts_with("open at round 0"), "{}", world.stands());
    until("both wait again, or the slash alone", || world.anvil.waiting() >= 1);
    world.anvil.go_on_mining();
    world.anvil.mine(4);
    ended(child);
    // Whichever came first: her state is recorded, and he can close with nothing older any more.
    let stands = world.stands();
    assert!(stands.contains("at round 3"), "{stands}");
    let older = world.refused("close-solo --state first.json --channel channel.json --keystore bob.keystore", 1);
    assert!(older.contains("round"), "{older}");
    if stands.starts_with("open") {
        world.done("close-solo --store alice.redb --keystore alice.keystore");
    }
    wins(&world);
}

#[test]
fn a_node_that_fails_the_first_sends_is_asked_again() {
    let world = cheated();
    let mut left = 3;
    let proxy = Proxy::start(world.anvil.port, move |_, method, _| {
        if method == "eth_sendRawTransaction" && left > 0 {
            left -= 1;
            return Verdict::Refuse("the node is too busy");
        }
        Verdict::Pass
    });
    let said = ended(slash(&world, &format!("--rpc-url {}", proxy.url())));
    assert!(said.contains("the node is too busy"), "{said}");
    wins(&world);
}

#[test]
fn a_node_that_stalls_holds_nobody_up() {
    let world = cheated();
    let stalled = Proxy::start(world.anvil.port, |_, _, _| Verdict::Stall);
    let urls = format!("--rpc-url {},{} --rpc-timeout 1", stalled.url(), world.anvil.url());
    let said = ended(slash(&world, &urls));
    assert!(said.contains("is left out"), "{said}");
    wins(&world);
}

#[test]
fn a_node_that_stalls_behind_the_head_is_waited_for_once() {
    let world = cheated();
    let stalled = Proxy::start(world.anvil.port, |_, method, _| {
        if ["eth_getBlockByNumber", "eth_chainId"].contains(&method) { Verdict::Pass } else { Verdict::Stall }
    });
    let others = [(); 2].map(|()| Proxy::start(world.anvil.port, |_, _, _| Verdict::Pass));
    let urls = [&stalled, &others[0], &others[1]].map(Proxy::url).join(",");
    let start = Instant::now();
    world.done(&format!("channel status --store alice.redb --rpc-timeout 3 --rpc-url {urls}"));
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
    ended(slash(&world, &format!("--rpc-timeout 1 --rpc-url {urls}")));
    wins(&world);
}

/// A node whose newest block is an old one.
fn standing(world: &World) -> Proxy {
    let mut old = world.anvil.ask("eth_getBlockByNumber", json!(["0x1", false]));
    old["timestamp"] = json!(format!("{:#x}", quantity(&old["timestamp"]) - 100_000));
    Proxy::start(world.anvil.port, move |_, method, parameters| {
        let is_newest = method == "eth_getBlockByNumber" && parameters[0] == "latest";
        if is_newest { Verdict::Instead(old.clone()) } else { Verdict::Pass }
    })
}

#[test]
fn a_node_that_stands_still_is_left_out_by_two_that_do_not() {
    let world = cheated();
    let (still, third) = (standing(&world), Proxy::start(world.anvil.port, |_, _, _| Verdict::Pass));
    let honest = world.anvil.url();
    // Of two, nobody knows which one is right; and what is old must not pass for what is so.
    let two = world.refused(&format!("{SLASH} --rpc-url {},{honest}", still.url()), 3);
    assert!(two.contains("disagree"), "{two}");
    let said = ended(slash(&world, &format!("--rpc-url {},{honest},{}", still.url(), third.url())));
    assert!(said.contains("is left out"), "{said}");
    wins(&world);
}

#[test]
fn whoever_has_the_right_time_alone_does_not_outvote_the_others() {
    let world = cheated();
    // The chain stands still, and only the liar's block is new.
    let head = world.anvil.ask("eth_getBlockByNumber", json!(["latest", false]));
    let old = json!(format!("{:#x}", quantity(&head["timestamp"]) - 100_000));
    let honest = [(); 2].map(|()| {
        let mut head = head.clone();
        head["timestamp"] = old.clone();
        Proxy::start(world.anvil.port, move |_, method, parameters| {
            let is_head = method == "eth_getBlockByNumber" && parameters[0] == "latest";
            if is_head { Verdict::Instead(head.clone()) } else { Verdict::Pass }
        })
    });
    let lying = liar(&world);
    let urls = format!("{},{},{}", lying.url(), honest[0].url(), honest[1].url());
    let status = world.done(&format!("channel status --store alice.redb --rpc-url {urls}"));
    assert!(status.contains("closing at round 1"), "{status}");
}

#[test]
fn a_right_hash_with_a_wrong_price_or_time_is_not_believed() {
    for (field, value) in [("baseFeePerGas", "0x2386f26fc10000"), ("timestamp", "0x7fffffff")] {
        let world = cheated();
        let mut head = world.anvil.ask("eth_getBlockByNumber", json!(["latest", false]));
        head[field] = json!(value);
        let lying = Proxy::start(world.anvil.port, move |_, method, parameters| {
            let is_head = method == "eth_getBlockByNumber" && parameters[0] == "latest";
            if is_head { Verdict::Instead(head.clone()) } else { Verdict::Pass }
        });
        let others = [(); 2].map(|()| Proxy::start(world.anvil.port, |_, _, _| Verdict::Pass));
        for urls in [[&others[0], &lying, &others[1]], [&others[0], &others[1], &lying]] {
            let urls = urls.map(Proxy::url).join(",");
            let status = world.done(&format!("channel status --store alice.redb --rpc-url {urls}"));
            let now = world.anvil.now().to_string();
            assert!(status.contains(&now), "{field}: {status}");
        }
        let urls = [&others[0], &lying, &others[1]].map(Proxy::url).join(",");
        let said = ended(slash(&world, &format!("--rpc-url {urls}")));
        assert!(said.contains("for at most") && !said.contains("0000000000000 wei per gas"), "{said}");
        wins(&world);
    }
}

#[test]
fn nobody_can_hide_what_another_one_tells() {
    let world = cheated();
    // The same places, with another event.
    let deposit = world.anvil.ask("eth_getLogs", json!([{ "fromBlock": "0x0" }]));
    let first = deposit.as_array().unwrap().iter().find(|log| log["address"] == crate::world::MANAGER).unwrap().clone();
    let lying = Proxy::start(world.anvil.port, move |_, method, _| {
        if method != "eth_getLogs" {
            return Verdict::Pass;
        }
        let mut logs = deposit.as_array().unwrap().clone();
        for log in &mut logs {
            let place =
                ["blockNumber", "blockHash", "logIndex", "transactionHash"].map(|name| (name, log[name].clone()));
            *log = first.clone();
            place.into_iter().for_each(|(name, value)| log[name] = value);
        }
        Verdict::Instead(Value::from(logs))
    });
    let others = [(); 2].map(|()| Proxy::start(world.anvil.port, |_, _, _| Verdict::Pass));
    let urls = [&others[0], &others[1], &lying].map(Proxy::url).join(",");
    let history = world.done(&format!("channel history --store alice.redb --rpc-url {urls}"));
    assert_eq!((history.matches("Deposited").count(), history.matches("Recorded").count()), (2, 1), "{history}");
}

#[test]
fn who_has_little_offers_what_he_has() {
    let world = cheated();
    world.anvil.stop_mining();
    let coins = 400_000_000_000_000_u128;
    world.anvil.ask("anvil_setBalance", json!([ALICE, format!("{coins:#x}")]));
    let child = slash(&world, "--priority-gas-price 100000000");
    until("the slash waits", || world.anvil.waiting() == 1);
    for _ in 0..4 {
        world.anvil.ask("anvil_setNextBlockBaseFeePerGas", json!(["0x174876e800"]));
        world.anvil.mine(1);
        thread::sleep(Duration::from_millis(1_200));
    }
    world.anvil.ask("anvil_setNextBlockBaseFeePerGas", json!(["0x1"]));
    world.anvil.mine(1);
    world.anvil.go_on_mining();
    let said = ended(child);
    assert!(!said.to_lowercase().contains("insufficient"), "{said}");
    world.anvil.ask("anvil_setBalance", json!([ALICE, "0x1"]));
    let poor = world.refused("settle --state newest.json --channel channel.json --keystore alice.keystore", 1);
    assert!(!poor.is_empty());
    world.anvil.ask("anvil_setBalance", json!([ALICE, "0xde0b6b3a7640000"]));
    wins(&world);
}

#[test]
fn a_bundle_with_too_little_gas_is_sent_with_enough() {
    let world = cheated();
    world.done("advise --store alice.redb --pick 1 --bundle slash.json");
    let text = std::fs::read_to_string(world.path("slash.json")).unwrap();
    let mut bundle: Value = serde_json::from_str(&text).unwrap();
    bundle["content"]["gas"] = json!({ "expected": "22000", "limit": "23000" });
    world.write("hostile.json", &bundle.to_string());
    world.done("submit hostile.json --keystore alice.keystore");
    wins(&world);
}

#[test]
fn what_is_given_up_makes_room_for_what_is_urgent() {
    let world = cheated();
    world.anvil.stop_mining();
    let deposit = "deposit --party 0 --amount 5 --channel channel.json --keystore alice.keystore --interval 1";
    let mut child = world.command(deposit).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("the deposit waits", || world.anvil.waiting() == 1);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut command = world.command("submit --abandon --keystore alice.keystore --interval 1");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_secs(2));
    world.anvil.mine(1);
    world.anvil.go_on_mining();
    let said = ended(child);
    assert!(said.contains("1 given up, 0 of them too late"), "{said}");
    ended(slash(&world, ""));
    wins(&world);
}

/// A node that says that nothing is stored anywhere.
fn liar(world: &World) -> Proxy {
    Proxy::start(world.anvil.port, |_, method, parameters| {
        let data = parameters[0]["data"].as_str().unwrap_or_default();
        // load(bytes32[])
        match (method, data.get(..10)) {
            ("eth_call", Some(selector)) if selector == load() => {
                let count = usize::from_str_radix(&data[10 + 64..10 + 128], 16).unwrap();
                let words = "0".repeat(64 * count);
                Verdict::Instead(Value::from(format!("0x{:064x}{count:064x}{words}", 32)))
            }
            _ => Verdict::Pass,
        }
    })
}

fn load() -> String {
    let selector = ChannelManager::loadCall::SELECTOR;
    hex::encode_prefixed(selector)
}

#[test]
fn a_node_that_lies_is_found_out_or_outvoted() {
    let world = cheated();
    let (lying, honest) = (liar(&world), world.anvil.url());
    let alone = world.done(&format!("channel status --store alice.redb --rpc-url {}", lying.url()));
    assert!(alone.contains("open at round 0"), "who asks a liar alone believes it: {alone}");
    // Of two nodes none is believed more than the other one, and it is said which says what.
    let two = world.refused(&format!("{SLASH} --rpc-url {},{honest}", lying.url()), 3);
    assert!(two.contains("the nodes disagree") && two.contains(honest.trim_start_matches("http://")), "{two}");
    let third = Proxy::start(world.anvil.port, |_, _, _| Verdict::Pass);
    ended(slash(&world, &format!("--rpc-url {},{honest},{}", lying.url(), third.url())));
    wins(&world);
}

#[test]
fn a_node_that_says_it_is_done_is_not_believed_alone() {
    let world = cheated();
    world.anvil.stop_mining();
    // It takes transactions and forgets them, and says of each that it is in the chain.
    let block = world.anvil.ask("eth_getBlockByNumber", json!(["latest", false]));
    let lying = Proxy::start(world.anvil.port, move |_, method, parameters| match method {
        "eth_sendRawTransaction" => {
            let raw = hex::decode(parameters[0].as_str().unwrap()).unwrap();
            Verdict::Say(json!(keccak256(raw)))
        }
        "eth_getTransactionReceipt" => Verdict::Instead(json!({
            "transactionHash": parameters[0],
            "blockNumber": block["number"],
            "blockHash": block["hash"],
            "status": "0x1",
            "gasUsed": "0x5208",
            "logs": [],
        })),
        _ => Verdict::Pass,
    });
    let mut child = slash(&world, &format!("--rpc-url {},{}", lying.url(), world.anvil.url()));
    until("the honest node has the slash", || world.anvil.waiting() == 1);
    // It is in no block yet, and Alice must not believe that it is.
    thread::sleep(Duration::from_secs(3));
    assert!(child.try_wait().unwrap().is_none(), "it goes on");
    world.anvil.mine(1);
    assert!(world.stands().starts_with("closing at round 3"));
    child.kill().unwrap();
    child.wait().unwrap();
    world.anvil.go_on_mining();
    // With the honest node alone, it is seen that it is done.
    let begun = world.done("submit --keystore alice.keystore");
    assert!(begun.contains("0x"), "{begun}");
    wins(&world);
}

#[test]
fn gas_is_not_paid_beyond_what_is_at_stake() {
    let world = cheated();
    world.anvil.stop_mining();
    let stake = 200_000_000_000_000_u128;
    let (tell, offers) = mpsc::channel();
    let proxy = Proxy::start(world.anvil.port, move |_, method, parameters| {
        if method == "eth_sendRawTransaction" {
            let raw = hex::decode(parameters[0].as_str().unwrap()).unwrap();
            let (transaction, _, fees) = read(&raw).unwrap();
            tell.send(fees.max_fee * u128::from(transaction.gas_limit)).unwrap();
        }
        Verdict::Pass
    });
    let child = slash(&world, &format!("--at-stake {stake} --rpc-url {}", proxy.url()));
    until("the slash waits", || world.anvil.waiting() == 1);
    // It costs a hundred times that for a while.
    for _ in 0..4 {
        world.anvil.ask("anvil_setNextBlockBaseFeePerGas", json!(["0x174876e800"]));
        world.anvil.mine(1);
        thread::sleep(Duration::from_millis(1_200));
    }
    world.anvil.ask("anvil_setNextBlockBaseFeePerGas", json!(["0x1"]));
    world.anvil.mine(1);
    world.anvil.go_on_mining();
    ended(child);
    let offers: Vec<u128> = offers.try_iter().collect();
    assert!(offers.len() > 2 && offers.iter().all(|offer| *offer <= stake), "{offers:?}");
    assert!(offers.iter().any(|offer| *offer > stake / 2), "it goes to the limit: {offers:?}");
    wins(&world);
}
