//! Logs tell where to look, and nothing else: what is found there does not depend on them.

use std::{collections::BTreeMap, convert::Infallible};

use adjudicator::{
    Channel, Effect, Funds, Hash192, Progress, Record,
    apps::{Counter, Setup},
    evidence::{Dossier, Trail},
    storage,
    types::{AppCodeHash, Instance, InstanceId, Instances, State, Steps},
    words::{FundsWord, ProgressWord, TallyWord},
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use proptest::{prelude::*, sample::Index};

use crate::fixture::{both, dossier, identity, state, state_with};

const TOUCHED: u64 = 5_000;
const MATURES: u64 = 9_000;

/// A contract in which one instance of the recorded state was stepped, with all its logs.
struct Scene {
    instances: Instances,
    state: State,
    app_state: Bytes,
    logs: Vec<Effect>,
    words: BTreeMap<U256, U256>,
}

fn short(hash: B256) -> Hash192 {
    Hash192::from_slice(&hash[..24])
}

fn id() -> B256 {
    identity().channel_id().get()
}

fn hash(state: &State) -> B256 {
    state.hash(identity().channel_id()).get()
}

fn recorded(state: &State) -> Effect {
    let record = Record { round: state.round().get(), state_hash: short(hash(state)), ..Record::default() };
    let nets = state.nets().as_slice().iter().map(|net| net.get()).collect();
    Effect::Recorded { channel_id: id(), record, nets, instances_root: state.instances_root().get() }
}

fn instances<const N: usize>(numbers: [u8; N]) -> Instances {
    let counter = |number| {
        let (id, app) = (InstanceId::new(B256::repeat_byte(number)), Address::repeat_byte(9));
        Counter::default().instance(&Setup { id, app, app_code_hash: AppCodeHash::ANY }, Steps::new(4)).unwrap()
    };
    Instances::new(numbers.map(counter).into()).unwrap()
}

fn scene() -> Scene {
    let instances = instances([1, 2]);
    let state = state_with(7, 3, &instances);
    let instance_hash = instances.as_slice()[0].hash().get();
    let app_state = Bytes::from_static(b"after one step");
    let progress = ProgressWord {
        app_state_hash: short(keccak256(&app_state)),
        steps: 1,
        last_touch: TOUCHED,
        ..ProgressWord::default()
    };
    let record = Record { round: 7, state_hash: short(hash(&state)), ..Record::default() };
    let tally = TallyWord { latest_touch: TOUCHED, matures: MATURES, ..TallyWord::default() };
    let words = [
        (storage::record(id()), record.to_word().unwrap()),
        (storage::funds(id(), Address::ZERO), FundsWord::living(Funds::default(), 4).to_word().unwrap()),
        (storage::tally(hash(&state)), tally.to_word().unwrap()),
        (storage::progress(hash(&state), instance_hash), progress.to_word().unwrap()),
    ];
    let stepped = Effect::Progressed { channel_id: id(), instance_hash, number: 1, app_state: app_state.clone() };
    let logs = vec![recorded(&older()), recorded(&state), stepped];
    Scene { instances, state, app_state, logs, words: words.into() }
}

fn older() -> State {
    state(5, 1)
}

/// Logs that the contract has never emitted.
fn invented() -> Vec<Effect> {
    let nowhere = B256::repeat_byte(0xee);
    let mut lie = recorded(&state(9, 9));
    if let Effect::Recorded { record, .. } = &mut lie {
        record.state_hash = Hash192::repeat_byte(1);
    }
    vec![
        lie,
        recorded(&state_with(8, 2, &instances([3]))),
        Effect::Progressed { channel_id: id(), instance_hash: nowhere, number: 1, app_state: vec![7; 9].into() },
        Effect::Progressed { channel_id: id(), instance_hash: nowhere, number: 2, app_state: vec![7; 9_999].into() },
        Effect::Evaluated { channel_id: nowhere, instance_hash: nowhere, deltas: Vec::new() },
    ]
}

fn read(scene: &Scene, trail: &Trail, dossier: &Dossier) -> Channel {
    let names = trail.names(dossier);
    let slots = names.slots();
    let Ok(channel) = names.read(|slot| {
        assert!(slots.contains(&slot), "one call fetches all");
        Ok::<_, Infallible>(scene.words.get(&slot).copied().unwrap_or_default())
    });
    channel
}

fn heard<'a>(logs: impl IntoIterator<Item = &'a Effect>) -> Trail {
    let mut trail = Trail::new(identity().channel_id());
    for log in logs {
        trail.hear(log);
    }
    trail
}

fn progress(channel: &Channel) -> &Progress {
    channel.recorded_base().unwrap().instances.values().next().unwrap()
}

#[test]
fn what_was_forced_is_found_by_who_holds_the_instances() {
    let scene = scene();
    let held = dossier([both(scene.state.clone()).into(), scene.instances.clone().into()]);
    let channel = read(&scene, &heard([]), &held);
    let matures = scene.instances.as_slice().first().map(|instance: &Instance| instance.matures.get());
    assert_eq!(Some(progress(&channel).matures), matures);
    assert_eq!(channel, read(&scene, &heard(&scene.logs), &held), "the logs tell no more than that");
}

#[test]
fn what_only_the_peer_knows_is_found_by_the_logs() {
    let scene = scene();
    let trail = heard(&scene.logs);
    let channel = read(&scene, &trail, &dossier([]));
    assert_eq!(progress(&channel).matures, MATURES, "no later than the last one of its state");
    assert_eq!(trail.state(&channel), Some(&scene.state));
    let app_states: Vec<_> = trail.app_states(&channel).map(|app_state| app_state.get().clone()).collect();
    assert_eq!(app_states, [scene.app_state]);
}

#[test]
fn only_news_is_news() {
    let scene = scene();
    let mut trail = heard([]);
    let news = |trail: &mut Trail| scene.logs.iter().map(|log| trail.hear(log)).collect::<Vec<_>>();
    assert_eq!(news(&mut trail), [true; 3]);
    assert_eq!(news(&mut trail), [false; 3]);
    assert!(!trail.hear(&invented()[0]) && !trail.hear(&invented()[4]), "a lie, and another channel");
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_nor_invention_matters(order in prop::collection::vec(any::<Index>(), 0..20)) {
        let scene = scene();
        let mut logs = scene.logs.clone();
        logs.extend(invented());
        order.iter().for_each(|from| logs.push(logs[from.index(logs.len())].clone()));
        for (to, from) in order.iter().enumerate() {
            let (to, from) = (to % logs.len(), from.index(logs.len()));
            logs.swap(to, from);
        }
        for dossier in [dossier([]), dossier([scene.instances.clone().into()])] {
            let expected = read(&scene, &heard(&scene.logs), &dossier);
            let trail = heard(&logs);
            prop_assert_eq!(&read(&scene, &trail, &dossier), &expected);
            prop_assert_eq!(trail.app_states(&expected).count(), 1);
        }
    }
}
