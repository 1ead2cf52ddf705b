//! The contracts as they are on chain: typed bindings, and the bytecode with what is known about it.
//!
//! Each binding is a module named like its contract, with a type for each call, event, error and struct. A struct that
//! several contracts use is a type of its own in each of their modules.

mod artifact;
mod bindings;

pub use artifact::{
    Artifact, CHANNEL_HASHES, CHANNEL_LENS, CHANNEL_MANAGER, COUNTER, HASH_TIME_LOCK, ORACLE_ESCROW, PERMIT_DEPOSITS,
    PREIMAGE_REGISTRY, ROCK_PAPER_SCISSORS, SIGNED_FEED, TIC_TAC_TOE, instructions,
};
pub use bindings::{
    ChannelHashes, ChannelLens, ChannelManager, Counter, IApp, IERC20, PermitDeposits, PreimageRegistry,
};
