//! What is kept, and what is not.

use adjudicator::{
    evidence::store::{Store, StoreError},
    types::{ChannelId, Party},
};
use alloy_primitives::{Address, B256};
use redb::{Database, TableDefinition};

use crate::{
    fixture::{both, dossier, identity, signed, state},
    store,
};

#[test]
fn what_is_kept_is_found_again() {
    let (folder, mut store) = store();
    let id = identity().channel_id();
    let (half, other) = (signed(state(7, 1), &[Party::Zero]), signed(state(7, 1), &[Party::One]));
    assert_eq!(store.add(id, [half.clone().into(), both(state(6, 0)).into()]).unwrap(), 2);
    assert_eq!(store.add(id, [half.into()]).unwrap(), 0);
    drop(store);
    let mut store = Store::open(folder.path().join("alice.redb")).unwrap();
    assert_eq!(store.add(id, [other.into()]).unwrap(), 1);
    let kept = store.dossier(id).unwrap();
    assert_eq!(kept, dossier([both(state(6, 0)).into(), both(state(7, 1)).into()]));
    assert_eq!(kept.clone().recheck(), kept);
    assert_eq!(store.channels().unwrap(), [identity()]);
}

#[test]
fn a_file_is_made_once_and_opened_by_one() {
    let (folder, store) = store();
    let path = folder.path().join("alice.redb");
    assert!(matches!(Store::create(&path, store.holder()), Err(StoreError::Exists { .. })));
    assert!(matches!(Store::open(&path), Err(StoreError::Open { .. })));
    drop(store);
    assert!(Store::open(&path).is_ok());
    assert!(matches!(Store::open(folder.path().join("bob.redb")), Err(StoreError::Open { .. })));
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _store) = store();
    let mode = std::fs::metadata(folder.path().join("alice.redb")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_that_was_changed_outside_is_found() {
    let (folder, mut store) = store();
    let path = folder.path().join("alice.redb");
    store.add(identity().channel_id(), [both(state(7, 1)).into()]).unwrap();
    drop(store);
    assert_eq!(Store::open_checked(&path).unwrap().dossier(identity().channel_id()).unwrap().len(), 1);
    let mut bytes = std::fs::read(&path).unwrap();
    let field = br#""nets":[""#;
    let places: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(field)).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|at| bytes[at + field.len()] = b'7');
    std::fs::write(&path, bytes).unwrap();
    assert!(Store::open_checked(&path).is_err());
}

#[test]
fn another_version_and_another_database_are_refused() {
    let (folder, store) = store();
    drop(store);
    let path = folder.path().join("alice.redb");
    let meta = TableDefinition::<&str, &str>::new("meta");
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(meta).unwrap().insert("version", "2").unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = Store::open(&path).unwrap_err();
    assert_eq!(error.to_string(), r#"a store of version "2", where "1" is read"#);
    let other = folder.path().join("other.redb");
    drop(Database::create(&other).unwrap());
    assert!(matches!(Store::open(&other), Err(StoreError::NoStore { .. })));
}

#[test]
fn nothing_wrong_gets_in_and_nothing_beside_it() {
    let (_folder, mut store) = store();
    let id = identity().channel_id();
    let mut wrong = both(state(7, 1));
    wrong.signatures.swap(0, 1);
    let error = store.add(id, [both(state(6, 1)).into(), wrong.into()]).unwrap_err();
    assert!(error.to_string().starts_with("the state of round 7 0x"), "{error}");
    assert!(store.dossier(id).unwrap().is_empty());
}

#[test]
fn a_channel_comes_before_its_evidence() {
    let (_folder, mut store) = store();
    let other = ChannelId::new(B256::repeat_byte(9));
    assert!(matches!(store.dossier(other), Err(StoreError::UnknownChannel { .. })));
    assert!(matches!(store.add(other, [both(state(6, 1)).into()]), Err(StoreError::UnknownChannel { .. })));
    assert_ne!(store.holder(), Address::ZERO);
}

#[test]
fn a_document_that_was_changed_in_the_file_is_found() {
    let (folder, mut store) = store();
    let id = identity().channel_id();
    store.add(id, [both(state(7, 1)).into()]).unwrap();
    drop(store);
    let path = folder.path().join("alice.redb");
    let items = TableDefinition::<&[u8; 73], &[u8]>::new("items");
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        use redb::ReadableTable;
        let mut table = transaction.open_table(items).unwrap();
        let (key, json) = table.first().unwrap().map(|(key, json)| (*key.value(), json.value().to_vec())).unwrap();
        let changed = String::from_utf8(json).unwrap().replace(r#""nets":["1"]"#, r#""nets":["2"]"#);
        table.insert(&key, changed.as_bytes()).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let error = Store::open(&path).unwrap().dossier(id).unwrap_err();
    assert_eq!(error.to_string(), "the file is damaged: an item: its key is another's");
}
