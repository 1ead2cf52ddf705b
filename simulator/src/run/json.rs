//! What came of scenarios, as one JSON document.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Answer, Ending, FailureKind, Money, Standing, TimeLeft, Told, Window, trace};
use crate::{scenario::locate, twin::Verdict};

/// What came of a scenario. What is empty is left out of events; all times are Unix seconds.
#[derive(Debug, Serialize)]
pub struct Document {
    claim: String,
    /// The time of the first block.
    start: u64,
    /// Whether everything comes as the scenario says.
    holds: bool,
    events: Vec<Event>,
    windows: Vec<Window>,
    /// None, if no dispute was answered.
    time_left: Option<TimeLeft>,
    endings: Vec<Ending>,
    credits: BTreeMap<String, Vec<Money>>,
    costs: BTreeMap<String, Cost>,
    failures: Vec<Failure>,
}

/// Something that happened.
#[derive(Debug, Serialize)]
struct Event {
    now: u64,
    /// The name of its act.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    answer: Answer,
    /// What the twin says.
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<Twin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas: Option<u64>,
    /// In wei.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<String>,
    /// The contract's events.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    effects: Vec<String>,
    /// The call from outside, with those within it.
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<trace::Seen>,
    /// The words of storage that are not what they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<String>,
    /// Whether its block was taken back later.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    taken_back: bool,
    /// Where the channels stand behind the block, if it is its last event; and behind a reorg.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    standings: Vec<Standing>,
}

/// Whether contract and twin did the same.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Twin {
    /// They did.
    Agrees,
    /// All but what ran out of gas, of which the twin knows nothing.
    OutOfGas,
    /// They did not: how.
    Disagrees(String),
}

impl From<&Verdict> for Twin {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Agrees => Self::Agrees,
            Verdict::OutOfGas => Self::OutOfGas,
            Verdict::Disagrees(how) => Self::Disagrees(how.clone()),
        }
    }
}

/// What somebody paid for gas.
#[derive(Debug, Serialize)]
struct Cost {
    gas: u64,
    /// In wei.
    fee: String,
}

/// Something that did not come as it should, and where in its file the scenario says how it should be.
#[derive(Debug, Serialize)]
struct Failure {
    path: String,
    line: usize,
    column: usize,
    kind: FailureKind,
    what: String,
}

impl Document {
    /// The document of a scenario that was read from this text.
    #[must_use]
    pub fn of(told: &Told, text: &str) -> Self {
        let events = told.events.iter().map(|event| Event {
            now: event.now,
            name: event.name.clone(),
            block: event.block,
            by: event.by.clone(),
            what: event.title.clone(),
            channel: event.channel.clone(),
            answer: event.answer.clone(),
            twin: event.verdict.as_ref().map(Twin::from),
            gas: event.gas,
            fee: event.fee.map(|fee| fee.to_string()),
            effects: event.effects.iter().map(|effect| told.labels.effect(effect)).collect(),
            call: event.trace.as_ref().map(|trace| trace::Seen::of(&trace.call, &told.labels)),
            changes: event.trace.as_ref().map(|it| trace::changes(it, &told.labels, told.manager)).unwrap_or_default(),
            taken_back: event.is_undone,
            standings: event.standings.clone(),
        });
        let costs =
            told.costs().into_iter().map(|(name, (gas, fee))| (name.to_owned(), Cost { gas, fee: fee.to_string() }));
        let failures = told.failures.iter().map(|failure| {
            let place = locate(text, &failure.path, &failure.what);
            let path = failure.path.to_string();
            Failure { path, line: place.line, column: place.column, kind: failure.kind, what: place.what }
        });
        Self {
            claim: told.claim.clone(),
            start: told.start,
            holds: told.failures.is_empty(),
            events: events.collect(),
            windows: told.windows(),
            time_left: told.time_left(),
            endings: told.endings.clone(),
            credits: told.credits.clone(),
            costs: costs.collect(),
            failures: failures.collect(),
        }
    }
}
