//! Histories of a real node, that the program of the parties has made: captured, and gone through again without the node.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../../../adjudicator/tests/e2e/anvil.rs"]
#[expect(dead_code, reason = "not everything that those tests ask is asked here")]
mod anvil;
#[path = "../../../adjudicator/tests/e2e/http.rs"]
mod http;
mod life;
mod offline;
mod program;
mod restless;
mod world;
