//! Multicalls within multicalls come to an end, however many calls they say that they are.
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use adjudicator::abi::ChannelManager::multicallCall;
use adjudicator::action::{Action, MAX_CALLS, MAX_NESTING, Multicall, RevokeDelegations};
use adjudicator::{DecodeError, Deployment, Effect, Manager, Submission, Willing};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;

const SIGNER: Address = Address::repeat_byte(1);

/// Calldata of a multicall in which so many others stand, each with `width` calls that are all the same bytes.
fn nested(depth: u32, width: usize) -> Bytes {
    let mut terms = [0; 128];
    terms[..20].copy_from_slice(SIGNER.as_slice());
    let call = RevokeDelegations { terms: terms.into() }.calldata();
    (0..depth).fold(call, |call, _| shared(&call, width))
}

fn shared(call: &[u8], width: usize) -> Bytes {
    let word = |number: usize| U256::from(number).to_be_bytes::<32>();
    let head = [word(64), word(0), word(width)];
    let offsets = vec![word(width * 32); width];
    [&multicallCall::SELECTOR, head.as_flattened(), offsets.as_flattened(), &word(call.len()), call].concat().into()
}

fn apply(action: &Action) -> (Manager, Vec<Effect>) {
    let deployment = Deployment::new(U256::ONE, Address::repeat_byte(9), U256::ONE, U256::ONE).unwrap();
    let mut manager = Manager::new(deployment);
    let submission = Submission { submitter: SIGNER, value: U256::ZERO, now: 1, chain_id: U256::ONE };
    let foreseen = manager.check(&mut Willing, action, &submission).unwrap();
    let effects = manager.apply(&mut Willing, action, &submission).unwrap();
    assert_eq!(foreseen, effects, "what was checked is what happens");
    (manager, effects)
}

fn epoch(manager: &Manager) -> u64 {
    manager.channels.values().next().map_or(0, |channel| channel.epochs[0])
}

#[test]
fn each_call_within_counts() {
    let (manager, effects) = apply(&Action::decode(&nested(5, 3)).unwrap());
    assert_eq!(effects.len(), 243);
    assert_eq!(epoch(&manager), 243);
}

#[test]
fn the_deepest_multicall_is_made() {
    let (manager, _) = apply(&Action::decode(&nested(MAX_NESTING, 1)).unwrap());
    assert_eq!(epoch(&manager), 1);
}

#[test]
fn a_deeper_multicall_is_not_read() {
    let refused = Action::decode(&nested(MAX_NESTING + 1, 1));
    assert_eq!(refused, Err(DecodeError::NestedTooDeep { max: MAX_NESTING }));
}

#[test]
fn more_calls_than_a_block_holds_are_not_read() {
    let calldata = nested(MAX_NESTING, 10);
    assert!(calldata.len() < 5000, "10^8 calls in {} bytes", calldata.len());
    assert_eq!(Action::decode(&calldata), Err(DecodeError::TooManyCalls { max: MAX_CALLS }));
}

#[test]
fn a_call_within_that_is_not_read_fails_alone() {
    let calls = vec![nested(MAX_NESTING + 1, 1), nested(0, 1)];
    let (manager, effects) = apply(&Multicall { calls, gas_each: U256::ZERO }.into());
    assert_eq!(effects[0], Effect::CallFailed { index: 0, reason: Bytes::new() });
    assert_eq!(epoch(&manager), 1);
}
