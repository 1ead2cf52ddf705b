//! What a world does, with the real contract in it.

#![expect(clippy::panic, reason = "a test that panics has failed")]

use adjudicator::{
    abi::{CHANNEL_MANAGER, COUNTER, ChannelManager},
    eip712::Domain,
    signature::SigningKey,
};
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256, keccak256};
use alloy_sol_types::{SolCall, SolError, SolValue};
use simulator::{
    Error,
    world::{Outcome, Transaction, World},
};

const CHAIN: u64 = 31_337;
const START: u64 = 1_700_000_000;
const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb0);

fn world() -> World {
    let mut world = World::new(CHAIN, START);
    world.set_balance(ALICE, U256::from(1000));
    world
}

fn manager_code(min_window: u64, max_window: u64) -> Bytes {
    let windows = (U256::from(min_window), U256::from(max_window)).abi_encode();
    [CHANNEL_MANAGER.creation_code(), &windows[..]].concat().into()
}

fn pay(amount: u64) -> Transaction {
    Transaction { value: U256::from(amount), ..Transaction::call(ALICE, BOB, Bytes::new()) }
}

#[track_caller]
fn returned(outcome: Outcome) -> Bytes {
    match outcome {
        Outcome::Success { output, .. } => output,
        other => panic!("{other:?}"),
    }
}

/// Code that puts a word on the stack and returns it.
fn telling(opcode: u8) -> Bytes {
    Bytes::from(vec![opcode, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3])
}

#[test]
fn coins_move() {
    let mut world = world();
    assert!(world.transact(pay(400)).unwrap().is_success());
    assert_eq!((world.balance(ALICE), world.balance(BOB)), (U256::from(600), U256::from(400)));
}

#[test]
fn who_has_anything_is_listed_in_order() {
    let mut world = world();
    assert_eq!(Vec::from_iter(world.addresses()), [ALICE]);
    assert!(world.transact(pay(400)).unwrap().is_success());
    world.set_storage(Address::ZERO, U256::ONE, U256::ONE);
    assert_eq!(Vec::from_iter(world.addresses()), [Address::ZERO, ALICE, BOB]);
    world.set_storage(Address::ZERO, U256::ONE, U256::ZERO);
    assert_eq!(Vec::from_iter(world.addresses()), [ALICE, BOB]);
}

#[test]
fn nobody_sends_what_he_does_not_have() {
    let mut world = world();
    let result = world.transact(pay(1001));
    assert!(matches!(result, Err(Error::TransactionInvalid { .. })), "{result:?}");
    assert_eq!(world.balance(ALICE), U256::from(1000));
    assert!(world.transact(pay(1000)).unwrap().is_success());
}

#[test]
fn a_contract_sees_the_block_and_the_chain() {
    let mut world = world();
    let (timestamp, number, chain_id) = (0x42, 0x43, 0x46);
    for (opcode, expected) in [(timestamp, START), (number, 1), (chain_id, CHAIN)] {
        world.set_code(BOB, telling(opcode));
        let output = returned(world.transact(Transaction::call(ALICE, BOB, Bytes::new())).unwrap());
        assert_eq!(U256::from_be_slice(&output), U256::from(expected));
    }
    world.set_now(START + 5);
    world.set_number(9);
    world.set_chain_id(5);
    for (opcode, expected) in [(timestamp, START + 5), (number, 9), (chain_id, 5)] {
        world.set_code(BOB, telling(opcode));
        let output = returned(world.transact(Transaction::call(ALICE, BOB, Bytes::new())).unwrap());
        assert_eq!(U256::from_be_slice(&output), U256::from(expected));
    }
    assert_eq!((world.now(), world.number(), world.chain_id()), (START + 5, 9, 5));
}

#[test]
fn the_manager_can_be_deployed_and_asked() {
    let mut world = world();
    let manager = world.deploy(ALICE, manager_code(60, 3600)).unwrap();
    assert!(CHANNEL_MANAGER.is_runtime_code(&world.code(manager)));
    let call = ChannelManager::domainSeparatorCall {}.abi_encode();
    let output = returned(world.transact(Transaction::call(BOB, manager, call.into())).unwrap());
    assert_eq!(B256::from_slice(&output), Domain::new(U256::from(CHAIN), manager).separator());
}

#[test]
fn each_deployment_has_an_address_of_its_own() {
    let mut world = world();
    let counters = [(); 2].map(|()| world.deploy(ALICE, COUNTER.creation_code().clone()).unwrap());
    assert_eq!(counters, [ALICE.create(0), ALICE.create(1)]);
}

#[test]
fn a_constructor_that_reverts_makes_nothing() {
    let mut world = world();
    let result = world.deploy(ALICE, manager_code(0, 3600));
    assert!(matches!(result, Err(Error::NotDeployed { .. })), "{result:?}");
    let Outcome::Revert { output, .. } = world.try_deploy(ALICE, manager_code(0, 3600)).unwrap() else { panic!() };
    assert!(ChannelManager::WindowBoundsInvalid::abi_decode(&output).is_ok());
}

#[test]
fn logs_are_told_in_order() {
    let mut world = world();
    // Twice an empty log, the second with the topic 1.
    world.set_code(BOB, Bytes::from(vec![0x5f, 0x5f, 0xa0, 0x60, 1, 0x5f, 0x5f, 0xa1]));
    let Outcome::Success { logs, .. } = world.transact(Transaction::call(ALICE, BOB, Bytes::new())).unwrap() else {
        panic!()
    };
    let topics: Vec<usize> = logs.iter().map(|log| log.topics().len()).collect();
    assert_eq!(topics, [0, 1]);
    assert!(logs.iter().all(|log| log.address == BOB));
}

#[test]
fn what_is_refused_or_breaks_off_changes_nothing() {
    let mut world = world();
    let write = [0x60, 1, 0x5f, 0x55];
    for end in [vec![0x5f, 0x5f, 0xfd], vec![0xfe]] {
        world.set_code(BOB, [&write[..], &end].concat().into());
        let outcome = world.transact(Transaction { value: U256::ONE, ..Transaction::call(ALICE, BOB, Bytes::new()) });
        assert!(!outcome.unwrap().is_success());
        assert_eq!(world.storage(BOB, U256::ZERO), U256::ZERO);
        assert_eq!(world.balance(BOB), U256::ZERO);
    }
    world.set_code(BOB, Bytes::from(write.to_vec()));
    let starved = Transaction { gas: 22_000, ..Transaction::call(ALICE, BOB, Bytes::new()) };
    assert!(matches!(world.transact(starved).unwrap(), Outcome::Halt { gas_used: 22_000, .. }));
    assert!(world.transact(Transaction::call(ALICE, BOB, Bytes::new())).unwrap().is_success());
    assert_eq!(world.storage(BOB, U256::ZERO), U256::ONE);
}

#[test]
fn contracts_send_as_well() {
    let mut world = world();
    world.set_code(ALICE, telling(0x33));
    assert!(world.transact(pay(1)).unwrap().is_success());
    let output = returned(world.transact(Transaction::call(ALICE, ALICE, Bytes::new())).unwrap());
    assert_eq!(Address::from_word(B256::from_slice(&output)), ALICE);
}

#[test]
fn code_hashes_are_those_of_the_opcode() {
    let mut world = world();
    assert_eq!(world.code_hash(BOB), B256::ZERO);
    assert_eq!(world.code_hash(ALICE), KECCAK256_EMPTY);
    world.set_code(BOB, telling(0x42));
    assert_eq!(world.code_hash(BOB), keccak256(telling(0x42)));
    world.set_code(BOB, Bytes::new());
    assert_eq!((world.code_hash(BOB), world.code(BOB)), (B256::ZERO, Bytes::new()));
}

#[test]
fn code_may_be_any_bytes() {
    let mut world = world();
    for code in [vec![0xef, 0x01], vec![0xef, 0x01, 0x00], [&[0xef, 0x01, 0x00][..], &[7; 20]].concat()] {
        world.set_code(BOB, code.clone().into());
        assert_eq!(world.code(BOB), Bytes::from(code));
    }
}

#[test]
fn a_world_returns_to_a_snapshot_as_often_as_one_likes() {
    let mut world = world();
    world.set_code(BOB, telling(0x42));
    let before = world.snapshot();
    for _ in 0..3 {
        assert!(world.transact(pay(10)).unwrap().is_success());
        world.set_storage(BOB, U256::ONE, U256::from(7));
        world.set_code(BOB, Bytes::new());
        world.set_now(START + 100);
        world.set_chain_id(1);
        world.deploy(ALICE, COUNTER.creation_code().clone()).unwrap();
        world.restore(&before).unwrap();
        assert_eq!((world.balance(ALICE), world.balance(BOB)), (U256::from(1000), U256::ZERO));
        assert_eq!((world.storage(BOB, U256::ONE), world.code(BOB)), (U256::ZERO, telling(0x42)));
        assert_eq!((world.now(), world.chain_id()), (START, CHAIN));
        assert_eq!(world.code(ALICE.create(0)), Bytes::new());
    }
    assert_eq!(world.deploy(ALICE, COUNTER.creation_code().clone()).unwrap(), ALICE.create(0));
}

#[test]
fn snapshots_lie_one_within_another() {
    let mut world = world();
    let outer = world.snapshot();
    assert!(world.transact(pay(1)).unwrap().is_success());
    let inner = world.snapshot();
    assert!(world.transact(pay(1)).unwrap().is_success());
    world.restore(&inner).unwrap();
    assert_eq!(world.balance(BOB), U256::ONE);
    world.restore(&outer).unwrap();
    assert_eq!(world.balance(BOB), U256::ZERO);
    assert_eq!(world.restore(&inner), Err(Error::SnapshotVoid));
    world.restore(&outer).unwrap();
}

#[test]
fn gas_is_what_the_chain_takes() {
    let mut world = world();
    assert_eq!(world.transact(pay(1)).unwrap().gas_used(), 21_000);
}

/// Code that hands its calldata on to the precompile that recovers signers, and returns its answer.
const RECOVERING: [u8; 17] =
    [0x36, 0x5f, 0x5f, 0x37, 0x60, 0x20, 0x5f, 0x36, 0x5f, 0x60, 0x01, 0x5a, 0xfa, 0x50, 0x3d, 0x5f, 0xf3];

#[test]
fn what_is_remembered_of_signers_changes_nothing_not_even_the_gas() {
    let key = SigningKey::from_bytes(&keccak256("a key")).unwrap();
    let digest = keccak256("what is signed");
    let full = key.sign(digest).to_full();
    let input = |v: u8| [digest.as_slice(), &U256::from(v).to_be_bytes::<32>(), &full[..64]].concat();
    let good = input(full[64]);
    let mut inputs = vec![good.clone(), input(55 - full[64]), input(26), input(29), vec![0; 128], Vec::new()];
    inputs.extend([good[..127].to_vec(), [good.as_slice(), &[0]].concat(), [good.as_slice(), &[1; 32]].concat()]);

    let [mut remembering, mut forgetful] = [true, false].map(|is_remembering| {
        let mut world = world();
        world.set_code(BOB, Bytes::from(RECOVERING.to_vec()));
        world.remember_recoveries(is_remembering);
        world
    });
    for _ in 0..2 {
        for input in &inputs {
            for gas in [21_000, 24_500, 26_900, 30_000, 100_000] {
                let ask = Transaction { gas, ..Transaction::call(ALICE, BOB, input.clone().into()) };
                assert_eq!(remembering.transact(ask.clone()), forgetful.transact(ask), "{gas} gas for {input:?}");
            }
        }
    }
    let answer = remembering.transact(Transaction::call(ALICE, BOB, good.into())).unwrap();
    assert_eq!(returned(answer)[12..], *key.address().as_slice());
    assert!(remembering.remembered_recoveries() > 0);
    assert_eq!(forgetful.remembered_recoveries(), 0);
}
