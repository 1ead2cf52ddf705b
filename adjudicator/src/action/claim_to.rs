//! `claim_to`.

use alloy_primitives::Address;

/// Pays the sender's credit to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimTo {
    /// Who is paid.
    pub recipient: Address,
    /// Of what.
    pub asset: Address,
}
