//! Why nothing is captured.

use adjudicator::rpc::RpcError;
use alloy_primitives::{Address, B256};

/// Why nothing is captured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The nodes tell nothing that can be relied on.
    #[error(transparent)]
    Nodes(#[from] RpcError),
    /// A node refuses something that it is to tell.
    #[error("{what}: the nodes refuse: {reason}{hint}")]
    Refused {
        /// What was asked.
        what: String,
        /// In the words of one of them.
        reason: String,
        /// What would help, if that is known.
        hint: &'static str,
    },
    /// What the nodes tell is nothing that can be read.
    #[error("{what}: it cannot be read: {reason}")]
    Unreadable {
        /// What was asked.
        what: String,
        /// Why.
        reason: String,
    },
    /// The chain has an id that is no number of 64 bits.
    #[error("the chain has the id {found}, where at most 64 bits are expected")]
    ChainIdTooGreat {
        /// Its id.
        found: alloy_primitives::U256,
    },
    /// Nothing is logged of the channel.
    #[error("nothing is logged of channel {channel_id} from block {from} to {until}: is that its id, on this chain?")]
    NothingFound {
        /// The channel.
        channel_id: B256,
        /// The first block that was searched.
        from: u64,
        /// The last block that was searched.
        until: u64,
    },
    /// Several contracts have logged something with the channel's id.
    #[error("several contracts have logs of the channel: {}: --manager is to name one", list(found))]
    SeveralManagers {
        /// The contracts.
        found: Vec<Address>,
    },
    /// There is more than is captured.
    #[error("{what}: more than {most}, which is the most that is captured")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The most that is captured.
        most: usize,
    },
    /// A transaction is of a type that no main chain has.
    #[error("transaction {transaction} is of type {kind}, where 0 to 4 can be played again")]
    TypeUnknown {
        /// The transaction.
        transaction: B256,
        /// Its type.
        kind: u64,
    },
    /// A block is not the one that it was.
    #[error("the chain was reorganized while it was read")]
    Moved,
    /// The chain was reorganized again and again.
    #[error("the chain was reorganized in each of {tries} tries to read it: try again later")]
    Reorganized {
        /// How often it was tried.
        tries: u32,
    },
}

fn list(accounts: &[Address]) -> String {
    accounts.iter().map(Address::to_string).collect::<Vec<_>>().join(", ")
}
