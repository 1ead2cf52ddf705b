//! A chain takes what waits as real ones do: who pays more first, of each sender in order, and nothing of the censored.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use alloy_primitives::{Address, Bytes, U256};
use simulator::{
    Error,
    node::{BLOCK_TIME, Node, Sent},
    world::{Transaction, World},
};

const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb0);
const START: u64 = 1_000_000;

/// A chain on which Alice and Bob are rich, and a unit of gas costs 10 wei.
fn node() -> Node {
    let mut world = World::new(1, START);
    for rich in [ALICE, BOB] {
        world.set_balance(rich, U256::from(u64::MAX));
    }
    world.set_base_fee(10);
    Node::new(world, false)
}

fn paying(sender: Address, max_fee: u64, tip: u64) -> Transaction {
    Transaction { max_fee, tip, gas: 21_000, ..Transaction::call(sender, BOB, Bytes::new()) }
}

/// What a block at this time takes, in order.
fn mined(node: &mut Node, now: u64) -> Vec<Sent> {
    node.mine(now).unwrap().mined.iter().map(|mined| mined.sent).collect()
}

#[test]
fn who_offers_more_goes_first_but_each_sender_in_order() {
    let mut node = node();
    let cheap = node.send(paying(ALICE, 100, 1));
    let middling = node.send(paying(BOB, 100, 5));
    let dear = node.send(paying(ALICE, 100, 9));
    assert_eq!(mined(&mut node, START), [middling, cheap, dear]);
}

#[test]
fn what_pays_too_little_holds_up_its_senders_later_ones_alone() {
    let mut node = node();
    let poor = node.send(paying(ALICE, 9, 1));
    let behind = node.send(paying(ALICE, 100, 1));
    let other = node.send(paying(BOB, 100, 1));
    assert_eq!(mined(&mut node, START), [other]);
    assert!(node.is_waiting(poor) && node.is_waiting(behind));
    assert_eq!(node.next_due(u64::MAX), None, "no block takes either");
    node.set_base_fee(5);
    assert_eq!(node.next_due(u64::MAX), Some(START + BLOCK_TIME));
    assert_eq!(mined(&mut node, START + BLOCK_TIME), [poor, behind]);
}

#[test]
fn a_replacement_takes_the_place_of_what_waits() {
    let mut node = node();
    let poor = node.send(paying(ALICE, 9, 1));
    let behind = node.send(paying(ALICE, 100, 50));
    assert_eq!(node.replace(poor, paying(BOB, 100, 2)), Err(Error::NothingToReplace));
    let too_cheap = Error::ReplacementTooCheap { required: 2, found: 1 };
    assert_eq!(node.replace(poor, paying(ALICE, 100, 1)), Err(too_cheap));
    let better = node.replace(poor, paying(ALICE, 100, 2)).unwrap();
    assert!(!node.is_waiting(poor));
    assert_eq!(mined(&mut node, START), [better, behind]);
    assert_eq!(node.replace(better, paying(ALICE, 900, 900)), Err(Error::NothingToReplace));
    assert_eq!(node.reorg(START + BLOCK_TIME, 1), Ok(1));
    assert_eq!(mined(&mut node, START + BLOCK_TIME), [better, behind], "in the same order once more");
}

#[test]
fn the_censored_wait_as_many_blocks_as_it_says() {
    let mut node = node();
    node.censor(ALICE, START, 3);
    let sent = node.send(paying(ALICE, 100, 1));
    assert_eq!(mined(&mut node, START), []);
    assert_eq!(node.next_due(u64::MAX), Some(START + 3 * BLOCK_TIME));
    assert_eq!(mined(&mut node, START + 2 * BLOCK_TIME), []);
    assert_eq!(mined(&mut node, START + 3 * BLOCK_TIME), [sent]);
    let now = START + 10 * BLOCK_TIME;
    node.censor(ALICE, now, 2);
    let sent = node.send(paying(ALICE, 100, 1));
    let blocks = [0, 1, 2].map(|seconds| mined(&mut node, now + seconds));
    assert_eq!(blocks, [vec![], vec![], vec![sent]], "blocks that come sooner count as well");
}

#[test]
fn numbers_grow_with_each_block_and_with_the_time() {
    let mut node = node();
    let numbers = [0, 1, 2, 120, 121].map(|seconds| node.mine(START + seconds).unwrap().number);
    assert_eq!(numbers, [1, 2, 3, 11, 12]);
    let early = Error::BlockTooEarly { last: START + 121, found: START + 121 };
    assert_eq!(node.mine(START + 121).map(drop), Err(early));
}

#[test]
fn a_reorg_counts_the_empty_blocks() {
    let mut node = node();
    let early = node.send(paying(ALICE, 100, 1));
    node.mine(START).unwrap();
    let late = node.send(paying(BOB, 100, 1));
    node.mine(START + 5 * BLOCK_TIME).unwrap();
    assert_eq!(node.reorg(START + 8 * BLOCK_TIME, 2), Ok(0), "two empty ones");
    assert_eq!(node.reorg(START + 8 * BLOCK_TIME, 3), Ok(1));
    assert!(node.is_waiting(late) && !node.is_waiting(early));
    let too_deep = Error::ReorgTooDeep { depth: 9, blocks: 8 };
    assert_eq!(node.reorg(START + 8 * BLOCK_TIME, 9), Err(too_deep));
    assert_eq!(node.reorg(START + 8 * BLOCK_TIME, 8), Ok(1));
    assert!(node.is_waiting(late) && node.is_waiting(early));
}

#[test]
fn what_becomes_affordable_is_not_mined_in_the_past() {
    let mut node = node();
    node.set_base_fee(200);
    let sent = node.send(paying(ALICE, 100, 1));
    node.pass(START + 1_000);
    node.set_base_fee(10);
    assert_eq!(node.next_due(u64::MAX), Some(START + 1_008));
    assert_eq!(mined(&mut node, START + 1_008), [sent]);
}

#[test]
fn what_leaves_the_miner_nothing_goes_last() {
    let mut node = node();
    let boasting = node.send(paying(ALICE, 10, 1_000));
    let honest = node.send(paying(BOB, 100, 5));
    assert_eq!(mined(&mut node, START), [honest, boasting]);
}

#[test]
fn what_is_lost_leaves_a_gap_until_it_is_sent_again() {
    let mut node = node();
    let [first, second] = [1, 1].map(|tip| node.send(paying(ALICE, 100, tip)));
    node.lose(first);
    assert_eq!(node.next_due(u64::MAX), None);
    assert_eq!(mined(&mut node, START), []);
    let again = node.send(paying(ALICE, 100, 1));
    assert_eq!(mined(&mut node, START + BLOCK_TIME), [again, second]);
}
