#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a property that does not hold is told by panicking"
)]

mod apps;
mod calldata;
pub mod life;
mod types;
mod wire;

use adjudicator::{
    Bounty, DisputeError, Effect, Record,
    words::{FundsWord, PayoutsWord, ProgressWord, TallyWord},
};
use alloy_primitives::{B256, LogData, U256};

pub use apps::apps;
pub use calldata::calldata;
pub use life::life;
pub use types::{json, packed};
pub use wire::wire;

/// A property of any bytes.
pub type Target = fn(&[u8]);

/// The targets by name, which is also that of the folder of their corpus.
pub const TARGETS: [(&str, Target); 9] = [
    ("apps", apps),
    ("calldata", calldata),
    ("error", error),
    ("json", json),
    ("life", life),
    ("log", log),
    ("packed", packed),
    ("wire", wire),
    ("word", word),
];

/// An error is what it was read from, and can be printed.
pub fn error(data: &[u8]) {
    if let Ok(error) = DisputeError::abi_decode(data) {
        assert!(!error.to_string().is_empty());
        assert_eq!(&error.abi_encode()[..], data);
    }
}

/// An effect is what it was read from, and can be printed. The first byte is the number of topics, which follow.
pub fn log(input: &[u8]) {
    let log = log_of(input);
    match Effect::from_log(&log) {
        Ok(effect) => {
            assert!(!effect.to_string().is_empty());
            assert_eq!(effect.to_log(), Ok(log));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The log that an input of `log` stands for.
fn log_of(input: &[u8]) -> LogData {
    let (count, rest) = input.split_first().unwrap_or((&0, &[]));
    let (topics, _) = rest.as_chunks::<32>();
    let topics: Vec<_> = topics.iter().take(usize::from(*count % 5)).map(B256::from).collect();
    let data = rest.iter().copied().skip(topics.len().saturating_mul(32)).collect::<Vec<_>>();
    LogData::new_unchecked(topics, data.into())
}

/// A word is what its fields pack into, as far as its bits mean something.
pub fn word(input: &[u8]) {
    let word = U256::from_be_slice(input.first_chunk::<32>().unwrap_or(&[0; 32]));
    assert_eq!(Record::from_word(word).to_word(), Ok(word));
    assert_eq!(FundsWord::from_word(word).to_word(), Ok(word));
    assert_eq!(PayoutsWord::from_word(word).to_word(), Ok(word));
    let progress = ProgressWord::from_word(word);
    assert_eq!(progress.to_word().map(ProgressWord::from_word), Ok(progress));
    let tally = TallyWord::from_word(word);
    assert_eq!(tally.to_word().map(TallyWord::from_word), Ok(tally));
    let bounty = Bounty::from_word(word).to_word().unwrap();
    assert_eq!(Bounty::from_word(bounty), Bounty::from_word(word));
    assert_eq!(Bounty::from_word(bounty).to_word(), Ok(bounty));
}
