//! About how much gas a transaction takes at most.

use alloy_primitives::Bytes;

use super::book::Book;
use crate::{Effect, action::Action, wire};

/// Of every transaction (EIP-2028 for the calldata).
const TRANSACTION: u64 = 21_000;
const ZERO_BYTE: u64 = 4;
const OTHER_BYTE: u64 = 16;
/// The words of a list's place and length, and what pads it; or the selector and a flag.
const WORDS: u64 = 420;
/// One signature: the precompile, and what reads it.
const SIGNATURE: u64 = 3_800;
/// A payment in coin to an account that does not exist yet; in tokens it is about as much.
const PAYMENT: u64 = 45_000;
/// A call of an app from a cold account, without what the app itself takes.
const APP_CALL: u64 = 5_000;
/// What must be left when a payment is pushed (`contracts/libraries/TokenTransfer.sol`), and when an app is called, besides what
/// the app gets and a 64th (`contracts/libraries/AppCall.sol`).
const TOKEN_PUSH_LEFT: u64 = 213_174;
const NATIVE_PUSH_LEFT: u64 = 90_793;
const APP_CALL_LEFT: u64 = 8_000;
/// One step of a proof.
const SIBLING: u64 = 200;

/// What an operation takes at most, and what it is to be sent with.
pub(super) fn of(book: &Book<'_>, action: &Action, effects: &[Effect]) -> (u64, u64) {
    let gas = taken(book, action, effects);
    let pays = effects.iter().map(payments).any(|count| count > 0);
    let left = match action {
        Action::ForceProgress(call) => app_gas(book, &call.instance),
        Action::Evaluate(call) => app_gas(book, &call.instance),
        _ if pays && book.terms().assets().as_slice().iter().any(|asset| !asset.is_native()) => TOKEN_PUSH_LEFT,
        _ if pays => NATIVE_PUSH_LEFT,
        _ => 0,
    };
    (gas, gas.saturating_add(left).saturating_add(gas >> 3))
}

fn app_gas(book: &Book<'_>, packed: &Bytes) -> u64 {
    let opened = wire::Instance::split(packed, book.terms().assets().asset_count());
    opened.map_or(0, |(instance, _)| u64::from(instance.app_gas()) >> 5).saturating_add(APP_CALL_LEFT)
}

fn taken(book: &Book<'_>, action: &Action, effects: &[Effect]) -> u64 {
    let assets = u64::try_from(book.terms().assets().asset_count()).unwrap_or(u64::MAX);
    let evidence = |evidence: &Bytes| {
        let length = wire::State::length_for(book.terms().assets().asset_count());
        SIGNATURE.saturating_mul(evidence.len().saturating_sub(length).checked_div(64).unwrap_or(0) as u64)
    };
    // What is written, logged and computed besides.
    let own: u64 = match action {
        Action::Claim(_) | Action::ClaimTo(_) => 12_000,
        Action::RevokeDelegations(_) => 26_000,
        Action::SnapshotSolo(call) => evidence(&call.evidence).saturating_add(32_000),
        Action::Slash(call) => evidence(&call.evidence).saturating_add(36_000),
        Action::CloseSolo(call) => evidence(&call.evidence).saturating_add(58_000),
        Action::CloseSoloAsDelegate(call) => evidence(&call.evidence).saturating_add(62_000 + SIGNATURE),
        Action::CloseMutual(_) => 18_000 + 2 * SIGNATURE,
        Action::Withdraw(_) => 18_000 + 2 * SIGNATURE,
        Action::Settle(_) => 22_000,
        Action::ForceProgress(call) => touch(book, &call.evidence, &call.instance).saturating_add(SIGNATURE),
        Action::Evaluate(call) => touch(book, &call.evidence, &call.instance),
        Action::Deposit(_) | Action::DepositById(_) | Action::Multicall(_) => 50_000,
    };
    let per_asset = assets.saturating_mul(8_000);
    let payments = effects.iter().map(payments).fold(0, u64::saturating_add).saturating_mul(PAYMENT);
    [own, per_asset, payments].into_iter().fold(intrinsic(action), u64::saturating_add)
}

/// What a preimage takes.
pub(super) const fn reveal() -> u64 {
    46_000
}

fn touch(book: &Book<'_>, evidence: &Bytes, packed: &Bytes) -> u64 {
    let assets = book.terms().assets().asset_count();
    let Some((instance, proof)) = wire::Instance::split(packed, assets) else { return 0 };
    let state = wire::State::length_for(assets);
    let signatures = evidence.len().saturating_sub(state).checked_div(64).unwrap_or(0) as u64;
    let proof = SIBLING.saturating_mul(proof.len() as u64);
    // The outcome and its sum per asset, where the instance is, and when; the record, if the state is new.
    let per_asset = u64::try_from(assets).unwrap_or(u64::MAX).saturating_mul(40_000);
    let written = per_asset.saturating_add(if signatures == 0 { 34_000 } else { 66_000 });
    [written, APP_CALL, instance.app_gas().into(), proof, signatures.saturating_mul(SIGNATURE)]
        .into_iter()
        .fold(0, u64::saturating_add)
}

/// How many payments an effect tells of.
fn payments(effect: &Effect) -> u64 {
    match effect {
        Effect::Settled { payouts, .. } => payouts.iter().filter(|payout| !payout.is_zero()).count() as u64,
        Effect::Withdrawn { amounts, .. } => amounts.iter().filter(|amount| !amount.is_zero()).count() as u64,
        Effect::BountyPaid { to_prover, .. } => u64::from(!to_prover.is_zero()),
        Effect::Claimed { .. } => 1,
        _ => 0,
    }
}

/// The transaction, and its calldata: each list as if none of its bytes were zero, beside the words for its place and length.
fn intrinsic(action: &Action) -> u64 {
    let lists: &[&Bytes] = match action {
        Action::SnapshotSolo(it) => &[&it.terms, &it.evidence],
        Action::Slash(it) => &[&it.terms, &it.evidence],
        Action::CloseSolo(it) => &[&it.terms, &it.evidence],
        Action::Settle(it) => &[&it.terms, &it.state],
        Action::ForceProgress(it) => &[&it.terms, &it.evidence, &it.instance, &it.step],
        Action::Evaluate(it) => &[&it.terms, &it.evidence, &it.instance, &it.app_state],
        _ => return counted(&action.calldata()),
    };
    let list = |list: &&Bytes| (list.len() as u64).saturating_mul(OTHER_BYTE).saturating_add(WORDS);
    lists.iter().map(list).fold(TRANSACTION.saturating_add(WORDS), u64::saturating_add)
}

fn counted(calldata: &[u8]) -> u64 {
    let cost = |byte: &u8| if *byte == 0 { ZERO_BYTE } else { OTHER_BYTE };
    calldata.iter().map(cost).fold(TRANSACTION, u64::saturating_add)
}
