#![doc = include_str!("../README.md")]

pub mod abi;
pub mod action;
mod error;
mod print;
pub mod rules;
pub mod wire;

pub use error::{DecodeError, DisputeError, LogError, WordError};
