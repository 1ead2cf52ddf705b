//! The targets, given the inputs of their corpora changed at random: a little in each run of the tests, and as much as
//! `PROPTEST_CASES` says.
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use std::{fs, ops::Range, path::Path};

use alloy_primitives::U256;
use proptest::{collection::vec, prelude::*, sample::Index};
use recourse_fuzz::{Target, calldata, document, error, log, packed, wire, word};

/// One change of an input.
#[derive(Debug, Clone)]
enum Mutation {
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
    /// A token of a text becomes another one.
    Token(Index, String),
    /// A token of a text is replaced by another one of it.
    CopyToken(Index, Index),
}

impl Mutation {
    fn apply(&self, input: &mut Vec<u8>) {
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
            Self::Token(at, token) => replace_token(input, *at, token.as_bytes()),
            Self::CopyToken(from, to) => {
                let token = input.get(token(input, *from)).unwrap_or_default().to_vec();
                replace_token(input, *to, &token);
            }
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

/// The bytes between two quotes, or from a quote on.
fn token(input: &[u8], at: Index) -> Range<usize> {
    let quotes: Vec<_> = (0..input.len()).filter(|position| input.get(*position) == Some(&b'"')).collect();
    let index = at.index(quotes.len() + 1);
    let start = quotes.get(index).map_or(0, |quote| quote + 1);
    start..quotes.get(index + 1).map_or(input.len(), |quote| *quote)
}

fn replace_token(input: &mut Vec<u8>, at: Index, token: &[u8]) {
    let range = self::token(input, at);
    drop(input.splice(range, token.iter().copied()));
}

/// Numbers that may be offsets, lengths or the bounds of a type.
fn interesting() -> impl Strategy<Value = U256> {
    let near_power = (0..257_usize, 0..5_u64)
        .prop_map(|(bit, step)| U256::ONE.wrapping_shl(bit).wrapping_add(U256::from(step)).wrapping_sub(U256::from(2)));
    let offset = (0..64_u64, 0..5_u64).prop_map(|(words, bytes)| U256::from(32 * words + bytes));
    prop_oneof![3 => offset.clone(), 1 => offset.prop_map(U256::wrapping_neg), 1 => near_power]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
        4 => (any::<Index>(), interesting()).prop_map(|(at, word)| Mutation::Word(at, word)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::Copy(from, to)),
        1 => any::<Index>().prop_map(Mutation::Cut),
        1 => vec(any::<u8>(), 0..70).prop_map(Mutation::Append),
    ]
}

/// Changes of texts: most of the others leave none.
fn mutation_of_text() -> impl Strategy<Value = Mutation> {
    let number = prop_oneof![interesting().prop_map(|number| number.to_string()), "-?[0-9]{1,3}", "0x[0-9a-f]{0,66}"];
    let syntax = "[\\[\\]{}:,\"\\\\ ]{1,4}";
    prop_oneof![
        2 => (any::<Index>(), number).prop_map(|(at, token)| Mutation::Token(at, token)),
        1 => (any::<Index>(), syntax).prop_map(|(at, token)| Mutation::Token(at, token)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::CopyToken(from, to)),
        1 => (any::<Index>(), 0x20..0x7f_u8).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
        1 => any::<Index>().prop_map(Mutation::Cut),
    ]
}

fn check(name: &str, target: Target, mutation: impl Strategy<Value = Mutation>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let corpus: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    proptest!(|(seed: Index, mutations in vec(mutation, 0..6))| {
        let mut input = seed.get(&corpus).clone();
        mutations.iter().for_each(|mutation| mutation.apply(&mut input));
        target(&input);
    });
}

#[test]
fn changed_calldata() {
    check("calldata", calldata, mutation());
}

#[test]
fn changed_documents() {
    check("document", document, mutation_of_text());
}

#[test]
fn changed_errors() {
    check("error", error, mutation());
}

#[test]
fn changed_logs() {
    check("log", log, mutation());
}

#[test]
fn changed_packed_values() {
    check("packed", packed, mutation());
}

#[test]
fn changed_packed_bytes() {
    check("wire", wire, mutation());
}

#[test]
fn changed_words() {
    check("word", word, mutation());
}
