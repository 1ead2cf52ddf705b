#![doc = include_str!("../README.md")]

pub mod abi;
pub mod action;
mod error;
pub mod rules;
pub mod wire;

pub use error::DisputeError;
