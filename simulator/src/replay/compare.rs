//! Whether what comes is what was recorded, to the byte.

use alloy_primitives::B256;
use serde::Serialize;

use super::Came;
use crate::{
    history::{LogLine, Recorded},
    world::Outcome,
};

/// Something that does not come as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mismatch {
    /// The number of the block.
    pub block: u64,
    /// Which of the block's transactions, from 0 on.
    pub index: usize,
    /// The transaction.
    pub transaction: B256,
    /// What of it.
    pub field: Field,
    /// What was recorded.
    pub recorded: String,
    /// What came.
    pub came: String,
}

/// What of a transaction does not come as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// Whether it did what it does.
    Status,
    /// The gas that it used.
    GasUsed,
    /// The gas of the block up to it.
    CumulativeGasUsed,
    /// How many logs there are.
    LogCount,
    /// A log: its address, its topics or its data.
    Log(usize),
}

impl std::fmt::Display for Field {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status => formatter.write_str("status"),
            Self::GasUsed => formatter.write_str("gas used"),
            Self::CumulativeGasUsed => formatter.write_str("gas used up to it"),
            Self::LogCount => formatter.write_str("number of logs"),
            Self::Log(index) => write!(formatter, "log {index}"),
        }
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { block, index, transaction, field, recorded, came } = self;
        write!(
            formatter,
            "transaction {transaction}, {index} of block {block}: {field}: recorded {recorded}, came {came}"
        )
    }
}

/// Where the transactions of a block do not come as they were recorded.
pub(crate) fn compare(block: u64, recorded: &[Recorded], came: &[Came]) -> Vec<Mismatch> {
    let mut cumulative = 0_u64;
    let mut all = Vec::new();
    for (index, (recorded, came)) in recorded.iter().zip(came).enumerate() {
        let mut differs = |field, was: String, is: String| {
            let transaction = recorded.hash;
            all.push(Mismatch { block, index, transaction, field, recorded: was, came: is });
        };
        let was = &recorded.receipt;
        let outcome = match came {
            Came::Mined { outcome, .. } => outcome,
            Came::Impossible(why) => {
                differs(Field::Status, status(was.is_success).to_owned(), why.clone());
                continue;
            }
        };
        cumulative = cumulative.saturating_add(outcome.gas_used());
        if outcome.is_success() != was.is_success {
            differs(Field::Status, status(was.is_success).to_owned(), status(outcome.is_success()).to_owned());
        }
        let pairs = [
            (Field::GasUsed, was.gas_used, outcome.gas_used()),
            (Field::CumulativeGasUsed, was.cumulative_gas_used, cumulative),
        ];
        for (field, was, is) in pairs.into_iter().filter(|(_, was, is)| was != is) {
            differs(field, was.to_string(), is.to_string());
        }
        compare_logs(&was.logs, outcome, &mut differs);
    }
    all
}

fn compare_logs(recorded: &[LogLine], outcome: &Outcome, differs: &mut impl FnMut(Field, String, String)) {
    let came: Vec<LogLine> = match outcome {
        Outcome::Success { logs, .. } => logs.iter().map(LogLine::from).collect(),
        _ => Vec::new(),
    };
    if came.len() != recorded.len() {
        differs(Field::LogCount, recorded.len().to_string(), came.len().to_string());
    }
    for (index, (was, is)) in recorded.iter().zip(&came).enumerate().filter(|(_, (was, is))| was != is) {
        let (was, is) = apart(was, is);
        differs(Field::Log(index), was, is);
    }
}

/// The first part in which two logs differ.
fn apart(was: &LogLine, is: &LogLine) -> (String, String) {
    if was.address != is.address {
        return (was.address.to_string(), is.address.to_string());
    }
    if was.topics != is.topics {
        return (topics(was), topics(is));
    }
    (format!("data {}", was.data), format!("data {}", is.data))
}

fn topics(log: &LogLine) -> String {
    let topics: Vec<String> = log.topics.iter().map(B256::to_string).collect();
    format!("topics {}", topics.join(" "))
}

const fn status(is_success: bool) -> &'static str {
    if is_success { "accepted" } else { "refused" }
}
