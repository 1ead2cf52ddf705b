//! What came of a scenario.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use adjudicator::{DisputeError, Effect, abi::PermitDeposits::PermitDepositsErrors as PermitErrors};
use alloy_primitives::{Address, U256, hex};
use alloy_sol_types::SolInterface;
use revm::context::result::HaltReason;
use serde::Serialize;

use super::Labels;
use crate::{
    node::{Block, Mined},
    scenario::{Path, Scenario},
    stage::Built,
    twin::Verdict,
    world::{Outcome, Trace},
};

/// How the machine calls it that the gas did not last.
pub(super) const OUT_OF_GAS: &str = "OutOfGas";
/// The same for all other reasons for which it breaks off.
pub(super) const BROKEN_OFF: &str = "BrokenOff";

/// All of it.
#[derive(Debug)]
pub struct Told {
    /// What the scenario shows.
    pub claim: String,
    /// The time of the first block, in Unix seconds.
    pub start: u64,
    /// What a unit of gas cost at first, in wei.
    pub base_fee: u64,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What became of each channel.
    pub endings: Vec<Ending>,
    /// What waits to be claimed, by account.
    pub credits: BTreeMap<String, Vec<Money>>,
    /// What did not come as it should.
    pub failures: Vec<Failure>,
    /// What everything is called.
    pub labels: Labels,
    /// The contract under test.
    pub manager: Address,
}

/// Something that happened.
#[derive(Debug)]
pub struct Event {
    /// The time of its block, in Unix seconds.
    pub now: u64,
    /// The number of its block; none if no block has it.
    pub block: Option<u64>,
    /// Who did it; nobody if it happened to the chain.
    pub by: Option<String>,
    /// What was done, in few words.
    pub title: String,
    /// The name of the act.
    pub name: Option<String>,
    /// The channel that it was about.
    pub channel: Option<String>,
    /// What came of it.
    pub answer: Answer,
    /// What it took.
    pub gas: Option<u64>,
    /// What its sender paid for that, in wei.
    pub fee: Option<U256>,
    /// The contract's events.
    pub effects: Vec<Effect>,
    /// The errors of the calls of a multicall that were refused.
    pub failed_calls: Vec<String>,
    /// What happened within.
    pub trace: Option<Trace>,
    /// What the twin says.
    pub verdict: Option<Verdict>,
    /// Where the channels stand behind the block, if it is its last event; and behind a reorg.
    pub standings: Vec<Standing>,
    /// Whether its block was taken back later.
    pub is_undone: bool,
    pub(super) sent: Option<usize>,
}

/// What came of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It did what it does.
    Accepted,
    /// It was refused, and changed nothing.
    Refused {
        /// The name of the contract's error, or how the machine calls it when it breaks off; the selector of another contract's
        /// error; nothing if there was no reason.
        error: String,
        /// In words.
        reason: String,
    },
    /// It is in no block: why.
    Unmined(String),
    /// It is no transaction.
    Happened,
}

/// Where a channel stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its name.
    pub channel: String,
    /// `open`, `closing` or `closed`.
    pub phase: &'static str,
    /// The recorded round.
    pub round: u64,
    /// Until when newer states are taken, exclusively, in Unix seconds.
    pub evidence_deadline: Option<u64>,
    /// From when on it can be settled, in Unix seconds.
    pub final_time: Option<u64>,
    /// What is in it.
    pub escrow: Vec<Money>,
    /// What each party would get if nothing more happened.
    pub payouts: BTreeMap<String, Vec<Money>>,
}

/// An amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Money {
    /// For people.
    pub text: String,
    /// In the smallest units.
    pub units: String,
    /// Of what.
    pub asset: String,
}

/// What became of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// Its name.
    pub channel: String,
    /// Where it stands.
    pub standing: Standing,
    /// What each party put in.
    pub paid_in: BTreeMap<String, Vec<Money>>,
    /// What each party was paid.
    pub paid_out: BTreeMap<String, Vec<Money>>,
    /// What each party was paid more than it put in; negative, if it was paid less.
    pub gains: BTreeMap<String, Vec<Money>>,
}

/// Something that did not come as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Where the scenario says how it should be.
    pub path: Path,
    /// Of which kind it is.
    pub kind: FailureKind,
    /// What is expected, and what was found.
    pub what: String,
}

/// A kind of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// An expectation of the scenario does not hold.
    Expectation,
    /// The contract and its twin do not do the same.
    Disagreement,
}

impl Told {
    pub(super) fn begin(scenario: &Scenario, base_fee: u64, labels: Labels, manager: Address) -> Self {
        Self {
            claim: scenario.claim.clone(),
            start: scenario.start,
            base_fee,
            events: Vec::new(),
            endings: Vec::new(),
            credits: BTreeMap::new(),
            failures: Vec::new(),
            labels,
            manager,
        }
    }

    /// What each account has paid for gas, in wei, and how much gas it took.
    #[must_use]
    pub fn costs(&self) -> BTreeMap<&str, (u64, U256)> {
        let mut costs: BTreeMap<&str, (u64, U256)> = BTreeMap::new();
        for event in self.events.iter().filter(|event| !event.is_undone) {
            if let (Some(by), Some(gas), Some(fee)) = (&event.by, event.gas, event.fee) {
                let cost = costs.entry(by).or_default();
                *cost = (cost.0.saturating_add(gas), cost.1.saturating_add(fee));
            }
        }
        costs
    }
}

impl Answer {
    /// Whether it was refused.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    fn of(outcome: &Outcome, labels: &Labels) -> Self {
        match outcome {
            Outcome::Success { .. } => Self::Accepted,
            Outcome::Revert { output, .. } => Self::refused(output, labels),
            Outcome::Halt { reason, .. } => {
                let error = if matches!(reason, HaltReason::OutOfGas(_)) { OUT_OF_GAS } else { BROKEN_OFF };
                Self::Refused { error: error.into(), reason: format!("it breaks off: {reason:?}") }
            }
        }
    }

    fn refused(output: &[u8], labels: &Labels) -> Self {
        let (error, reason) = if let Ok(error) = DisputeError::abi_decode(output) {
            (error.name().to_owned(), labels.error(&error))
        } else if let Ok(error) = PermitErrors::abi_decode(output) {
            let name = PermitErrors::name_by_selector(error.selector()).unwrap_or_default();
            (name.to_owned(), "`PermitDeposits` does not take it".to_owned())
        } else if output.is_empty() {
            (String::new(), "without a reason".to_owned())
        } else {
            let selector = hex::encode_prefixed(output.get(..4).unwrap_or(output));
            (selector, format!("for a reason of another contract: {}", hex::encode_prefixed(output)))
        };
        Self::Refused { error, reason }
    }
}

impl Display for Answer {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => formatter.write_str("accepted"),
            Self::Refused { error, reason } if error.is_empty() => write!(formatter, "refused: {reason}"),
            Self::Refused { error, reason } => write!(formatter, "refused by {error}: {reason}"),
            Self::Unmined(why) => write!(formatter, "not mined: {why}"),
            Self::Happened => formatter.write_str("so it is"),
        }
    }
}

impl Event {
    pub(super) fn mined(
        block: &Block,
        mined: &Mined,
        by: &str,
        built: &Built,
        name: Option<String>,
        told: &Told,
    ) -> Self {
        let gas = mined.outcome.gas_used();
        let effects = mined.outcome.effects_of(told.manager);
        let failed_calls = effects.iter().filter_map(|effect| match effect {
            Effect::CallFailed { reason, .. } => match Answer::refused(reason, &told.labels) {
                Answer::Refused { error, .. } => Some(error),
                _ => None,
            },
            _ => None,
        });
        Self {
            now: block.now,
            block: Some(block.number),
            by: Some(by.to_owned()),
            title: built.title.clone(),
            name,
            channel: built.channel.clone(),
            answer: Answer::of(&mined.outcome, &told.labels),
            gas: Some(gas),
            fee: Some(U256::from(gas).saturating_mul(U256::from(mined.gas_price))),
            failed_calls: failed_calls.collect(),
            effects,
            trace: mined.trace.clone(),
            verdict: None,
            standings: Vec::new(),
            is_undone: false,
            sent: Some(mined.sent.0),
        }
    }

    pub(super) fn unmined(now: u64, by: &str, built: &Built, why: &str) -> Self {
        let by = Some(by.to_owned());
        Self {
            by,
            answer: Answer::Unmined(why.into()),
            channel: built.channel.clone(),
            ..Self::fault(now, built.title.clone())
        }
    }

    pub(super) const fn fault(now: u64, title: String) -> Self {
        Self {
            now,
            block: None,
            by: None,
            title,
            name: None,
            channel: None,
            answer: Answer::Happened,
            gas: None,
            fee: None,
            effects: Vec::new(),
            failed_calls: Vec::new(),
            trace: None,
            verdict: None,
            standings: Vec::new(),
            is_undone: false,
            sent: None,
        }
    }
}
