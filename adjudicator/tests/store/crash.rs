//! A process that is killed while it signs or imports: what it has given out is known, and nothing is half there.

use std::{
    env,
    io::{BufRead, BufReader},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use adjudicator::{
    evidence::{
        Code,
        store::{Imported, Order, SignError, Signer, Store},
    },
    types::{Document, Party, Preimage},
};
use alloy_primitives::keccak256;

use crate::{
    alice,
    fixture::{identity, signed, state},
    scene::{Scene, draft_of},
    store,
};

/// Where the child finds its store.
const PATH: &str = "RECOURSE_TEST_STORE";
const KILLS: usize = 12;

fn scene() -> Scene {
    Scene::new().policy(|policy| policy.max_jump = 1 << 20)
}

fn next_round(signer: &mut Signer) -> u64 {
    let dossier = signer.dossier(identity().channel_id()).unwrap();
    dossier.highest_of(Party::Zero).map_or(1, |state| state.content.message.round().get() + 1)
}

#[test]
#[ignore = "is run and killed by the test below"]
fn signing_child() {
    let Some(path) = env::var_os(PATH) else { return };
    let mut signer = Signer::new(Store::open(PathBuf::from(path)).unwrap(), alice()).unwrap();
    let scene = scene();
    for round in (next_round(&mut signer)..).step_by(2) {
        let orders = [0, 1].map(|more| Order {
            channel_id: identity().channel_id(),
            draft: draft_of(state(round + more, 5)),
            view: &scene.view,
            policy: &scene.policy,
        });
        for (order, result) in orders.iter().zip(signer.sign_all(&orders)) {
            result.unwrap();
            let adjudicator::evidence::Draft::State { state, .. } = &order.draft else { continue };
            println!("\nsigned {}", state.round());
        }
    }
}

#[test]
fn no_signature_that_was_given_out_is_forgotten() {
    let (folder, store) = store();
    drop(store);
    let path = folder.path().join("alice.redb");
    let mut last = 0;
    for kill in 0..KILLS {
        let mut child = spawn("crash::signing_child", &path);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut rounds = lines.filter_map(|line| line.strip_prefix("signed ")?.parse::<u64>().ok());
        let given: Vec<u64> = rounds.by_ref().take(1 + 3 * kill).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it died, but nobody had heard yet, was given out, too.
        let given = given.into_iter().chain(rounds).max().unwrap();
        assert!(given > last);

        let mut signer = Signer::new(Store::open(&path).unwrap(), alice()).unwrap();
        let dossier = signer.dossier(identity().channel_id()).unwrap().clone();
        last = dossier.highest_of(Party::Zero).unwrap().content.message.round().get();
        assert!(last >= given, "{given} was given out, and {last} is known");
        assert_eq!(dossier.clone().recheck(), dossier);
        // Both of a group, or none.
        assert_eq!(dossier.len() % 2, 0);
        for known in dossier.states() {
            assert_eq!(*known.content, signed(state(known.content.message.round().get(), 5), &[Party::Zero]));
        }
        let scene = scene();
        let draft = draft_of(state(given, 6));
        let order = Order { channel_id: identity().channel_id(), draft, view: &scene.view, policy: &scene.policy };
        match signer.sign(&order).unwrap_err() {
            SignError::Refused(findings) => assert_eq!(findings[0].code, Code::SecondStateOfRound),
            other => panic!("{other}"),
        }
    }
}

/// Enough for several transactions.
const LINES: u16 = 60_000;

fn stream() -> String {
    let channel = serde_json::to_string(&Document(identity())).unwrap();
    let preimages = (0..LINES).map(|number| Preimage::new(keccak256(number.to_be_bytes())));
    let lines = preimages.map(|preimage| serde_json::to_string(&Document(preimage)).unwrap());
    [channel].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn import(store: &mut Store, told: impl Fn(u64) + Send) -> Imported {
    store.import(stream().as_bytes(), NonZeroUsize::new(2).unwrap(), told).unwrap()
}

#[test]
#[ignore = "is run and killed by the test below"]
fn importing_child() {
    let Some(path) = env::var_os(PATH) else { return };
    import(&mut Store::open(PathBuf::from(path)).unwrap(), |lines| println!("\nkept {lines}"));
}

#[test]
fn an_import_that_is_killed_keeps_whole_groups_and_goes_on() {
    for groups in 0..3 {
        let (folder, store) = store();
        drop(store);
        let path = folder.path().join("alice.redb");
        let mut child = spawn("crash::importing_child", &path);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut told = lines.filter_map(|line| line.strip_prefix("kept ")?.parse::<u64>().ok());
        let heard = told.by_ref().take(groups).max().unwrap_or(0);
        child.kill().unwrap();
        child.wait().unwrap();
        let heard = told.max().unwrap_or(0).max(heard);
        let mut store = Store::open(&path).unwrap();
        let kept = store.dossier(identity().channel_id()).unwrap();
        let count = u64::try_from(kept.len()).unwrap();
        // The first line is the channel.
        assert!(count + 1 >= heard && (count % 16_384 == 0 || count == u64::from(LINES)), "{count} after {heard}");
        assert_eq!(import(&mut store, |_| {}).news, u64::from(LINES) - count);
        assert_eq!(store.dossier(identity().channel_id()).unwrap().len(), usize::from(LINES));
    }
}

fn spawn(child: &str, path: &Path) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", child, "--ignored", "--nocapture"]).env(PATH, path);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}
