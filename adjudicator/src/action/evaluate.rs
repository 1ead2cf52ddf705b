//! `evaluate`.

use alloy_primitives::Bytes;

/// Stores the outcome of an instance as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluate {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures; without them if it is recorded.
    pub evidence: Bytes,
    /// A packed instance and its proof.
    pub instance: Bytes,
    /// Where the instance is.
    pub app_state: Bytes,
}
