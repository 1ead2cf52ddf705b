//! Which round a state may have.

use super::Review;
use crate::{
    Record,
    evidence::{Code, Key},
    types::{Bounty, Party, Round, State, StateHash},
};

impl Review<'_> {
    /// The greatest round that is known to be settled: what both have signed, or the chain has recorded.
    pub(super) fn reached(&self) -> Round {
        self.dossier.newest_round().max(self.record().round.into())
    }

    pub(super) const fn record(&self) -> &Record {
        &self.view.latest.channel.record
    }

    /// A state's round is new, next, and can be recorded.
    pub(super) fn round(&mut self, party: Party, state: &State) {
        let round = state.round();
        let hash = state.hash(self.dossier.identity().channel_id());
        self.round_is_new(party, round, hash);
        self.round_is_recorded(round);
        self.round_is_near(round);
        self.round_is_no_closes(party, round);
    }

    fn round_is_new(&mut self, party: Party, round: Round, hash: StateHash) {
        let signed = self.dossier.states_of(round).filter(|state| state.held.is_signed_by(party));
        let others: Vec<Key> = signed.map(|state| state.key()).filter(|key| key.hash != hash.get()).collect();
        if !others.is_empty() {
            let found = format!("party {party} has signed another state of round {round}");
            self.find(Code::SecondStateOfRound, others, found);
        }
        let newest = self.dossier.newest().filter(|newest| newest.key().hash != hash.get()).map(|newest| newest.key());
        if let Some(newest) = newest.filter(|newest| newest.number >= round.get()) {
            let found = format!("round {round}, where round {} is signed by both", newest.number);
            self.find(Code::NotAboveNewest, [newest], found);
        }
    }

    fn round_is_recorded(&mut self, round: Round) {
        let (record, now) = (*self.record(), self.view.latest.now);
        if round.get() <= record.round {
            let found = format!("round {round}, where the chain has recorded round {}", record.round);
            self.find(Code::NotAboveRecorded, [], found);
        }
        if let Some(deadline) = record.evidence_deadline.filter(|deadline| now >= *deadline) {
            let found = format!("newer states were taken before {deadline}, and it is {now}");
            self.find(Code::EvidenceOver, [], found);
        }
    }

    fn round_is_near(&mut self, round: Round) {
        let (reached, newest) = (self.reached(), self.dossier.newest_round().get());
        let (terms, policy) = (self.dossier.identity().terms(), self.policy);
        let limit = newest.saturating_add(terms.stale_margin().get().into());
        if terms.bounty() != Bounty::MIN && round.get() >= limit {
            let found = format!("round {round}, where a bounty allows at most {}", limit.saturating_sub(1));
            self.find(Code::JumpUnderBounty, self.dossier.newest().map(|newest| newest.key()), found);
        }
        let last = Round::MAX_RECORDABLE.get().saturating_sub(policy.reserved_rounds);
        let limit = reached.get().saturating_add(policy.max_jump).min(last);
        if round.get() > limit {
            self.find(Code::JumpTooFar, [], format!("round {round}, where {reached} is reached: at most {limit}"));
        }
    }

    fn round_is_no_closes(&mut self, party: Party, round: Round) {
        let closes = self.dossier.closes().filter(|close| close.held.is_signed_by(party));
        let keys: Vec<Key> = closes.map(|close| close.key()).filter(|key| key.number == round.get()).collect();
        if !keys.is_empty() {
            self.find(Code::CloseSharesRound, keys, format!("party {party} has signed a close of round {round}"));
        }
    }

    /// What the chain has recorded is held, and is the same here and there.
    pub(in crate::evidence) fn recorded(&mut self) {
        let Record { round, state_hash, .. } = *self.record();
        if round == 0 || self.dossier.state_recorded(round.into(), state_hash).is_some() {
            return;
        }
        let others: Vec<Key> = self.dossier.states_of(round.into()).map(|state| state.key()).collect();
        if others.is_empty() {
            let found = format!("the chain has recorded a state of round {round}, {state_hash}, that is not held");
            self.find(Code::RecordedNotHeld, others, found);
        } else {
            let found =
                format!("the chain has recorded {state_hash} as round {round}, and another state of it is held");
            self.find(Code::RecordedDiffers, others, found);
        }
    }
}
