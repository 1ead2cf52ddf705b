//! Whether a dispute over a state's instances can be fought, and how long it may last.

use alloy_primitives::U256;

use super::Review;
use crate::{
    evidence::{Code, Key},
    types::{Instance, Party, Window},
};

/// The units that prices are for.
const PRICED_UNITS: u64 = 1_000_000_000_000_000_000;

/// The longest time that a dispute which begins at `now` can lock up the escrow, in seconds, whatever anybody does.
#[must_use]
pub fn longest_lock_up(instances: &[Instance], window: Window, now: u64) -> u64 {
    let matures = instances.iter().map(|instance| instance.matures.get()).max().unwrap_or(0);
    let steps = instances.iter().map(|instance| u64::from(instance.max_steps.get())).max();
    // Without instances it is over when the window is.
    let windows = steps.map_or(1, |steps| steps.saturating_add(3));
    let longest = u64::from(window.get()).saturating_mul(windows);
    now.max(matures).saturating_add(longest).saturating_sub(now)
}

impl Review<'_> {
    pub(super) fn dispute(&mut self, instances: &[Instance], proof: &[Key]) {
        if instances.is_empty() {
            return;
        }
        self.lock_up(instances, proof);
        self.size(instances, proof);
        for instance in instances {
            self.worth(instance, proof);
        }
    }

    fn lock_up(&mut self, instances: &[Instance], proof: &[Key]) {
        let terms = self.dossier.identity().terms();
        let longest = longest_lock_up(instances, terms.window(), self.view.latest.now);
        let funds = &self.view.latest.channel.funds;
        let escrow = terms.assets().as_slice().iter().map(|asset| {
            let [zero, one] = funds.get(&asset.get()).map(|funds| funds.balances).unwrap_or_default();
            format!("{} of {asset}", zero.saturating_add(one))
        });
        let escrow = escrow.collect::<Vec<_>>().join(", ");
        let found = format!("a dispute can lock up the whole escrow, {escrow}, for {longest} s");
        if longest > self.policy.max_lock_up {
            let found = format!("{found}, where at most {} are accepted", self.policy.max_lock_up);
            self.find(Code::LockUpLong, proof.iter().copied(), found);
        } else {
            self.find(Code::LockUp, proof.iter().copied(), found);
        }
    }

    /// This party may have to touch each instance within one window.
    fn size(&mut self, instances: &[Instance], proof: &[Key]) {
        let policy = self.policy;
        let all = instances.iter().map(|instance| self.touch_gas(instance)).fold(0, u64::saturating_add);
        let window = u64::from(self.dossier.identity().terms().window().get());
        let blocks = window.checked_div(policy.block_seconds).unwrap_or(0);
        let blocks = blocks.checked_div(policy.parts_of_blocks).unwrap_or(0);
        let room = blocks.saturating_mul(policy.block_gas);
        if all > room {
            let count = instances.len();
            let found = format!("{count} instances take {all} gas to touch, where {blocks} blocks have {room}");
            self.find(Code::DisputeTooLarge, proof.iter().copied(), found);
        }
    }

    fn worth(&mut self, instance: &Instance, proof: &[Key]) {
        let (id, gas, policy) = (instance.id, self.touch_gas(instance), self.policy);
        let margin = policy.repricing_percent.saturating_add(100);
        let repriced = gas.saturating_mul(margin).checked_div(100).unwrap_or(u64::MAX);
        if repriced > policy.transaction_gas {
            let most = policy.transaction_gas;
            let found = format!("instance {id}: a touch may come to {repriced} gas, where a transaction has {most}");
            self.find(Code::AppGasMuch, proof.iter().copied(), found);
        }
        let mut worth = U256::ZERO;
        let assets = self.dossier.identity().terms().assets().as_slice().iter();
        for (asset, pair) in assets.zip(instance.stakes.as_pairs()) {
            let staked = Party::BOTH.into_iter().map(|party| party.of(pair).to_word()).max().unwrap_or_default();
            match policy.prices.get(asset) {
                Some(price) => {
                    let value = staked.saturating_mul(*price).checked_div(U256::from(PRICED_UNITS));
                    worth = worth.saturating_add(value.unwrap_or_default());
                }
                None if staked.is_zero() => {}
                None => {
                    self.find(Code::PriceUnknown, proof.iter().copied(), format!("nobody says what {asset} is worth"))
                }
            }
        }
        let is_priced = assets_priced(self, instance);
        let cost = U256::from(gas).saturating_mul(U256::from(policy.stress_gas_price));
        if is_priced && worth < cost {
            let found = format!("instance {id} is worth {worth} wei, where its touch may cost {cost}");
            self.find(Code::NotWorthTouching, proof.iter().copied(), found);
        }
    }

    /// The gas of a touch at worst. A 64th of what there is stays behind at the call.
    fn touch_gas(&self, instance: &Instance) -> u64 {
        let app_gas = u64::from(instance.app_gas.get());
        let kept = app_gas.checked_div(63).unwrap_or(0);
        self.policy.touch_gas.saturating_add(app_gas).saturating_add(kept)
    }
}

/// Whether the worth of all stakes is known.
fn assets_priced(review: &Review<'_>, instance: &Instance) -> bool {
    let assets = review.dossier.identity().terms().assets().as_slice().iter();
    let mut staked = assets.zip(instance.stakes.as_pairs());
    staked.all(|(asset, pair)| {
        let is_staked = Party::BOTH.into_iter().any(|party| !party.of(pair).to_word().is_zero());
        !is_staked || review.policy.prices.contains_key(asset)
    })
}
