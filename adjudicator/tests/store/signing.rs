//! No signature leaves before the file has it, and none that must not.

use std::num::NonZeroUsize;

use adjudicator::{
    DisputeError,
    evidence::{
        Code, Draft, Item,
        store::{Order, SignError, Signer, Store, StoreError},
    },
    types::{Close, Document, Party, Round, Timestamp},
};
use redb::{Database, TableDefinition};

use crate::{
    alice,
    fixture::{both, domain, identity, keys, nets, signed, state, state_with},
    scene::{NOW, Scene, draft_of, draft_with, instances_of},
    store,
};

fn order(scene: &Scene, draft: Draft) -> Order<'_> {
    Order { channel_id: identity().channel_id(), draft, view: &scene.view, policy: &scene.policy }
}

fn refused_by(result: Result<adjudicator::signature::Signature, SignError>) -> Vec<Code> {
    match result {
        Err(SignError::Refused(findings)) => findings.into_iter().map(|finding| finding.code).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_signed_is_kept_and_known_after_a_restart() {
    let (folder, store) = store();
    let (scene, id) = (Scene::new(), identity().channel_id());
    let mut signer = Signer::new(store, alice()).unwrap();
    let signature = signer.sign(&order(&scene, draft_of(state(1, 5)))).unwrap();
    assert_eq!(signature.verify(state(1, 5).digest(&domain(), id), alice().address()), Ok::<_, DisputeError>(()));
    drop(signer);
    let mut signer = Signer::new(Store::open(folder.path().join("alice.redb")).unwrap(), alice()).unwrap();
    assert_eq!(
        *signer.dossier(id).unwrap().highest_of(Party::Zero).unwrap().content,
        signed(state(1, 5), &[Party::Zero])
    );
    // The same again is the same signature; another one of the round is none.
    assert_eq!(signer.sign(&order(&scene, draft_of(state(1, 5)))).unwrap(), signature);
    assert_eq!(refused_by(signer.sign(&order(&scene, draft_of(state(1, 6))))), [Code::SecondStateOfRound]);
    assert_eq!(signer.dossier(id).unwrap().len(), 1);
}

#[test]
fn what_the_peer_adds_counts() {
    let (_folder, store) = store();
    let (scene, id) = (Scene::new(), identity().channel_id());
    let mut signer = Signer::new(store, alice()).unwrap();
    signer.sign(&order(&scene, draft_of(state(1, 5)))).unwrap();
    assert_eq!(signer.dossier(id).unwrap().newest(), None);
    assert_eq!(signer.add(id, [signed(state(1, 5), &[Party::One]).into()]).unwrap(), 1);
    assert_eq!(*signer.dossier(id).unwrap().newest().unwrap().content, both(state(1, 5)));
    assert_eq!(signer.store().dossier(id).unwrap(), *signer.dossier(id).unwrap());
}

/// Somebody comes back with a backup of what he has signed elsewhere.
#[test]
fn what_is_imported_counts_as_signed() {
    let (_folder, store) = store();
    let scene = Scene::new();
    let mut signer = Signer::new(store, alice()).unwrap();
    signer.dossier(identity().channel_id()).unwrap();
    let item = Item::from(signed(state(1, 5), &[Party::Zero]));
    let lines = [serde_json::to_string(&Document(identity())), serde_json::to_string(&item)].map(Result::unwrap);
    signer.import(lines.join("\n").as_bytes(), NonZeroUsize::MIN, |_| {}).unwrap();
    assert_eq!(refused_by(signer.sign(&order(&scene, draft_of(state(1, 6))))), [Code::SecondStateOfRound]);
}

/// One sync for all; each is judged as if those before it were signed.
#[test]
fn many_are_signed_at_once() {
    let (_folder, store) = store();
    let (scene, id) = (Scene::new(), identity().channel_id());
    let mut signer = Signer::new(store, alice()).unwrap();
    let close = Close::new(Round::new(3), Timestamp::new(NOW + 60), nets(5)).unwrap();
    let drafts = [draft_of(state(1, 5)), draft_of(state(1, 6)), draft_of(state(2, 5)), Draft::Close(close)];
    let last = draft_of(state(4, 5));
    let orders: Vec<_> = drafts.into_iter().chain([last]).map(|draft| order(&scene, draft)).collect();
    let signed: Vec<_> = signer.sign_all(&orders).into_iter().map(|result| result.is_ok()).collect();
    assert_eq!(signed, [true, false, true, true, false]);
    assert_eq!(signer.store().dossier(id).unwrap().len(), 3);
}

#[test]
fn the_instances_are_kept_with_their_state() {
    let (_folder, store) = store();
    let scene = Scene::new();
    let game = adjudicator::apps::TicTacToe::start(Party::Zero, vec![adjudicator::types::Stake::new(5).unwrap()]);
    let instance = game.instance(&crate::scene::setup(1, adjudicator::apps::App::TicTacToe)).unwrap();
    let app_state = adjudicator::types::AppState::new(adjudicator::apps::Rules::encode(&game)).unwrap();
    let games = [crate::scene::Game { instance, app_state: app_state.clone() }];
    let state = state_with(1, 0, &instances_of(&games));
    let mut signer = Signer::new(store, alice()).unwrap();
    let draft = draft_with(state.clone(), &games);
    assert_eq!(refused_by(signer.sign(&order(&scene, draft.clone())))[0], Code::AppStateNotHeld);
    signer.add(identity().channel_id(), [app_state.into()]).unwrap();
    signer.sign(&order(&scene, draft)).unwrap();
    let kept = signer.store().dossier(identity().channel_id()).unwrap();
    assert_eq!(kept.instances(&state).unwrap().len(), 1);
}

/// Even if the state itself were lost, its round is taken.
#[test]
fn a_round_stays_taken_when_its_state_is_lost() {
    let (folder, store) = store();
    let scene = Scene::new();
    let mut signer = Signer::new(store, alice()).unwrap();
    signer.sign(&order(&scene, draft_of(state(1, 5)))).unwrap();
    drop(signer);
    let path = folder.path().join("alice.redb");
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<&[u8; 73], &[u8]>::new("items")).unwrap().pop_first().unwrap();
    transaction.commit().unwrap();
    drop(database);
    let mut signer = Signer::new(Store::open(&path).unwrap(), alice()).unwrap();
    let error = signer.sign(&order(&scene, draft_of(state(1, 6)))).unwrap_err();
    assert_eq!(error.to_string(), "another State of number 1 was signed before: one of the next number is right");
    assert!(signer.sign(&order(&scene, draft_of(state(1, 5)))).is_ok());
    assert!(signer.sign(&order(&scene, draft_of(state(2, 6)))).is_ok());
}

#[test]
fn only_the_holders_key_signs_and_only_as_a_party() {
    let (folder, store) = store();
    let [_, bob, carol] = keys();
    assert!(matches!(Signer::new(store, bob), Err(StoreError::OtherHolder { .. })));
    let mut tower = Store::create(folder.path().join("tower.redb"), carol.address()).unwrap();
    tower.add_channel(&identity()).unwrap();
    let scene = Scene::new();
    let mut signer = Signer::new(tower, carol).unwrap();
    assert!(matches!(signer.sign(&order(&scene, draft_of(state(1, 5)))), Err(SignError::NoParty { .. })));
}

#[test]
fn a_one_sided_close_is_not_signed() {
    let (_folder, store) = store();
    let scene = Scene::new();
    let mut signer = Signer::new(store, alice()).unwrap();
    let draft = Draft::CloseSolo(adjudicator::types::Evidence::RoundZero);
    assert!(matches!(signer.sign(&order(&scene, draft)), Err(SignError::NothingToSign)));
}
