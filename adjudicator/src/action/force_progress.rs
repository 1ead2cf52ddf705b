//! `force_progress`.

use alloy_primitives::Bytes;

/// Makes one step of an instance without the other party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForceProgress {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures; without them if it is recorded.
    pub evidence: Bytes,
    /// A packed instance and its proof.
    pub instance: Bytes,
    /// A packed step and the mover's signature, if any.
    pub step: Bytes,
}
