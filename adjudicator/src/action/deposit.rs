//! `deposit`.

use alloy_primitives::{Bytes, U256};

/// Adds to the balance of a side of a channel, by its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Packed terms.
    pub terms: Bytes,
    /// Units to pull from the sender; of the native coin, the value that must come along.
    pub amount: U256,
    /// 2 x the asset's index in the terms + the party.
    pub side: u8,
}
