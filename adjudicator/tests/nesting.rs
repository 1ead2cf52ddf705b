//! Multicalls within multicalls come to an end, however many calls they say that they are.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use adjudicator::action::{Action, Multicall, RevokeDelegations};
use adjudicator::{
    AppFailure, Deployment, DisputeError, MAX_NESTING, Manager, Position, Submission, Transition, Turn, World,
};
use alloy_primitives::{Address, B256, Bytes, U256};

struct Nobody;

impl World for Nobody {
    fn checkpoint(&mut self) {}
    fn commit(&mut self) {}
    fn revert(&mut self) {}
    fn code_hash(&mut self, _: Address) -> B256 {
        B256::ZERO
    }
    fn transition(&mut self, _: Address, _: u32, _: &[u8], _: &[u8], _: Turn) -> Result<Transition, AppFailure> {
        Err(AppFailure::Failed)
    }
    fn position(&mut self, _: Address, _: u32, _: &[u8]) -> Result<Position, AppFailure> {
        Err(AppFailure::Failed)
    }
    fn pull(&mut self, _: Address, _: Address, _: U256) -> Option<U256> {
        None
    }
    fn push(&mut self, _: Address, _: Address, _: U256, _: bool) -> bool {
        false
    }
}

/// What a signer sees of a multicall in which so many others stand, each with `width` copies of the next.
fn apply(depth: u32, width: usize) -> (Manager, Result<usize, DisputeError>) {
    let signer = Address::repeat_byte(1);
    let mut terms = [0; 128];
    terms[..20].copy_from_slice(signer.as_slice());
    let mut call: Bytes = RevokeDelegations { terms: terms.into() }.calldata();
    for _ in 1..depth {
        call = Multicall { calls: vec![call; width], gas_each: U256::ZERO }.calldata();
    }
    let action: Action = Multicall { calls: vec![call; width], gas_each: U256::from(7) }.into();
    let deployment = Deployment::new(U256::ONE, Address::repeat_byte(9), U256::ONE, U256::ONE).unwrap();
    let mut manager = Manager { deployment, channels: [].into(), credits: [].into() };
    let submission = Submission { submitter: signer, value: U256::ZERO, now: 1, chain_id: U256::ONE };
    let result = manager.apply(&mut Nobody, &action, &submission).map(|effects| effects.len());
    (manager, result)
}

fn epoch(manager: &Manager) -> u64 {
    manager.channels.values().next().map_or(0, |channel| channel.epochs[0])
}

#[test]
fn each_call_within_counts() {
    let (manager, result) = apply(5, 3);
    assert_eq!(result, Ok(243));
    assert_eq!(epoch(&manager), 243);
}

#[test]
fn the_deepest_multicall_is_made() {
    let (manager, _) = apply(MAX_NESTING, 1);
    assert_eq!(epoch(&manager), 1);
}

#[test]
fn a_deeper_multicall_does_nothing() {
    let (manager, result) = apply(MAX_NESTING + 1, 1);
    assert_eq!(epoch(&manager), 0);
    assert_eq!(result, Ok(1), "that it failed is told");
}

#[test]
fn more_calls_than_a_block_holds_are_refused() {
    let (manager, result) = apply(12, 3);
    let out_of_gas = DisputeError::InsufficientGas { required: U256::from(7), available: U256::ZERO };
    assert_eq!(result, Err(out_of_gas));
    assert_eq!(epoch(&manager), 0, "nothing has changed");
}
