//! The messages and calls, recomputed by alloy, with which the adjudicator hashes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use alloy_primitives::Signature;
use alloy_sol_types::{Eip712Domain, SolInterface, SolStruct, sol};
use recourse_vectors::{Call, Case, Messages, Setup, read};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

sol! {
    #[derive(serde::Deserialize)]
    struct State {
        bytes32 channelId;
        uint64 round;
        int256[] nets;
        bytes32 instancesRoot;
    }

    #[derive(serde::Deserialize)]
    struct Close {
        bytes32 channelId;
        uint64 round;
        int256[] nets;
        uint64 validUntil;
    }

    #[derive(serde::Deserialize)]
    struct Withdraw {
        bytes32 channelId;
        uint64 serial;
        uint256[] amounts;
        address recipient0;
        address recipient1;
        uint64 validUntil;
    }

    #[derive(serde::Deserialize)]
    struct Delegation {
        bytes32 channelId;
        uint8 party;
        address delegate;
        uint64 epoch;
        uint64 minRound;
        uint64 validUntil;
    }

    #[derive(serde::Deserialize)]
    struct Step {
        bytes32 channelId;
        bytes32 stateHash;
        bytes32 instanceHash;
        uint8 number;
        bytes32 appStateHash;
        bytes action;
    }
}

mod contract {
    alloy_sol_types::sol!(IChannelManager, "../../adjudicator/abi/IChannelManager.json");
}

#[test]
fn domain_separator_is_the_same() {
    let setup: Setup = read("setup").unwrap();
    assert_eq!(domain().separator(), setup.domain_separator);
    assert_eq!(domain().type_hash(), setup.domain_type_hash);
}

#[test]
fn states_are_hashed_alike() {
    check::<State>("state");
}

#[test]
fn closes_are_hashed_alike() {
    check::<Close>("close");
}

#[test]
fn withdrawals_are_hashed_alike() {
    check::<Withdraw>("withdraw");
}

#[test]
fn delegations_are_hashed_alike() {
    check::<Delegation>("delegation");
}

#[test]
fn steps_are_hashed_alike() {
    check::<Step>("step");
}

#[test]
fn calls_are_decoded_and_encoded_again() {
    let calls: BTreeMap<String, Call> = read("calldata").unwrap();
    assert_eq!(calls.len(), contract::IChannelManager::IChannelManagerCalls::COUNT);
    for (name, Call { data, .. }) in calls {
        let call = contract::IChannelManager::IChannelManagerCalls::abi_decode_validate(&data).unwrap();
        assert_eq!(call.abi_encode(), data, "{name}");
    }
}

fn domain() -> Eip712Domain {
    let setup: Setup = read("setup").unwrap();
    serde_json::from_value(setup.domain).unwrap()
}

/// Type, hashes and signatures of one file.
fn check<T: SolStruct + DeserializeOwned>(file: &str) {
    let messages: Messages = read(file).unwrap();
    assert_eq!(T::NAME, messages.primary_type);
    assert_eq!(T::eip712_encode_type(), messages.encoded_type);
    assert!(!messages.cases.is_empty());
    for case in &messages.cases {
        let message: T = serde_json::from_value(messages.message_with(case, native)).unwrap();
        assert_eq!(message.eip712_type_hash(), messages.type_hash);
        assert_eq!(message.eip712_hash_struct(), case.struct_hash, "{}", case.name);
        assert_eq!(message.eip712_signing_hash(&domain()), case.digest, "{}", case.name);
        check_signatures(case);
    }
}

/// Both forms of each signature are one, and recover to its signer.
fn check_signatures(case: &Case) {
    for signed in &case.signatures {
        let signatures = [Signature::from_erc2098(&signed.compact), Signature::from_raw(&signed.full).unwrap()];
        assert_eq!(signatures[0], signatures[1], "{}", case.name);
        let signer = signatures[0].recover_address_from_prehash(&case.digest).unwrap();
        assert_eq!(signer, signed.signer, "{}", case.name);
    }
}

/// Integers that are native to Rust must be numbers for serde.
fn native(type_: &str, decimal: &str) -> Value {
    match type_ {
        "uint8" | "uint16" | "uint32" | "uint64" => json!(decimal.parse::<u64>().unwrap()),
        _ => json!(decimal),
    }
}
