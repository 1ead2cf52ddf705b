//! Replays as people read them on a terminal.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::U256;

use super::{Compared, End, Event, Paid, Replay, words::short_hash};
use crate::run::{columns, grouped, since};

/// The most characters of what was sent, where two things stand side by side.
const NARROW: usize = 48;

impl Display for Replay {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let rows: Vec<Vec<String>> = self.events.iter().map(|event| self.row(event)).collect();
        for (line, event) in columns(&rows).iter().zip(&self.events) {
            writeln!(formatter, "{line}")?;
            event.answer.reason().into_iter().try_for_each(|reason| writeln!(formatter, "      {reason}"))?;
            for effect in &event.effects {
                writeln!(formatter, "      {effect}")?;
            }
        }
        match self.others {
            0 => {}
            1 => writeln!(formatter, "1 other transaction came before these in its block")?,
            many => writeln!(formatter, "{many} other transactions came before these in their blocks")?,
        }
        writeln!(formatter)?;
        self.write_end(formatter)
    }
}

impl Replay {
    fn row(&self, event: &Event) -> Vec<String> {
        vec![
            event.origin.to_string(),
            format!("block {}", event.block),
            since(self.start, event.time),
            event.hash.map(short_hash).unwrap_or_default(),
            event.by.clone(),
            event.gas.map_or_else(String::new, |gas| format!("{} gas", grouped(gas))),
            event.answer.brief(),
            // Last, for it may be long.
            event.what.clone(),
        ]
    }

    fn write_end(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let End { paid, would_be_paid, besides, .. } = &self.end;
        writeln!(formatter, "the channel is {}", self.end.stands(|time| since(self.start, time)))?;
        paid.iter().try_for_each(|paid| writeln!(formatter, "paid: {}", both(paid)))?;
        would_be_paid.iter().flatten().try_for_each(|paid| writeln!(formatter, "would be paid: {}", both(paid)))?;
        besides.iter().try_for_each(|text| writeln!(formatter, "besides: {text}"))?;
        self.mismatches.iter().try_for_each(|mismatch| writeln!(formatter, "NOT EXACT: {mismatch}"))
    }
}

fn both(paid: &Paid) -> String {
    let [zero, one] = paid.amounts.map(|amount| paid.text(amount));
    format!("{zero} to party 0, {one} to party 1")
}

impl Display for Compared {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let line = |mark: &str, was: String, what_if: String| vec![mark.to_owned(), was, format!("| {what_if}")];
        let mut rows = vec![line("", "as it was".to_owned(), "what if".to_owned())];
        for row in self.rows() {
            let origin = row.was.or(row.what_if).map(|event| event.origin.to_string()).unwrap_or_default();
            let mark = if row.differs() { format!("* {origin}") } else { format!("  {origin}") };
            let ([was, was_more], [what_if, what_if_more]) = (self.cell(row.was), self.cell(row.what_if));
            rows.push(line(&mark, was, what_if));
            rows.push(line("", was_more, what_if_more));
        }
        let stands = |it: &Replay| it.end.stands(|time| since(it.start, time));
        rows.push(line("", stands(&self.was), stands(&self.what_if)));
        columns(&rows).iter().try_for_each(|line| writeln!(formatter, "{line}"))?;
        writeln!(formatter)?;
        self.write_payouts(formatter)?;
        for (title, it) in [("as it was", &self.was), ("what if", &self.what_if)] {
            it.end.besides.iter().try_for_each(|text| writeln!(formatter, "{title}, besides: {text}"))?;
        }
        for missing in &self.what_if.assumed {
            writeln!(formatter, "nobody has recorded {missing}: it counts as empty")?;
        }
        self.was.mismatches.iter().try_for_each(|mismatch| writeln!(formatter, "NOT EXACT: {mismatch}"))
    }
}

impl Compared {
    /// What stands in a column: what was done, and what came of it.
    fn cell(&self, event: Option<&Event>) -> [String; 2] {
        let Some(event) = event else { return ["-".to_owned(), String::new()] };
        // Which state it is its round tells.
        let what = event.what.split(", nets").next().unwrap_or_default();
        let what = match what.char_indices().nth(NARROW) {
            Some((end, _)) => format!("{}...", what.get(..end).unwrap_or_default()),
            None => what.to_owned(),
        };
        let change = event.change.as_ref().map(|change| format!(" ({change})")).unwrap_or_default();
        let answer = event.answer.brief();
        let when = since(self.was.start, event.time);
        [format!("{when} {}: {what}", event.by), format!("  block {}: {answer}{change}", event.block)]
    }

    fn write_payouts(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut rows = vec![["", "as it was", "what if", "difference"].map(str::to_owned).to_vec()];
        let [was, what_if] = [&self.was, &self.what_if].map(|it| it.end.total());
        for (was, what_if) in was.iter().zip(&what_if) {
            for (party, (one, other)) in was.amounts.into_iter().zip(what_if.amounts).enumerate() {
                rows.push(vec![
                    format!("party {party} is paid"),
                    was.text(one),
                    was.text(other),
                    difference(was, one, other),
                ]);
            }
        }
        columns(&rows).iter().try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

/// How much more, or less.
pub(super) fn difference(asset: &Paid, was: U256, is: U256) -> String {
    match is.cmp(&was) {
        std::cmp::Ordering::Equal => "none".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", asset.text(is.saturating_sub(was))),
        std::cmp::Ordering::Less => format!("-{}", asset.text(was.saturating_sub(is))),
    }
}
