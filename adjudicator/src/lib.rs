#![doc = include_str!("../README.md")]

pub mod abi;
pub mod action;
pub mod apps;
pub mod bundle;
pub mod chain;
mod channel;
pub mod decide;
pub mod deploy;
mod effect;
pub mod eip712;
mod error;
#[cfg(feature = "ethers")]
pub mod ethers;
pub mod evidence;
#[cfg(feature = "ledger")]
pub mod ledger;
mod log;
mod manager;
mod print;
#[cfg(feature = "rpc")]
pub mod rpc;
pub mod rules;
pub mod signature;
mod situation;
pub mod storage;
#[cfg(feature = "submit")]
pub mod submit;
pub mod types;
pub mod wire;
pub mod words;
mod world;

pub use channel::{Base, Bounty, Channel, Funds, Hash192, Progress, Record};
pub use effect::Effect;
pub use error::{DecodeError, DisputeError, LogError, WordError};
pub use manager::{Deployment, Manager, Submission};
pub use situation::{Situation, Status};
pub use world::{AppFailure, Position, Transition, Turn, Willing, World};
