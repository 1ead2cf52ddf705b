//! What a changed history makes of the contract's storage, and what others do to it meanwhile.
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use simulator::{
    history::{Account, Before, Block, History, Receipt, Recorded, read, write},
    replay::{Change, Replay, what_if},
    world::{BlockContext, Hardfork, Mined},
};

const MANAGER: Address = Address::repeat_byte(0xc0);
const SENDER: Address = Address::repeat_byte(0xa1);

/// Refuses if its word is zero.
const NEEDS_ONE: [u8; 10] = [0x5f, 0x54, 0x60, 8, 0x57, 0x5f, 0x5f, 0xfd, 0x5b, 0];
/// Makes its word one, and refuses if it is.
const ONLY_ONCE: [u8; 14] = [0x5f, 0x54, 0x60, 10, 0x57, 0x60, 1, 0x5f, 0x55, 0, 0x5b, 0x5f, 0x5f, 0xfd];
/// Refuses if it has no coins.
const NEEDS_COINS: [u8; 9] = [0x47, 0x60, 7, 0x57, 0x5f, 0x5f, 0xfd, 0x5b, 0];

/// A block ten seconds behind the one before, with a call of the contract, which had this word and these coins before.
fn block(code: &[u8], number: u64, word: u64, coins: u64) -> Block {
    let context = BlockContext {
        number,
        time: 1_000 + 10 * number,
        base_fee: 0,
        beneficiary: Address::ZERO,
        gas_limit: 30_000_000,
        difficulty: U256::ZERO,
        prevrandao: B256::ZERO,
        excess_blob_gas: None,
    };
    let account = |coins: u64, code: Option<B256>| Account { balance: U256::from(coins), nonce: 0, code };
    let accounts = [
        (MANAGER, account(coins, Some(keccak256(code)))),
        (SENDER, account(0, None)),
        (Address::ZERO, account(0, None)),
    ];
    let words = BTreeMap::from([(MANAGER, BTreeMap::from([(U256::ZERO, U256::from(word))]))]);
    let sent = Mined {
        kind: 0,
        sender: SENDER,
        to: Some(MANAGER),
        value: U256::ZERO,
        data: Bytes::new(),
        nonce: 0,
        gas: 100_000,
        max_fee: U256::ZERO,
        tip: None,
        access_list: Vec::new(),
        authorizations: Vec::new(),
        blob_hashes: Vec::new(),
        max_blob_fee: U256::ZERO,
    };
    let receipt = Receipt { is_success: true, gas_used: 0, cumulative_gas_used: 0, logs: Vec::new() };
    let hash = B256::from(U256::from(number));
    Block {
        hash,
        parent: B256::from(U256::from(number - 1)),
        hardfork: Hardfork::Cancun,
        context,
        before: Before { accounts: accounts.into(), words, hashes: BTreeMap::new() },
        transactions: vec![Recorded { hash, is_of_channel: true, sent, receipt }],
    }
}

/// What comes of two calls, of which the second one comes four blocks later: as it was, and with changes.
fn played(code: &[u8], words: [u64; 2], coins: [u64; 2], changes: &[&str]) -> [Vec<bool>; 2] {
    let history = History {
        chain_id: 1,
        manager: MANAGER,
        channel_id: B256::ZERO,
        terms: None,
        codes: BTreeMap::from([(keccak256(code), Bytes::copy_from_slice(code))]),
        times: BTreeMap::new(),
        blocks: vec![block(code, 1, words[0], coins[0]), block(code, 5, words[1], coins[1])],
    };
    assert_eq!(read(&write(&history).unwrap()).unwrap(), history, "what is written is read");
    let changes: Vec<Change> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let compared = what_if(&history, &changes, None).unwrap();
    let accepted = |it: &Replay| it.events.iter().map(|event| event.answer.reason().is_none()).collect();
    [accepted(&compared.was), accepted(&compared.what_if)]
}

#[test]
fn the_contract_stores_what_the_changed_history_makes_of_it() {
    assert_eq!(played(&ONLY_ONCE, [0, 1], [0, 0], &["drop #1"]), [vec![true, false], vec![true]]);
    assert_eq!(played(&ONLY_ONCE, [0, 1], [0, 0], &["delay #1 by 5 blocks"]), [vec![true, false], vec![true, false]]);
}

#[test]
fn what_others_do_comes_when_it_really_came() {
    let changed = |change| played(&NEEDS_ONE, [0, 1], [0, 0], &[change]);
    assert_eq!(changed("delay #1 by 3 blocks"), [vec![false, true], vec![false, true]]);
    assert_eq!(changed("delay #1 by 4 blocks"), [vec![false, true], vec![true, true]]);
    assert_eq!(changed("move #2 before #1"), [vec![false, true], vec![false, false]]);
}

#[test]
fn coins_that_others_bring_are_there_too() {
    let changed = |change| played(&NEEDS_COINS, [0, 0], [0, 7], &[change]);
    assert_eq!(changed("delay #1 by 40s"), [vec![false, true], vec![true, true]]);
    assert_eq!(changed("delay #1 by 39s"), [vec![false, true], vec![false, true]]);
}
