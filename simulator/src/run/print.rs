//! What came of a scenario, for people.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{U256, utils::format_ether};

use super::{Alike, Answer, Event, Money, Row, Standing, Told, labels::since, trace};
use crate::twin::Verdict;

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

/// A text of one line, without what a terminal would obey.
#[must_use]
pub fn plain(text: &str) -> String {
    let is_obeyed = |sign: char| sign.is_control() || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = |sign: char| if is_obeyed(sign) { sign.escape_default().to_string() } else { sign.to_string() };
    text.chars().map(shown).collect()
}

/// The same of several lines.
fn plain_lines(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// Amounts in a row.
#[must_use]
pub fn list(money: &[Money]) -> String {
    let shown: Vec<&str> = money.iter().filter(|money| money.units != "0").map(|money| money.text.as_str()).collect();
    if shown.is_empty() { "nothing".into() } else { shown.join(" and ") }
}

/// What somebody has more, or less, each with its sign.
#[must_use]
pub fn gains(money: &[Money]) -> Vec<String> {
    let shown = money.iter().filter(|money| money.units != "0");
    shown.map(|it| if it.text.starts_with('-') { it.text.clone() } else { format!("+{}", it.text) }).collect()
}

/// A timeline with more or less in it.
#[derive(Debug)]
pub struct Timeline<'a> {
    /// What came of the scenario.
    pub told: &'a Told,
    /// 1 adds the contract's events, 2 what happens within what is refused, 3 what happens within all, 4 the words of storage
    /// that change, 5 what the twin says.
    pub verbosity: u8,
    /// Whether it is for a terminal that shows colours.
    pub is_coloured: bool,
}

/// How a terminal shows a text: <https://www.ecma-international.org/publications-and-standards/standards/ecma-48/>.
#[derive(Debug, Clone, Copy)]
enum Style {
    Bold = 1,
    Faint = 2,
    Red = 31,
}

impl Display for Told {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Timeline { told: self, verbosity: 0, is_coloured: false }.fmt(formatter)?;
        self.failures.iter().try_for_each(|failure| writeln!(formatter, "  FAILED: {}", plain(&failure.what)))
    }
}

impl Timeline<'_> {
    fn paint(&self, style: Style, text: &str) -> String {
        let text = plain_lines(text);
        if self.is_coloured { format!("\u{1b}[{}m{text}\u{1b}[0m", style as u8) } else { text }
    }
}

impl Display for Timeline<'_> {
    /// What became of everybody, and the timeline.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { told, verbosity, .. } = *self;
        writeln!(formatter, "{}\n", self.paint(Style::Bold, &told.claim))?;
        told.summary(formatter)?;
        writeln!(formatter)?;
        let rows = told.rows(verbosity == 0);
        let widest =
            |width: &dyn Fn(&Event) -> usize| rows.iter().map(|row| width(row.event)).max().unwrap_or_default();
        let by = widest(&|event| event.by.as_ref().map_or(0, |by| by.chars().count()));
        let title = widest(&|event| if event.by.is_some() { title(event).chars().count() } else { 0 });
        let places = if told.endings.len() > 1 { rows.iter().map(Row::channel).collect() } else { Vec::new() };
        let place = places.iter().map(|place| place.chars().count()).max().map_or(0, |most| most.saturating_add(2));
        let mut last = None;
        for row in &rows {
            let event = row.event;
            let time = since(told.start, event.now);
            let time = if last.replace(event.now) == Some(event.now) { String::new() } else { time };
            let gas = event.gas.map_or_else(String::new, |gas| format!("{} gas", grouped(gas)));
            let line = format!(
                "  {time:<16}  {:by$}  {:place$}{:title$}  {gas:>11}",
                event.by.as_deref().unwrap_or(NOBODY),
                if place > 0 { row.channel() } else { "" },
                self::title(event),
            );
            let answer = match event.answer {
                Answer::Accepted | Answer::Happened => plain(&row.answer()),
                Answer::Refused { .. } | Answer::Unmined(_) => self.paint(Style::Red, &row.answer()),
            };
            writeln!(formatter, "{}", format!("{}  {answer}", plain(&line)).trim_end())?;
            told.details(formatter, event, verbosity)?;
            for kind in Alike::standings(&event.standings) {
                let names = if told.endings.len() > 1 { format!("{}: ", kind.title()) } else { String::new() };
                let stands = self.paint(Style::Faint, &format!("=> {names}{}", told.stands(kind.of)));
                writeln!(formatter, "  {:<16}  {stands}", "")?;
            }
        }
        told.legend(formatter)
    }
}

impl Told {
    fn details(&self, formatter: &mut Formatter<'_>, event: &Event, verbosity: u8) -> fmt::Result {
        let mut lines = Vec::new();
        let is_refused = event.answer.is_refused();
        let is_traced = verbosity >= 3 || (verbosity == 2 && is_refused);
        if verbosity >= 1 && !is_traced {
            lines.extend(event.effects.iter().map(|effect| self.labels.effect(effect)));
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
            let verdict = match verdict {
                Verdict::Agrees => "agrees",
                Verdict::OutOfGas => "agrees, but for what ran out of gas",
                Verdict::Disagrees(how) => how,
            };
            lines.push(format!("twin: {verdict}"));
        }
        lines.iter().try_for_each(|line| writeln!(formatter, "  {:<16}    {}", "", plain_lines(line)))
    }

    /// Where a channel stands, and what that would pay.
    #[must_use]
    pub fn stands(&self, standing: &Standing) -> String {
        let Standing { phase, round, evidence_deadline, final_time, escrow, payouts, .. } = standing;
        match (evidence_deadline, final_time) {
            (Some(evidence), Some(last)) => {
                let is_later = evidence != last;
                let last = if is_later { format!(", final {}", since(self.start, *last)) } else { String::new() };
                let payouts: Vec<String> =
                    payouts.iter().map(|(name, money)| format!("{name} {}", list(money))).collect();
                let evidence = since(self.start, *evidence);
                format!("{phase} on round {round}, E {evidence}{last}: {}", payouts.join(", "))
            }
            _ if *phase == "open" => format!("{phase} on round {round}, with {}", list(escrow)),
            _ => (*phase).to_owned(),
        }
    }

    /// What the signs mean.
    fn legend(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let is_disputed = |event: &Event| event.standings.iter().any(|standing| standing.evidence_deadline.is_some());
        if self.events.iter().any(is_disputed) {
            writeln!(
                formatter,
                "\n  E: newer states are taken before it. Behind =>: where it stands, and what that would pay."
            )?;
        }
        Ok(())
    }
}

/// What was done, so that it fits its column.
fn title(event: &Event) -> String {
    let undone = if event.is_undone { " (taken back)" } else { "" };
    format!("{}{undone}", if event.by.is_some() { short(&event.title) } else { event.title.clone() })
}

/// Lines whose columns begin below each other.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..count).map(|column| width(column).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("   ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// An amount of the native coin, to six digits.
#[must_use]
pub fn ether(wei: U256) -> String {
    let text = format_ether(wei);
    match text.split_once('.') {
        Some((whole, rest)) => format!("{whole}.{} ether", rest.get(..6).unwrap_or(rest)),
        None => format!("{text} ether"),
    }
}

/// A title that fits its column.
fn short(title: &str) -> String {
    match title.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", title.get(..end).unwrap_or(title)),
        None => title.into(),
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
