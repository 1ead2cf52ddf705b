use alloy_primitives::{I256, U256, uint};

use crate::{
    evidence::{Dossier, Policy, View},
    types::Party,
};

/// The units of an asset that prices are for.
const PRICED_UNITS: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);
/// The price of an asset of which nobody says what it is worth: so much that no gas is too dear for any of it.
const UNPRICED: U256 = uint!(1_000_000_000_000_000_000_000_000_000_000_000_000_U256);

/// What is asked: by whom, with what in hand, and when.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Everything that the party could show.
    pub dossier: &'a Dossier,
    /// What is known of the chain.
    pub view: &'a View,
    /// What assets are worth.
    pub policy: &'a Policy,
    /// Who asks.
    pub party: Party,
    /// What it wants.
    pub goal: Goal,
    /// The time of the block that a transaction gets into, in Unix seconds.
    pub at: u64,
    /// What a unit of gas costs, in wei.
    pub gas_price: u128,
}

/// What a party wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Goal {
    /// To go on with the channel as long as nobody endangers its money.
    #[default]
    GoOn,
    /// To have its money out as soon as that costs it nothing.
    GetOut,
}

impl Question<'_> {
    /// What amounts of the channel's assets are worth, in parts of a wei of which 10^18 make one. A unit of an asset that has no
    /// price counts as 10^18 wei: what nobody has priced is never given up for what gas costs.
    pub(super) fn worth(&self, amounts: &[U256]) -> U256 {
        let assets = self.dossier.identity().terms().assets().as_slice().iter();
        assets.zip(amounts).fold(U256::ZERO, |sum, (asset, amount)| {
            let price = self.policy.prices.get(asset).copied().unwrap_or(UNPRICED);
            sum.saturating_add(amount.saturating_mul(price))
        })
    }

    /// What an amount of wei is worth, in the same parts.
    pub(super) const fn worth_of_wei(wei: U256) -> U256 {
        wei.saturating_mul(PRICED_UNITS)
    }

    /// How much wei is worth that, rounded down.
    pub(super) fn wei_worth(parts: U256) -> U256 {
        parts.checked_div(PRICED_UNITS).unwrap_or_default()
    }

    /// Whether a loss of so much, per asset, is none, but a gain.
    pub(super) fn is_gain(&self, loss: &[I256]) -> bool {
        let part = |is_counted: fn(&I256) -> bool| {
            let amounts = loss.iter().map(|each| if is_counted(each) { each.unsigned_abs() } else { U256::ZERO });
            self.worth(&amounts.collect::<Vec<_>>())
        };
        part(I256::is_negative) > part(I256::is_positive)
    }
}
