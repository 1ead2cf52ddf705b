use alloy_primitives::{I256, U256};

use super::number::{bounded, unbounded};

unbounded! {
    /// The number of a state; a higher one replaces a lower one. Round 0 is implicit: nobody signs it.
    ///
    /// That of a state is from 1 to [`MAX_RECORDABLE`](Self::MAX_RECORDABLE); a close only has to exceed the recorded
    /// one.
    Round(u64) = "round";
    /// How often a party has revoked its delegations in a channel.
    Epoch(u64) = "epoch";
    /// The number of forced steps of an instance on one base.
    Steps(u8) = "a number of steps:";
    /// By how many rounds a close must be behind for the bounty to be due.
    StaleMargin(u16) = "a stale margin of";
    /// Tells apart channels of equal terms.
    Salt(u64) = "salt";
    /// The gas that each call to an app gets.
    AppGas(u32) = "gas of";
    /// The gas of a whole transaction.
    GasUnits(u64) = "gas of";
    /// The number of a chain.
    ChainId(U256) = "chain";
    /// What a station has read, in the unit of its feed.
    FeedValue(I256) = "a value of";
}

bounded! {
    /// The number of withdrawals made so far in a channel.
    Serial(u64) = "serial", 0, (1 << 24) - 1;
    /// The place of an asset in the terms.
    AssetIndex(u8) = "asset", 0, 7;
    /// The number of a forced step: 1 for the first one of an instance on one base.
    StepNumber(u8) = "step", 1, u8::MAX;
}

impl Round {
    /// The greatest that can be recorded, and so that a state may have.
    pub const MAX_RECORDABLE: Self = Self((1 << 29) - 1);

    /// Whether a state may have it.
    #[must_use]
    pub fn is_recordable(self) -> bool {
        (Self(1)..=Self::MAX_RECORDABLE).contains(&self)
    }
}
