#![doc = include_str!("../README.md")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unreachable,
    reason = "a test that panics has failed, and what it computes it chose"
)]

pub mod bytecode;
pub mod campaign;
pub mod compare;
pub mod counts;
pub mod dice;
pub mod duel;
pub mod generator;
pub mod key;
pub mod others;
pub mod regression;
pub mod scene;
pub mod shrink;
pub mod step;
pub mod twin;
