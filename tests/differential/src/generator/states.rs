//! Co-signed states.

use adjudicator::{Channel, eip712, rules::MAX_ROUND};
use alloy_primitives::{B256, Bytes, I256, U256};

use super::{Generator, MAX_AMOUNT, channel, instances::Leaf};
use crate::twin::Twin;

/// A state that was made for a channel.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) round: u64,
    pub(super) hash: B256,
    pub(super) packed: Bytes,
    pub(super) leaves: Vec<Leaf>,
}

impl Generator {
    /// Makes a state of this round and returns its index.
    pub(super) fn make_state(&mut self, twin: &Twin, at: usize, round: u64, has_instances: bool) -> usize {
        let nets = self.nets(channel(twin, self.plans[at].id), at);
        let (root, leaves) = if has_instances { self.make_instances(twin, at) } else { (B256::ZERO, Vec::new()) };
        self.keep_state(at, round, &nets, root, leaves)
    }

    pub(super) fn keep_state(&mut self, at: usize, round: u64, nets: &[I256], root: B256, leaves: Vec<Leaf>) -> usize {
        let plan = &mut self.plans[at];
        let hash = eip712::state_hash(plan.id, round, nets, root);
        let words = nets.iter().flat_map(I256::to_be_bytes::<32>);
        let packed = round.to_be_bytes().into_iter().chain(root).chain(words).collect();
        plan.states.push(Made { round, hash, packed, leaves });
        plan.states.len() - 1
    }

    /// The recorded state, unless that is round 0.
    pub(super) fn recorded(&self, twin: &Twin, at: usize) -> Option<usize> {
        let plan = &self.plans[at];
        let hash = channel(twin, plan.id).record.state_hash;
        plan.states.iter().position(|made| made.hash.starts_with(hash.as_slice()))
    }

    /// The recorded state, if it has instances.
    pub(super) fn recorded_with_instances(&self, twin: &Twin, at: usize) -> Option<usize> {
        self.recorded(twin, at).filter(|state| !self.plans[at].states[*state].leaves.is_empty())
    }

    /// A round above the recorded one; just above it most often, or where a bounty becomes due.
    pub(super) fn newer_round(&mut self, channel: &Channel, at: usize) -> u64 {
        let (recorded, margin) = (channel.record.round, u64::from(self.plans[at].stale_margin));
        let closed = channel.bounty.map_or(recorded, |bounty| bounty.closed_round);
        let has_bounty = channel.bounty.is_some();
        let round = match self.dice.below(12) {
            0 => closed + margin,
            4..9 if has_bounty => closed + margin,
            1 => closed + margin - margin.min(1),
            2 => recorded + self.dice.within(1, 20),
            3 if self.dice.permille(60) => MAX_ROUND,
            _ => recorded + 1,
        };
        round.clamp(recorded + 1, MAX_ROUND.max(recorded + 1))
    }

    fn nets(&mut self, channel: &Channel, at: usize) -> Vec<I256> {
        let assets = self.plans[at].assets.clone();
        assets
            .iter()
            .map(|asset| self.net(channel.funds.get(asset).map_or([I256::ZERO; 2], |it| it.balances)))
            .collect()
    }

    fn net(&mut self, [balance0, balance1]: [I256; 2]) -> I256 {
        let max = I256::from_raw(MAX_AMOUNT);
        match self.dice.below(14) {
            0 | 1 => I256::ZERO,
            2 => balance0,
            3 => -balance1,
            4 => balance0 + I256::ONE,
            5 => *self.dice.pick(&[max, -max, I256::ONE, I256::MINUS_ONE]),
            other => {
                let escrow = (balance0 + balance1).unsigned_abs() + U256::ONE;
                let part = U256::from_be_bytes(self.dice.word().0) % escrow;
                let net = if other.is_multiple_of(2) {
                    balance0 - I256::from_raw(part)
                } else {
                    I256::from_raw(part) - balance1
                };
                net.clamp(-max, max)
            }
        }
    }

    /// A net that cannot be recorded.
    pub(super) fn bad_net(&mut self) -> I256 {
        let above = I256::from_raw(MAX_AMOUNT + U256::ONE);
        *self.dice.pick(&[above, -above, I256::MIN, I256::MAX])
    }
}
