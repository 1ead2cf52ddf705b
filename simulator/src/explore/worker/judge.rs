//! What is wrong with what was done.

use adjudicator::{Channel, DisputeError, Effect, Manager, Submission, action::Action, decide::Known};
use alloy_primitives::{B256, Bytes};

use super::{Channels, Worker};
use crate::{
    explore::{
        claims::{Broken, Transition},
        honest::Answer,
    },
    scenario::Name,
    world::{Outcome, Transaction},
};

impl Worker {
    /// What a transaction that changed something breaks of what is claimed.
    pub(super) fn check(
        &mut self,
        transaction: &Transaction,
        outcome: Option<&Outcome>,
        before: &Channels,
    ) -> Option<Broken> {
        let manager = self.setting.stage.manager();
        let after = self.channels();
        let effects = outcome.map(|outcome| outcome.effects_of(manager)).unwrap_or_default();
        let transition = Transition {
            sender: transaction.sender,
            data: &transaction.data,
            now: self.branches.now(),
            effects: &effects,
            before,
            after: &after,
        };
        transition.check(&self.setting, &self.alphabet).err()
    }

    /// The honest party's transaction, and what is wrong if it is refused, or does something else than it should.
    pub(super) fn mine(&mut self, answer: &Answer, channels: &Channels) -> Option<Broken> {
        let before = self.branches.fingerprint();
        let outcome = self.branches.transact(&answer.transaction).ok();
        if let Some(outcome) = outcome.as_ref().filter(|outcome| outcome.is_success()) {
            let is_changed = self.branches.fingerprint() != before;
            return if is_changed { self.check(&answer.transaction, Some(outcome), channels) } else { None };
        }
        let channel = channels.get(&self.setting.channel).cloned().unwrap_or_default();
        let now = self.branches.now();
        self.honest.look(&self.setting, &self.branches, now);
        let is_taken = self.is_taken_by_the_rules(&answer.transaction, channel);
        let reason = match outcome {
            Some(Outcome::Revert { output, .. }) => reason(&output),
            _ => "it breaks off".into(),
        };
        is_taken.then(|| Broken::RefusedInTime { what: answer.title.clone(), reason })
    }

    /// Whether the contract did something else than the rules say of the same call. Where somebody who is paid is a contract, or
    /// there are tokens, nobody knows what these take, and nothing is compared; nor are claims of credits.
    pub(super) fn differs(
        &mut self,
        transaction: &Transaction,
        effects: &[Effect],
        before: &Channels,
    ) -> Option<Broken> {
        let deployment = self.setting.stage.deployment;
        let is_operation = transaction.to == Some(deployment.domain.manager()) && !self.setting.has_actors;
        let action = Action::decode(&transaction.data).ok().filter(|_| is_operation)?;
        if matches!(action, Action::Claim(_) | Action::ClaimTo(_)) {
            return None;
        }
        let after = self.channels();
        let ids = self.setting.stage.places().map(|(name, place)| (name, place.id));
        let ids: Vec<(Name, B256)> = ids.map(|(name, id)| (name.clone(), id)).collect();
        let mut manager = Manager::new(deployment);
        for (name, id) in &ids {
            manager.channels.extend(before.get(name).map(|channel| (*id, channel.clone())));
        }
        let now = self.branches.now();
        self.honest.look(&self.setting, &self.branches, now);
        let (dossier, view) = self.honest.knowledge();
        let (submitter, value, chain_id) = (transaction.sender, transaction.value, deployment.domain.chain_id());
        let submission = Submission { submitter, value, now, chain_id };
        let list = |effects: &[Effect]| effects.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let expected = match manager.apply(&mut Known::new(dossier, view), &action, &submission) {
            Ok(expected) if expected == effects => {
                let stored = |name: &Name, id: &B256| (after.get(name).cloned(), manager.channels.get(id).cloned());
                let stored = ids.iter().map(|(name, id)| stored(name, id));
                let stored = stored.map(|(found, expected)| (found.unwrap_or_default(), expected.unwrap_or_default()));
                let other = stored.into_iter().find(|(found, expected)| found != expected);
                return other.map(|(found, expected)| Broken::NotByTheRules {
                    found: format!("{found:?}"),
                    expected: format!("{expected:?}"),
                });
            }
            Ok(expected) => list(&expected),
            Err(error) => format!("refused: {}: {error}", error.name()),
        };
        Some(Broken::NotByTheRules { found: list(effects), expected })
    }

    /// Whether the rules take a transaction of the honest party.
    fn is_taken_by_the_rules(&self, transaction: &Transaction, channel: Channel) -> bool {
        let Ok(action) = Action::decode(&transaction.data) else { return false };
        let deployment = self.setting.stage.deployment;
        let mut manager = Manager::new(deployment);
        manager.channels.insert(self.setting.place.id, channel);
        let (dossier, view) = self.honest.knowledge();
        let submission = Submission {
            submitter: transaction.sender,
            value: transaction.value,
            now: self.branches.now(),
            chain_id: deployment.domain.chain_id(),
        };
        action.check(&manager, &mut Known::new(dossier, view), &submission).is_ok()
    }
}

/// What a call was refused for.
pub(super) fn reason(output: &Bytes) -> String {
    DisputeError::abi_decode(output)
        .map_or_else(|_| output.to_string(), |reason| format!("{}: {reason}", reason.name()))
}
