//! What happened, row by row: many of one kind in a row are one.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::B256;

use super::{Answer, Event, Told, effects::channel_of, grouped, print::span, summary::numbered};

/// What happened once, or several times in a block, one after the other.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// The last of them.
    pub event: &'a Event,
    /// How often it happened.
    pub times: u64,
    /// What all of them took.
    pub gas: Option<u64>,
    /// How much time was left, and before what; nothing, where there was no deadline.
    pub left: Option<String>,
}

impl Row<'_> {
    /// Whether they differ in nothing but the gas, and in which copy of a channel they are about.
    fn is_like(&self, other: &Self) -> bool {
        let seen = |row: &Self| (row.event.now, row.event.is_undone, row.left.clone());
        let [one, two] = [self.event, other.event];
        seen(self) == seen(other)
            && self.channel_family() == other.channel_family()
            && (&one.by, &one.title, &one.answer) == (&two.by, &two.title, &two.answer)
    }

    /// What the channel is called, and all copies of it, if it is one.
    fn channel_family(&self) -> Option<&str> {
        self.event.channel.as_deref().map(|channel| numbered(channel).0)
    }

    /// Which channel it is about; of several copies, which channel they are copies of.
    #[must_use]
    pub fn channel(&self) -> &str {
        let channels: BTreeSet<B256> = self.event.effects.iter().filter_map(channel_of).collect();
        let is_one = self.times == 1 && channels.len() < 2;
        let channel = if is_one { self.event.channel.as_deref() } else { self.channel_family() };
        channel.unwrap_or_default()
    }

    /// How often it happened, and what that took, if it was more than once.
    #[must_use]
    pub fn repeated(&self) -> Option<String> {
        let gas = self.gas.map_or_else(String::new, |gas| format!(", {} gas in all", grouped(gas)));
        (self.times > 1).then(|| format!("{} times{gas}", grouped(self.times)))
    }

    /// What came of it, as a line.
    pub(super) fn answer(&self) -> String {
        let left = self.left.as_ref().map(|left| format!("({left})"));
        let answer = match &self.event.answer {
            Answer::Accepted | Answer::Happened => None,
            Answer::Refused { error, reason } if error.is_empty() => Some(format!("REFUSED {reason}")),
            Answer::Refused { error, reason } => Some(format!("REFUSED {error}: {reason}")),
            Answer::Unmined(why) => return format!("NOT MINED: {why}"),
        };
        let repeated = self.repeated().map(|repeated| format!("({repeated})"));
        [answer, left, repeated].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl Told {
    /// All rows. Each event has its own, unless they are to be gathered.
    #[must_use]
    pub fn rows(&self, is_gathered: bool) -> Vec<Row<'_>> {
        let mut deadlines = BTreeMap::new();
        let mut rows: Vec<Row<'_>> = Vec::new();
        for event in &self.events {
            let times = event.channel.as_ref().and_then(|channel| deadlines.get(channel.as_str()));
            let left = times.and_then(|times| left(event.now, *times));
            let row = Row { event, times: 1, gas: event.gas, left };
            match rows.last_mut() {
                Some(last) if is_gathered && last.event.standings.is_empty() && last.is_like(&row) => {
                    last.event = event;
                    last.times = last.times.saturating_add(1);
                    last.gas = last.gas.zip(event.gas).map(|(sum, gas)| sum.saturating_add(gas));
                }
                _ => rows.push(row),
            }
            for standing in &event.standings {
                deadlines.insert(standing.channel.as_str(), (standing.evidence_deadline, standing.final_time));
            }
        }
        rows
    }
}

/// How much time was left.
fn left(now: u64, (evidence, last): (Option<u64>, Option<u64>)) -> Option<String> {
    match (evidence, last) {
        (Some(evidence), _) if now < evidence => Some(format!("{} before E", span(evidence.saturating_sub(now)))),
        (Some(_), Some(last)) if now < last => {
            Some(format!("{} before the final time", span(last.saturating_sub(now))))
        }
        _ => None,
    }
}
