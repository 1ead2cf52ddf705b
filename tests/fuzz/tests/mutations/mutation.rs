//! Changes of an input that are likely to matter.

use alloy_primitives::U256;
use proptest::{collection::vec, prelude::*, sample::Index};

/// One change of an input.
#[derive(Debug, Clone)]
pub(crate) enum Mutation {
    /// Another byte.
    Byte(Index, u8),
    /// A word, aligned as in calldata, becomes another one.
    Word(Index, U256),
    /// A word, aligned as in calldata, is replaced by another one of the input.
    Copy(Index, Index),
    /// The end is cut off.
    Cut(Index),
    /// Something follows.
    Append(Vec<u8>),
}

impl Mutation {
    pub(crate) fn apply(&self, input: &mut Vec<u8>) {
        match self {
            Self::Byte(at, byte) if !input.is_empty() => *at.get_mut(input) = *byte,
            Self::Word(at, word) => overwrite(input, *at, &word.to_be_bytes::<32>()),
            Self::Copy(from, to) => {
                let start = position(input, *from);
                let word = input.iter().skip(start).take(32).copied().collect::<Vec<_>>();
                overwrite(input, *to, &word);
            }
            Self::Cut(at) => input.truncate(at.index(input.len() + 1)),
            Self::Append(bytes) => input.extend(bytes),
            Self::Byte(..) => {}
        }
    }
}

/// Where a word stands behind the four or the one bytes that calldata or another input begins with.
fn position(input: &[u8], at: Index) -> usize {
    let count = input.len() / 32 + 1;
    let index = at.index(2 * count);
    32 * (index % count) + if index < count { 4 } else { 1 }
}

fn overwrite(input: &mut [u8], at: Index, bytes: &[u8]) {
    let start = position(input, at);
    input.iter_mut().skip(start).zip(bytes).for_each(|(to, from)| *to = *from);
}

/// Numbers that may be offsets, lengths or the bounds of a type.
fn interesting() -> impl Strategy<Value = U256> {
    let near_power = (0..257_usize, 0..5_u64)
        .prop_map(|(bit, step)| U256::ONE.wrapping_shl(bit).wrapping_add(U256::from(step)).wrapping_sub(U256::from(2)));
    let offset = (0..64_u64, 0..5_u64).prop_map(|(words, bytes)| U256::from(32 * words + bytes));
    prop_oneof![3 => offset.clone(), 1 => offset.prop_map(U256::wrapping_neg), 1 => near_power]
}

pub(crate) fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
        4 => (any::<Index>(), interesting()).prop_map(|(at, word)| Mutation::Word(at, word)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::Copy(from, to)),
        1 => any::<Index>().prop_map(Mutation::Cut),
        1 => vec(any::<u8>(), 0..70).prop_map(Mutation::Append),
    ]
}
