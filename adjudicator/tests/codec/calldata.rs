//! Calls of the contract.

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{
    DecodeError,
    action::{Action, Claim, Slash},
};
use alloy_primitives::{Selector, U256};
use proptest::prelude::*;
use recourse_vectors::{Call, read};
use serde_json::{Value, json};

use crate::strategies;

fn vectors() -> BTreeMap<String, Call> {
    read("calldata").unwrap()
}

#[test]
fn calls_of_the_vectors_decode_to_their_arguments_and_encode_again() {
    let mut names = BTreeSet::new();
    for (name, call) in vectors() {
        match Action::decode(&call.data) {
            Ok(action) => {
                assert_eq!(action.name(), name);
                assert_eq!(arguments(&action), json!(call.arguments), "{name}");
                assert_eq!(action.calldata(), call.data, "{name}");
                names.insert(action.name());
            }
            Err(error) => assert_eq!(error.to_string(), format!("{name} changes nothing, and so is no operation")),
        }
    }
    assert_eq!(names, Action::names().collect());
}

#[test]
fn a_call_without_a_selector_is_refused() {
    assert_eq!(Action::decode(&[1, 2, 3]), Err(DecodeError::SelectorMissing { actual: 3 }));
}

#[test]
fn a_call_of_no_function_is_refused() {
    let actual = Selector::from([1, 2, 3, 4]);
    assert_eq!(Action::decode(&[1, 2, 3, 4, 5]), Err(DecodeError::SelectorUnknown { actual }));
}

#[test]
fn a_call_of_another_function_is_refused() {
    let claim = &vectors()["claim"];
    let (expected, actual) = (vectors()["slash"].selector, claim.selector);
    assert_eq!(Slash::decode(&claim.data), Err(DecodeError::SelectorMismatch { function: "slash", expected, actual }));
    assert_eq!(Claim::decode(&claim.data).map(Action::from), Action::decode(&claim.data));
}

proptest! {
    #[test]
    fn calls_decode_to_what_was_encoded(action in strategies::action()) {
        prop_assert_eq!(Action::decode(&action.calldata()), Ok(action));
    }

    #[test]
    fn what_follows_a_call_is_ignored(action in strategies::action(), rest in strategies::bytes()) {
        let calldata = [action.calldata(), rest].concat();
        prop_assert_eq!(Action::decode(&calldata), Ok(action));
    }

    /// Up to 31 bytes may be padding of the last list, which may be missing.
    #[test]
    fn a_call_that_ends_too_early_is_refused(action in strategies::action(), cut in 32..1000_usize) {
        let calldata = action.calldata();
        let calldata = &calldata[..calldata.len().saturating_sub(cut)];
        prop_assert!(Action::decode(calldata).is_err());
    }

    #[test]
    fn every_operation_can_be_printed(action in strategies::action()) {
        let printed = action.to_string();
        prop_assert!(printed.starts_with(action.name()), "{}", printed);
    }
}

/// The arguments as the vectors have them.
fn arguments(action: &Action) -> Value {
    let number = |number: U256| number.to_string();
    match action {
        Action::Deposit(it) => {
            json!({ "terms": it.terms, "amount": number(it.amount), "side": it.side.to_string() })
        }
        Action::DepositById(it) => json!({
            "channelId": it.channel_id,
            "asset": it.asset,
            "party": it.party.to_string(),
            "amount": number(it.amount),
        }),
        Action::Withdraw(it) => json!({
            "terms": it.terms,
            "message": {
                "serial": it.serial.to_string(),
                "amounts": it.amounts.iter().copied().map(number).collect::<Vec<_>>(),
                "recipients": it.recipients,
                "validUntil": it.valid_until.to_string(),
            },
            "signatures": it.signatures,
        }),
        Action::Claim(it) => json!({ "creditor": it.creditor, "asset": it.asset }),
        Action::ClaimTo(it) => json!({ "recipient": it.recipient, "asset": it.asset }),
        Action::SnapshotSolo(it) => json!({ "terms": it.terms, "evidence": it.evidence }),
        Action::Slash(it) => json!({ "terms": it.terms, "evidence": it.evidence }),
        Action::CloseMutual(it) => json!({ "terms": it.terms, "close": it.close }),
        Action::CloseSolo(it) => json!({ "terms": it.terms, "evidence": it.evidence, "consent": it.consent }),
        Action::CloseSoloAsDelegate(it) => json!({
            "terms": it.terms,
            "evidence": it.evidence,
            "delegation": {
                "party": it.party.to_string(),
                "delegate": it.delegate,
                "epoch": it.epoch.to_string(),
                "minRound": it.min_round.to_string(),
                "validUntil": it.valid_until.to_string(),
            },
            "delegationSignature": it.delegation_signature,
        }),
        Action::Settle(it) => json!({ "terms": it.terms, "state": it.state }),
        Action::ForceProgress(it) => {
            json!({ "terms": it.terms, "evidence": it.evidence, "instance": it.instance, "step": it.step })
        }
        Action::Evaluate(it) => json!({
            "terms": it.terms,
            "evidence": it.evidence,
            "instance": it.instance,
            "appState": it.app_state,
        }),
        Action::RevokeDelegations(it) => json!({ "terms": it.terms }),
        Action::Multicall(it) => json!({ "calls": it.calls, "gasEach": number(it.gas_each) }),
    }
}
