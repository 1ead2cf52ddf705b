//! The targets, given the inputs of their corpora changed at random: a little in each run of the tests, and as much as
//! `PROPTEST_CASES` says.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod contract;
mod mutation;

use std::{fs, path::Path};

use proptest::{collection::vec, prelude::*, sample::Index};
use recourse_fuzz::{Target, apps, calldata, error, json, life, log, packed, wire, word};

use mutation::mutation;

fn check(name: &str, target: Target) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let corpus: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    proptest!(|(seed: Index, mutations in vec(mutation(), 0..6))| {
        let mut input = seed.get(&corpus).clone();
        mutations.iter().for_each(|mutation| mutation.apply(&mut input));
        target(&input);
    });
}

#[test]
fn changed_app_states() {
    check("apps", apps);
}

#[test]
fn changed_calldata() {
    check("calldata", calldata);
}

#[test]
fn changed_errors() {
    check("error", error);
}

#[test]
fn changed_documents() {
    check("json", json);
}

#[test]
fn changed_lives() {
    check("life", life);
}

#[test]
fn changed_logs() {
    check("log", log);
}

#[test]
fn changed_packed_values() {
    check("packed", packed);
}

#[test]
fn changed_packed_bytes() {
    check("wire", wire);
}

#[test]
fn changed_words() {
    check("word", word);
}
