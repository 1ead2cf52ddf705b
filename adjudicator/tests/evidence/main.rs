//! What one party knows of a channel: it is kept once, whatever order it comes in, and what is wrong with it is found.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod dossier;
mod fixture;
