//! What is encoded is decoded again, alike to the contract and to the test vectors.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod calldata;
mod solidity;
mod strategies;
