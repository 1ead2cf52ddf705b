//! Type hashes, struct hashes, digests and channel ids equal those of alloy's EIP-712 and of the shared vectors.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{fmt::Debug, str::FromStr};

use adjudicator::{
    eip712::{self, Domain, type_hash},
    signature,
};
use alloy_primitives::{Address, B256, Bytes, I256, U256, keccak256};
use alloy_sol_types::SolStruct;
use recourse_vectors::{Case, Messages, Setup, Structs, read};

mod signed {
    alloy_sol_types::sol! {
        struct State { bytes32 channelId; uint64 round; int256[] nets; bytes32 instancesRoot; }
        struct Close { bytes32 channelId; uint64 round; int256[] nets; uint64 validUntil; }
        struct Withdraw {
            bytes32 channelId; uint64 serial; uint256[] amounts; address recipient0; address recipient1;
            uint64 validUntil;
        }
        struct Delegation {
            bytes32 channelId; uint8 party; address delegate; uint64 epoch; uint64 minRound; uint64 validUntil;
        }
        struct Step {
            bytes32 channelId; bytes32 stateHash; bytes32 instanceHash; uint8 number; bytes32 appStateHash;
            bytes action;
        }
    }
}

#[test]
fn type_hashes_are_those_of_alloy() {
    let types = [
        (signed::State::eip712_encode_type(), type_hash::STATE),
        (signed::Close::eip712_encode_type(), type_hash::CLOSE),
        (signed::Withdraw::eip712_encode_type(), type_hash::WITHDRAW),
        (signed::Delegation::eip712_encode_type(), type_hash::DELEGATION),
        (signed::Step::eip712_encode_type(), type_hash::STEP),
    ];
    for (type_, hash) in types {
        assert_eq!(keccak256(type_.as_bytes()), hash, "{type_}");
    }
}

#[test]
fn separator_is_that_of_the_vectors() {
    let setup: Setup = read("setup").unwrap();
    assert_eq!(domain().separator(), setup.domain_separator);
    assert_eq!(type_hash::DOMAIN, setup.domain_type_hash);
}

#[test]
fn channel_ids_are_those_of_the_vectors() {
    let terms: Structs = read("terms").unwrap();
    assert!(!terms.cases.is_empty());
    for case in terms.cases {
        assert_eq!(domain().channel_id(&case.packed), case.hash, "{}", case.name);
    }
}

#[test]
fn leaves_are_those_of_the_vectors() {
    let instances: Structs = read("instance").unwrap();
    assert!(!instances.cases.is_empty());
    for case in instances.cases {
        assert_eq!(eip712::instance_hash(&case.packed), case.hash, "{}", case.name);
    }
}

#[test]
fn states_are_hashed_like_the_vectors() {
    check("state", type_hash::STATE, |case| {
        let nets: Vec<I256> = case.list("nets");
        eip712::state_hash(case.of("channelId"), case.of("round"), &nets, case.of("instancesRoot"))
    });
}

#[test]
fn closes_are_hashed_like_the_vectors() {
    check("close", type_hash::CLOSE, |case| {
        let nets: Vec<I256> = case.list("nets");
        eip712::close_hash(case.of("channelId"), case.of("round"), &nets, case.of("validUntil"))
    });
}

#[test]
fn withdrawals_are_hashed_like_the_vectors() {
    check("withdraw", type_hash::WITHDRAW, |case| {
        let amounts: Vec<U256> = case.list("amounts");
        let recipients = [case.of("recipient0"), case.of("recipient1")];
        eip712::withdraw_hash(case.of("channelId"), case.of("serial"), &amounts, &recipients, case.of("validUntil"))
    });
}

#[test]
fn delegations_are_hashed_like_the_vectors() {
    check("delegation", type_hash::DELEGATION, |case| {
        let delegate: Address = case.of("delegate");
        let (epoch, min_round) = (case.of("epoch"), case.of("minRound"));
        eip712::delegation_hash(
            case.of("channelId"),
            case.of("party"),
            delegate,
            epoch,
            min_round,
            case.of("validUntil"),
        )
    });
}

#[test]
fn steps_are_hashed_like_the_vectors() {
    check("step", type_hash::STEP, |case| {
        let action: Bytes = case.of("action");
        let (state_hash, instance_hash) = (case.of("stateHash"), case.of("instanceHash"));
        let (number, app_state_hash) = (case.of("number"), case.of("appStateHash"));
        eip712::step_hash(case.of("channelId"), state_hash, instance_hash, number, app_state_hash, &action)
    });
}

#[test]
fn lists_of_any_length_are_hashed_like_those_of_alloy() {
    for length in 0..40u64 {
        let nets: Vec<_> = (0..length).map(|net| I256::from_raw(U256::MAX - U256::from(net))).collect();
        let (channel, root) = (B256::repeat_byte(1), B256::repeat_byte(2));
        let hash = eip712::state_hash(channel, length, &nets, root);
        let state = signed::State { channelId: channel, round: length, nets, instancesRoot: root };
        assert_eq!(hash, state.eip712_hash_struct(), "{length}");
    }
}

fn domain() -> Domain {
    let setup: Setup = read("setup").unwrap();
    let text = |name: &str| setup.domain[name].as_str().unwrap().to_owned();
    Domain::new(text("chainId").parse().unwrap(), text("verifyingContract").parse().unwrap())
}

/// Hashes of every case of a file, and who signed.
fn check(file: &str, type_hash: B256, hash: impl Fn(&Fields<'_>) -> B256) {
    let messages: Messages = read(file).unwrap();
    assert_eq!(type_hash, messages.type_hash);
    assert!(!messages.cases.is_empty());
    for case in &messages.cases {
        let struct_hash = hash(&Fields(case));
        assert_eq!(struct_hash, case.struct_hash, "{}", case.name);
        assert_eq!(domain().digest(struct_hash), case.digest, "{}", case.name);
        assert!(!case.signatures.is_empty());
        for signed in &case.signatures {
            for form in [&signed.compact, &signed.full] {
                assert_eq!(signature::recover(case.digest, form), Ok(signed.signer), "{}", case.name);
                assert_eq!(signature::verify(case.digest, signed.signer, form), Ok(()), "{}", case.name);
            }
        }
    }
}

/// The fields of a case, by their names.
struct Fields<'a>(&'a Case);

impl Fields<'_> {
    fn of<T: FromStr<Err: Debug>>(&self, name: &str) -> T {
        self.0.message[name].as_str().unwrap().parse().unwrap()
    }

    fn list<T: FromStr<Err: Debug>>(&self, name: &str) -> Vec<T> {
        let list = self.0.message[name].as_array().unwrap();
        list.iter().map(|value| value.as_str().unwrap().parse().unwrap()).collect()
    }
}
