//! What may be submitted now, and what comes of it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    dead_code,
    reason = "a test fails by panicking, and what it shares with others is not all used here"
)]

mod answers;
mod dice;
#[path = "../evidence/fixture.rs"]
mod fixture;
mod life;
mod promise;
#[path = "../evidence/scene.rs"]
mod scene;
