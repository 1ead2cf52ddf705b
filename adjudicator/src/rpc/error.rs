//! Why nodes tell nothing that can be relied on.

use alloy_primitives::U256;

use crate::chain::ChainError;

/// Why nodes tell nothing that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RpcError {
    /// No node was named.
    #[error("no node is named")]
    NoNode,
    /// That is not where a node can be.
    #[error("what is given is no URL of a node{}: {reason}", of_host(url))]
    BadUrl {
        /// Scheme and host of what was given, as far as it has them: the rest may be a secret.
        url: String,
        /// Why.
        reason: String,
    },
    /// The nodes are of another chain.
    #[error("the nodes are of chain {found}, where chain {expected} is meant")]
    OtherChain {
        /// The chain that is meant.
        expected: U256,
        /// The one they follow.
        found: U256,
    },
    /// Too few nodes answer.
    #[error("{what}: {answered} of the nodes answer, where {needed} must: {reasons}")]
    Silent {
        /// What was asked.
        what: String,
        /// How many nodes have answered.
        answered: usize,
        /// How many have to give the same answer.
        needed: usize,
        /// What keeps the others from it.
        reasons: String,
    },
    /// The nodes say different things.
    #[error("{what}: the nodes disagree, and {needed} would have to say the same: {answers}")]
    Disagree {
        /// What was asked.
        what: String,
        /// How many have to give the same answer.
        needed: usize,
        /// Which node says what.
        answers: String,
    },
    /// The contract does not answer as a ChannelManager does.
    #[error("{what}: no ChannelManager answers so: {reason}")]
    NoManager {
        /// What was asked.
        what: String,
        /// Why.
        reason: String,
    },
    /// This machine cannot open connections.
    #[error("no connection can be made: {reason}")]
    Unable {
        /// Why.
        reason: String,
    },
}

impl From<RpcError> for ChainError {
    fn from(error: RpcError) -> Self {
        Self { reason: error.to_string() }
    }
}

fn of_host(url: &str) -> String {
    if url.is_empty() { String::new() } else { format!(" ({url}/...)") }
}
