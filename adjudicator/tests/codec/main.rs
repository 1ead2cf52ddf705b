//! What is encoded is decoded again, alike to the contract and to the test vectors.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod calldata;
mod errors;
mod logs;
mod printing;
mod solidity;
mod strategies;
mod wire;
mod words;
