//! The contract's events, told: of each value it is known what it is, so nothing is taken for something else.

use adjudicator::{Bounty, DisputeError, Effect, Record};
use alloy_primitives::{B256, U256};

use super::{Labels, trace::brief};

/// The channel that an event is about.
pub(super) const fn channel_of(effect: &Effect) -> Option<B256> {
    match effect {
        Effect::Deposited { channel_id, .. }
        | Effect::Withdrawn { channel_id, .. }
        | Effect::Recorded { channel_id, .. }
        | Effect::BountyChanged { channel_id, .. }
        | Effect::Progressed { channel_id, .. }
        | Effect::Evaluated { channel_id, .. }
        | Effect::Settled { channel_id, .. }
        | Effect::BountyPaid { channel_id, .. }
        | Effect::DelegationsRevoked { channel_id, .. } => Some(*channel_id),
        Effect::Credited { .. } | Effect::Claimed { .. } | Effect::CallFailed { .. } => None,
    }
}

impl Labels {
    /// An event of the contract, with the names of the scenario.
    #[must_use]
    pub fn effect(&self, effect: &Effect) -> String {
        match effect {
            Effect::Deposited { channel_id, funds, serial } => {
                let amounts =
                    funds.balances.map(|balance| match self.asset_of(*channel_id, usize::from(funds.index)) {
                        Some(asset) => self.signed(asset, balance),
                        None => format!("{balance} of asset {}", funds.index),
                    });
                format!(
                    "Deposited: {} has {}, serial {serial}",
                    self.channel(*channel_id),
                    self.both(*channel_id, &amounts)
                )
            }
            Effect::Withdrawn { channel_id, serial, amounts, recipients } => {
                let pairs = amounts.as_chunks::<2>().0.iter().enumerate();
                let paid = pairs.flat_map(|(index, pair)| {
                    let amounts = pair.iter().filter(|amount| !amount.is_zero());
                    amounts.zip(recipients).map(move |(amount, to)| {
                        format!("{} to {}", self.payout(*channel_id, index, *amount), self.account(*to))
                    })
                });
                let paid: Vec<String> = paid.collect();
                format!("Withdrawn: {} pays {}, serial {serial}", self.channel(*channel_id), paid.join(" and "))
            }
            Effect::Recorded { channel_id, record, nets, instances_root } => {
                let text = format!("Recorded: {} has {}", self.channel(*channel_id), self.record(record));
                if nets.is_empty() && instances_root.is_zero() {
                    return text;
                }
                let nets = self.signed_amounts(*channel_id, nets);
                let instances = if instances_root.is_zero() { "no instances" } else { "with instances" };
                format!("{text}, nets {nets}, {instances}")
            }
            Effect::BountyChanged { channel_id, bounty } => {
                format!("BountyChanged: {}, {}", self.channel(*channel_id), self.bounty(*channel_id, bounty))
            }
            Effect::Progressed { channel_id, instance_hash, number, app_state } => format!(
                "Progressed: {}, {}, step {number} to app state {}",
                self.channel(*channel_id),
                self.instance(*instance_hash),
                brief(app_state)
            ),
            Effect::Evaluated { channel_id, instance_hash, deltas } => {
                let deltas = self.signed_amounts(*channel_id, deltas);
                format!("Evaluated: {}, {}, deltas {deltas}", self.channel(*channel_id), self.instance(*instance_hash))
            }
            Effect::Settled { channel_id, index, payouts } => {
                let payouts = payouts.map(|payout| self.payout(*channel_id, usize::from(*index), payout));
                format!("Settled: {} pays {}", self.channel(*channel_id), self.both(*channel_id, &payouts))
            }
            Effect::BountyPaid { channel_id, prover, to_prover, to_party } => format!(
                "BountyPaid: {} pays {} to the prover {}, {} to the other party",
                self.channel(*channel_id),
                self.payout(*channel_id, 0, *to_prover),
                self.account(*prover),
                self.payout(*channel_id, 0, *to_party)
            ),
            Effect::Credited { creditor, asset, amount } => {
                format!("Credited: {} with {}", self.account(*creditor), self.amount(*asset, *amount))
            }
            Effect::Claimed { creditor, asset, recipient, amount } => format!(
                "Claimed: {} of {} to {}",
                self.amount(*asset, *amount),
                self.account(*creditor),
                self.account(*recipient)
            ),
            Effect::DelegationsRevoked { channel_id, party, epoch } => format!(
                "DelegationsRevoked: {}, the epoch of {} is {epoch}",
                self.channel(*channel_id),
                self.party(*channel_id, *party)
            ),
            Effect::CallFailed { index, reason } => format!("CallFailed: call {index}, {}", self.reason(reason)),
        }
    }

    /// A record, with the names of the scenario.
    pub(super) fn record(&self, record: &Record) -> String {
        let stands = match record.evidence_deadline {
            Some(deadline) => format!("closing, evidence before {}", self.time(U256::from(deadline))),
            None => "open".into(),
        };
        let consents = match record.consents {
            [false, false] => "",
            [true, false] => ", consent of party 0",
            [false, true] => ", consent of party 1",
            [true, true] => ", consent of both",
        };
        format!("round {}, state {}, {stands}{consents}", record.round, self.state(record.state_hash))
    }

    /// A bounty, with the names of the scenario.
    pub(super) fn bounty(&self, channel: B256, bounty: &Bounty) -> String {
        let closer = self.party(channel, bounty.closer);
        let proved = match bounty.prover {
            Some(prover) => format!("proved stale by {}", self.account(prover)),
            None => "not proved stale".into(),
        };
        format!("closed by {closer} on round {}, {proved}", bounty.closed_round)
    }

    /// What a call was refused with, in words.
    pub(super) fn reason(&self, output: &[u8]) -> String {
        match DisputeError::abi_decode(output) {
            Ok(error) => format!("{}: {}", error.name(), self.error(&error)),
            Err(_) if output.is_empty() => "without a reason".into(),
            Err(_) => format!("for a reason of another contract: {}", brief(output)),
        }
    }

    fn payout(&self, channel: B256, index: usize, amount: U256) -> String {
        match self.asset_of(channel, index) {
            Some(asset) => self.amount(asset, amount),
            None => format!("{amount} of asset {index}"),
        }
    }

    /// What belongs to each party.
    fn both(&self, channel: B256, texts: &[String; 2]) -> String {
        let [zero, one] = texts;
        format!("{zero} for {} and {one} for {}", self.party(channel, 0), self.party(channel, 1))
    }
}
