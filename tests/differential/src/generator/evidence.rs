//! Evidence: states with their signatures, and what is wrong with them.

use adjudicator::{
    Channel,
    action::{Slash, SnapshotSolo},
    rules::MAX_ROUND,
};
use alloy_primitives::{Address, B256, Bytes, I256};

use super::{Draft, Generator, channel};
use crate::twin::Twin;

/// Evidence that is sent.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    pub(super) bytes: Bytes,
    /// The state that it is about, if there is one in it.
    pub(super) state: Option<usize>,
}

impl Generator {
    /// `snapshotSolo` or `slash`.
    pub(super) fn hand_in(&mut self, twin: &Twin, at: usize, is_spoiled: bool, is_slash: bool) -> Draft {
        let mut sender = self.anyone();
        let mut terms = self.plans[at].terms.clone();
        let evidence = match self.dice.below(8) {
            0 if is_spoiled => {
                terms = self.cut_terms(&terms);
                self.recorded_evidence(twin, at)
            }
            _ if is_spoiled => self.bad_evidence(twin, at, &mut sender),
            0 => self.recorded_evidence(twin, at),
            _ => self.newer_evidence(twin, at, sender, None),
        };
        let evidence = evidence.bytes;
        if is_slash {
            Draft::new(sender, Slash { terms, evidence })
        } else {
            Draft::new(sender, SnapshotSolo { terms, evidence })
        }
    }

    /// The recorded state: alone, or with something behind it that nobody looks at. Nothing, for round 0.
    pub(super) fn recorded_evidence(&mut self, twin: &Twin, at: usize) -> Evidence {
        let Some(state) = self.recorded(twin, at) else {
            return Evidence { bytes: Bytes::new(), state: None };
        };
        let mut bytes = self.plans[at].states[state].packed.to_vec();
        if self.dice.permille(200) {
            bytes.extend(self.some_bytes());
        }
        Evidence { bytes: bytes.into(), state: Some(state) }
    }

    /// A newer state, signed by both; with instances or without, if somebody cares.
    pub(super) fn newer_evidence(
        &mut self,
        twin: &Twin,
        at: usize,
        sender: Address,
        has_instances: Option<bool>,
    ) -> Evidence {
        let recorded = channel(twin, self.plans[at].id);
        let round = self.newer_round(recorded, at);
        let has_instances = has_instances.unwrap_or_else(|| self.dice.permille(350));
        let state = self.make_state(twin, at, round, has_instances);
        let digest = self.digest_of_state(at, state);
        let signatures = self.both(at, sender, digest);
        self.with_signatures(at, state, &signatures)
    }

    /// Evidence that must not count.
    pub(super) fn bad_evidence(&mut self, twin: &Twin, at: usize, sender: &mut Address) -> Evidence {
        let record = channel(twin, self.plans[at].id).record;
        match self.dice.below(16) {
            0 | 1 => {
                let lower = self.dice.below(record.round.max(1));
                self.of_round(twin, at, *sender, lower)
            }
            2 | 3 => self.of_round(twin, at, *sender, record.round),
            4 => {
                let great = *self.dice.pick(&[MAX_ROUND + 1, u64::MAX, 1 << 63]);
                self.of_round(twin, at, *sender, great)
            }
            5 => {
                let state = self.make_state(twin, at, record.round + 1, false);
                self.with_signatures(at, state, &[])
            }
            6 | 7 => self.with_bad_net(twin, at, *sender),
            8 | 9 => {
                let good = self.newer_evidence(twin, at, *sender, None);
                let length = self.plans[at].states[good.state.unwrap_or_default()].packed.len() as u64;
                let bytes = good.bytes.slice(..self.dice.within(1, length - 1) as usize);
                Evidence { bytes, ..good }
            }
            10 => self.of_another_channel(twin, at, *sender),
            _ => {
                let has_instances = self.dice.permille(300);
                let round = self.newer_round(channel(twin, self.plans[at].id), at);
                let state = self.make_state(twin, at, round, has_instances);
                let digest = self.digest_of_state(at, state);
                let signatures = self.flawed_both(at, sender, digest);
                self.with_signatures(at, state, &signatures)
            }
        }
    }

    /// A signed state of this round, whatever is recorded.
    pub(super) fn of_round(&mut self, twin: &Twin, at: usize, sender: Address, round: u64) -> Evidence {
        let known: Vec<usize> =
            (0..self.plans[at].states.len()).filter(|it| self.plans[at].states[*it].round == round).collect();
        let state = if known.is_empty() || self.dice.permille(500) {
            self.make_state(twin, at, round, false)
        } else {
            *self.dice.pick(&known)
        };
        let digest = self.digest_of_state(at, state);
        let signatures = self.both(at, sender, digest);
        self.with_signatures(at, state, &signatures)
    }

    fn with_bad_net(&mut self, twin: &Twin, at: usize, sender: Address) -> Evidence {
        let round = self.newer_round(channel(twin, self.plans[at].id), at);
        let mut nets = vec![I256::ZERO; self.plans[at].assets.len()];
        *nets.last_mut().expect("a channel has assets") = self.bad_net();
        let state = self.keep_state(at, round, &nets, B256::ZERO, Vec::new());
        let digest = self.digest_of_state(at, state);
        let signatures = self.both(at, sender, digest);
        self.with_signatures(at, state, &signatures)
    }

    /// A state of this channel with the signatures of the same state of another.
    fn of_another_channel(&mut self, twin: &Twin, at: usize, sender: Address) -> Evidence {
        let round = self.newer_round(channel(twin, self.plans[at].id), at);
        let state = self.make_state(twin, at, round, false);
        let digest = self.scene.domain.digest(self.dice.word());
        let signatures = self.both(at, sender, digest);
        self.with_signatures(at, state, &signatures)
    }

    fn digest_of_state(&self, at: usize, state: usize) -> B256 {
        self.scene.domain.digest(self.plans[at].states[state].hash)
    }

    fn with_signatures(&self, at: usize, state: usize, signatures: &[u8]) -> Evidence {
        let packed = &self.plans[at].states[state].packed;
        Evidence { bytes: [packed, signatures].concat().into(), state: Some(state) }
    }
}

/// Whether a newer state is still taken.
pub(super) fn takes_evidence(channel: &Channel, now: u64) -> bool {
    channel.record.evidence_deadline.is_none_or(|deadline| now < deadline)
}
