//! What came of scenarios, as one JSON document.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Answer, Ending, FailureKind, Money, Standing, Told, trace};

/// What came of a scenario.
#[derive(Debug, Serialize)]
pub struct Document {
    claim: String,
    start: u64,
    holds: bool,
    events: Vec<Event>,
    endings: Vec<Ending>,
    credits: BTreeMap<String, Vec<Money>>,
    costs: BTreeMap<String, Cost>,
    failures: Vec<Failure>,
}

#[derive(Debug, Serialize)]
struct Event {
    now: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    answer: Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas: Option<u64>,
    /// In wei.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    effects: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    taken_back: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    standings: Vec<Standing>,
}

#[derive(Debug, Serialize)]
struct Cost {
    gas: u64,
    /// In wei.
    fee: String,
}

#[derive(Debug, Serialize)]
struct Failure {
    path: String,
    kind: FailureKind,
    what: String,
}

impl Document {
    /// The document of a scenario.
    #[must_use]
    pub fn of(told: &Told) -> Self {
        let events = told.events.iter().map(|event| Event {
            now: event.now,
            block: event.block,
            by: event.by.clone(),
            what: event.title.clone(),
            channel: event.channel.clone(),
            answer: event.answer.clone(),
            gas: event.gas,
            fee: event.fee.map(|fee| fee.to_string()),
            effects: event.effects.iter().map(|effect| told.labels.translate(&effect.to_string())).collect(),
            changes: event.trace.as_ref().map(|it| trace::changes(it, &told.labels, told.manager)).unwrap_or_default(),
            taken_back: event.is_undone,
            standings: event.standings.clone(),
        });
        let costs =
            told.costs().into_iter().map(|(name, (gas, fee))| (name.to_owned(), Cost { gas, fee: fee.to_string() }));
        let failures = told.failures.iter().map(|failure| Failure {
            path: failure.path.to_string(),
            kind: failure.kind,
            what: failure.what.clone(),
        });
        Self {
            claim: told.claim.clone(),
            start: told.start,
            holds: told.failures.is_empty(),
            events: events.collect(),
            endings: told.endings.clone(),
            credits: told.credits.clone(),
            costs: costs.collect(),
            failures: failures.collect(),
        }
    }
}
