//! What is offered for gas: more, the less time is left, and never more than what is at stake.

use alloy_primitives::U256;
use serde::{Deserialize, Serialize};

use super::Intent;
use crate::chain::Head;

/// Nodes take a replacement that offers a tenth more; an eighth is more than that, whoever rounds.
const STEP: u128 = 8;

/// What is offered for a unit of gas, in wei.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fees {
    /// The most that it may cost.
    pub max_fee: u128,
    /// What the block's proposer gets of that.
    pub tip: u128,
}

impl Fees {
    /// What is worth offering now: twice the base fee, which six full blocks in a row can bring about; and a tip that doubles
    /// each time half of the time that is left has passed. What only makes room is in no hurry.
    pub(super) fn wanted(intent: &Intent, head: &Head, now: u64, tip: u128) -> Self {
        let deadline = intent.order.deadline.filter(|_| !intent.is_missed);
        let urgency = deadline.map_or(1, |deadline| {
            let [all, left] = [intent.opened, now].map(|since| deadline.saturating_sub(since).max(1));
            u128::from(all).checked_div(left.into()).unwrap_or(1)
        });
        let tip = tip.saturating_mul(urgency);
        Self { max_fee: head.base_fee.saturating_mul(2).saturating_add(tip), tip }.at_most(intent.dearest())
    }

    /// The least that replaces this.
    pub(super) fn replacement(self) -> Self {
        let raised = |fee: u128| fee.saturating_add(fee.div_ceil(STEP).max(1));
        Self { max_fee: raised(self.max_fee), tip: raised(self.tip) }
    }

    /// Whether each of both is at least as much.
    pub(super) const fn covers(self, other: Self) -> bool {
        self.max_fee >= other.max_fee && self.tip >= other.tip
    }

    /// The greater one of each.
    pub(super) fn or_more(self, other: Self) -> Self {
        Self { max_fee: self.max_fee.max(other.max_fee), tip: self.tip.max(other.tip) }
    }

    pub(super) fn at_most(self, dearest: u128) -> Self {
        let max_fee = self.max_fee.min(dearest);
        Self { max_fee, tip: self.tip.min(max_fee) }
    }
}

impl Intent {
    /// The most that a unit of gas may cost, in wei, so that all of it does not cost more than what is at stake.
    pub(super) fn dearest(&self) -> u128 {
        let gas = U256::from(self.order.transaction.gas_limit.max(1));
        self.order.at_stake.checked_div(gas).unwrap_or_default().saturating_to()
    }
}

/// What is worth offering for one transaction, and what may be at most, for its own sake or for that of those that wait behind it.
pub(super) fn wanted_for<'a>(
    intents: impl Iterator<Item = &'a Intent>,
    head: &Head,
    now: u64,
    tip: u128,
) -> (Fees, u128) {
    intents.fold((Fees { max_fee: 0, tip: 0 }, 0), |(fees, dearest), intent| {
        (fees.or_more(Fees::wanted(intent, head, now, tip)), dearest.max(intent.dearest()))
    })
}
