//! Which operation somebody thinks of next.

use super::{Generator, channel, evidence::takes_evidence};
use crate::{others::is_sender, twin::Twin};

/// An operation that somebody may think of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Idea {
    Deposit,
    DepositById,
    Withdraw,
    Claim,
    ClaimTo,
    SnapshotSolo,
    Slash,
    CloseMutual,
    CloseSolo,
    CloseSoloAsDelegate,
    Settle,
    ForceProgress,
    Evaluate,
    RevokeDelegations,
}

const OPEN: [(u64, Idea); 14] = [
    (20, Idea::Deposit),
    (6, Idea::DepositById),
    (8, Idea::Withdraw),
    (18, Idea::Claim),
    (17, Idea::ClaimTo),
    (6, Idea::SnapshotSolo),
    (4, Idea::Slash),
    (3, Idea::CloseMutual),
    (9, Idea::CloseSolo),
    (7, Idea::CloseSoloAsDelegate),
    (1, Idea::Settle),
    (12, Idea::ForceProgress),
    (7, Idea::Evaluate),
    (3, Idea::RevokeDelegations),
];

const CLOSING: [(u64, Idea); 14] = [
    (3, Idea::Deposit),
    (3, Idea::DepositById),
    (6, Idea::Withdraw),
    (18, Idea::Claim),
    (17, Idea::ClaimTo),
    (3, Idea::SnapshotSolo),
    (12, Idea::Slash),
    (3, Idea::CloseMutual),
    (9, Idea::CloseSolo),
    (5, Idea::CloseSoloAsDelegate),
    (9, Idea::Settle),
    (13, Idea::ForceProgress),
    (8, Idea::Evaluate),
    (2, Idea::RevokeDelegations),
];

impl Generator {
    /// What somebody thinks of doing with a channel: most often something that can come to anything.
    pub(super) fn idea(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Idea {
        let channel = channel(twin, self.plans[at].id);
        // Without money nothing of the rest is worth much.
        if channel.funds.is_empty() && self.dice.permille(350) {
            return Idea::Deposit;
        }
        // What is running is played, by both, and more than once.
        if self.dice.permille(400) && self.is_playable(twin, at) {
            return if self.dice.permille(600) { Idea::ForceProgress } else { Idea::Evaluate };
        }
        let is_closing = channel.record.is_closing();
        loop {
            let idea = self.dice.weighted(if is_closing { &CLOSING } else { &OPEN });
            if self.is_sensible(twin, at, idea) || self.dice.permille(if is_spoiled { 150 } else { 20 }) {
                return idea;
            }
        }
    }

    /// Whether it can come to anything.
    fn is_sensible(&self, twin: &Twin, at: usize, idea: Idea) -> bool {
        let takes_evidence = takes_evidence(channel(twin, self.plans[at].id), self.now);
        match idea {
            Idea::Claim | Idea::ClaimTo => twin.manager.credits.keys().any(|(it, _)| is_sender(&self.scene, *it)),
            Idea::SnapshotSolo | Idea::Slash => takes_evidence,
            Idea::ForceProgress | Idea::Evaluate => takes_evidence || self.is_playable(twin, at),
            _ => true,
        }
    }

    /// Whether an instance of the recorded state may still be touched, as far as one can tell of all of them.
    fn is_playable(&self, twin: &Twin, at: usize) -> bool {
        let is_final = self.final_time(channel(twin, self.plans[at].id), at).is_some_and(|time| self.now >= time);
        !is_final && self.recorded_with_instances(twin, at).is_some()
    }
}
