//! What is packed or paired, built again from what `README.md` says of it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use alloy_primitives::{B256, I256, U256, hex, keccak256};
use recourse_vectors::{Bits, Messages, Setup, Structs, Trees, Words, read};
use serde_json::{Value, json};

/// The types of packed fields in their order, and where the values are; lists are packed element by element.
type Layout = [(&'static str, &'static str)];

const TERMS: &Layout = &[
    ("address", "/parties/0/signer"),
    ("address", "/parties/0/payee"),
    ("address", "/parties/1/signer"),
    ("address", "/parties/1/payee"),
    ("uint32", "/window"),
    ("uint112", "/bounty"),
    ("uint16", "/staleMargin"),
    ("uint64", "/salt"),
    ("address", "/assets"),
];
const INSTANCE: &Layout = &[
    ("bytes32", "/id"),
    ("address", "/app"),
    ("bytes32", "/appCodeHash"),
    ("uint32", "/appGas"),
    ("uint8", "/maxSteps"),
    ("uint40", "/matures"),
    ("bytes32", "/appStateHash"),
    ("uint112", "/stakes"),
];
const STATE: &Layout = &[("uint64", "/round"), ("bytes32", "/instancesRoot"), ("int256", "/nets")];
const CLOSE: &Layout = &[("uint64", "/round"), ("uint64", "/validUntil"), ("int256", "/nets")];

#[test]
fn terms_are_packed_and_hashed_with_the_domain() {
    let setup: Setup = read("setup").unwrap();
    let terms: Structs = read("terms").unwrap();
    for case in terms.cases {
        assert_eq!(pack(TERMS, &case.fields), case.packed, "{}", case.name);
        assert_eq!(keccak256([&setup.domain_separator[..], &case.packed].concat()), case.hash, "{}", case.name);
    }
}

#[test]
fn instances_are_packed_and_hashed() {
    let instances: Structs = read("instance").unwrap();
    for case in instances.cases {
        assert_eq!(pack(INSTANCE, &case.fields), case.packed, "{}", case.name);
        assert_eq!(keccak256(&case.packed), case.hash, "{}", case.name);
    }
}

#[test]
fn states_and_closes_are_packed() {
    for (name, layout) in [("state", STATE), ("close", CLOSE)] {
        let messages: Messages = read(name).unwrap();
        for case in messages.cases {
            assert_eq!(pack(layout, &json!(case.message)), case.packed[name], "{name} {}", case.name);
        }
    }
}

#[test]
fn steps_are_packed() {
    let messages: Messages = read("step").unwrap();
    for case in messages.cases {
        let app_state = &case.packed["appState"];
        let message = json!(case.message);
        let action = hex::decode(message["action"].as_str().unwrap()).unwrap();
        let lengths = [app_state.len(), action.len()].map(|length| u16::try_from(length).unwrap().to_be_bytes());
        let packed = [pack(&[("uint8", "/number")], &message), lengths.concat(), app_state.to_vec(), action].concat();
        assert_eq!(packed, case.packed["step"], "{}", case.name);
        assert_eq!(json!(keccak256(app_state)), message["appStateHash"], "{}", case.name);
    }
}

#[test]
fn messages_are_of_the_channels_that_their_terms_make() {
    let setup: Setup = read("setup").unwrap();
    for name in recourse_vectors::MESSAGE_FILES {
        let messages: Messages = read(name).unwrap();
        for case in messages.cases {
            let id = keccak256([&setup.domain_separator[..], &case.packed["terms"]].concat());
            assert_eq!(json!(id), case.message["channelId"], "{name} {}", case.name);
        }
    }
}

#[test]
fn trees_have_the_roots() {
    let trees: Trees = read("merkle").unwrap();
    for tree in trees.cases {
        assert_eq!(root(&tree.leaves), tree.root, "{}", tree.name);
    }
}

#[test]
fn proofs_lead_to_the_root() {
    let trees: Trees = read("merkle").unwrap();
    for tree in trees.cases {
        assert_eq!(tree.proofs.len(), tree.leaves.len(), "{}", tree.name);
        for (leaf, proof) in tree.leaves.iter().zip(&tree.proofs) {
            assert_eq!(proof.iter().fold(*leaf, parent), tree.root, "{}", tree.name);
        }
    }
}

#[test]
fn words_are_their_fields_in_their_places() {
    let words: BTreeMap<String, Words> = read("words").unwrap();
    for (name, Words { layout, cases }) in words {
        for case in cases {
            let packed = layout.iter().fold(U256::ZERO, |word, (field, bits)| word | place(&case.fields[field], bits));
            assert_eq!(B256::from(packed), case.word, "{name} {}", case.name);
        }
    }
}

fn pack(layout: &Layout, fields: &Value) -> Vec<u8> {
    layout.iter().flat_map(|(type_, path)| packed(type_, fields.pointer(path).unwrap())).collect()
}

fn packed(type_: &str, value: &Value) -> Vec<u8> {
    match value {
        Value::Array(values) => values.iter().flat_map(|each| packed(type_, each)).collect(),
        Value::String(text) if text.starts_with("0x") => hex::decode(text).unwrap(),
        Value::String(decimal) => {
            let bits: usize = type_.trim_start_matches(char::is_alphabetic).parse().unwrap();
            word_of(decimal).to_be_bytes::<32>()[32 - bits / 8..].to_vec()
        }
        _ => panic!("no {type_}: {value}"),
    }
}

/// The word of a decimal string in two's complement, or of hex.
fn word_of(text: &str) -> U256 {
    match text.strip_prefix('-') {
        Some(_) => I256::from_dec_str(text).unwrap().into_raw(),
        None => text.parse().unwrap(),
    }
}

/// A field's bits in their place.
fn place(value: &str, Bits { offset, bits }: &Bits) -> U256 {
    let mask = (U256::ONE << bits.parse::<usize>().unwrap()) - U256::ONE;
    (word_of(value) & mask) << offset.parse::<usize>().unwrap()
}

fn root(level: &[B256]) -> B256 {
    match level {
        [] => B256::ZERO,
        [root] => *root,
        _ => root(&level.chunks(2).map(|pair| pair[1..].iter().fold(pair[0], parent)).collect::<Vec<_>>()),
    }
}

fn parent(a: B256, b: &B256) -> B256 {
    keccak256([a.min(*b), a.max(*b)].concat())
}
