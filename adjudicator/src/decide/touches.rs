//! Every touch of an instance that may be possible: steps, signed or the submitter's own, and evaluations.

use alloy_primitives::B256;

use super::{
    Role,
    book::{Book, Instances, Line, touchable_until},
    candidates::{Candidate, Touch, shown_by},
    plays::{self, Mover},
};
use crate::{
    Effect, Progress,
    action::{Action, Evaluate, ForceProgress},
    apps::{RockPaperScissors, Rules},
    types::{AppState, Evidence, Party, Step, StepNumber},
    wire,
};

/// All of them, on the recorded state and on every one that could replace it.
pub(super) fn all(book: &Book<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (at, line) in book.lines.iter().enumerate() {
        let Some(instances) = &line.instances else { continue };
        if instances.list.is_empty() {
            continue;
        }
        for (role, evidence) in evidence(line) {
            for index in 0..instances.list.len() {
                of_instance(book, Place { at, line, instances, index }, role, &evidence, &mut candidates);
            }
        }
    }
    candidates
}

#[derive(Clone, Copy)]
struct Place<'b, 'a> {
    at: usize,
    line: &'b Line<'a>,
    instances: &'b Instances<'a>,
    index: usize,
}

/// Who can show the state, and how. Whom anyone includes is not named again.
fn evidence(line: &Line<'_>) -> Vec<(Role, Evidence)> {
    let state = line.state();
    if line.is_recorded {
        return vec![(Role::Anyone, Evidence::Recorded(state.clone()))];
    }
    let mut shown = shown_by(line.entry.content, |party| line.is_signed_by(party));
    if shown.iter().any(|(role, _)| *role == Role::Anyone) {
        shown.retain(|(role, _)| *role == Role::Anyone);
    }
    shown.into_iter().map(|(role, signatures)| (role, Evidence::Signed(state.clone(), signatures))).collect()
}

fn of_instance(
    book: &Book<'_>,
    place: Place<'_, '_>,
    role: Role,
    evidence: &Evidence,
    candidates: &mut Vec<Candidate>,
) -> Option<()> {
    let Place { at, line, instances, index } = place;
    let (instance, hash) = (instances.list.get(index)?, *instances.hashes.get(index)?);
    let base = book.channel().bases.get(&line.hash);
    let progress: Option<&Progress> = base.and_then(|base| base.instances.get(&hash));
    let app_state = AppState::new(book.app_state(instance, progress)?.to_vec()).ok()?;
    let proof = instances.tree.proof(index)?;
    let terms = book.terms();
    let record = &book.channel().record;
    let mut until = touchable_until(record, progress, terms.window().get());
    if !line.is_recorded {
        until = record.evidence_deadline.map(|deadline| deadline.saturating_sub(1)).or(until);
    }
    let mut add = |by: Role, action: Action| {
        let touch = Touch { line: at, index, app_state: app_state.get().clone() };
        let candidate = Candidate::new(book, by, action, until);
        candidates.push(Candidate { touch: Some(touch), ..candidate });
    };
    let with_proof = (instance, &proof);
    let evaluate = Evaluate::new(terms, evidence, with_proof, &app_state).ok()?;
    add(role, evaluate.into());
    let made = progress.map_or(0, |progress| progress.steps);
    let number = StepNumber::new(made.checked_add(1).filter(|number| *number <= instance.max_steps.get())?).ok()?;
    let dossier = book.question.dossier;
    let steps = book.steps_on(line.hash, hash);
    for placed in steps.iter().map(|step| step.content) {
        let message = &placed.step.message;
        if message.number == number && message.app_state == app_state {
            let action = ForceProgress::new(terms, evidence, with_proof, message, Some(&placed.step.signature)).ok()?;
            add(role, action.into());
        }
    }
    let Some(app) = book.app_of(instance) else { return Some(()) };
    for (by, mover) in movers(role) {
        for action in plays::plays(dossier, app, instance.app, app_state.get(), mover) {
            let step = Step { number, app_state: app_state.clone(), action };
            let action = ForceProgress::new(terms, evidence, with_proof, &step, None).ok()?;
            add(by, action.into());
        }
    }
    Some(())
}

/// Who may make a step without a signature, where `role` can show the state.
fn movers(role: Role) -> Vec<(Role, Mover)> {
    match role {
        Role::Anyone => {
            let parties = Party::BOTH.map(|party| (Role::Party(party), Mover::Party(party)));
            parties.into_iter().chain([(Role::Anyone, Mover::Anyone)]).collect()
        }
        Role::Party(party) => vec![(role, Mover::Party(party)), (role, Mover::Anyone)],
        Role::Payee(_) | Role::Delegate(_) => Vec::new(),
    }
}

/// Whether a step tells the peer a secret, though a newer state that this party has signed may still void the step.
pub(super) fn reveals_early(book: &Book<'_>, action: &Action, effects: &[Effect]) -> bool {
    let Action::ForceProgress(call) = action else { return false };
    let is_secret = effects.iter().any(|effect| match effect {
        Effect::Progressed { app_state, .. } => {
            let game = RockPaperScissors::decode(app_state).ok();
            game.is_some_and(|game| matches!(game.hands(), [Some(_), Some(_)]))
        }
        _ => false,
    });
    let round =
        wire::State::split(&call.evidence, book.terms().assets().asset_count()).map_or(0, |(state, _)| state.round());
    is_secret && book.is_outstanding(round)
}

/// Whether a party makes a step of its own where it has signed another one.
pub(super) fn is_second(book: &Book<'_>, by: Role, action: &Action, place: Option<(B256, B256)>) -> bool {
    let (Action::ForceProgress(call), Role::Party(party), Some((state, instance))) = (action, by, place) else {
        return false;
    };
    let Some(step) = wire::Step::new(&call.step) else { return false };
    book.steps_on(state, instance).iter().any(|signed| {
        let message = &signed.content.step.message;
        let is_other = message.app_state.get() != step.app_state() || message.action.get() != step.action();
        signed.held.is_signed_by(party) && message.number.get() == step.number() && is_other
    })
}
