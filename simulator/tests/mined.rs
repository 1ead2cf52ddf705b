//! Transactions of all types, by the rules of their time.
#![expect(clippy::panic, reason = "a test fails by panicking")]

use adjudicator::signature::SigningKey;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use simulator::{
    Error,
    world::{Authorization, BlockContext, Hardfork, Mined, Missing, Opening, Outcome, World},
};

const SENDER: Address = Address::repeat_byte(0xa1);
const CONTRACT: Address = Address::repeat_byte(0xc0);

fn block() -> BlockContext {
    BlockContext {
        number: 7,
        time: 1_700_000_000,
        base_fee: 5,
        beneficiary: Address::repeat_byte(0xbe),
        gas_limit: 30_000_000,
        difficulty: U256::ZERO,
        prevrandao: B256::repeat_byte(9),
        excess_blob_gas: Some(0),
    }
}

/// A chain where the contract has this code.
fn world(code: &[u8], hardfork: Hardfork) -> World {
    let mut world = World::new(1, 0);
    world.set_balance(SENDER, U256::from(10).pow(U256::from(18)));
    world.set_code(CONTRACT, Bytes::copy_from_slice(code));
    world.begin(&block(), hardfork);
    world
}

fn call(kind: u8) -> Mined {
    Mined {
        kind,
        sender: SENDER,
        to: Some(CONTRACT),
        value: U256::ZERO,
        data: Bytes::new(),
        nonce: 0,
        gas: 100_000,
        max_fee: U256::from(20),
        tip: (kind >= 2).then_some(U256::ONE),
        access_list: Vec::new(),
        authorizations: Vec::new(),
        blob_hashes: Vec::new(),
        max_blob_fee: U256::ZERO,
    }
}

fn output(world: &mut World, transaction: &Mined) -> Bytes {
    match world.transact_mined(transaction) {
        Ok(Outcome::Success { output, .. }) => output,
        other => panic!("{other:?}"),
    }
}

/// Code that returns what an instruction gives.
fn returning(instruction: u8) -> Vec<u8> {
    // PUSH1 0 MSTORE PUSH1 32 PUSH1 0 RETURN
    [&[instruction][..], &[0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3]].concat()
}

#[test]
fn who_offers_a_price_pays_it_and_who_offers_a_tip_pays_that() {
    const GASPRICE: u8 = 0x3a;
    let mut world = world(&returning(GASPRICE), Hardfork::Cancun);
    assert_eq!(U256::from_be_slice(&output(&mut world, &call(0))), U256::from(20));
    assert_eq!(U256::from_be_slice(&output(&mut world, &call(2))), U256::from(6));
}

#[test]
fn what_is_opened_in_advance_is_paid_in_advance() {
    // PUSH1 1 SLOAD STOP
    let mut world = world(&[0x60, 1, 0x54, 0], Hardfork::Cancun);
    let plain = world.transact_mined(&call(1)).unwrap().gas_used();
    let opening = Opening { account: CONTRACT, slots: vec![B256::with_last_byte(1)] };
    let opened = Mined { access_list: vec![opening], ..call(1) };
    assert_eq!(world.transact_mined(&opened).unwrap().gas_used(), plain + 2400 + 1900 - 2000);
}

#[test]
fn instructions_come_with_their_rules() {
    const PUSH0: u8 = 0x5f;
    let outcome = |hardfork| world(&[PUSH0, 0], hardfork).transact_mined(&call(0)).unwrap();
    assert!(outcome(Hardfork::Shanghai).is_success());
    assert!(!outcome(Hardfork::Paris).is_success());
    // A greater transaction than Osaka takes.
    let great = Mined { gas: 20_000_000, ..call(0) };
    assert!(world(&[], Hardfork::Prague).transact_mined(&great).is_ok());
    assert!(matches!(world(&[], Hardfork::Osaka).transact_mined(&great), Err(Error::TransactionInvalid { .. })));
}

#[test]
fn blobs_can_be_named_and_have_their_price() {
    const BLOBBASEFEE: u8 = 0x4a;
    let mut world = world(&returning(BLOBBASEFEE), Hardfork::Cancun);
    let mut hash = B256::repeat_byte(3);
    hash.0[0] = 1;
    let blobs = Mined { blob_hashes: vec![hash], max_blob_fee: U256::from(2), ..call(3) };
    assert_eq!(U256::from_be_slice(&output(&mut world, &blobs)), U256::ONE);
}

#[test]
fn an_authorization_gives_an_account_code() {
    let key = SigningKey::from_bytes(&B256::with_last_byte(7)).unwrap();
    // The list of chain id 1, the contract, nonce 0, as EIP-7702 has it signed.
    let list = [&[0x05, 0xd7, 0x01, 0x94][..], CONTRACT.as_slice(), &[0x80]].concat();
    let signed = key.sign(keccak256(list)).to_full();
    let (r, s) = (U256::from_be_slice(&signed[..32]), U256::from_be_slice(&signed[32..64]));
    let authorization =
        |nonce| Authorization { chain_id: U256::ONE, account: CONTRACT, nonce, y_parity: signed[64] - 27, r, s };
    let mut world = world(&[0], Hardfork::Prague);
    let sent = |nonce| Mined { authorizations: vec![authorization(nonce)], ..call(4) };
    assert!(world.transact_mined(&sent(1)).unwrap().is_success());
    assert!(world.code(key.address()).is_empty(), "another nonce is signed");
    assert!(world.transact_mined(&sent(0)).unwrap().is_success());
    let code = [&[0xef, 0x01, 0x00][..], CONTRACT.as_slice()].concat();
    assert_eq!(world.code(key.address()), Bytes::from(code));
}

#[test]
fn what_is_not_known_is_not_taken_for_nothing() {
    // PUSH1 1 SLOAD STOP
    let mut world = world(&[0x60, 1, 0x54, 0], Hardfork::Cancun);
    world.know_only_what_is_told();
    let mut missing = Vec::new();
    loop {
        match world.transact_mined(&call(0)) {
            Err(Error::Unknown { missing: what }) => {
                missing.push(what);
                match what {
                    Missing::Account(account) => world.tell_account(account, U256::ZERO, 0, Bytes::new()),
                    Missing::Word { account, slot } => world.tell_word(account, slot, U256::ZERO),
                    Missing::BlockHash(number) => world.tell_hash(number, B256::ZERO),
                }
                assert!(world.knows(what));
            }
            outcome => break assert!(outcome.unwrap().is_success()),
        }
    }
    missing.sort_unstable();
    let beneficiary = Missing::Account(block().beneficiary);
    assert_eq!(missing, [beneficiary, Missing::Word { account: CONTRACT, slot: U256::ONE }]);
}
