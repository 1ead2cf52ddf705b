//! What the contract reverts with.

use std::collections::BTreeSet;

use adjudicator::DisputeError;
use alloy_primitives::{hex, keccak256};
use proptest::prelude::*;
use serde_json::Value;

/// The errors of the ABI: their names, and the types of their fields.
fn declared() -> Vec<(String, Vec<String>)> {
    let artifact: Value = serde_json::from_str(include_str!("../../abi/ChannelManager.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let types = |error: &Value| error["inputs"].as_array().unwrap().iter().map(|input| text(&input["type"])).collect();
    let abi = artifact["abi"].as_array().unwrap();
    abi.iter().filter(|entry| entry["type"] == "error").map(|error| (text(&error["name"]), types(error))).collect()
}

/// The bytes of a word that a type uses.
fn used(type_: &str) -> std::ops::Range<usize> {
    match type_ {
        "uint256" | "int256" | "bytes32" => 0..32,
        "address" => 12..32,
        "bytes24" => 0..24,
        "bytes4" => 0..4,
        _ => panic!("no error has a field of type {type_}"),
    }
}

/// An error with these words, as far as its fields use them.
fn encoded(name: &str, types: &[String], words: &[[u8; 32]]) -> Vec<u8> {
    let mut data = keccak256(format!("{name}({})", types.join(",")))[..4].to_vec();
    for (type_, word) in types.iter().zip(words) {
        let mut clean = [0; 32];
        clean[used(type_)].copy_from_slice(&word[used(type_)]);
        data.extend(clean);
    }
    data
}

#[test]
fn the_names_are_those_of_the_interface_in_its_order() {
    let source = include_str!("../../../contracts/interfaces/IChannelErrors.sol");
    let lines = source.lines().filter_map(|line| line.trim().strip_prefix("error "));
    let names: Vec<_> = lines.map(|line| line.split('(').next().unwrap()).collect();
    assert_eq!(DisputeError::NAMES, names);
}

#[test]
fn the_names_are_those_of_the_abi() {
    let declared = declared();
    let names: BTreeSet<_> = declared.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(DisputeError::NAMES.iter().copied().collect::<BTreeSet<_>>(), names);
    assert_eq!(names.len(), 64);
}

#[test]
fn what_is_no_error_of_the_contract_is_refused() {
    for data in ["", "01", "08c379a0", "4e487b710000000000000000000000000000000000000000000000000000000000000011"] {
        assert!(DisputeError::abi_decode(&hex::decode(data).unwrap()).is_err(), "{data}");
    }
}

proptest! {
    #[test]
    fn every_error_is_decoded_and_encoded_again(words: [[u8; 32]; 4]) {
        for (name, types) in declared() {
            let data = encoded(&name, &types, &words);
            let error = DisputeError::abi_decode(&data).unwrap();
            prop_assert_eq!(error.name(), name);
            prop_assert_eq!(error.abi_encode(), data);
        }
    }

    #[test]
    fn an_error_that_is_not_exactly_encoded_is_refused(words: [[u8; 32]; 4], rest in 1..100_usize) {
        for (name, types) in declared() {
            let data = encoded(&name, &types, &words);
            prop_assert!(DisputeError::abi_decode(&[&data[..], &vec![0; rest]].concat()).is_err(), "{}", name);
            prop_assert!(DisputeError::abi_decode(&data[..data.len() - 1]).is_err(), "{}", name);
        }
    }

    #[test]
    fn an_error_with_dirty_padding_is_refused(words: [[u8; 32]; 4], dirt in 1..=u8::MAX) {
        for (name, types) in declared() {
            let clean = encoded(&name, &types, &words);
            for (index, type_) in types.iter().enumerate() {
                let used = used(type_);
                for unused in (0..32).filter(|byte| !used.contains(byte)) {
                    let mut data = clean.clone();
                    data[4 + 32 * index + unused] = dirt;
                    prop_assert!(DisputeError::abi_decode(&data).is_err(), "{} {}", name, unused);
                }
            }
        }
    }
}
