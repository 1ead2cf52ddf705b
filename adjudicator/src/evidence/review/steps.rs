//! A step, before it is signed, and once it was.

use alloy_primitives::keccak256;

use super::Review;
use crate::{
    Base, Turn,
    apps::{App, AppError, HandAction, NoFacts, RockPaperScissors, Rules},
    eip712::Domain,
    evidence::{Code, Key},
    types::{Instance, InstanceHash, Party, Round, StateHash, Step},
};

impl Review<'_> {
    /// A step that a party is about to sign, or to send.
    pub(super) fn step(&mut self, party: Party, base: StateHash, instance: InstanceHash, step: &Step) {
        let Some((round, instance)) = self.base(base, instance, &[]) else { return };
        let recorded = self.record().round;
        if round.get() < recorded {
            let found = format!("a step on round {round}, where the chain has recorded round {recorded}");
            self.find(Code::StepMisplaced, [], found);
        }
        self.second_step(party, base, &instance, step);
        self.position(base, &instance, step);
        self.allowed(party, &instance, step, &[]);
        self.reveal(party, round, &instance, step);
    }

    /// The round and the instance that a step is made on, if they are held.
    pub(in crate::evidence) fn base(
        &mut self,
        base: StateHash,
        instance: InstanceHash,
        proof: &[Key],
    ) -> Option<(Round, Instance)> {
        let state = self.dossier.states().find(|state| state.key().hash == base.get() && state.held.is_fully_signed());
        let Some(state) = state else {
            let found = format!("a step on the state {base}, which is not held with both signatures");
            self.find(Code::BaseNotHeld, proof.iter().copied(), found);
            return None;
        };
        let message = &state.content.message;
        let instances = self.dossier.instances(message).unwrap_or_default();
        let Some(found) = instances.iter().find(|each| each.hash() == instance) else {
            let found = format!("a step on the instance {instance}, which is not held as one of the state {base}");
            self.find(Code::BaseNotHeld, proof.iter().copied(), found);
            return None;
        };
        Some((message.round(), found.clone()))
    }

    fn second_step(&mut self, party: Party, base: StateHash, instance: &Instance, step: &Step) {
        let same = self.dossier.steps_on(base, instance.hash()).filter(|other| {
            let message = &other.content.step.message;
            message.number == step.number && message != step && other.held.is_signed_by(party)
        });
        let keys: Vec<Key> = same.map(|other| other.key()).collect();
        if !keys.is_empty() {
            let found = format!("party {party} has signed another step {} here", step.number);
            self.find(Code::SecondStep, keys, found);
        }
    }

    /// It is the next one of what the chain has, and then of what was signed on top of that.
    fn position(&mut self, base: StateHash, instance: &Instance, step: &Step) {
        let (id, hash) = (instance.id, instance.hash());
        let forced = self.view.latest.channel.bases.get(&base.get());
        let progress = forced.and_then(|base: &Base| base.instances.get(&hash.get()));
        let made = progress.map_or(0, |progress| progress.steps);
        let number = step.number.get();
        if number > instance.max_steps.get() {
            let found = format!("step {number} of instance {id}, which has at most {}", instance.max_steps);
            self.find(Code::StepsExhausted, [], found);
        }
        let expected = made.saturating_add(1);
        let actual = step.app_state.hash();
        let is_there = match progress {
            Some(progress) => actual.get().starts_with(progress.app_state_hash.as_slice()),
            None => actual == instance.app_state_hash,
        };
        // What was agreed on step by step, and shown to nobody yet.
        let is_behind_held = number > expected
            && self.dossier.steps_on(base, hash).any(|other| {
                other.content.step.message.number.get() == number.saturating_sub(1) && !other.held.is_flawed()
            });
        if (number != expected || !is_there) && !is_behind_held {
            let found = format!("step {number} from {actual} of instance {id}, where step {expected} is the next");
            self.find(Code::StepMisplaced, [], found);
        }
    }

    /// The app's rules allow it, as far as they are known.
    pub(in crate::evidence) fn allowed(&mut self, party: Party, instance: &Instance, step: &Step, proof: &[Key]) {
        let Some(app) = self.policy.apps.get(&instance.app_code_hash).and_then(|accepted| accepted.app) else { return };
        let there = Domain::new(self.dossier.identity().domain().chain_id(), instance.app);
        let mover = if party == Party::Zero { Turn::Party0 } else { Turn::Party1 };
        let (before, action) = (step.app_state.get(), step.action.get());
        let refused = match app.transition(&there, &NoFacts, before, action, mover) {
            Err(reason) => Some(reason.to_string()),
            Ok(next) if keccak256(&next.app_state) == step.app_state.hash().get() => {
                Some("it leaves the app state as it was".to_owned())
            }
            Ok(_) => None,
        };
        if let Some(reason) = refused {
            let found = format!("step {} of instance {}: {reason}", step.number, instance.id);
            self.find(Code::StepRefused, proof.iter().copied(), found);
        }
    }

    /// A secret is safe with the peer only when no newer state can void the step.
    fn reveal(&mut self, party: Party, round: Round, instance: &Instance, step: &Step) {
        let is_over = self.record().evidence_deadline.is_some_and(|deadline| self.view.latest.now >= deadline);
        if is_over || !self.reveals(instance, step) {
            return;
        }
        let newer: Vec<Key> = self.dossier.outstanding(party, round).map(|state| state.key()).collect();
        if let Some(highest) = newer.first() {
            let found = format!(
                "step {} on round {round} reveals a secret, and party {party} has signed round {}",
                step.number, highest.number
            );
            self.find(Code::RevealEarly, newer, found);
        }
    }

    /// Whether a step reveals what nobody else knows; of an app that is not known, any step may.
    fn reveals(&self, instance: &Instance, step: &Step) -> bool {
        let Some(accepted) = self.policy.apps.get(&instance.app_code_hash) else { return true };
        match accepted.app {
            Some(App::RockPaperScissors) => reveals_hand(step).unwrap_or(true),
            _ => accepted.reveals,
        }
    }
}

fn reveals_hand(step: &Step) -> Result<bool, AppError> {
    let action = RockPaperScissors::decode(step.app_state.get())?.decode_action(step.action.get())?;
    Ok(matches!(action, HandAction::Reveal(_)))
}
