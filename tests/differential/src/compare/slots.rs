//! Where the contract stores what: as `contracts/libraries/StorageReader.sol` says.

use alloy_primitives::{Address, B256, U256, keccak256};

use crate::scene::slot_in;

const CHANNELS: U256 = U256::ZERO;
const BASES: U256 = U256::from_limbs([1, 0, 0, 0]);
const CREDITS: U256 = U256::from_limbs([2, 0, 0, 0]);

/// A channel's funds of an asset.
#[must_use]
pub fn funds(channel_id: B256, asset: Address) -> U256 {
    let tag = keccak256("recourse.funds");
    keccak256([tag, channel_id, asset.into_word()].concat()).into()
}

/// A channel's record.
#[must_use]
pub fn record(channel_id: B256) -> U256 {
    slot_in(CHANNELS, channel_id)
}

/// A channel's bounty.
#[must_use]
pub fn bounty(channel_id: B256) -> U256 {
    record(channel_id).wrapping_add(U256::ONE)
}

/// The epoch of a party's delegations.
#[must_use]
pub fn epoch(channel_id: B256, party: usize) -> U256 {
    slot_in(record(channel_id).wrapping_add(U256::from(2)), U256::from(party))
}

/// The tally of a base.
#[must_use]
pub fn tally(base: B256) -> U256 {
    slot_in(BASES, base)
}

/// The sum of all deltas of a base in an asset, the seated one left out.
#[must_use]
pub fn delta_sum(base: B256, index: usize) -> U256 {
    slot_in(tally(base).wrapping_add(U256::ONE), U256::from(index))
}

/// The progress of an instance.
#[must_use]
pub fn progress(base: B256, instance: B256) -> U256 {
    slot_in(tally(base).wrapping_add(U256::from(2)), instance)
}

/// The delta of an instance in an asset, unless it is the seated one.
#[must_use]
pub fn delta(base: B256, instance: B256, index: usize) -> U256 {
    slot_in(slot_in(tally(base).wrapping_add(U256::from(3)), instance), U256::from(index))
}

/// What an account may claim.
#[must_use]
pub fn credit(creditor: Address, asset: Address) -> U256 {
    slot_in(slot_in(CREDITS, creditor.into_word()), asset.into_word())
}
