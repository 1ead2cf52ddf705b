//! `close_mutual`.

use alloy_primitives::Bytes;

/// Closes at once and pays, by agreement of both parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseMutual {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed close and its signatures.
    pub close: Bytes,
}
