//! `close_solo`.

use alloy_primitives::Bytes;

/// Starts closing, or slashes if somebody else has started it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSolo {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures.
    pub evidence: Bytes,
    /// Whether the sender agrees to settle this very state at once.
    pub consent: bool,
}
