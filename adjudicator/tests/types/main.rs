//! The types are what they say: valid by construction, packed like the contract's, and of one text.
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod actions;
mod bounds;
mod documents;
mod packing;
mod strategy;
mod trees;
mod vectors;
