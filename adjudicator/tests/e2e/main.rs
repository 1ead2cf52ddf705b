//! Whole lives of channels against a real node, driven by the program alone.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod anvil;
mod crash;
mod faults;
mod http;
mod lives;
mod operations;
mod proxy;
mod world;
