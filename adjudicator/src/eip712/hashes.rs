//! The struct hashes of the messages. Each identifies its message within its channel's chain and contract.

use std::borrow::Borrow;

use alloy_primitives::{Address, B256, I256, Keccak256, U256, keccak256};

use super::{hash_words, type_hash};
use crate::types::MAX_ASSETS;

/// The hash of a co-signed state.
///
/// Round 0 is implicit and never signed: its hash is 0, which is the caller's to know.
#[must_use]
pub fn state_hash(
    channel_id: B256,
    round: u64,
    nets: impl IntoIterator<Item = impl Borrow<I256>>,
    instances_root: B256,
) -> B256 {
    hash_words([type_hash::STATE, channel_id, word(round), hash_signed(nets), instances_root])
}

/// The struct hash of a mutual close. `valid_until` is in Unix seconds.
#[must_use]
pub fn close_hash(
    channel_id: B256,
    round: u64,
    nets: impl IntoIterator<Item = impl Borrow<I256>>,
    valid_until: u64,
) -> B256 {
    hash_words([type_hash::CLOSE, channel_id, word(round), hash_signed(nets), word(valid_until)])
}

/// The struct hash of a withdrawal of two amounts per asset, party 0's and party 1's. `valid_until` is in Unix seconds.
#[must_use]
pub fn withdraw_hash(
    channel_id: B256,
    serial: u64,
    amounts: impl IntoIterator<Item = impl Borrow<U256>>,
    recipients: &[Address; 2],
    valid_until: u64,
) -> B256 {
    let amounts = hash_list(amounts.into_iter().map(|amount| amount.borrow().to_be_bytes()));
    let [recipient0, recipient1] = recipients.map(|recipient| recipient.into_word());
    hash_words([type_hash::WITHDRAW, channel_id, word(serial), amounts, recipient0, recipient1, word(valid_until)])
}

/// The struct hash of a delegation. `valid_until` is in Unix seconds.
#[must_use]
pub fn delegation_hash(
    channel_id: B256,
    party: u8,
    delegate: Address,
    epoch: u64,
    min_round: u64,
    valid_until: u64,
) -> B256 {
    hash_words([
        type_hash::DELEGATION,
        channel_id,
        word(party.into()),
        delegate.into_word(),
        word(epoch),
        word(min_round),
        word(valid_until),
    ])
}

/// The struct hash of a forced step: number `number` on the base with `state_hash`, of the instance with
/// `instance_hash`, from the app state with `app_state_hash`.
#[must_use]
pub fn step_hash(
    channel_id: B256,
    state_hash: B256,
    instance_hash: B256,
    number: u8,
    app_state_hash: B256,
    action: &[u8],
) -> B256 {
    hash_words([
        type_hash::STEP,
        channel_id,
        state_hash,
        instance_hash,
        word(number.into()),
        app_state_hash,
        keccak256(action),
    ])
}

/// The hash of an instance: its leaf in the tree under a state's root.
#[must_use]
pub fn instance_hash(packed_instance: &[u8]) -> B256 {
    keccak256(packed_instance)
}

fn hash_signed(words: impl IntoIterator<Item = impl Borrow<I256>>) -> B256 {
    hash_list(words.into_iter().map(|word| word.borrow().to_be_bytes()))
}

/// The EIP-712 hash of a list: that of its words. As many as valid lists have are hashed at once, which is faster.
fn hash_list(mut words: impl Iterator<Item = [u8; 32]>) -> B256 {
    let mut first = [[0; 32]; 2 * MAX_ASSETS];
    let count = first.iter_mut().zip(&mut words).map(|(place, word)| *place = word).count();
    let first = first.get(..count).unwrap_or_default();
    let Some(next) = words.next() else { return keccak256(first.as_flattened()) };
    let mut hasher = Keccak256::new();
    hasher.update(first.as_flattened());
    hasher.update(next);
    words.for_each(|word| hasher.update(word));
    hasher.finalize()
}

fn word(value: u64) -> B256 {
    U256::from(value).into()
}
