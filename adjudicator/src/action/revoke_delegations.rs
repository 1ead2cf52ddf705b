//! `revoke_delegations`.

use alloy_primitives::Bytes;

/// Makes the sender's delegations in a channel void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeDelegations {
    /// Packed terms.
    pub terms: Bytes,
}
