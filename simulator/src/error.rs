//! Why the simulator cannot do what it was asked for.

use crate::world::Missing;

/// Why the simulator cannot do what it was asked for; a transaction that fails on the chain is no such error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A transaction that no block could hold: its sender has too little, or its gas does not even pay for its
    /// calldata.
    #[error("no block can hold the transaction: {reason}")]
    TransactionInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// A transaction reads what is not known of the chain.
    #[error("it reads what is not known: {missing}")]
    Unknown {
        /// What it reads.
        missing: Missing,
    },
    /// The creation code did not make a contract.
    #[error("the contract could not be deployed: {reason}")]
    NotDeployed {
        /// What happened instead.
        reason: String,
    },
    /// The snapshot was taken after one that has been restored since.
    #[error("the snapshot is void: an earlier one was restored since it was taken")]
    SnapshotVoid,
    /// A block must be later than the one before it.
    #[error("a block at {found} cannot follow the one at {last}: the time of blocks grows")]
    BlockTooEarly {
        /// The time of the last block, in Unix seconds.
        last: u64,
        /// The time that was wanted.
        found: u64,
    },
    /// A transaction replaces one of its own sender that waits.
    #[error("there is nothing to replace: no such transaction of this sender waits")]
    NothingToReplace,
    /// Nodes take a replacement only if it offers a tenth more, of the fee and of the tip.
    #[error("a replacement that offers {found} wei for a unit of gas is too cheap: {required} at least")]
    ReplacementTooCheap {
        /// The least that it must offer, in wei.
        required: u64,
        /// What it offers, in wei.
        found: u64,
    },
    /// More blocks cannot be taken back than there are.
    #[error("{depth} blocks cannot be taken back: there are {blocks}")]
    ReorgTooDeep {
        /// How many were to be taken back.
        depth: u64,
        /// How many there are.
        blocks: u64,
    },
}
