#![doc = include_str!("../README.md")]

pub mod abi;
pub mod action;
pub mod eip712;
mod error;
pub mod rules;
pub mod signature;

pub use error::DisputeError;
