//! Evidence on disk: what was told to be kept is kept, and no signature leaves before.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod crash;
#[path = "../evidence/fixture.rs"]
mod fixture;
mod keeping;
#[expect(dead_code, reason = "shared with the tests of evidence")]
#[path = "../evidence/scene.rs"]
mod scene;
mod signing;
mod streams;

use adjudicator::{evidence::store::Store, signature::SigningKey};
use tempfile::TempDir;

/// A store of Alice's with the channel, in a folder that goes away.
fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::create(folder.path().join("alice.redb"), alice().address()).unwrap();
    store.add_channel(&fixture::identity()).unwrap();
    (folder, store)
}

fn alice() -> SigningKey {
    let [alice, ..] = fixture::keys();
    alice
}
