//! What a claim that does not hold is called.

use alloy_primitives::{I256, U256};

/// A claim that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// Section 9, claims 2 and 3.
    #[error("the honest party gets {found} of what it is guaranteed {promised}")]
    Guarantee {
        /// What it gets, in units of the asset.
        found: I256,
        /// What it should get at least.
        promised: I256,
    },
    /// Claim 1.
    #[error("the contract has {found} of an asset of which it owes {owed}: it has paid other people's money")]
    Escrow {
        /// What it has.
        found: U256,
        /// What its channels and credits add up to.
        owed: U256,
    },
    /// Claim 1.
    #[error("the settlement pays {found:?}, and by what is recorded it is {expected:?}")]
    Payout {
        /// What it pays, per asset and party.
        found: Vec<[U256; 2]>,
        /// What it should pay.
        expected: Vec<[U256; 2]>,
    },
    /// Claim 4.
    #[error("the channel cannot be emptied: {why}")]
    Stuck {
        /// What is refused, and when.
        why: String,
    },
    /// Claim 4.
    #[error("the dispute may last until {final_time}, and by its steps and windows it ends at {bound}")]
    TooLong {
        /// The final time, in Unix seconds.
        final_time: u64,
        /// The latest one that there may be.
        bound: u64,
    },
    /// Section 2.
    #[error("a closed channel changes: a closed id is dead for ever")]
    Resurrected,
    /// Claim 5.
    #[error("the recorded round falls from {before} to {after}")]
    RoundFalls {
        /// The round before.
        before: u64,
        /// The round after.
        after: u64,
    },
    /// Section 6.
    #[error("the evidence deadline is {found}, and it should be {expected}")]
    DeadlineMoves {
        /// What it is, in Unix seconds.
        found: u64,
        /// What it should be.
        expected: u64,
    },
    /// Section 5.
    #[error("evidence counts at {now}, and its deadline was {deadline}")]
    LateEvidence {
        /// The time of the block.
        now: u64,
        /// The deadline, in Unix seconds.
        deadline: u64,
    },
    /// Section 6.
    #[error("an instance is touched at {now}, and its deadline was {deadline}")]
    LateTouch {
        /// The time of the block.
        now: u64,
        /// The deadline, in Unix seconds.
        deadline: u64,
    },
    /// Section 6.
    #[error("the channel pays at {now}, and its final time is {final_time}")]
    PaidTooEarly {
        /// The time of the block.
        now: u64,
        /// The final time, in Unix seconds.
        final_time: u64,
    },
    /// Section 3.
    #[error("{what} counts, and {why}")]
    WrongMessage {
        /// What.
        what: String,
        /// Why it must not.
        why: String,
    },
    /// Claim 6.
    #[error("a step or evaluation counts that must not: {why}")]
    WrongTouch {
        /// Why it must not.
        why: String,
    },
    /// Section 8.
    #[error("the bounty is {found}, and by the rules it is {expected}")]
    WrongBounty {
        /// What is stored.
        found: String,
        /// What should be.
        expected: String,
    },
    /// Claim 9.
    #[error("a call is refused for a reason that there is not: {reason}")]
    WrongRefusal {
        /// How it is refused.
        reason: String,
    },
    /// Sections 4 to 8: whatever is not named apart.
    #[error("the contract does {found}, and by the rules it is {expected}")]
    NotByTheRules {
        /// What it logs.
        found: String,
        /// What the rules say of the same call.
        expected: String,
    },
    /// Claims 2, 3 and 4.
    #[error("the honest party's {what} is refused: {reason}; by the rules it is taken")]
    RefusedInTime {
        /// What it sent.
        what: String,
        /// How it is refused.
        reason: String,
    },
}

impl Broken {
    /// What is broken, in a word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Guarantee { .. } => "guarantee",
            Self::Escrow { .. } => "escrow",
            Self::Payout { .. } => "payout",
            Self::Stuck { .. } => "stuck",
            Self::TooLong { .. } => "too-long",
            Self::Resurrected => "resurrected",
            Self::RoundFalls { .. } => "round-falls",
            Self::DeadlineMoves { .. } => "deadline-moves",
            Self::LateEvidence { .. } => "late-evidence",
            Self::LateTouch { .. } => "late-touch",
            Self::PaidTooEarly { .. } => "paid-too-early",
            Self::WrongMessage { .. } => "wrong-message",
            Self::WrongTouch { .. } => "wrong-touch",
            Self::WrongBounty { .. } => "wrong-bounty",
            Self::WrongRefusal { .. } => "wrong-refusal",
            Self::NotByTheRules { .. } => "not-by-the-rules",
            Self::RefusedInTime { .. } => "refused-in-time",
        }
    }

    pub(crate) fn message(what: &str, why: impl ToString) -> Self {
        Self::WrongMessage { what: what.into(), why: why.to_string() }
    }

    pub(crate) fn touch(why: impl ToString) -> Self {
        Self::WrongTouch { why: why.to_string() }
    }
}
