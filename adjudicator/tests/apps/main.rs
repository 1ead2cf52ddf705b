//! The apps that ship: app states and actions are read as they were written, instances suit them, digests are EIP-712.
//! That the rules are those of the bytecode is shown by `tests/differential`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod digests;
mod instances;
mod plays;
mod printing;
mod strategy;

use std::fmt::Debug;

use adjudicator::apps::{
    AppError, Counter, Deliveries, HandAction, HashTimeLock, OracleEscrow, Oracles, RockPaperScissors, Rules,
    SignedFeed, Square, TicTacToe,
};
use adjudicator::types::{Party, Stake};
use alloy_primitives::{Address, I256};
use proptest::prelude::{any, proptest};

proptest! {
    #[test]
    fn counts_are_read_as_they_were_written(counter in strategy::counter()) {
        assert_eq!(Counter::decode(&counter.encode()), Ok(counter));
    }

    #[test]
    fn locks_are_read_as_they_were_written(lock in strategy::lock(), behind in 1..100_usize) {
        is_exact(&lock, behind);
    }

    #[test]
    fn escrows_are_read_as_they_were_written(escrow in strategy::escrow(), behind in 1..100_usize) {
        is_exact(&escrow, behind);
    }

    #[test]
    fn policies_are_read_as_they_were_written(policy in strategy::policy(), behind in 1..100_usize) {
        is_exact(&policy, behind);
    }

    #[test]
    fn boards_are_read_as_they_were_written(game in strategy::board(), behind in 1..100_usize) {
        is_exact(&game, behind);
    }

    #[test]
    fn hands_are_read_as_they_were_written(game in strategy::hands(), behind in 1..100_usize) {
        is_exact(&game, behind);
    }

    #[test]
    fn whatever_is_read_is_written_alike(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        assert!(HashTimeLock::decode(&bytes).is_ok_and(|lock| lock.encode() == bytes) || HashTimeLock::decode(&bytes).is_err());
        assert_eq!(Counter::decode(&bytes).is_ok(), bytes.len() >= 32);
    }
}

/// It is read again, and nothing else is read: not cut short, nor with anything behind it, nor with one byte of its head
/// another.
fn is_exact<T: Rules + Clone + Debug + PartialEq>(value: &T, behind: usize) {
    let bytes = value.encode();
    assert_eq!(T::decode(&bytes).as_ref(), Ok(value));
    let longer = [&bytes[..], &vec![0; behind]].concat();
    let shorter = &bytes[..bytes.len().saturating_sub(behind)];
    let shuffled = [&[0; 31][..], &[64], &bytes].concat();
    for wrong in [&longer[..], shorter, &shuffled, &[]] {
        assert_eq!(T::decode(wrong).err(), Some(AppError::AppStateMalformed));
    }
}

#[test]
fn oracles_are_distinct_and_their_threshold_in_reach() {
    let [zero, one, two] = [0, 1, 2].map(Address::repeat_byte);
    let malformed = Some(AppError::AppStateMalformed);
    for (threshold, signers) in
        [(0, vec![one, two]), (3, vec![one, two]), (1, vec![]), (1, vec![one, one]), (1, vec![zero, one])]
    {
        assert_eq!(Oracles::signers(threshold, signers).err(), malformed);
    }
    assert_eq!(Oracles::contract(zero).err(), malformed);
    assert_eq!(Oracles::signers(2, vec![two, one]), Oracles::signers(2, vec![one, two]));
}

#[test]
fn no_threshold_is_more_than_an_action_holds() {
    let signers: Vec<_> = (1..=66).map(Address::repeat_byte).collect();
    assert!(Oracles::signers(64, signers.clone()).is_ok());
    for threshold in [65, 66] {
        assert_eq!(Oracles::signers(threshold, signers.clone()).err(), Some(AppError::AppStateMalformed));
    }
    let oracles = Oracles::signers(64, signers).unwrap();
    let mut app_state = OracleEscrow { escrow_id: Default::default(), oracles, deltas: Vec::new() }.encode();
    let threshold = app_state.get_mut(127).unwrap();
    assert_eq!(*threshold, 64);
    *threshold = 65;
    assert_eq!(OracleEscrow::decode(&app_state), Err(AppError::AppStateMalformed));
}

#[test]
fn a_policy_insures_some_time_against_something() {
    let [early, late] = [5, 6].map(strategy::time);
    let policy = |range, insured| SignedFeed::new(Default::default(), Address::ZERO, range, insured, vec![I256::ONE]);
    assert!(policy([I256::ONE, I256::ONE], [early, early]).is_ok());
    assert!(policy([I256::ONE, I256::ZERO], [early, late]).is_err());
    assert!(policy([I256::ZERO, I256::ONE], [late, early]).is_err());
}

#[test]
fn boards_are_those_that_a_game_can_come_to() {
    let is_sound = |boards, mover| TicTacToe::new(boards, mover, Vec::new()).is_ok();
    assert!(is_sound([0b111, 0b11_000], Party::One), "party 0 has won");
    assert!(!is_sound([0b111, 0b111_000], Party::Zero), "the mover has won");
    assert!(!is_sound([0b111, 0b11_000], Party::Zero), "won, and moves on");
    assert!(!is_sound([1, 1], Party::Zero), "a square taken twice");
    assert!(!is_sound([1 << 9, 0], Party::One), "beside the board");
    assert!(!is_sound([3, 0], Party::One), "two squares ahead");
    assert_eq!(Square::new(9), Err(AppError::SquareInvalid { square: 9 }));
}

#[test]
fn app_states_tell_what_they_are_made_of() {
    let (account, wagers) = (Address::repeat_byte(1), vec![Stake::MAX]);
    assert_eq!(Oracles::contract(account).unwrap().asked(), Some(account));
    assert_eq!(Oracles::signers(1, vec![account]).unwrap().counted(), Some((1, &[account][..])));
    let (range, insured) = ([I256::ZERO, I256::ONE], [5, 6].map(strategy::time));
    let policy = SignedFeed::new(Default::default(), account, range, insured, vec![I256::ONE]).unwrap();
    assert_eq!((policy.station(), policy.range(), policy.insured()), (account, range, insured));
    assert!(!policy.is_due() && policy.feed().is_zero() && policy.deltas() == [I256::ONE]);
    let board = TicTacToe::new([1, 2], Party::Zero, wagers.clone()).unwrap();
    assert_eq!((Party::BOTH.map(|party| board.board(party)), board.mover()), ([1, 2], Party::Zero));
    assert_eq!(board.wagers(), wagers);
    let (begun, secret) = (RockPaperScissors::start(wagers.clone()), strategy::secret());
    assert_eq!((begun.commitment(), begun.hands(), begun.wagers()), (None, [None; 2], &wagers[..]));
    let actions = [HandAction::Commit(secret.commitment()), HandAction::Show(secret.hand), HandAction::Reveal(secret)];
    let over = actions.into_iter().fold(begun, |game, action| game.act(&strategy::domain(), action).unwrap());
    assert_eq!((over.commitment(), over.hands()), (Some(secret.commitment()), [Some(secret.hand); 2]));
}

#[test]
fn too_many_signatures_are_no_action() {
    let signature = strategy::key(1).sign(Default::default());
    assert!(Deliveries(vec![signature; 64]).to_action().is_ok());
    assert!(Deliveries(vec![signature; 65]).to_action().is_err());
}

#[test]
fn a_game_of_hands_goes_on_by_its_own_actions_alone() {
    let domain = strategy::domain();
    let game = RockPaperScissors::start(Vec::new());
    let secret = strategy::secret();
    let actions = [HandAction::Show(secret.hand), HandAction::Reveal(secret)];
    for action in actions {
        assert_eq!(game.clone().act(&domain, action), Err(AppError::ActionMalformed));
    }
    let escrow = OracleEscrow { escrow_id: Default::default(), oracles: strategy::two_of_three(), deltas: Vec::new() };
    let too_few = AppError::ActionLengthInvalid { expected: 128, actual: 0 };
    assert_eq!(escrow.act(&domain, Deliveries(Vec::new())), Err(too_few));
}
