//! What must hold.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Moment, Name, Sums};

/// What must hold of a channel. What is not named may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// Where it stands.
    pub status: Option<Phase>,
    /// The recorded round.
    pub round: Option<u64>,
    /// The evidence deadline.
    pub evidence_deadline: Option<Moment>,
    /// The first second in which it can be settled.
    pub final_time: Option<Moment>,
    /// Who has consented to the recorded state.
    pub consents: Option<Vec<Name>>,
    /// What each party was paid so far, to the unit: by settlement, by withdrawals and as its share of a bounty, also where
    /// it is a credit.
    pub payouts: Option<BTreeMap<Name, Sums>>,
    /// What each party would get if nothing more happened but the settlement.
    pub as_it_stands: Option<BTreeMap<Name, Sums>>,
    /// What waits to be claimed, by account.
    pub credits: Option<BTreeMap<Name, Sums>>,
    /// What each account has more than at the start, not counting what it paid for gas; negative if it has less.
    pub gains: Option<BTreeMap<Name, Sums>>,
    /// What is in the channel.
    pub escrow: Option<Sums>,
    /// What came of the calls that each token or payee made while it moved money: the error of the last one in the contract's
    /// words, `accepted` if any of them was, `never` if it made none.
    pub called_back: Option<BTreeMap<Name, Name>>,
    /// The forced steps of each instance on the recorded base.
    pub steps: Option<BTreeMap<Name, u8>>,
}

/// Where a channel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody is closing it.
    Open,
    /// A dispute runs, or waits for its settlement.
    Closing,
    /// It is paid out.
    Closed,
}
