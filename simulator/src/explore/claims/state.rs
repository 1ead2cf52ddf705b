//! What must hold whenever nobody acts: the contract has what it owes, and each dispute ends.

use std::collections::BTreeMap;

use adjudicator::Channel;
use alloy_primitives::{Address, U256};

use super::{Broken, final_time_of};
use crate::{
    explore::setting::Setting,
    scenario::Name,
    stage::{Place, short},
    world::Branches,
};

/// What must hold of every state: the contract has what it owes, and each dispute ends.
pub(in crate::explore) fn check_state(
    setting: &Setting,
    branches: &Branches,
    channels: &BTreeMap<Name, Channel>,
) -> Result<(), Broken> {
    let mut owed: BTreeMap<Address, U256> = BTreeMap::new();
    for (name, channel) in channels {
        let Some((_, place)) = setting.stage.places().find(|(other, _)| *other == name) else { continue };
        for asset in place.terms.assets().as_slice() {
            let escrow = channel.funds.get(&asset.get()).filter(|_| !channel.is_closed).map(adjudicator::Funds::escrow);
            let sum = owed.entry(asset.get()).or_default();
            *sum = sum.saturating_add(escrow.unwrap_or_default());
        }
        check_bound(setting, name, place, channel)?;
    }
    for (asset, held, credits) in &setting.debts {
        let escrow = owed.get(asset).copied().unwrap_or_default();
        let owed = credits.iter().fold(escrow, |sum, credit| sum.saturating_add(branches.read(*credit)));
        let found = branches.read(*held);
        if found < owed {
            return Err(Broken::Escrow { found, owed });
        }
    }
    Ok(())
}

/// A dispute ends no later than section 6 says.
fn check_bound(setting: &Setting, name: &Name, place: &Place, channel: &Channel) -> Result<(), Broken> {
    let Some(evidence) = channel.record.evidence_deadline else { return Ok(()) };
    let recorded = setting.states_of(name).find(|(_, shown)| short(shown.hash) == channel.record.state_hash);
    let Some((_, shown)) = recorded else { return Ok(()) };
    let window = place.terms.window().get();
    let Some(final_time) = final_time_of(channel, Some(shown), window) else { return Ok(()) };
    let instances = setting.stage.instances().flat_map(|(_, copies)| copies);
    let most =
        instances.filter(|running| shown.instances.iter().any(|(.., leaf)| *leaf == running.instance.hash().get()));
    let most = most.map(|running| u64::from(running.instance.max_steps.get())).max().unwrap_or_default();
    let touched = channel.recorded_base().into_iter().flat_map(|base| base.instances.values());
    let matures = touched.map(|progress| progress.matures).max().unwrap_or_default();
    let start = evidence.saturating_sub(window.into()).max(matures);
    let bound = start.saturating_add(u64::from(window).saturating_mul(most.saturating_add(3)));
    if final_time > bound { Err(Broken::TooLong { final_time, bound }) } else { Ok(()) }
}
