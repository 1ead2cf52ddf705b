//! What app states look like to people.

use adjudicator::{
    apps::{
        App, Counter, Hand, HandAction, HashTimeLock, OracleEscrow, Oracles, RockPaperScissors, Rules, SignedFeed,
        TicTacToe,
    },
    types::{Party, Stake},
};
use alloy_primitives::{Address, B256, I256, U256};

use crate::strategy;

#[test]
fn app_states_are_told_in_words() {
    let deltas = vec![I256::unchecked_from(10), I256::unchecked_from(-3)];
    let wagers = vec![Stake::new(5).unwrap()];
    let (account, hash, time) = (Address::repeat_byte(7), B256::repeat_byte(1), strategy::time(99));
    let lock = HashTimeLock { registry: account, hash, valid_until: time, deltas: deltas.clone() };
    let escrow = |oracles| OracleEscrow { escrow_id: hash, oracles, deltas: deltas.clone() };
    let range = [I256::MINUS_ONE, I256::ONE];
    let policy = SignedFeed::new(hash, account, range, [strategy::time(5), time], deltas.clone()).unwrap();
    let board = |boards, mover| TicTacToe::new(boards, mover, wagers.clone()).unwrap();
    let committed =
        RockPaperScissors::start(wagers.clone()).act(&strategy::domain(), HandAction::Commit(hash)).unwrap();
    let shown = committed.clone().act(&strategy::domain(), HandAction::Show(Hand::Rock)).unwrap();
    let told = [
        App::Counter.describe(&Counter(U256::from(7)).encode()),
        App::HashTimeLock.describe(&lock.encode()),
        App::OracleEscrow.describe(&escrow(Oracles::contract(account).unwrap()).encode()),
        App::OracleEscrow.describe(&escrow(Oracles::signers(1, vec![account]).unwrap()).encode()),
        App::SignedFeed.describe(&policy.encode()),
        App::TicTacToe.describe(&board([0b1, 0b10], Party::Zero).encode()),
        App::TicTacToe.describe(&board([0b111, 0b11_000], Party::One).encode()),
        App::TicTacToe.describe(&board([0b1_1000_1101, 0b0_0111_0010], Party::One).encode()),
        App::RockPaperScissors.describe(&committed.encode()),
        App::RockPaperScissors.describe(&shown.encode()),
    ];
    let lines: String = told.into_iter().map(|line| line.unwrap() + "\n").collect();
    assert_eq!(lines, include_str!("printing.txt"));
    assert!(App::TicTacToe.describe(&[]).is_err());
}
