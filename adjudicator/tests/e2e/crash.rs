//! The process is killed at every point of its loop, and goes on where it was.

use std::{
    fs,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use crate::{
    proxy::{Proxy, Verdict},
    world::{ALICE, Asset, NEWEST, STAKES, World},
};

/// When it is killed: at a request, before the node has it or after.
#[derive(Debug, Clone, Copy)]
struct Death {
    request: u64,
    is_heard: bool,
}

/// Submits, and is killed there. How many requests there were.
fn run(world: &World, death: Option<Death>) -> u64 {
    let (process, count) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
    let (victim, counted) = (Arc::clone(&process), Arc::clone(&count));
    let proxy = Proxy::start(world.anvil.port, move |request, _, _| {
        counted.store(request, Ordering::SeqCst);
        match death {
            Some(death) if death.request == request => {
                let process = loop {
                    let process = victim.load(Ordering::SeqCst);
                    if process != 0 {
                        break process.to_string();
                    }
                };
                if death.is_heard {
                    return Verdict::ThenKill(process);
                }
                kill(&process);
                Verdict::Stall
            }
            _ => Verdict::Pass,
        }
    });
    let arguments = "submit slash.json --keystore alice.keystore --interval 1 --rpc-url";
    let mut command = world.command(&format!("{arguments} {}", proxy.url()));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    process.store(child.id(), Ordering::SeqCst);
    let status = child.wait().unwrap();
    assert_eq!(status.success(), death.is_none(), "{death:?}");
    count.load(Ordering::SeqCst)
}

pub(crate) fn kill(process: &str) {
    assert!(Command::new("kill").args(["-9", process]).status().unwrap().success());
}

#[test]
fn a_process_that_is_killed_anywhere_goes_on_and_sends_once() {
    let world = World::funded(Asset::Coin);
    world.cheat();
    world.done("advise --store alice.redb --pick 1 --bundle slash.json");
    let before = world.anvil.nonce(ALICE);
    let again = || {
        let _ = fs::remove_dir_all(world.path("state"));
        world.anvil.snapshot()
    };
    let snapshot = again();
    let requests = run(&world, None);
    world.anvil.revert(&snapshot);
    assert!(requests > 10, "{requests}");
    for death in (1..=requests).flat_map(|request| [false, true].map(|is_heard| Death { request, is_heard })) {
        let snapshot = again();
        run(&world, Some(death));
        // What it has begun it goes on with; if it had begun nothing, or all was done, it says so.
        world.done("submit --keystore alice.keystore --interval 1");
        if world.anvil.nonce(ALICE) == before {
            world.done("submit slash.json --keystore alice.keystore --interval 1");
        }
        assert_eq!(world.anvil.nonce(ALICE), before + 1, "it is sent once: {death:?}");
        assert!(world.stands().starts_with("closing at round 3"), "{death:?}: {}", world.stands());
        world.anvil.revert(&snapshot);
    }
    world.done("submit slash.json --keystore alice.keystore --journal last.journal");
    world.settle([STAKES[0] - NEWEST, STAKES[1] + NEWEST], "--state newest.json");
}
