//! Another contract in the place of the recorded one.

use adjudicator::abi::ChannelManager::windowBoundsCall;
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::{SolCall, SolValue};

use crate::{
    history::History,
    world::{Outcome, Transaction, World},
};

/// Why there is no other contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SwapError {
    /// The recorded contract does not tell which windows it takes.
    #[error("the recorded contract does not tell the bounds of its windows, which the other one needs")]
    NoBounds,
    /// The code makes no contract.
    #[error("the code makes no contract with windows between {min} and {max} seconds: {reason}")]
    NotDeployed {
        /// The shortest window, in seconds.
        min: String,
        /// The longest window, in seconds.
        max: String,
        /// What came instead.
        reason: String,
    },
}

/// The code of a contract as it would be, were it deployed where the recorded one is, and with the same bounds.
///
/// # Errors
/// If the recorded contract does not tell its bounds, or no contract comes of the creation code.
pub fn swap(history: &History, creation_code: &Bytes) -> Result<Bytes, SwapError> {
    let manager = history.manager;
    let accounts = history.blocks.iter().filter_map(|block| block.before.accounts.get(&manager));
    let code = accounts.filter(|account| account.code.is_some()).map(|account| history.code_of(account)).next();
    let now = history.blocks.first().map_or(0, |block| block.context.time);
    let mut world = World::new(history.chain_id, now);
    world.set_code(manager, code.unwrap_or_default());
    let answer = world.ask(Address::ZERO, manager, windowBoundsCall {}.abi_encode().into());
    let bounds = answer.and_then(|answer| windowBoundsCall::abi_decode_returns(&answer).ok());
    let bounds = bounds.ok_or(SwapError::NoBounds)?;
    // A constructor runs at the address of its contract: here it is called there, and what it answers is the code.
    let arguments = (bounds._0, bounds._1).abi_encode();
    world.set_code(manager, [&creation_code[..], &arguments[..]].concat().into());
    match world.transact(Transaction::call(Address::ZERO, manager, Bytes::new())) {
        Ok(Outcome::Success { output, .. }) if !output.is_empty() => Ok(output),
        other => Err(SwapError::NotDeployed {
            min: bounds._0.to_string(),
            max: bounds._1.to_string(),
            reason: match other {
                Ok(outcome) => format!("{outcome:?}"),
                Err(error) => error.to_string(),
            },
        }),
    }
}
