//! Packed instances.

use alloy_primitives::{Address, B256};

use super::{amount, field, number, split};

/// A packed instance of a channel with a known number of assets.
///
/// Source: `contracts/types/Instance.sol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance<'a> {
    packed: &'a [u8],
}

impl<'a> Instance<'a> {
    const APP: usize = 32;
    const APP_CODE_HASH: usize = 52;
    const APP_GAS: usize = 84;
    const MAX_STEPS: usize = 88;
    const MATURES: usize = 89;
    const APP_STATE_HASH: usize = 94;
    const STAKES: usize = 126;
    const STAKE_SIZE: usize = 14;

    /// The length of an instance in a channel with so many assets.
    #[must_use]
    pub const fn length_for(assets: usize) -> usize {
        Self::STAKES.saturating_add(assets.saturating_mul(2 * Self::STAKE_SIZE))
    }

    /// A packed instance, and the proof behind it: the sibling hashes from its leaf up. None if the length is not that of
    /// such an instance and a multiple of 32 more.
    #[must_use]
    pub fn split(packed: &'a [u8], assets: usize) -> Option<(Self, &'a [[u8; 32]])> {
        let (packed, proof) = split(packed, Self::length_for(assets))?;
        let (proof, rest) = proof.as_chunks();
        rest.is_empty().then_some((Self { packed }, proof))
    }

    /// The bytes that it was read from, without the proof: their hash is the leaf.
    #[must_use]
    pub const fn packed(&self) -> &'a [u8] {
        self.packed
    }

    /// Tells apart instances of one state.
    #[must_use]
    pub fn id(&self) -> B256 {
        B256::from(field::<32>(self.packed, 0))
    }

    /// The contract that knows the rules.
    #[must_use]
    pub fn app(&self) -> Address {
        Address::from(field::<20>(self.packed, Self::APP))
    }

    /// The app's code hash; 0 if the app may have any code.
    #[must_use]
    pub fn app_code_hash(&self) -> B256 {
        B256::from(field::<32>(self.packed, Self::APP_CODE_HASH))
    }

    /// Gas that each call to the app gets.
    #[must_use]
    pub fn app_gas(&self) -> u32 {
        u32::from_be_bytes(field(self.packed, Self::APP_GAS))
    }

    /// Most forced steps on one base.
    #[must_use]
    pub fn max_steps(&self) -> u8 {
        u8::from_be_bytes(field(self.packed, Self::MAX_STEPS))
    }

    /// Unix seconds by which the outcome is decided; 40 bits.
    #[must_use]
    pub fn matures(&self) -> u64 {
        number::<5>(self.packed, Self::MATURES)
    }

    /// Hash of the app state that both parties agreed on.
    #[must_use]
    pub fn app_state_hash(&self) -> B256 {
        B256::from(field::<32>(self.packed, Self::APP_STATE_HASH))
    }

    /// The most that party 0 and party 1 can lose of the asset at `index`; nothing of an asset that the channel has not.
    #[must_use]
    pub fn stakes(&self, index: usize) -> [u128; 2] {
        let at = Self::length_for(index);
        [amount(self.packed, at), amount(self.packed, at.saturating_add(Self::STAKE_SIZE))]
    }
}
