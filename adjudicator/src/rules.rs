//! The rules of the contract as a pure function: what an operation does to a channel, or why it is refused.

mod effect;
mod state;
mod world;

use alloy_primitives::{Address, U256};

pub use effect::Effect;
pub use state::{Base, Bounty, Channel, Deployment, Funds, Hash192, Manager, Progress, Record};
pub use world::{AppFailure, Position, Transition, Turn, World};

/// Who sends an operation, when and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission {
    /// Who submits it.
    pub submitter: Address,
    /// What comes along of the native coin.
    pub value: U256,
    /// The block's time in Unix seconds.
    pub now: u64,
    /// The chain's id at that time.
    pub chain_id: U256,
}
