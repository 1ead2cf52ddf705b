//! Changed calldata, given to the contract itself: it means what this crate reads in it.

use std::{cell::RefCell, collections::BTreeMap};

use adjudicator::{
    DisputeError,
    abi::{CHANNEL_MANAGER, COUNTER, ChannelManager},
    action::Action,
};
use alloy_primitives::{Address, Bytes, Log, U256, address};
use alloy_sol_types::SolConstructor;
use proptest::{collection::vec, prelude::*};
use recourse_vectors::{Call, Setup, read};
use simulator::world::{Outcome, Transaction, World};

use crate::mutation::mutation;

/// A time at which no message of the vectors is over, in Unix seconds.
const NOW: u64 = 1_700_000_000;

/// The challenge window of the vectors' channel, in seconds.
const WINDOW: u64 = 86_400;

/// Who deploys the contracts at the addresses that the vectors have.
const DEPLOYER: Address = address!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");

/// Functions of which the contract reads some arguments only when it needs them, when it may have refused for another reason.
const LAZY: [&str; 3] = ["withdraw", "closeSoloAsDelegate", "multicall"];

#[test]
fn a_life_of_changed_calls_means_the_same_to_the_contract() {
    let scene = Scene::new();
    for name in
        ["deposit", "depositById", "withdraw", "snapshotSolo", "slash", "forceProgress", "evaluate", "closeSolo"]
    {
        scene.check_and_send(name);
    }
    for name in ["closeSoloAsDelegate", "revokeDelegations", "multicall"] {
        scene.check_and_send(name);
    }
    scene.world.borrow_mut().set_now(NOW + 2 * WINDOW);
    scene.check_and_send("settle");
}

#[test]
fn a_mutual_end_of_changed_calls_means_the_same_to_the_contract() {
    let scene = Scene::new();
    scene.check_and_send("deposit");
    scene.check_and_send("closeMutual");
}

#[test]
fn a_claim_that_is_refused_means_the_same_to_the_contract() {
    let scene = Scene::new();
    scene.check("claim");
    scene.check("claimTo");
}

/// A chain on which the calls of the vectors are valid.
struct Scene {
    world: RefCell<World>,
    manager: Address,
    calls: BTreeMap<String, Call>,
}

impl Scene {
    fn new() -> Self {
        let setup: Setup = read("setup").unwrap();
        let mut world = World::new(setup.domain["chainId"].as_str().unwrap().parse().unwrap(), NOW);
        let bounds =
            ChannelManager::constructorCall { minWindow: U256::from(1), maxWindow: U256::from(WINDOW) }.abi_encode();
        let creation_code = [&CHANNEL_MANAGER.creation_code()[..], &bounds].concat();
        let manager = world.deploy(DEPLOYER, creation_code.into()).unwrap();
        assert_eq!(serde_json::json!(manager), setup.domain["verifyingContract"]);
        world.deploy(DEPLOYER, COUNTER.creation_code().clone()).unwrap();
        Self { world: RefCell::new(world), manager, calls: read("calldata").unwrap() }
    }

    /// Compares many changed calls, then makes the call itself.
    fn check_and_send(&self, name: &str) {
        self.check(name);
        let call = self.calls[name].clone();
        assert!(self.send(&call, call.data.clone()).is_success(), "{name}");
    }

    fn check(&self, name: &str) {
        let call = self.calls[name].clone();
        proptest!(|(mutations in vec(mutation(), 1..4))| {
            let mut data = call.data.to_vec();
            mutations.iter().for_each(|mutation| mutation.apply(&mut data));
            // The function stays the same.
            data.iter_mut().zip(&call.selector).for_each(|(to, from)| *to = *from);
            self.compare(name, &call, data.into());
        });
    }

    fn compare(&self, name: &str, call: &Call, data: Bytes) {
        let before = self.world.borrow_mut().snapshot();
        let actual = self.send(call, data.clone());
        self.world.borrow_mut().restore(&before).unwrap();
        match Action::decode(&data) {
            Ok(action) => {
                let expected = self.send(call, action.calldata());
                self.world.borrow_mut().restore(&before).unwrap();
                assert_eq!(told(&actual), told(&expected));
                let (logs, reason) = told(&actual);
                assert!(logs.is_some() || !reason.is_empty(), "{name} is refused without a reason");
            }
            Err(error) => {
                let (logs, reason) = told(&actual);
                assert_eq!(logs, None, "{error}");
                assert!(reason.is_empty() || LAZY.contains(&name), "{error}, but to the contract {reason}");
            }
        }
    }

    fn send(&self, call: &Call, data: Bytes) -> Outcome {
        let value = call.value.parse().unwrap();
        let mut world = self.world.borrow_mut();
        world.set_balance(call.sender, value);
        world.transact(Transaction { value, ..Transaction::call(call.sender, self.manager, data) }).unwrap()
    }
}

/// The logs, if it was a success, and what was returned. How much gas there was is left out.
fn told(outcome: &Outcome) -> (Option<&[Log]>, Bytes) {
    match outcome {
        Outcome::Success { output, logs, .. } => (Some(logs), output.clone()),
        Outcome::Revert { output, .. } => match DisputeError::abi_decode(output) {
            Ok(DisputeError::InsufficientGas { .. }) => (None, Bytes::from_static(b"InsufficientGas")),
            _ => (None, output.clone()),
        },
        Outcome::Halt { reason, .. } => (None, format!("{reason:?}").into_bytes().into()),
    }
}
