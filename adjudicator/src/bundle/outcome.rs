//! What comes of a call.

use std::{fmt, str::FromStr};

use alloy_primitives::U256;
use serde::{Deserialize, Serialize};

use crate::{
    Situation, Status,
    types::{
        Invalid, Round, Timestamp, Units,
        object::{nullable, serde_as_object},
        text::serde_as_text,
    },
};

/// What comes of a transaction, as the twin says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Fields", try_from = "Fields")]
pub struct Outcome {
    /// Where the channel stands after it.
    pub situation: Situation,
    /// What the channel pays at once: per asset party 0 and party 1. `None` if it pays nothing yet.
    pub settled: Option<Vec<[U256; 2]>>,
}

/// As a sentence.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Situation { status, round, payouts } = &self.situation;
        match status {
            Status::Open => write!(f, "open at round {round}")?,
            Status::Closing { evidence_deadline, final_time } => {
                write!(f, "closing at round {round} until {evidence_deadline}, final at {final_time}")?;
            }
            Status::Closed => f.write_str("closed")?,
        }
        for (what, all) in [("to pay", payouts), ("pays", &self.settled)] {
            for (index, [zero, one]) in all.iter().flatten().enumerate() {
                write!(f, ", {what} {zero} and {one} of asset {index}")?;
            }
        }
        Ok(())
    }
}

/// The outcome as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct Fields {
    status: Word,
    round: Round,
    #[serde(with = "nullable")]
    evidence_deadline: Option<Timestamp>,
    #[serde(with = "nullable")]
    final_time: Option<Timestamp>,
    #[serde(with = "nullable")]
    payouts: Option<Vec<[Units; 2]>>,
    #[serde(with = "nullable")]
    settled: Option<Vec<[Units; 2]>>,
}

serde_as_object!(Fields);

/// The word for a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Open,
    Closing,
    Closed,
}

const EXPECTED: &str = "open, closing or closed, with both deadlines if it is closing and none otherwise,";

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
        })
    }
}

impl FromStr for Word {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "open" => Ok(Self::Open),
            "closing" => Ok(Self::Closing),
            "closed" => Ok(Self::Closed),
            _ => Err(Invalid::Text { expected: EXPECTED, found: text.to_owned() }),
        }
    }
}

serde_as_text!(Word);

impl From<Outcome> for Fields {
    fn from(Outcome { situation, settled }: Outcome) -> Self {
        let (status, deadlines) = match situation.status {
            Status::Open => (Word::Open, None),
            Status::Closing { evidence_deadline, final_time } => (Word::Closing, Some((evidence_deadline, final_time))),
            Status::Closed => (Word::Closed, None),
        };
        let (evidence_deadline, final_time) = deadlines.unzip();
        let units = |all: Vec<[U256; 2]>| all.into_iter().map(|pair| pair.map(Units::new)).collect();
        Self {
            status,
            round: Round::new(situation.round),
            evidence_deadline: evidence_deadline.map(Timestamp::new),
            final_time: final_time.map(Timestamp::new),
            payouts: situation.payouts.map(units),
            settled: settled.map(units),
        }
    }
}

impl TryFrom<Fields> for Outcome {
    type Error = Invalid;

    fn try_from(fields: Fields) -> Result<Self, Invalid> {
        let status = match (fields.status, fields.evidence_deadline, fields.final_time) {
            (Word::Open, None, None) => Status::Open,
            (Word::Closing, Some(evidence_deadline), Some(final_time)) => {
                Status::Closing { evidence_deadline: evidence_deadline.get(), final_time: final_time.get() }
            }
            (Word::Closed, None, None) => Status::Closed,
            (status, ..) => return Err(Invalid::Text { expected: EXPECTED, found: status.to_string() }),
        };
        let words = |all: Vec<[Units; 2]>| all.into_iter().map(|pair| pair.map(Units::get)).collect();
        let situation = Situation { status, round: fields.round.get(), payouts: fields.payouts.map(words) };
        Ok(Self { situation, settled: fields.settled.map(words) })
    }
}
