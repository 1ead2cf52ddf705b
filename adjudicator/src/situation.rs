//! Where a channel stands: when it pays, and what, if nobody does anything more but settle.

use alloy_primitives::{I256, U256};

use crate::{
    Base, Channel, rules,
    types::{State, Terms},
    wire,
};

/// Where a channel stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// Whether it lives, and its deadlines.
    pub status: Status,
    /// The recorded round.
    pub round: u64,
    /// Per asset what party 0 and party 1 are paid if the channel is settled as it is, or would be if it were closed now.
    /// Nothing is known of that if the recorded state is not; and of a closed channel there is nothing left to pay.
    pub payouts: Option<Vec<[U256; 2]>>,
}

/// Whether a channel lives, and its deadlines in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nobody has started closing.
    Open,
    /// Somebody has.
    Closing {
        /// The first second at which no newer state is taken.
        evidence_deadline: u64,
        /// The first second at which it can be settled; a touch of an instance may still move it.
        final_time: u64,
    },
    /// It has paid.
    Closed,
}

impl Situation {
    /// Where a channel with these terms stands; `recorded` is the state that its record names, if that is known.
    #[must_use]
    pub fn of(channel: &Channel, terms: &Terms, recorded: Option<&State>) -> Self {
        let round = channel.record.round;
        let known = recorded.filter(|state| state.round().get() == round);
        let untouched = Base::default();
        let base = known.filter(|state| !state.instances_root().get().is_zero());
        let base = base.map(|_| channel.recorded_base().unwrap_or(&untouched));
        let status = match channel.record.evidence_deadline {
            _ if channel.is_closed => Status::Closed,
            None => Status::Open,
            Some(evidence_deadline) => {
                let final_time = rules::final_time(evidence_deadline, base, terms.window().get());
                Status::Closing { evidence_deadline, final_time }
            }
        };
        let is_payable = !channel.is_closed && (round == 0 || known.is_some());
        let payouts = is_payable.then(|| {
            let mut nets: Vec<I256> = known.map_or_else(
                || vec![I256::ZERO; terms.assets().asset_count()],
                |state| state.nets().as_slice().iter().map(|net| net.get()).collect(),
            );
            for instance in base.iter().flat_map(|base| base.instances.values()) {
                for (net, delta) in nets.iter_mut().zip(&instance.deltas) {
                    *net = net.saturating_add(*delta);
                }
            }
            payouts(channel, terms, &nets)
        });
        Self { status, round, payouts }
    }
}

/// What a channel pays by these nets, with the bounty if it is due.
pub(crate) fn payouts(channel: &Channel, terms: &Terms, nets: &[I256]) -> Vec<[U256; 2]> {
    let funds = |asset| channel.funds.get(&asset).copied().unwrap_or_default();
    let assets = terms.assets().as_slice().iter().zip(nets);
    let mut payouts: Vec<[U256; 2]> = assets.map(|(asset, net)| funds(asset.get()).split(*net)).collect();
    if let (Some(bounty), Some(shares)) = (channel.bounty.filter(|bounty| bounty.prover.is_some()), payouts.first_mut())
    {
        let packed = terms.pack();
        let split = wire::Terms::new(&packed).ok().and_then(|terms| bounty.split(&terms, shares));
        debug_assert!(split.is_some());
    }
    payouts
}
