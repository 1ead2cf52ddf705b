//! The windows of disputes, and how much of them was left.

use std::collections::BTreeMap;

use adjudicator::Effect;
use alloy_primitives::B256;
use serde::Serialize;

use super::{Answer, Event, Standing, Told};

/// A window: closing has started, and until it is over what was shown can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The channel.
    pub channel: String,
    /// When closing has started, in Unix seconds.
    pub opened: u64,
    /// `E`: until when newer states are taken, exclusively, in Unix seconds.
    pub evidence_deadline: u64,
    /// From when on the channel can be settled, as it was last, in Unix seconds.
    pub final_time: u64,
}

/// A part of a window, by who may act in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Before E.
    Evidence,
    /// From E on, before the final time.
    Touches,
    /// From the final time on.
    Over,
}

impl Part {
    /// Who may act in it, and how.
    #[must_use]
    pub const fn who_may_act(self) -> &'static str {
        match self {
            Self::Evidence => {
                "anybody shows a newer state, or touches an instance: with a step that its mover has signed, or by an evaluation; \
                 both signers may agree to the recorded state"
            }
            Self::Touches => {
                "no newer state is taken; anybody touches an instance of the recorded state; both signers may agree to it"
            }
            Self::Over => "anybody settles, and nothing else changes what is paid",
        }
    }
}

impl Window {
    /// The part that runs in a block at this time.
    #[must_use]
    pub const fn part_at(&self, now: u64) -> Part {
        if now < self.evidence_deadline {
            Part::Evidence
        } else if now < self.final_time {
            Part::Touches
        } else {
            Part::Over
        }
    }

    /// How long that part still runs, in seconds; nothing, if it is over.
    #[must_use]
    pub const fn left_at(&self, now: u64) -> Option<u64> {
        match self.part_at(now) {
            Part::Evidence => Some(self.evidence_deadline.saturating_sub(now)),
            Part::Touches => Some(self.final_time.saturating_sub(now)),
            Part::Over => None,
        }
    }
}

/// How much time was left at the last answer that was taken, in the channel that was nearest to losing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeLeft {
    /// The channels of which this holds.
    pub channels: Vec<String>,
    /// How long it was, in seconds.
    pub seconds: u64,
    /// Before what.
    pub before: Deadline,
    /// Who answered.
    pub by: String,
    /// With what.
    pub what: String,
}

/// What an answer must come before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// `E`, for newer states.
    EvidenceDeadline,
    /// The final time, for what touches instances.
    FinalTime,
}

impl Deadline {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EvidenceDeadline => "E",
            Self::FinalTime => "the final time",
        }
    }
}

impl Told {
    /// The windows that are in the chain at the end, each as it was last; not those that a reorg took back.
    #[must_use]
    pub fn windows(&self) -> Vec<Window> {
        let mut windows: BTreeMap<&str, Window> = BTreeMap::new();
        for event in self.lasting() {
            for standing in &event.standings {
                let channel = standing.channel.as_str();
                let (Some(evidence_deadline), Some(final_time)) = (standing.evidence_deadline, standing.final_time)
                else {
                    // What is open again was never closing, and what is closed had its window.
                    if standing.phase == "open" {
                        windows.remove(channel);
                    }
                    continue;
                };
                let opened = windows.get(channel).filter(|known| known.evidence_deadline == evidence_deadline);
                let opened = opened.map_or(event.now, |known| known.opened);
                let window = Window { channel: channel.into(), opened, evidence_deadline, final_time };
                windows.insert(channel, window);
            }
        }
        windows.into_values().collect()
    }

    /// The least time that was left at the last answer in any dispute; nothing, if none was answered.
    #[must_use]
    pub fn time_left(&self) -> Option<TimeLeft> {
        let mut deadlines: BTreeMap<&str, &Standing> = BTreeMap::new();
        let mut answers: BTreeMap<String, TimeLeft> = BTreeMap::new();
        for event in self.lasting() {
            for (id, before) in answered(event) {
                let channel = self.labels.channel(id);
                let Some(standing) = deadlines.get(channel.as_str()) else { continue };
                if let Some(left) = left_of(event, standing, before) {
                    answers.insert(channel, left);
                }
            }
            deadlines.extend(event.standings.iter().map(|standing| (standing.channel.as_str(), standing)));
        }
        let least = answers.values().min_by_key(|left| left.seconds)?.clone();
        let alike = answers.into_values().filter(|left| (left.seconds, left.before) == (least.seconds, least.before));
        Some(TimeLeft { channels: alike.flat_map(|left| left.channels).collect(), ..least })
    }

    /// What happened and was not taken back.
    pub fn lasting(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| !event.is_undone)
    }
}

/// The channels in whose disputes an event was an answer, and what it had to come before.
fn answered(event: &Event) -> impl Iterator<Item = (B256, Deadline)> {
    let effects = event.effects.iter().filter(|_| event.answer == Answer::Accepted);
    effects.filter_map(|effect| match effect {
        Effect::Recorded { channel_id, .. } => Some((*channel_id, Deadline::EvidenceDeadline)),
        Effect::Progressed { channel_id, .. } | Effect::Evaluated { channel_id, .. } => {
            Some((*channel_id, Deadline::FinalTime))
        }
        _ => None,
    })
}

fn left_of(event: &Event, standing: &Standing, before: Deadline) -> Option<TimeLeft> {
    let deadline = match before {
        Deadline::EvidenceDeadline => standing.evidence_deadline,
        Deadline::FinalTime => standing.final_time,
    };
    Some(TimeLeft {
        channels: vec![standing.channel.clone()],
        seconds: deadline?.checked_sub(event.now).filter(|left| *left > 0)?,
        before,
        by: event.by.clone().unwrap_or_default(),
        what: event.title.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_parts_that_end_at_its_deadlines() {
        let window = Window { channel: "channel".into(), opened: 100, evidence_deadline: 200, final_time: 300 };
        let parts = [100, 199, 200, 299, 300].map(|now| (window.part_at(now), window.left_at(now)));
        let expected = [
            (Part::Evidence, Some(100)),
            (Part::Evidence, Some(1)),
            (Part::Touches, Some(100)),
            (Part::Touches, Some(1)),
            (Part::Over, None),
        ];
        assert_eq!(parts, expected);
    }
}
