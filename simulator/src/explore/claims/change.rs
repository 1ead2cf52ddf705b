//! What may become of one channel by one transaction.

mod money;
mod touches;

use adjudicator::{
    Bounty, Channel, Record,
    action::{Action, CloseSoloAsDelegate},
    types::{Party, Terms},
};

use super::{Broken, Transition, final_time_of, is_other_state};
use crate::{
    explore::{alphabet::Alphabet, setting::Setting},
    scenario::Name,
    stage::{Place, Shown, short},
};

/// What became of one channel.
pub(super) struct Change<'a> {
    pub(super) of: &'a Transition<'a>,
    pub(super) action: Option<&'a Action>,
    pub(super) setting: &'a Setting,
    pub(super) alphabet: &'a Alphabet,
    pub(super) name: &'a Name,
    pub(super) place: &'a Place,
    pub(super) before: &'a Channel,
    pub(super) after: &'a Channel,
}

impl Change<'_> {
    /// Whether it may be.
    pub(super) fn check(&self) -> Result<(), Broken> {
        if self.before.is_closed {
            let is_same = Channel { epochs: self.after.epochs, ..self.before.clone() } == *self.after;
            return if is_same { Ok(()) } else { Err(Broken::Resurrected) };
        }
        self.withdrawal()?;
        if self.after.is_closed {
            return self.closed();
        }
        self.record()?;
        self.consents()?;
        self.delegation()?;
        self.bounty()?;
        self.touches()
    }

    fn terms(&self) -> &Terms {
        &self.place.terms
    }

    fn window(&self) -> u32 {
        self.terms().window().get()
    }

    fn sender_party(&self) -> Option<Party> {
        self.terms().party_of(self.of.sender)
    }

    fn record(&self) -> Result<(), Broken> {
        let (before, after, now) = (&self.before.record, &self.after.record, self.of.now);
        if after.round < before.round {
            return Err(Broken::RoundFalls { before: before.round, after: after.round });
        }
        let is_new = is_other_state(before, after);
        match (before.evidence_deadline, after.evidence_deadline) {
            (Some(expected), Some(found)) if expected != found => {
                return Err(Broken::DeadlineMoves { found, expected });
            }
            (Some(deadline), None) => return Err(Broken::DeadlineMoves { found: 0, expected: deadline }),
            (Some(deadline), _) if is_new && now >= deadline => return Err(Broken::LateEvidence { now, deadline }),
            (None, Some(found)) => {
                let expected = now.saturating_add(self.window().into());
                if found != expected {
                    return Err(Broken::DeadlineMoves { found, expected });
                }
                self.closer()?;
            }
            _ => {}
        }
        if is_new { self.signed_by_both(after) } else { Ok(()) }
    }

    /// Whoever starts closing may do so.
    fn closer(&self) -> Result<(), Broken> {
        let is_party = self.sender_party().is_some();
        let has_bounty = !self.terms().bounty().to_word().is_zero();
        let is_payee = Party::BOTH.iter().any(|party| self.terms().accounts(*party).payee == self.of.sender);
        match self.action {
            Some(Action::CloseSolo(_)) if is_party || (is_payee && !has_bounty) => Ok(()),
            Some(Action::CloseSoloAsDelegate(_)) => Ok(()),
            _ => Err(Broken::message("a close", "its sender may not close")),
        }
    }

    /// A newly recorded state is of both parties: by signature, or by the sender's own call.
    fn signed_by_both(&self, record: &Record) -> Result<(), Broken> {
        let shown = self.recorded(record);
        let is_signed = shown.is_some_and(|shown| {
            Party::BOTH.iter().all(|party| *party.of(&shown.signers) || self.sender_party() == Some(*party))
        });
        if is_signed { Ok(()) } else { Err(Broken::message("a state", "both have not signed it")) }
    }

    fn recorded(&self, record: &Record) -> Option<&Shown> {
        let mut states = self.setting.states_of(self.name);
        states.find(|(_, shown)| short(shown.hash) == record.state_hash).map(|(_, shown)| shown)
    }

    fn consents(&self) -> Result<(), Broken> {
        let (before, after) = (&self.before.record, &self.after.record);
        let is_new = is_other_state(before, after);
        let consents_now = matches!(self.action, Some(Action::CloseSolo(close)) if close.consent);
        for party in Party::BOTH {
            let (had, has) = (*party.of(&before.consents) && !is_new, *party.of(&after.consents));
            let is_own = consents_now && self.sender_party() == Some(party);
            if has && !had && !is_own {
                return Err(Broken::message("a consent", "that party's signer has not consented to this state"));
            }
            let is_late = before.evidence_deadline.is_some_and(|deadline| self.of.now >= deadline);
            if has && !had && is_late {
                let deadline = before.evidence_deadline.unwrap_or_default();
                return Err(Broken::LateEvidence { now: self.of.now, deadline });
            }
        }
        Ok(())
    }

    fn delegation(&self) -> Result<(), Broken> {
        let Some(Action::CloseSoloAsDelegate(close)) = self.action else { return Ok(()) };
        let CloseSoloAsDelegate { party, delegate, epoch, min_round, valid_until, .. } = close;
        let own = self.before.epochs.get(usize::from(*party)).copied();
        let what = "a delegation";
        if own != Some(*epoch) {
            return Err(Broken::message(what, "it was revoked"));
        }
        if self.of.now > *valid_until {
            return Err(Broken::message(what, format!("it was over at {valid_until}, and it is {}", self.of.now)));
        }
        if self.of.sender != *delegate {
            return Err(Broken::message(what, "its sender is somebody else's delegate"));
        }
        if self.after.record.round < *min_round {
            let round = self.after.record.round;
            return Err(Broken::message(what, format!("it is for round {min_round} and later, and this is {round}")));
        }
        Ok(())
    }

    /// Who closed on which round stays, and whoever is first to prove that stale is remembered.
    fn bounty(&self) -> Result<(), Broken> {
        if self.terms().bounty().to_word().is_zero() {
            return Ok(());
        }
        let round = self.after.record.round;
        let expected = match self.before.bounty {
            None if !self.after.record.is_closing() => None,
            None => self.closing_party().map(|party| Bounty { closer: party.get(), closed_round: round, prover: None }),
            Some(bounty) => {
                let is_due = round >= bounty.closed_round.saturating_add(self.terms().stale_margin().get().into());
                let is_proof = is_due && round > self.before.record.round;
                let prover = bounty.prover.or_else(|| is_proof.then_some(self.of.sender));
                Some(Bounty { prover, ..bounty })
            }
        };
        if expected == self.after.bounty {
            return Ok(());
        }
        let [found, expected] = [self.after.bounty, expected].map(|bounty| format!("{bounty:?}"));
        Err(Broken::WrongBounty { found, expected })
    }

    /// In whose name a call starts closing.
    fn closing_party(&self) -> Option<Party> {
        match self.action {
            Some(Action::CloseSoloAsDelegate(close)) => Party::try_from(close.party).ok(),
            _ => self.sender_party(),
        }
    }

    fn final_time(&self, channel: &Channel) -> Option<u64> {
        final_time_of(channel, self.recorded(&channel.record), self.window())
    }
}
