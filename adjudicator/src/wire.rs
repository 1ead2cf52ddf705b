//! What travels packed, read in place: terms, messages and instances, as the contract reads them.
//!
//! Fields stand in the order of the contract's structs, big-endian, without padding. A reader is made of bytes that are
//! long enough for it, and then cannot fail. That is all it tells: a packed message may hold anything, and the rules say
//! what of it counts. Source: `contracts/types/`.

mod instance;
mod messages;
mod terms;

pub use instance::Instance;
pub use messages::{Close, State, Step};
pub use terms::Terms;

use alloy_primitives::I256;

/// The field of `N` bytes at `at`; zero where there are not so many, which the readers rule out.
fn field<const N: usize>(packed: &[u8], at: usize) -> [u8; N] {
    packed.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; N])
}

/// The same as an unsigned number; `N` is at most 8.
fn number<const N: usize>(packed: &[u8], at: usize) -> u64 {
    field::<N>(packed, at).into_iter().fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// The same of the 14 bytes in which amounts without a sign are packed.
fn amount(packed: &[u8], at: usize) -> u128 {
    field::<14>(packed, at).into_iter().fold(0, |number, byte| number << 8 | u128::from(byte))
}

/// Words that are signed numbers.
fn signed(words: &[u8]) -> impl ExactSizeIterator<Item = I256> + Clone + '_ {
    words.as_chunks::<32>().0.iter().map(|word| I256::from_be_bytes(*word))
}

/// Cuts a message in two, if it has `length` bytes.
const fn split(packed: &[u8], length: usize) -> Option<(&[u8], &[u8])> {
    packed.split_at_checked(length)
}
