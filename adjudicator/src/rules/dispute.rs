//! The record: what may be recorded, and what closing makes of it.

use alloy_primitives::{Address, B256};

use super::{MAX_AMOUNT, MAX_ROUND, Operation, Result, window};
use crate::action::{CloseSolo, CloseSoloAsDelegate};
use crate::error::{require, require_some};
use crate::{Bounty, DisputeError, Effect, Record, World, channel::short, eip712, wire};

/// The state of evidence and the signatures behind it: both may be empty.
pub(crate) fn open<'a>(terms: &wire::Terms<'_>, evidence: &'a [u8]) -> Result<(wire::State<'a>, &'a [u8])> {
    let expected = wire::State::length_for(terms.asset_count());
    let opened = wire::State::split(evidence, terms.asset_count());
    Ok(require_some!(opened, StateLengthInvalid { expected, actual: evidence.len() }))
}

impl<W: World> Operation<'_, W> {
    pub(crate) fn hash_of(&mut self, state: &wire::State<'_>) -> B256 {
        if state.is_implicit() {
            return B256::ZERO;
        }
        self.world.state_hash(self.channel_id, state)
    }

    /// The recording rule: what the record becomes by this evidence, and the hash of its state.
    pub(crate) fn accept(&mut self, terms: &wire::Terms<'_>, evidence: &[u8]) -> Result<(Record, B256)> {
        let (state, signatures) = open(terms, evidence)?;
        let record = self.channel.record;
        let (hash, recorded, round) = (self.hash_of(&state), record.round, state.round());
        if round == recorded {
            let (recorded, actual) = (record.state_hash, short(hash));
            require!(actual == recorded, StateConflicting { round, recorded, actual });
            return Ok((record, hash));
        }
        require!(round > recorded, RoundStale { recorded, actual: round });
        require!(!signatures.is_empty(), StateNotRecorded { recorded_round: recorded, actual: round });
        window::require_evidence(&record, self.submission.now)?;
        require!(round <= MAX_ROUND, RoundOutOfRange { max: MAX_ROUND, actual: round });
        for net in state.nets() {
            require!(net.unsigned_abs() <= MAX_AMOUNT, NetOutOfRange { max: MAX_AMOUNT, actual: net });
        }
        self.require_both(hash, terms, signatures)?;
        Ok((Record { round, state_hash: short(hash), consents: [false; 2], ..record }, hash))
    }

    /// `snapshotSolo` and `slash`.
    pub(crate) fn hand_in(&mut self, terms: &wire::Terms<'_>, evidence: &[u8]) -> Result<()> {
        self.require_living()?;
        let (record, _) = self.accept(terms, evidence)?;
        self.record(terms, evidence, record)
    }

    /// The one writer of a record that goes on.
    pub(crate) fn record(&mut self, terms: &wire::Terms<'_>, evidence: &[u8], record: Record) -> Result<()> {
        let previous = self.channel.record;
        if record == previous {
            return Ok(());
        }
        self.channel.record = record;
        let (mut state, _) = open(terms, evidence)?;
        // A lower round was accepted by a close, which closed with a state that is not at hand.
        if state.round() != record.round {
            state = wire::State::default();
        }
        let (nets, instances_root) = (state.nets().collect(), state.instances_root());
        self.effects.push(Effect::Recorded { channel_id: self.channel_id, record, nets, instances_root });
        if let (true, true, Some(bounty)) = (record.round != previous.round, previous.is_closing(), self.channel.bounty)
        {
            let due = bounty.closed_round.saturating_add(terms.stale_margin().into());
            if bounty.prover.is_none() && record.round >= due {
                self.set_bounty(Bounty { prover: Some(self.submission.submitter), ..bounty });
            }
        }
        Ok(())
    }

    fn set_bounty(&mut self, bounty: Bounty) {
        self.channel.bounty = Some(bounty);
        self.effects.push(Effect::BountyChanged { channel_id: self.channel_id, bounty });
    }

    pub(crate) fn close_solo(&mut self, terms: &wire::Terms<'_>, call: &CloseSolo) -> Result<()> {
        self.require_living()?;
        let party = closer_of(terms, self.submission.submitter, call.consent)?;
        self.close(terms, &call.evidence, party, call.consent)
    }

    pub(crate) fn close_as_delegate(&mut self, terms: &wire::Terms<'_>, call: &CloseSoloAsDelegate) -> Result<()> {
        self.require_living()?;
        let &CloseSoloAsDelegate { party, delegate, epoch, min_round, valid_until, .. } = call;
        require!(party < 2, PartyInvalid { party });
        let actual = self.submission.submitter;
        require!(actual == delegate, SenderNotDelegate { expected: delegate, actual });
        window::require_valid(valid_until, self.submission.now)?;
        let [epoch0, epoch1] = self.channel.epochs;
        let expected = if party == 0 { epoch0 } else { epoch1 };
        require!(epoch == expected, EpochMismatch { expected, actual: epoch });
        let hash = eip712::delegation_hash(self.channel_id, party, delegate, epoch, min_round, valid_until);
        self.require_one(hash, terms.signer(party), &call.delegation_signature)?;
        self.close(terms, &call.evidence, party, false)?;
        let round = self.channel.record.round;
        require!(round >= min_round, RoundBelowDelegation { min: min_round, actual: round });
        Ok(())
    }

    fn close(&mut self, terms: &wire::Terms<'_>, evidence: &[u8], party: u8, consent: bool) -> Result<()> {
        let previous = self.channel.record;
        let record = self.closing(terms, evidence, consent.then_some(party))?;
        self.record(terms, evidence, record)?;
        if !previous.is_closing() && terms.bounty() != 0 {
            self.set_bounty(Bounty { closer: party, closed_round: record.round, prover: None });
        }
        if record.consents == [true; 2] {
            let (state, _) = open(terms, evidence)?;
            self.pay_recorded(terms, &state, None);
        }
        Ok(())
    }

    /// What the record becomes by a close.
    fn closing(&mut self, terms: &wire::Terms<'_>, evidence: &[u8], consenting: Option<u8>) -> Result<Record> {
        let previous = self.channel.record;
        let (state, _) = open(terms, evidence)?;
        let (round, instances_root) = (state.round(), state.instances_root());
        require!(consenting.is_none() || instances_root.is_zero(), ConsentWithInstances { instances_root });
        // Somebody's snapshot may have come first: the close still closes, with what is recorded.
        let hands_in = previous.is_closing() || round >= previous.round;
        let mut record = if hands_in { self.accept(terms, evidence)?.0 } else { previous };
        // Consent to another state than the recorded one does not count.
        if let Some(party) = consenting.filter(|_| round == record.round) {
            window::require_evidence(&previous, self.submission.now)?;
            let [consent0, consent1] = record.consents;
            record.consents = [consent0 || party == 0, consent1 || party == 1];
        }
        if !previous.is_closing() {
            record.evidence_deadline = Some(window::evidence_deadline(self.submission.now, terms.window())?);
        }
        Ok(record)
    }
}

/// The party in whose name the submitter may start closing.
fn closer_of(terms: &wire::Terms<'_>, sender: Address, consent: bool) -> Result<u8> {
    if let Some(party) = terms.party_of(sender) {
        return Ok(party);
    }
    require!(!consent, SenderNotSigner { sender });
    let payee = [0, 1].into_iter().find(|party| terms.bounty() == 0 && sender == terms.payee(*party));
    payee.ok_or(DisputeError::SenderMayNotClose { sender })
}
