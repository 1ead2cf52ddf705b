//! What apps are asked: mostly what a game could come to, encoded here word by word, then spoiled.

use adjudicator::{
    Turn,
    apps::{App, Delivered, Hand, HandAction, Reading, Secret, Square},
    eip712::Domain,
    signature::{Signature, SigningKey},
    types::Maturity,
};
use alloy_primitives::{Address, B256, I256, U256};
use alloy_sol_types::SolValue;
use recourse_differential::{
    dice::Dice,
    key::{GREATEST_S, Signed},
    scene::{CHAIN_ID, START},
};

use crate::{
    spoil,
    stage::{ORACLE, Stage},
};

/// One question.
#[derive(Debug, Clone)]
pub(crate) struct Play {
    pub(crate) app_state: Vec<u8>,
    pub(crate) action: Vec<u8>,
    pub(crate) mover: Turn,
}

impl Play {
    /// Of what might be right, something spoiled.
    fn spoiled(dice: &mut Dice, app_state: Vec<u8>, action: Vec<u8>, mover: Turn) -> Self {
        let movers = [Turn::Party0, Turn::Party1, Turn::Anyone, Turn::Nobody];
        let mover = if dice.permille(200) { *dice.pick(&movers) } else { mover };
        Self { app_state: spoil::maybe(dice, app_state), action: spoil::maybe(dice, action), mover }
    }
}

pub(crate) fn counter(_: &Stage, dice: &mut Dice) -> Play {
    let count: U256 = spoil::word(dice).into();
    let mover = if count.bit(0) { Turn::Party1 } else { Turn::Party0 };
    Play::spoiled(dice, count.abi_encode(), Vec::new(), mover)
}

pub(crate) fn hash_time_lock(stage: &Stage, dice: &mut Dice) -> Play {
    let registry = match dice.below(10) {
        0 => stage.address(App::Counter),
        1 => Address::from_word(dice.word()),
        _ => stage.registry,
    };
    let (hash, seen_at) = stage.hash(dice.number());
    let valid_until = U256::from(seen_at - 2 + dice.below(5));
    let app_state = (registry, hash, valid_until, deltas(dice)).abi_encode();
    Play::spoiled(dice, app_state, Vec::new(), Turn::Anyone)
}

pub(crate) fn oracle_escrow(stage: &Stage, dice: &mut Dice) -> Play {
    let escrow_id = Stage::escrow_id(dice.below(7));
    if dice.permille(200) {
        return asked_escrow(dice, escrow_id);
    }
    let mut oracles: Vec<_> = (1..=6).filter(|_| dice.permille(700)).map(key).collect();
    oracles.sort_by_key(SigningKey::address);
    let threshold = match dice.below(10) {
        0 => dice.below(9),
        _ => 1 + dice.below(oracles.len() as u64),
    };
    let is_delivered = dice.permille(100);
    let mut signers: Vec<_> = oracles.iter().map(SigningKey::address).collect();
    if dice.permille(50) && signers.len() > 1 {
        signers[1] = signers[0];
    }
    let app_state = (escrow_id, Address::ZERO, U256::from(threshold), is_delivered, signers, deltas(dice)).abi_encode();
    let mut chosen: Vec<_> = oracles.iter().collect();
    while chosen.len() > threshold as usize {
        chosen.remove(dice.below(chosen.len() as u64) as usize);
    }
    if dice.permille(100) {
        chosen.reverse();
    }
    let domain = some_domain(dice, stage, App::OracleEscrow);
    let signed_id = if dice.permille(50) { dice.word() } else { escrow_id };
    let is_full = dice.permille(500);
    let digest = Delivered { escrow_id: signed_id }.digest(&domain);
    let action = chosen.iter().flat_map(|oracle| bytes_of(dice, &oracle.sign(digest), is_full)).collect();
    Play::spoiled(dice, app_state, action, Turn::Anyone)
}

fn asked_escrow(dice: &mut Dice, escrow_id: B256) -> Play {
    let oracle = if dice.permille(200) { Address::from_word(dice.word()) } else { ORACLE };
    let (threshold, signers) = match dice.below(10) {
        0 => (1, vec![key(1).address()]),
        1 => (0, vec![key(1).address()]),
        _ => (0, Vec::new()),
    };
    let is_delivered = dice.permille(100);
    let app_state = (escrow_id, oracle, U256::from(threshold), is_delivered, signers, deltas(dice)).abi_encode();
    Play::spoiled(dice, app_state, Vec::new(), Turn::Anyone)
}

pub(crate) fn signed_feed(stage: &Stage, dice: &mut Dice) -> Play {
    let feed = B256::with_last_byte(dice.below(3) as u8);
    let station = if dice.permille(50) { Address::ZERO } else { key(1).address() };
    let number = |dice: &mut Dice, most| I256::unchecked_from(dice.below(most).cast_signed() - most.cast_signed() / 2);
    let (one, other) = (number(dice, 40), number(dice, 40));
    let (least, greatest) = if dice.permille(50) { (one, other) } else { (one.min(other), one.max(other)) };
    let [since, until] = [dice.below(20), 10 + dice.below(20)].map(|after| U256::from(START + after));
    let is_due = dice.permille(100);
    let app_state = (feed, station, least, greatest, since, until, is_due, deltas(dice)).abi_encode();
    let value = if dice.permille(100) { I256::from_raw(spoil::word(dice).into()) } else { number(dice, 120) };
    let read_at = Maturity::new(START + dice.below(35)).unwrap();
    let domain = some_domain(dice, stage, App::SignedFeed);
    let signer = if dice.permille(50) { key(2) } else { key(1) };
    let signature = signer.sign(Reading { feed, value, read_at }.digest(&domain));
    let is_full = dice.permille(500);
    let head = (value, U256::from(read_at.get())).abi_encode();
    let action = [head, bytes_of(dice, &signature, is_full)].concat();
    Play::spoiled(dice, app_state, action, Turn::Anyone)
}

pub(crate) fn tic_tac_toe(_: &Stage, dice: &mut Dice) -> Play {
    let mut mover = dice.below(2) as usize;
    let mut boards = [0_u64; 2];
    if dice.permille(200) {
        boards = [dice.below(600), dice.below(600)];
    } else {
        for _ in 0..dice.below(10) {
            let square = 1 << dice.below(9);
            if (boards[0] | boards[1]) & square == 0 {
                boards[mover] |= square;
                mover = 1 - mover;
            }
        }
    }
    let turn = if mover == 0 { Turn::Party0 } else { Turn::Party1 };
    let app_state = (boards.map(U256::from), U256::from(mover), wagers(dice)).abi_encode();
    let action = Square::new(dice.below(9) as u8).unwrap().to_action().get().to_vec();
    Play::spoiled(dice, app_state, action, turn)
}

pub(crate) fn rock_paper_scissors(_: &Stage, dice: &mut Dice) -> Play {
    let secret = Secret { hand: *dice.pick(&Hand::ALL), salt: B256::with_last_byte(dice.below(4) as u8) };
    let other = Secret { hand: *dice.pick(&Hand::ALL), ..secret };
    let (commitment, shown) = (other.commitment(), *dice.pick(&Hand::ALL));
    let (app_state, action, turn) = match dice.below(4) {
        0 => ((B256::ZERO, U256::ZERO, U256::ZERO), HandAction::Commit(spoil::word(dice)), Turn::Party0),
        1 => ((commitment, U256::ZERO, U256::ZERO), HandAction::Show(shown), Turn::Party1),
        2 => ((commitment, U256::ZERO, U256::from(shown as u8)), HandAction::Reveal(secret), Turn::Party0),
        _ => {
            let hands = [(); 2].map(|()| U256::from(dice.below(5)));
            ((spoil::word(dice), hands[0], hands[1]), HandAction::Reveal(secret), Turn::Party0)
        }
    };
    let (commitment, hand0, hand1) = app_state;
    let app_state = (commitment, hand0, hand1, wagers(dice)).abi_encode();
    Play::spoiled(dice, app_state, action.to_action().get().to_vec(), turn)
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap()
}

/// The app's own domain, or that of another chain or app.
fn some_domain(dice: &mut Dice, stage: &Stage, app: App) -> Domain {
    match dice.below(20) {
        0 => Domain::new(U256::from(CHAIN_ID + 1), stage.address(app)),
        1 => stage.domain(App::Counter),
        _ => stage.domain(app),
    }
}

/// A signature in one of its forms, or in one that nobody takes.
fn bytes_of(dice: &mut Dice, signature: &Signature, is_full: bool) -> Vec<u8> {
    if !is_full {
        return signature.to_compact().to_vec();
    }
    let [scalars @ .., v] = signature.to_full();
    let [r, s] = [0, 32].map(|at| U256::from_be_slice(&scalars[at..at + 32]));
    let signed = Signed { r, s, v };
    match dice.below(20) {
        0 => signed.with_high_s().full(),
        1 => Signed { v: v - 27, ..signed }.full(),
        2 => Signed { s: GREATEST_S, ..signed }.full(),
        3 => Signed { r: U256::ZERO, ..signed }.full(),
        _ => signed.full(),
    }
}

/// One per asset, of a channel that may not exist.
fn deltas(dice: &mut Dice) -> Vec<I256> {
    (0..dice.below(10)).map(|_| I256::from_raw(spoil::word(dice).into())).collect()
}

/// The same, of which few are too great.
fn wagers(dice: &mut Dice) -> Vec<U256> {
    let most = (U256::ONE << 112) - U256::ONE;
    (0..dice.below(10))
        .map(|_| if dice.permille(10) { most + U256::ONE } else { most >> dice.below(112) as usize })
        .collect()
}
