//! The process is killed at every point of its loop, and goes on where it was.

use std::{
    fs,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::json;

use crate::{
    faults::until,
    proxy::{Proxy, Verdict},
    world::{ALICE, Asset, MANAGER, NEWEST, STAKES, TOKEN, World},
};

/// When it is killed: at a request, before the node has it or after.
#[derive(Debug, Clone, Copy)]
struct Death {
    request: u64,
    is_heard: bool,
}

/// Carries out, and is killed there. How many requests there were, and whether the node was handed a transaction.
fn run(world: &World, arguments: &str, death: Option<Death>) -> (u64, bool) {
    let (process, count) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
    let sent = Arc::new(AtomicBool::new(false));
    let (victim, counted, heard) = (Arc::clone(&process), Arc::clone(&count), Arc::clone(&sent));
    let proxy = Proxy::start(world.anvil.port, move |request, method, _| {
        counted.store(request, Ordering::SeqCst);
        let is_send = method == "eth_sendRawTransaction";
        match death {
            Some(death) if death.request == request => {
                let process = loop {
                    let process = victim.load(Ordering::SeqCst);
                    if process != 0 {
                        break process.to_string();
                    }
                };
                if death.is_heard {
                    heard.fetch_or(is_send, Ordering::SeqCst);
                    return Verdict::ThenKill(process);
                }
                kill(&process);
                Verdict::Stall
            }
            _ => {
                heard.fetch_or(is_send, Ordering::SeqCst);
                Verdict::Pass
            }
        }
    });
    let mut command = world.command(&format!("{arguments} --interval 1 --rpc-url {}", proxy.url()));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    process.store(child.id(), Ordering::SeqCst);
    if death.is_some() {
        assert!(!child.wait().unwrap().success(), "{death:?}");
    } else {
        // What it waits for is in a block only if somebody mines one.
        until("it is sent", || world.anvil.waiting() == 1);
        thread::sleep(Duration::from_millis(1_500));
        let requests = count.load(Ordering::SeqCst);
        world.anvil.mine(1);
        assert!(child.wait().unwrap().success());
        return (requests, true);
    }
    (count.load(Ordering::SeqCst), sent.load(Ordering::SeqCst))
}

pub(crate) fn kill(process: &str) {
    assert!(Command::new("kill").args(["-9", process]).status().unwrap().success());
}

/// Kills it at every point until it waits for a block, and once the node has forgotten what it had been handed, lets it go on by
/// what it has written down alone.
fn dies_everywhere(world: &World, arguments: &str, is_done: impl Fn(&World)) {
    let before = world.anvil.nonce(ALICE);
    let fresh = || {
        let _ = fs::remove_dir_all(world.path("state"));
        world.anvil.stop_mining();
        world.anvil.snapshot()
    };
    let snapshot = fresh();
    let (requests, _) = run(world, arguments, None);
    world.anvil.revert(&snapshot);
    assert!(requests > 10, "{requests}");
    let mut handed_in = 0;
    for death in (1..=requests).map(|request| Death { request, is_heard: request % 2 == 0 }) {
        let snapshot = fresh();
        let (last, is_sent) = run(world, arguments, Some(death));
        world.anvil.ask("anvil_dropAllTransactions", json!([]));
        world.anvil.go_on_mining();
        let said = world.done("submit --keystore alice.keystore --interval 1");
        if is_sent {
            // It was written down before it was handed in, or this would know nothing of it.
            handed_in += 1;
            assert_eq!(world.anvil.nonce(ALICE), before + 1, "{death:?}, {last}: {said}");
        } else if world.anvil.nonce(ALICE) == before {
            world.done(&format!("{arguments} --interval 1"));
        }
        assert_eq!(world.anvil.nonce(ALICE), before + 1, "it is sent once: {death:?}");
        is_done(world);
        world.anvil.revert(&snapshot);
    }
    assert!(handed_in > 0);
    world.anvil.go_on_mining();
}

#[test]
fn an_answer_that_is_killed_anywhere_is_gone_on_with_and_sent_once() {
    let world = World::funded(Asset::Coin);
    world.cheat();
    world.done("advise --store alice.redb --pick 1 --bundle slash.json");
    dies_everywhere(&world, "submit slash.json --keystore alice.keystore", |world| {
        assert!(world.stands().starts_with("closing at round 3"), "{}", world.stands());
    });
    world.done("submit slash.json --keystore alice.keystore --journal last.journal");
    world.settle([STAKES[0] - NEWEST, STAKES[1] + NEWEST], "--state newest.json");
}

#[test]
fn a_payment_that_is_killed_anywhere_is_paid_once() {
    let world = World::new(Asset::Token);
    // What the contract may take was allowed before.
    world.send(ALICE, TOKEN, &format!("0x095ea7b3{:0>64}{:064x}", &MANAGER[2..], STAKES[0]));
    let amount = STAKES[0] / 2;
    let deposit = format!("deposit --party 0 --amount {amount} --channel channel.json --keystore alice.keystore");
    dies_everywhere(&world, &deposit, |world| {
        assert_eq!(world.balance(MANAGER), amount);
    });
}
