//! Closing, by agreement, alone or by a delegate; settling; delegations.

use adjudicator::{
    Channel,
    action::{CloseMutual, CloseSolo, CloseSoloAsDelegate, RevokeDelegations, Settle},
    eip712, rules,
};
use alloy_primitives::{Address, B256, Bytes, I256};

use super::{
    Draft, Generator, channel,
    evidence::{Evidence, takes_evidence},
};
use crate::{scene::KEYS, twin::Twin};

impl Generator {
    pub(super) fn close_mutual(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let recorded = channel(twin, self.plans[at].id).record.round;
        let (mut round, mut valid_until) = (recorded + self.dice.within(1, 3), self.valid_until());
        let mut sender = if self.dice.permille(500) { self.party(at).1 } else { self.anyone() };
        let mut terms = self.plans[at].terms.clone();
        // Anything that is left unspoiled is refused all the same, so that fewer channels die.
        let flaw = if is_spoiled { self.dice.below(6) } else { u64::MAX };
        match flaw {
            0 => terms = self.cut_terms(&terms),
            1 => round = recorded - self.dice.below(2).min(recorded),
            2 => valid_until = self.now - 1,
            _ if self.dice.permille(20) => round = u64::MAX,
            _ => {}
        }
        let (id, count) = (self.plans[at].id, self.plans[at].assets.len());
        let nets: Vec<I256> = (0..count).map(|_| self.net_of_close()).collect();
        let digest = self.scene.domain.digest(eip712::close_hash(id, round, &nets, valid_until));
        let signatures =
            if flaw == 3 { self.flawed_both(at, &mut sender, digest) } else { self.both(at, sender, digest) };
        let words = nets.iter().flat_map(I256::to_be_bytes::<32>);
        let mut close: Vec<u8> =
            round.to_be_bytes().into_iter().chain(valid_until.to_be_bytes()).chain(words).collect();
        if flaw == 4 {
            let length = self.dice.below(close.len() as u64) as usize;
            close.truncate(length);
        } else {
            close.extend(signatures);
        }
        Draft::new(sender, CloseMutual { terms, close: close.into() })
    }

    /// It may be anything.
    fn net_of_close(&mut self) -> I256 {
        match self.dice.below(5) {
            0 => self.bad_net(),
            1 => I256::ZERO,
            _ => I256::unchecked_from(self.dice.below(600)) - I256::unchecked_from(300),
        }
    }

    pub(super) fn close_solo(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let channel = channel(twin, self.plans[at].id);
        let mut sender = self.party(at).1;
        let mut consent = self.dice.permille(if channel.record.is_closing() { 500 } else { 300 });
        if self.dice.permille(100) && self.plans[at].bounty == 0 {
            (sender, consent) = (*self.dice.pick(&self.plans[at].payees), false);
        }
        let mut terms = self.plans[at].terms.clone();
        let evidence = match self.dice.below(10) {
            0 if is_spoiled => {
                terms = self.cut_terms(&terms);
                self.recorded_evidence(twin, at)
            }
            1 if is_spoiled => {
                consent = true;
                self.newer_evidence(twin, at, sender, Some(true))
            }
            2 if is_spoiled => {
                (sender, consent) = (*self.dice.pick(&self.plans[at].payees), self.dice.permille(200));
                self.recorded_evidence(twin, at)
            }
            3..5 if is_spoiled => {
                (sender, consent) = (self.anyone(), self.dice.permille(500));
                self.recorded_evidence(twin, at)
            }
            _ if is_spoiled => self.bad_evidence(twin, at, &mut sender),
            0..6 => self.recorded_evidence(twin, at),
            6 => self.lower_evidence(twin, at, sender),
            _ if takes_evidence(channel, self.now) => {
                let has_instances = if consent { Some(false) } else { None };
                self.newer_evidence(twin, at, sender, has_instances)
            }
            _ => self.recorded_evidence(twin, at),
        };
        // Nobody consents to what is still running.
        if consent && !is_spoiled && self.has_instances(at, &evidence) {
            consent = false;
        }
        Draft::new(sender, CloseSolo { terms, evidence: evidence.bytes, consent })
    }

    /// A round below the recorded one, with which an open channel closes all the same.
    fn lower_evidence(&mut self, twin: &Twin, at: usize, sender: Address) -> Evidence {
        let recorded = channel(twin, self.plans[at].id).record.round;
        match self.dice.below(recorded.max(1)) {
            0 => Evidence { bytes: Bytes::new(), state: None },
            round => self.of_round(twin, at, sender, round),
        }
    }

    fn has_instances(&self, at: usize, evidence: &Evidence) -> bool {
        evidence.state.is_some_and(|state| !self.plans[at].states[state].leaves.is_empty())
    }

    pub(super) fn close_solo_as_delegate(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let channel = channel(twin, self.plans[at].id);
        let (mut party, _) = self.party(at);
        let mut sender = if self.dice.permille(700) { KEYS[4].address() } else { self.anyone() };
        let flaw = if is_spoiled { self.dice.below(9) } else { u64::MAX };
        let evidence = match self.dice.below(5) {
            _ if flaw == 0 => self.bad_evidence(twin, at, &mut sender),
            0 => self.lower_evidence(twin, at, sender),
            1..3 if takes_evidence(channel, self.now) => self.newer_evidence(twin, at, sender, None),
            _ => self.recorded_evidence(twin, at),
        };
        let is_closing = channel.record.is_closing();
        let evidence = if is_closing && !is_spoiled { self.recorded_or_newer(twin, at, sender) } else { evidence };
        let round = evidence.state.map_or(0, |state| self.plans[at].states[state].round).max(channel.record.round);
        let mut terms = self.plans[at].terms.clone();
        let (mut delegate, mut epoch) = (sender, channel.epochs[usize::from(party)]);
        let (mut min_round, mut valid_until) = (round.saturating_sub(self.dice.below(3)), self.valid_until());
        match flaw {
            1 => terms = self.cut_terms(&terms),
            2 => delegate = *self.dice.pick(&[Address::ZERO, KEYS[5].address(), self.plans[at].signer(0)]),
            3 => valid_until = self.now - 1,
            4 => epoch = if self.dice.permille(500) { epoch + 1 } else { epoch.wrapping_sub(1) },
            5 => min_round = *self.dice.pick(&[round + 1, u64::MAX]),
            _ => {}
        }
        let hash = eip712::delegation_hash(self.plans[at].id, party, delegate, epoch, min_round, valid_until);
        let (key, digest) = (self.plans[at].key(party), self.scene.domain.digest(hash));
        let is_full = self.dice.permille(500);
        let delegation_signature = match flaw {
            6 => self.flawed_one(&key, digest, is_full).into(),
            7 => self.one(&self.plans[at].key(1 - party).clone(), digest),
            _ => self.one(&key, digest),
        };
        if flaw == 8 {
            party = *self.dice.pick(&[2, 7, 255]);
        }
        let evidence = evidence.bytes;
        Draft::new(
            sender,
            CloseSoloAsDelegate {
                terms,
                evidence,
                party,
                delegate,
                epoch,
                min_round,
                valid_until,
                delegation_signature,
            },
        )
    }

    fn recorded_or_newer(&mut self, twin: &Twin, at: usize, sender: Address) -> Evidence {
        let takes = takes_evidence(channel(twin, self.plans[at].id), self.now);
        if takes && self.dice.permille(500) {
            self.newer_evidence(twin, at, sender, None)
        } else {
            self.recorded_evidence(twin, at)
        }
    }

    pub(super) fn settle(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let channel = channel(twin, self.plans[at].id);
        let (sender, mut terms) = (self.anyone(), self.plans[at].terms.clone());
        let recorded = self.recorded(twin, at);
        let mut state = recorded.map_or_else(Bytes::new, |state| self.plans[at].states[state].packed.clone());
        // Whoever settles waits until it is time, most often, and not much longer.
        if let Some(final_time) = self.final_time(channel, at)
            && self.dice.permille(750)
        {
            self.now = self.now.max(final_time + self.dice.below(2));
        }
        if is_spoiled {
            match self.dice.below(5) {
                0 => terms = self.cut_terms(&terms),
                1 => state = [&state[..], &[0; 32][..self.dice.within(1, 32) as usize]].concat().into(),
                2 => state = state.slice(..state.len().saturating_sub(1)),
                3 => {
                    let other = self.make_state(twin, at, channel.record.round, false);
                    state = self.plans[at].states[other].packed.clone();
                }
                _ if self.dice.permille(500) => state = Bytes::new(),
                _ => {}
            }
        }
        Draft::new(sender, Settle { terms, state })
    }

    /// The first second at which a closing channel can be settled, unless that is too far away to wait for.
    pub(super) fn final_time(&self, channel: &Channel, at: usize) -> Option<u64> {
        let evidence_deadline = channel.record.evidence_deadline?;
        let recorded =
            self.plans[at].states.iter().find(|it| it.hash.starts_with(channel.record.state_hash.as_slice()));
        let base = recorded.filter(|it| !it.leaves.is_empty()).map(|made| self.base(channel, made.hash));
        let time = rules::final_time(evidence_deadline, base.as_ref(), self.plans[at].window);
        (time < 1 << 34).then_some(time)
    }

    fn base(&self, channel: &Channel, hash: B256) -> adjudicator::Base {
        channel.bases.get(&hash).cloned().unwrap_or_default()
    }

    pub(super) fn revoke_delegations(&mut self, at: usize, is_spoiled: bool) -> Draft {
        let (mut sender, mut terms) = (self.party(at).1, self.plans[at].terms.clone());
        if is_spoiled {
            match self.dice.below(3) {
                0 => terms = self.cut_terms(&terms),
                _ => sender = self.stranger(),
            }
        }
        Draft::new(sender, RevokeDelegations { terms })
    }
}
