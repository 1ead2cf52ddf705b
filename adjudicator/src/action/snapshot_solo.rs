//! `snapshot_solo`.

use alloy_primitives::Bytes;

/// Records a newer co-signed state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotSolo {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures.
    pub evidence: Bytes,
}
