//! What was reached, and whether it was enough.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use adjudicator::{DisputeError, action::Action};

use crate::duel::Verdict;

/// Of 1,000 calls at least so many must be accepted, or hardly anything was tested but refusals.
pub const LEAST_ACCEPTED_PERMILLE: u64 = 300;
/// Each operation must be accepted so often in 100,000 calls.
pub const LEAST_PER_OPERATION: u64 = 1000;
/// Each error must be reached so often in 100,000 calls.
pub const LEAST_PER_ERROR: u64 = 50;

/// How often what was reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    calls: u64,
    accepted: u64,
    operations: BTreeMap<&'static str, [u64; 2]>,
    events: BTreeMap<String, u64>,
    errors: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// How many calls there were.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.calls
    }

    /// Counts what came of a step.
    pub fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Acted { operation, is_accepted, events, errors } => {
                self.calls += 1;
                self.accepted += u64::from(*is_accepted);
                self.operations.entry(operation.unwrap_or("unreadable")).or_default()[usize::from(!is_accepted)] += 1;
                events.iter().for_each(|event| *self.events.entry(event.clone()).or_default() += 1);
                errors.iter().for_each(|error| *self.errors.entry(error).or_default() += 1);
            }
            Verdict::Deployed(error) => error.iter().for_each(|error| *self.errors.entry(error).or_default() += 1),
            Verdict::Told => {}
        }
    }

    /// What was not reached often enough for so many calls.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<String> {
        let due = |per_100_000: u64| (per_100_000 * self.calls).div_ceil(100_000);
        let mut shortfalls = Vec::new();
        if self.accepted * 1000 < self.calls * LEAST_ACCEPTED_PERMILLE {
            shortfalls.push(format!("{} of {} calls were accepted", self.accepted, self.calls));
        }
        for operation in Action::names() {
            let [accepted, _] = self.operations.get(operation).copied().unwrap_or_default();
            if accepted < due(LEAST_PER_OPERATION) {
                shortfalls.push(format!(
                    "{operation} was accepted {accepted} times, {} are asked for",
                    due(LEAST_PER_OPERATION)
                ));
            }
        }
        for error in DisputeError::NAMES {
            let reached = self.errors.get(error).copied().unwrap_or_default();
            if reached < due(LEAST_PER_ERROR) {
                shortfalls.push(format!("{error} was reached {reached} times, {} are asked for", due(LEAST_PER_ERROR)));
            }
        }
        shortfalls
    }
}

impl Display for Counts {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<24} {:>9} {:>9}", "operation", "accepted", "refused")?;
        for (operation, [accepted, refused]) in &self.operations {
            writeln!(formatter, "{operation:<24} {accepted:>9} {refused:>9}")?;
        }
        writeln!(formatter, "{:<24} {:>9} {:>9}\n", "all", self.accepted, self.calls - self.accepted)?;
        writeln!(formatter, "{:<24} {:>9}", "event", "seen")?;
        for (event, seen) in &self.events {
            writeln!(formatter, "{event:<24} {seen:>9}")?;
        }
        writeln!(formatter, "\n{:<24} {:>9}", "error", "reached")?;
        for error in DisputeError::NAMES {
            writeln!(formatter, "{error:<24} {:>9}", self.errors.get(error).copied().unwrap_or_default())?;
        }
        Ok(())
    }
}
