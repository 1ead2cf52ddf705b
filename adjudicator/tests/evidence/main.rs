//! What one party knows of a channel: it is kept once, whatever order it comes in, and what is wrong with it is found.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod bundle;
mod bundles;
mod dossier;
mod findings;
mod fixture;
mod scene;
mod trail;
mod withheld;
