//! Any app state of each app.

use adjudicator::{
    apps::{
        Counter, Hand, HandAction, HashTimeLock, OracleEscrow, Oracles, RockPaperScissors, Rules, Secret, SignedFeed,
        Square, TicTacToe,
    },
    eip712::Domain,
    signature::SigningKey,
    types::{Maturity, Party, Stake},
};
use alloy_primitives::{Address, B256, I256, U256};
use proptest::{
    collection::{btree_set, vec},
    prelude::{Just, Strategy, any},
    prop_oneof,
};

pub(crate) fn domain() -> Domain {
    Domain::new(U256::from(31_337), Address::repeat_byte(0xaa))
}

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap()
}

pub(crate) fn time(seconds: u64) -> Maturity {
    Maturity::new(seconds).unwrap()
}

pub(crate) fn secret() -> Secret {
    Secret { hand: Hand::Paper, salt: B256::repeat_byte(9) }
}

pub(crate) fn two_of_three() -> Oracles {
    Oracles::signers(2, [1, 2, 3].map(|number| key(number).address()).to_vec()).unwrap()
}

pub(crate) fn counter() -> impl Strategy<Value = Counter> {
    word().prop_map(|word| Counter(word.into()))
}

pub(crate) fn lock() -> impl Strategy<Value = HashTimeLock> {
    (address(), word(), any_time(), deltas()).prop_map(|(registry, hash, valid_until, deltas)| HashTimeLock {
        registry,
        hash,
        valid_until,
        deltas,
    })
}

pub(crate) fn escrow() -> impl Strategy<Value = OracleEscrow> {
    let signers = (1..=9_u8, btree_set(address(), 9..12));
    let signers = signers.prop_map(|(threshold, all)| Oracles::signers(threshold, all.into_iter().collect()).unwrap());
    let oracles = prop_oneof![signers, address().prop_map(|oracle| Oracles::contract(oracle).unwrap())];
    (word(), oracles, deltas()).prop_map(|(escrow_id, oracles, deltas)| OracleEscrow { escrow_id, oracles, deltas })
}

pub(crate) fn policy() -> impl Strategy<Value = SignedFeed> {
    let range = [delta(), delta()].prop_map(sorted);
    let insured = [any_time(), any_time()].prop_map(sorted);
    (word(), address(), range, insured, deltas()).prop_map(|(feed, station, range, insured, deltas)| {
        SignedFeed::new(feed, station, range, insured, deltas).unwrap()
    })
}

/// After some moves, as far as they are allowed.
pub(crate) fn board() -> impl Strategy<Value = TicTacToe> {
    (any::<bool>(), wagers(), vec(0..9_u8, 0..20)).prop_map(|(is_first, wagers, squares)| {
        let mut game = TicTacToe::start(if is_first { Party::Zero } else { Party::One }, wagers);
        for square in squares.into_iter().map(|square| Square::new(square).unwrap()) {
            game = game.clone().act(&domain(), square).unwrap_or(game);
        }
        game
    })
}

/// After up to three steps.
pub(crate) fn hands() -> impl Strategy<Value = RockPaperScissors> {
    let hand = || prop_oneof![Just(Hand::Rock), Just(Hand::Paper), Just(Hand::Scissors)];
    (0..4_usize, hand(), hand(), word(), wagers()).prop_map(|(steps, mine, theirs, salt, wagers)| {
        let secret = Secret { hand: mine, salt };
        let actions = [HandAction::Commit(secret.commitment()), HandAction::Show(theirs), HandAction::Reveal(secret)];
        let begin = RockPaperScissors::start(wagers);
        actions.into_iter().take(steps).fold(begin, |game, action| {
            assert_eq!(game.decode_action(action.to_action().get()), Ok(action));
            game.act(&domain(), action).unwrap()
        })
    })
}

fn sorted<T: Ord>(mut pair: [T; 2]) -> [T; 2] {
    pair.sort();
    pair
}

pub(crate) fn word() -> impl Strategy<Value = B256> {
    any::<[u8; 32]>().prop_map(B256::from)
}

fn address() -> impl Strategy<Value = Address> {
    any::<[u8; 20]>().prop_map(Address::from)
}

fn any_time() -> impl Strategy<Value = Maturity> {
    prop_oneof![0..=Maturity::MAX.get(), Just(0), Just(Maturity::MAX.get())].prop_map(time)
}

fn delta() -> impl Strategy<Value = I256> {
    prop_oneof![word().prop_map(|word| I256::from_raw(word.into())), Just(I256::MIN), Just(I256::MAX), Just(I256::ZERO)]
}

fn deltas() -> impl Strategy<Value = Vec<I256>> {
    vec(delta(), 0..9)
}

fn wagers() -> impl Strategy<Value = Vec<Stake>> {
    vec(prop_oneof![0..=Stake::MAX.get(), Just(Stake::MAX.get())].prop_map(|units| Stake::new(units).unwrap()), 0..9)
}
