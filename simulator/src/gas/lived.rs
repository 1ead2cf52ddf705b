//! Lives that went as they must, and what they have cost.

use adjudicator::types::Asset;

use super::{Unmeasured, agreed::Payouts, chain::Chain, life::Life};

type Result<T, E = Unmeasured> = std::result::Result<T, E>;

/// What a channel goes through; it returns what its payees must have been paid.
pub(super) type Script = fn(&mut Life<'_>) -> Result<Payouts>;

/// What each step has cost.
pub(super) type Gas = Vec<(&'static str, u64)>;

/// A life that is over.
#[derive(Debug, Clone)]
pub(super) struct Lived {
    pub(super) name: &'static str,
    gas: Gas,
}

impl Lived {
    /// The gas of the whole life.
    pub(super) fn total(&self) -> u64 {
        self.gas.iter().fold(0, |sum, (_, gas)| sum.saturating_add(*gas))
    }

    /// The gas of a step.
    pub(super) fn step(&self, step: &'static str) -> Result<u64> {
        let gas = self.gas.iter().find(|(name, _)| *name == step).map(|(_, gas)| *gas);
        gas.ok_or(Unmeasured::NoStep { life: self.name, step })
    }
}

/// One life, of which nothing is told unless both payees were paid what they must be, and the channel is closed then.
pub(super) fn live(
    chain: &mut Chain,
    asset: Asset,
    name: &'static str,
    script: impl FnOnce(&mut Life<'_>) -> Result<Payouts>,
) -> Result<Lived> {
    let before = chain.balances(asset)?;
    let channel = chain.channel(asset)?;
    let mut life = Life::new(chain, &channel);
    let payouts = script(&mut life)?;
    let gas = life.gas;
    chain.require_paid(asset, before, payouts)?;
    chain.require_closed(&channel)?;
    Ok(Lived { name, gas })
}

/// One life after the other.
pub(super) fn live_all(chain: &mut Chain, asset: Asset, scripts: &[(&'static str, Script)]) -> Result<Vec<Lived>> {
    scripts.iter().map(|(name, script)| live(chain, asset, name, script)).collect()
}
