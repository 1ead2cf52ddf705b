//! `settle`.

use alloy_primitives::Bytes;

/// Pays what is recorded, from the final time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settle {
    /// Packed terms.
    pub terms: Bytes,
    /// The recorded state, packed; empty for round 0.
    pub state: Bytes,
}
