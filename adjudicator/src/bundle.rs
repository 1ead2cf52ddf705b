//! One file with everything that somebody needs who is to send a transaction, and needs to check.
//!
//! A [`Bundle`] is built by [`Bundle::build`] where the evidence is, and goes as a document of the type `bundle` to whoever
//! sends it: an operator with a hardware wallet, a helper, the peer. [`verify`] recomputes all of it against a view of
//! one's own. Where a signature is still [wanted](Bundle::wanted), [`Bundle::sign`] gives it.

mod assumed;
mod build;
mod call;
mod deadline;
mod message;
mod outcome;
mod parts;
mod sign;
mod transaction;
mod verify;

use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

pub use build::BuildError;
pub use message::{Hashes, Message, Wanted};
pub use outcome::Outcome;
pub use parts::Unreadable;
pub use sign::SignError;
pub use transaction::Transaction;
pub use verify::verify;

use crate::{
    evidence::Item,
    types::{
        GasUnits, Identity, Party, Timestamp, Units,
        account::address,
        object::{nullable, serde_as_object},
        text::{code, hash},
    },
};

/// A transaction to be sent, with what it takes to check it. As a document it is of the type `bundle`.
///
/// Nothing in it has been checked: it may come from anybody, and [`verify`] finds what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct Bundle {
    /// The channel: chain, contract, terms.
    pub channel: Identity,
    /// Who sends it.
    #[serde(with = "address")]
    pub submitter: Address,
    /// Which party that is, if it is one.
    #[serde(with = "nullable")]
    pub party: Option<Party>,
    /// The operation's name in the contract.
    #[serde(with = "message::operation")]
    pub operation: String,
    /// Where it goes: to the contract.
    #[serde(with = "address")]
    pub to: Address,
    /// What comes along of the native coin.
    pub value: Units,
    /// What the contract is told.
    #[serde(with = "code")]
    pub calldata: Bytes,
    /// What the calldata shows of evidence, readable.
    pub evidence: Vec<Item>,
    /// What comes of it.
    pub expected: Outcome,
    /// What it takes.
    pub gas: Gas,
    /// The last second at which a block may have it, if there is one.
    #[serde(with = "nullable")]
    pub deadline: Option<Timestamp>,
    /// The hash of the contract's code for which it was built.
    #[serde(with = "hash")]
    pub code_hash: B256,
    /// The hashes of each message whose signature the calldata carries, for comparison with what a wallet shows.
    pub hashes: Vec<Hashes>,
    /// The signatures that are still to be given.
    pub wanted: Vec<Wanted>,
    /// The time of the block as of which it was built.
    pub now: Timestamp,
}

/// The gas of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Gas {
    /// What it will need.
    pub expected: GasUnits,
    /// The most that it may use.
    pub limit: GasUnits,
}

serde_as_object!(Bundle, Gas);
