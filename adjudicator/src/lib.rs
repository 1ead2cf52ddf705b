#![doc = include_str!("../README.md")]

pub mod abi;
pub mod action;
mod effect;
mod error;
mod ledger;
pub mod rules;
mod world;
pub mod wire;

pub use effect::Effect;
pub use error::DisputeError;
pub use world::{AppFailure, Position, Transition, Turn, World};
