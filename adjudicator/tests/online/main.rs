//! The program on real chains: each test starts a node of its own, and runs the program as a user does.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod anvil;
mod deploy;
mod doctor;
mod explain;
mod guide;
mod program;
mod proxy;
mod token;
mod verify;

use std::path::{Path, PathBuf};

/// The folder of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
