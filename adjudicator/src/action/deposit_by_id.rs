//! `deposit_by_id`.

use alloy_primitives::{Address, B256, U256};

/// Adds to a balance of an asset that the channel holds or held, by the channel's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositById {
    /// The channel.
    pub channel_id: B256,
    /// The asset.
    pub asset: Address,
    /// Whose balance grows: 0 or 1.
    pub party: u8,
    /// Units to pull from the sender; of the native coin, the value that must come along.
    pub amount: U256,
}
