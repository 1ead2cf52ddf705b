//! How effects are printed for people.

use std::fmt::{self, Display, Formatter};

use crate::{
    Bounty, DisputeError, Effect, Record,
    print::{Asset, Hex, List, Root},
};

impl Display for Effect {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deposited { channel_id, funds, serial } => {
                let [balance0, balance1] = funds.balances;
                write!(f, "Deposited: channel {channel_id} has {balance0} and {balance1} of asset {}", funds.index)?;
                write!(f, ", serial {serial}")
            }
            Self::Withdrawn { channel_id, serial, amounts, recipients: [recipient0, recipient1] } => {
                write!(f, "Withdrawn: channel {channel_id} pays {} to ", List(amounts.iter()))?;
                write!(f, "{recipient0} and {recipient1}, serial {serial}")
            }
            Self::Recorded { channel_id, record, nets, instances_root } => {
                write!(f, "Recorded: channel {channel_id} has {record}")?;
                if nets.is_empty() && instances_root.is_zero() {
                    return Ok(());
                }
                write!(f, ", nets {}, {}", List(nets.iter()), Root(*instances_root))
            }
            Self::BountyChanged { channel_id, bounty } => write!(f, "BountyChanged: channel {channel_id}, {bounty}"),
            Self::Progressed { channel_id, instance_hash, number, app_state } => {
                write!(f, "Progressed: channel {channel_id}, instance {instance_hash}, ")?;
                write!(f, "step {number} to app state {}", Hex(app_state))
            }
            Self::Evaluated { channel_id, instance_hash, deltas } => {
                write!(f, "Evaluated: channel {channel_id}, instance {instance_hash}, deltas {}", List(deltas.iter()))
            }
            Self::Settled { channel_id, index, payouts: [payout0, payout1] } => {
                write!(f, "Settled: channel {channel_id} pays {payout0} and {payout1} of asset {index}")
            }
            Self::BountyPaid { channel_id, prover, to_prover, to_party } => {
                write!(f, "BountyPaid: channel {channel_id} pays {to_prover} to the prover {prover}, ")?;
                write!(f, "{to_party} to the other party")
            }
            Self::Credited { creditor, asset, amount } => {
                write!(f, "Credited: {creditor} with {amount} of {}", Asset(*asset))
            }
            Self::Claimed { creditor, asset, recipient, amount } => {
                write!(f, "Claimed: {creditor}'s {amount} of {} to {recipient}", Asset(*asset))
            }
            Self::DelegationsRevoked { channel_id, party, epoch } => {
                write!(f, "DelegationsRevoked: channel {channel_id}, party {party}'s epoch is {epoch}")
            }
            Self::CallFailed { index, reason } => {
                write!(f, "CallFailed: call {index}, ")?;
                match DisputeError::abi_decode(reason) {
                    Ok(error) => write!(f, "{}: {error}", error.name()),
                    Err(_) if reason.is_empty() => f.write_str("without a reason"),
                    Err(_) => write!(f, "for an unknown reason: {}", Hex(reason)),
                }
            }
        }
    }
}

impl Display for Record {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "round {}, state {}, ", self.round, self.state_hash)?;
        match self.evidence_deadline {
            Some(deadline) => write!(f, "closing, evidence before {deadline}")?,
            None => f.write_str("open")?,
        }
        match self.consents {
            [false, false] => Ok(()),
            [true, false] => f.write_str(", consent of party 0"),
            [false, true] => f.write_str(", consent of party 1"),
            [true, true] => f.write_str(", consent of both"),
        }
    }
}

impl Display for Bounty {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "closed by party {} on round {}, ", self.closer, self.closed_round)?;
        match self.prover {
            Some(prover) => write!(f, "proved stale by {prover}"),
            None => f.write_str("not proved stale"),
        }
    }
}
