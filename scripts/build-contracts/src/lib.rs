//! Compiles Solidity as `foundry.toml` says, by the compiler that it names.

pub mod compile;
mod failure;
mod settings;

pub use failure::Failure;
pub use settings::Settings;
