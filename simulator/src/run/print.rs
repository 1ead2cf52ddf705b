//! What came of a scenario, for people.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use alloy_primitives::{U256, utils::format_ether};

use super::{Answer, Ending, Event, Money, Standing, Told, labels::since, trace};

/// Stands where a name would, if nobody sent anything.
const NOBODY: &str = "*";

/// A length of time in its two greatest units.
#[must_use]
pub fn span(seconds: u64) -> String {
    let units = [("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, size) in units {
        let count = left.div_euclid(size);
        left = left.rem_euclid(size);
        if count > 0 {
            let plural = if unit == "day" && count > 1 { "s" } else { "" };
            parts.push(format!("{count} {unit}{plural}"));
        }
    }
    if parts.is_empty() { "0 s".into() } else { parts.into_iter().take(2).collect::<Vec<_>>().join(" ") }
}

/// A number with its thousands apart.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Amounts in a row.
#[must_use]
pub fn list(money: &[Money]) -> String {
    let shown: Vec<&str> = money.iter().filter(|money| money.units != "0").map(|money| money.text.as_str()).collect();
    if shown.is_empty() { "nothing".into() } else { shown.join(" and ") }
}

/// A timeline with more or less in it.
#[derive(Debug)]
pub struct Timeline<'a> {
    /// What came of the scenario.
    pub told: &'a Told,
    /// 1 adds the contract's events, 2 what happens within what is refused, 3 what happens within all, 4 the words of storage
    /// that change, 5 what the twin says.
    pub verbosity: u8,
}

impl Display for Told {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Timeline { told: self, verbosity: 0 }.fmt(formatter)
    }
}

impl Display for Timeline<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.told.timeline(formatter, self.verbosity)
    }
}

impl Told {
    /// The timeline, and what became of everybody.
    fn timeline(&self, formatter: &mut Formatter<'_>, verbosity: u8) -> fmt::Result {
        writeln!(formatter, "{}\n", self.claim)?;
        let rows: Vec<Row> = self.rows();
        let widths = [
            rows.iter().map(|row| row.by.chars().count()).max().unwrap_or_default(),
            rows.iter().filter(|row| row.by != NOBODY).map(|row| row.title.chars().count()).max().unwrap_or_default(),
        ];
        let mut last = None;
        let mut alike: u64 = 0;
        let behind = rows.iter().skip(1).map(Some).chain([None]);
        for ((row, event), next) in rows.iter().zip(&self.events).zip(behind) {
            // Many of one kind in a row are told as one.
            alike = alike.saturating_add(1);
            let is_alike = next.is_some_and(|next| row.is_like(next));
            if is_alike && event.standings.is_empty() && verbosity == 0 {
                continue;
            }
            let times = if alike > 1 { format!(" ({} times)", grouped(alike)) } else { String::new() };
            alike = 0;
            let time = since(self.start, event.now);
            let time = if last.replace(event.now) == Some(event.now) { String::new() } else { time };
            let [by, title] = widths;
            let answer = format!("{}{times}", row.answer);
            let line = format!("  {time:<16}  {:by$}  {:title$}  {:>11}  {answer}", row.by, row.title, row.gas);
            writeln!(formatter, "{}", line.trim_end())?;
            self.details(formatter, event, verbosity)?;
            for (names, standing) in kinds(&event.standings) {
                self.standing(formatter, &names, standing)?;
            }
        }
        self.ends(formatter)
    }
}

/// Where channels stand, those that stand alike together: their names.
fn kinds(standings: &[Standing]) -> Vec<(String, &Standing)> {
    let mut kinds: Vec<(Vec<&str>, &Standing)> = Vec::new();
    for standing in standings {
        let is_alike = |other: &Standing| *other == Standing { channel: other.channel.clone(), ..standing.clone() };
        match kinds.iter_mut().find(|(_, other)| is_alike(other)) {
            Some((names, _)) => names.push(&standing.channel),
            None => kinds.push((vec![&standing.channel], standing)),
        }
    }
    kinds.into_iter().map(|(names, standing)| (row_of_names(&names), standing)).collect()
}

/// The endings, those that are alike together: their names.
fn same_endings(endings: &[Ending]) -> Vec<(String, &Ending)> {
    let mut kinds: Vec<(Vec<&str>, &Ending)> = Vec::new();
    for ending in endings {
        let is_alike = |other: &Ending| {
            (&other.paid_in, &other.paid_out, other.standing.phase)
                == (&ending.paid_in, &ending.paid_out, ending.standing.phase)
        };
        match kinds.iter_mut().find(|(_, other)| is_alike(other)) {
            Some((names, _)) => names.push(&ending.channel),
            None => kinds.push((vec![&ending.channel], ending)),
        }
    }
    kinds.into_iter().map(|(names, ending)| (row_of_names(&names), ending)).collect()
}

/// Names in a row, or how many there are.
fn row_of_names(names: &[&str]) -> String {
    match names {
        [first, .., last] if names.len() > 4 => {
            format!("{first} ... {last} ({} channels)", grouped(names.len() as u64))
        }
        names => names.join(", "),
    }
}

/// What an event looks like in the timeline.
#[derive(PartialEq, Eq)]
struct Row {
    by: String,
    title: String,
    gas: String,
    answer: String,
    now: u64,
}

impl Row {
    /// Whether they differ in nothing but the gas.
    fn is_like(&self, other: &Self) -> bool {
        (&self.by, &self.title, &self.answer, self.now) == (&other.by, &other.title, &other.answer, other.now)
    }
}

impl Told {
    fn details(&self, formatter: &mut Formatter<'_>, event: &Event, verbosity: u8) -> fmt::Result {
        let mut lines = Vec::new();
        let is_refused = event.answer.is_refused();
        let is_traced = verbosity >= 3 || (verbosity == 2 && is_refused);
        if verbosity >= 1 && !is_traced {
            lines.extend(event.effects.iter().map(|effect| self.labels.tell(&effect.to_string())));
        }
        if let Some(seen) = &event.trace {
            if is_traced {
                lines.extend(trace::calls(seen, &self.labels).lines().map(str::to_owned));
            }
            if verbosity >= 4 {
                let changes = trace::changes(seen, &self.labels, self.manager);
                lines.extend(changes.into_iter().map(|change| format!("stored: {change}")));
            }
        }
        if let Some(verdict) = event.verdict.as_ref().filter(|_| verbosity >= 5) {
            lines.push(format!("twin: {verdict:?}"));
        }
        lines.iter().try_for_each(|line| writeln!(formatter, "  {:<16}    {line}", ""))
    }

    fn rows(&self) -> Vec<Row> {
        let mut deadlines = BTreeMap::new();
        self.events
            .iter()
            .map(|event| {
                let row = self.row_of(event, &deadlines);
                for standing in &event.standings {
                    deadlines.insert(standing.channel.clone(), (standing.evidence_deadline, standing.final_time));
                }
                row
            })
            .collect()
    }

    fn row_of(&self, event: &Event, deadlines: &BTreeMap<String, (Option<u64>, Option<u64>)>) -> Row {
        let by = event.by.clone().unwrap_or_else(|| NOBODY.into());
        let undone = if event.is_undone { " (taken back)" } else { "" };
        let left = event
            .channel
            .as_ref()
            .and_then(|channel| deadlines.get(channel))
            .map_or_else(String::new, |times| left(event.now, *times));
        let answer = match &event.answer {
            Answer::Accepted => left,
            Answer::Refused { error, reason } if error.is_empty() => {
                format!("REFUSED {} {left}", self.labels.tell(reason))
            }
            Answer::Refused { error, reason } => format!("REFUSED {error}: {} {left}", self.labels.tell(reason)),
            Answer::Unmined(why) => format!("NOT MINED: {why}"),
            Answer::Happened => String::new(),
        };
        let gas = event.gas.map_or_else(String::new, |gas| format!("{} gas", grouped(gas)));
        Row {
            by,
            title: format!("{}{undone}", if event.by.is_some() { short(&event.title) } else { event.title.clone() }),
            gas,
            answer,
            now: event.now,
        }
    }

    fn standing(&self, formatter: &mut Formatter<'_>, names: &str, standing: &Standing) -> fmt::Result {
        let Standing { phase, round, evidence_deadline, final_time, escrow, payouts, .. } = standing;
        let names = if self.endings.len() > 1 { format!("{names}: ") } else { String::new() };
        write!(formatter, "  {:<16}  => {names}{phase}", "")?;
        match (evidence_deadline, final_time) {
            (Some(evidence), Some(last)) => {
                write!(formatter, " on round {round}, E {}", since(self.start, *evidence))?;
                if evidence != last {
                    write!(formatter, ", final {}", since(self.start, *last))?;
                }
                let payouts: Vec<String> =
                    payouts.iter().map(|(name, money)| format!("{name} {}", list(money))).collect();
                writeln!(formatter, ": {}", payouts.join(", "))
            }
            _ if *phase == "open" => writeln!(formatter, " on round {round}, with {}", list(escrow)),
            _ => writeln!(formatter),
        }
    }

    fn ends(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter)?;
        for (names, ending) in same_endings(&self.endings) {
            let (are, each) = if names.contains("channels") { ("are", " in each") } else { ("is", "") };
            write!(formatter, "  {names} {are} {}.", ending.standing.phase)?;
            for (name, money) in &ending.paid_out {
                let put_in = ending.paid_in.get(name).map_or_else(String::new, |put_in| list(put_in));
                write!(formatter, " {name} put in {put_in}{each} and is paid {}.", list(money))?;
            }
            writeln!(formatter)?;
        }
        for (name, money) in &self.credits {
            writeln!(formatter, "  {name} may claim {}.", list(money))?;
        }
        let costs = self.costs();
        let is_disputed = |event: &Event| event.standings.iter().any(|standing| standing.evidence_deadline.is_some());
        if self.events.iter().any(is_disputed) {
            writeln!(
                formatter,
                "  E: newer states are taken before it. Behind =>: where it stands, and what that would pay."
            )?;
        }
        let costs: Vec<String> = costs
            .iter()
            .map(|(name, (gas, fee))| format!("{name} {} ({} ether)", grouped(*gas), ether(*fee)))
            .collect();
        writeln!(formatter, "  Gas: {}.", costs.join(", "))?;
        for failure in &self.failures {
            writeln!(formatter, "  FAILED: {}", failure.what)?;
        }
        Ok(())
    }
}

/// An amount in ether, to six digits.
fn ether(wei: U256) -> String {
    let text = format_ether(wei);
    match text.split_once('.') {
        Some((whole, rest)) => format!("{whole}.{}", rest.get(..6).unwrap_or(rest)),
        None => text,
    }
}

/// A title that fits its column.
fn short(title: &str) -> String {
    match title.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", title.get(..end).unwrap_or(title)),
        None => title.into(),
    }
}

/// How much time was left.
fn left(now: u64, (evidence, last): (Option<u64>, Option<u64>)) -> String {
    match (evidence, last) {
        (Some(evidence), _) if now < evidence => format!("({} before E)", span(evidence.saturating_sub(now))),
        (Some(_), Some(last)) if now < last => format!("({} before the final time)", span(last.saturating_sub(now))),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 12_345_678].map(grouped), ["0", "999", "1,000", "12,345,678"]);
    }

    #[test]
    fn spans_have_their_two_greatest_units() {
        assert_eq!([0, 1, 3_600, 90_061, 172_800].map(span), ["0 s", "1 s", "1 h", "1 day 1 h", "2 days"]);
    }
}
