//! `claim`.

use alloy_primitives::Address;

/// Pays a credit to its creditor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who has it.
    pub creditor: Address,
    /// Of what.
    pub asset: Address,
}
