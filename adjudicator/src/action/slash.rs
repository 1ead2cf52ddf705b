//! `slash`.

use alloy_primitives::Bytes;

/// Answers a close with a newer co-signed state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slash {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures.
    pub evidence: Bytes,
}
