use alloy_primitives::Address;

use super::{Asset, InstanceId, InstancesRoot, Party};
use crate::DisputeError;

/// Why a value is none of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// A number is too small or too large for what it counts.
    #[error("{quantity} {found}: it must be from {least} to {greatest}")]
    OutOfRange {
        /// What it counts.
        quantity: &'static str,
        /// The least that is allowed.
        least: String,
        /// The greatest that is allowed.
        greatest: String,
        /// What it is.
        found: String,
    },
    /// A text is not in its one form.
    #[error("{found:?} where {expected} is expected")]
    Text {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A packed form, or a part of it, has a length that it cannot have.
    #[error("{what} of {found} bytes, where {expected} are expected")]
    Length {
        /// What is packed.
        what: &'static str,
        /// The lengths that are allowed.
        expected: &'static str,
        /// Its bytes.
        found: usize,
    },
    /// A list is not for one to eight assets.
    #[error("a list of {found}, where {per_asset} for each of 1 to 8 assets are expected")]
    ListLength {
        /// How many there are of each asset.
        per_asset: usize,
        /// How many there are.
        found: usize,
    },
    /// Something is for another number of assets than the terms have.
    #[error("{what} for {found} assets, where the terms have {expected}")]
    AssetCount {
        /// What.
        what: &'static str,
        /// How many assets the terms have.
        expected: usize,
        /// How many it is for.
        found: usize,
    },
    /// The asset's index and the party make no side.
    #[error("asset {found} of a channel: indices are from 0 to 7")]
    AssetIndex {
        /// The index.
        found: usize,
    },
    /// A party's signer is zero.
    #[error("party {party}'s signer is the zero address")]
    SignerZero {
        /// The party.
        party: Party,
    },
    /// Both parties have the same signer.
    #[error("both parties have the signer {signer}")]
    SignersEqual {
        /// The signer.
        signer: Address,
    },
    /// A party's payee is zero.
    #[error("party {party}'s payee is the zero address")]
    PayeeZero {
        /// The party.
        party: Party,
    },
    /// The assets are not in ascending order, or one is there twice.
    #[error("asset {index} is {asset}, which is not above {previous} before it")]
    AssetsNotAscending {
        /// The place of the latter in the list.
        index: usize,
        /// The asset before it.
        previous: Asset,
        /// The asset.
        asset: Asset,
    },
    /// There is a bounty, and the stale margin is too small for it.
    #[error("a stale margin of {found} rounds, where a bounty needs at least {least}")]
    StaleMarginTooSmall {
        /// The least.
        least: u16,
        /// What it is.
        found: u16,
    },
    /// A withdrawal of nothing.
    #[error("a withdrawal that takes nothing")]
    NothingWithdrawn,
    /// The zero address is to be paid.
    #[error("what party {party} takes out would go to the zero address")]
    RecipientZero {
        /// The party.
        party: Party,
    },
    /// Two instances of one state have the same id.
    #[error("two instances have the id {id}")]
    InstanceIdTwice {
        /// The id.
        id: InstanceId,
    },
    /// Two instances of one state are of channels with different numbers of assets.
    #[error("an instance for {found} assets beside one for {expected}")]
    InstancesDiffer {
        /// The number of assets of the first instance.
        expected: usize,
        /// That of another one.
        found: usize,
    },
    /// A proof leads elsewhere.
    #[error("the proof leads to the root {found}, where {expected} is expected")]
    NotInTree {
        /// The root.
        expected: InstancesRoot,
        /// Where the proof leads to.
        found: InstancesRoot,
    },
    /// A list that is written in ascending order is not, or has an entry twice.
    #[error("the entries of `{list}` are not in ascending order, each once")]
    NotAscending {
        /// The list's name.
        list: &'static str,
    },
    /// Window bounds with which no contract was deployed.
    #[error(transparent)]
    Deployment(DisputeError),
    /// A signature of a form that the contract refuses.
    #[error(transparent)]
    Signature(#[from] DisputeError),
}

impl Invalid {
    pub(super) fn out_of_range(
        quantity: &'static str,
        least: impl ToString,
        greatest: impl ToString,
        found: impl ToString,
    ) -> Self {
        let (least, greatest) = (least.to_string(), greatest.to_string());
        Self::OutOfRange { quantity, least, greatest, found: found.to_string() }
    }
}
