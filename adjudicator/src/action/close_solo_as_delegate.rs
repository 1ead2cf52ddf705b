//! `close_solo_as_delegate`.

use alloy_primitives::{Address, Bytes};

/// Closes in a principal's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSoloAsDelegate {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures.
    pub evidence: Bytes,
    /// The principal: 0 or 1.
    pub party: u8,
    /// Who may close.
    pub delegate: Address,
    /// The principal's delegation epoch.
    pub epoch: u64,
    /// The least round that may be recorded then.
    pub min_round: u64,
    /// Last second, inclusive, at which it may be used.
    pub valid_until: u64,
    /// The principal's.
    pub delegation_signature: Bytes,
}
