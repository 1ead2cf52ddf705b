//! Why nothing is reported.

use adjudicator::{apps::AppError, types::Invalid};
use alloy_primitives::{Address, U256};

use crate::{Error, world::Outcome};

/// Why nothing is reported: what was to be measured did not happen as it must.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unmeasured {
    /// The chain cannot do it.
    #[error(transparent)]
    Chain(#[from] Error),
    /// What was to be signed or sent is not valid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// An app would not take it.
    #[error(transparent)]
    App(#[from] AppError),
    /// A transaction failed.
    #[error("{step} failed: {outcome:?}")]
    Failed {
        /// What it was to do.
        step: &'static str,
        /// What came of it.
        outcome: Box<Outcome>,
    },
    /// A call within a multicall failed.
    #[error("{failed} calls of a multicall failed")]
    CallsFailed {
        /// How many.
        failed: usize,
    },
    /// Somebody was not paid what the state says.
    #[error("the payees were paid {actual:?} wei, where the state says {expected:?}")]
    PaidOtherwise {
        /// What payee 0 and payee 1 must get.
        expected: [u128; 2],
        /// What they have got.
        actual: [U256; 2],
    },
    /// A channel took money in the end, or refused it for another reason than that it is closed.
    #[error("the channel is not closed in the end: a deposit comes to {outcome:?}")]
    NotClosed {
        /// What came of a deposit.
        outcome: Box<Outcome>,
    },
    /// A token does not tell a balance.
    #[error("{token} does not tell a balance")]
    NoBalance {
        /// The token.
        token: Address,
    },
    /// A number is no private key.
    #[error("there is no account of this key")]
    NoKey,
    /// A contract was to be used that is not there.
    #[error("{contract} is not deployed")]
    NotDeployed {
        /// Its name.
        contract: String,
    },
    /// A figure was to be told that no life has.
    #[error("there is no {step} in the life {life}")]
    NoStep {
        /// The life.
        life: &'static str,
        /// The step.
        step: &'static str,
    },
}
