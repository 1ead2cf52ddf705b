//! The contract as it is known, to try things on.

use std::collections::BTreeMap;

use alloy_primitives::{B256, U256};

use super::{
    Move, Question, Transaction,
    book::Book,
    candidates::{Candidate, Touch},
    gas, touches,
};
use crate::{Channel, Effect, Manager, Progress, Submission, World, action::Action};

/// The twin, as the chain is known to be.
#[derive(Debug)]
pub(super) struct Scratch<'a> {
    question: Question<'a>,
    channel_id: B256,
    manager: Manager,
}

impl<'a> Scratch<'a> {
    pub(super) fn new(question: &Question<'a>) -> Self {
        let channel_id = question.dossier.identity().channel_id().get();
        let manager = Manager {
            deployment: question.view.deployment,
            channels: BTreeMap::from([(channel_id, question.view.latest.channel.clone())]),
            credits: question.view.credits.clone(),
        };
        Self { question: *question, channel_id, manager }
    }

    /// What comes of a candidate, and of those like it, if the contract takes it and it changes anything. Then all is as it
    /// was.
    pub(super) fn tried(&mut self, book: &mut Book<'_>, world: &mut impl World, mut candidate: Candidate) -> Vec<Move> {
        let likewise = std::mem::take(&mut candidate.likewise);
        let Some(first) = self.tried_alone(book, world, candidate) else { return Vec::new() };
        let others = likewise.into_iter().map(|Candidate { by, submitter, action, .. }| {
            let (gas, gas_limit) = gas::of(book, &action, &first.effects);
            let cost = U256::from(gas).saturating_mul(U256::from(self.question.gas_price));
            let transaction = Transaction::Operation(action);
            Move { by, submitter, transaction, gas, gas_limit, cost, ..first.clone() }
        });
        let mut moves: Vec<Move> = others.collect();
        moves.push(first);
        moves
    }

    fn tried_alone(&mut self, book: &mut Book<'_>, world: &mut impl World, candidate: Candidate) -> Option<Move> {
        let Candidate { by, submitter, action, touch, until, .. } = candidate;
        let chain_id = self.question.dossier.identity().domain().chain_id();
        let submission = Submission { submitter, value: U256::ZERO, now: self.question.at, chain_id };
        let before = self.channel()?.without_bases();
        let touched = touch.as_ref().and_then(|touch| self.place(book, touch));
        let forced_before = touched.and_then(|at| self.progress(at)).cloned();
        world.checkpoint();
        let applied = self.manager.apply(world, &action, &submission);
        world.revert();
        let effects = applied.ok()?;
        let forced = touched.and_then(|at| self.progress(at)).cloned();
        let is_changed =
            self.channel()?.without_bases() != before || forced != forced_before || !effects.iter().all(is_log);
        let found = is_changed.then(|| {
            let change = touch.as_ref().zip(forced).and_then(|(touch, progress)| {
                let next = effects.iter().find_map(|effect| match effect {
                    Effect::Progressed { app_state, .. } => Some(app_state.clone()),
                    _ => None,
                });
                let app_state = next.unwrap_or_else(|| touch.app_state.clone());
                book.touched(touch.line, touch.index, &progress, &app_state)
            });
            let channel = self.channel()?;
            let recorded = effects.iter().find_map(|effect| match effect {
                Effect::Recorded { record, .. } => Some(record.round),
                _ => None,
            });
            let round = recorded.unwrap_or(before.record.round);
            let is_stale = shows_state(&action) && book.is_behind(round);
            let (prospect, situation) = book.prospect(channel, change.as_slice(), &effects);
            let keeps_alive = touch.as_ref().and_then(|touch| book.keeps_alive(channel, touch.line, touch.index));
            Some((prospect, situation, is_stale, keeps_alive))
        });
        self.take_back(before, touched, forced_before, &effects);
        let (prospect, situation, is_stale, keeps_alive) = found??;
        let missed = match touch.filter(|_| until.is_some()) {
            Some(touch) => book.missed_touch(touch.line, touch.index),
            None if is_record(&action) => book.without_evidence.clone(),
            None => None,
        };
        let missed = missed.filter(|missed| *missed != prospect.guaranteed);
        let (gas, gas_limit) = gas::of(book, &action, &effects);
        let cost = U256::from(gas).saturating_mul(U256::from(self.question.gas_price));
        let reveals_early = touches::reveals_early(book, &action, &effects);
        let is_second = touches::is_second(book, by, &action, touched);
        let transaction = Transaction::Operation(action);
        Some(Move {
            by,
            submitter,
            transaction,
            effects,
            situation,
            prospect,
            until,
            missed,
            keeps_alive,
            gas,
            gas_limit,
            cost,
            worth: U256::ZERO,
            is_stale,
            is_second,
            reveals_early,
        })
    }

    fn channel(&self) -> Option<&Channel> {
        self.manager.channels.get(&self.channel_id)
    }

    fn place(&self, book: &Book<'_>, touch: &Touch) -> Option<(B256, B256)> {
        let line = book.lines.get(touch.line)?;
        Some((line.hash, *line.instances.as_ref()?.hashes.get(touch.index)?))
    }

    fn progress(&self, (state_hash, instance_hash): (B256, B256)) -> Option<&Progress> {
        self.channel()?.bases.get(&state_hash)?.instances.get(&instance_hash)
    }

    fn take_back(
        &mut self,
        before: Channel,
        touched: Option<(B256, B256)>,
        forced: Option<Progress>,
        effects: &[Effect],
    ) {
        if effects.iter().any(|effect| matches!(effect, Effect::Credited { .. } | Effect::Claimed { .. })) {
            self.manager.credits.clone_from(&self.question.view.credits);
        }
        let Some(channel) = self.manager.channels.get_mut(&self.channel_id) else { return };
        let mut bases = std::mem::take(&mut channel.bases);
        if let Some((state_hash, instance_hash)) = touched {
            let base = bases.entry(state_hash).or_default();
            match forced {
                Some(progress) => drop(base.instances.insert(instance_hash, progress)),
                None => drop(base.instances.remove(&instance_hash)),
            }
            if base.instances.is_empty() {
                bases.remove(&state_hash);
            }
        }
        *channel = Channel { bases, ..before };
    }
}

/// Whether it shows a state, or relies on the recorded one before it is final.
const fn shows_state(action: &Action) -> bool {
    let is_touch = matches!(action, Action::ForceProgress(_) | Action::Evaluate(_));
    is_touch || is_record(action) || matches!(action, Action::CloseSoloAsDelegate(_))
}

/// Whether it hands in a state, while that is possible.
const fn is_record(action: &Action) -> bool {
    matches!(action, Action::SnapshotSolo(_) | Action::Slash(_) | Action::CloseSolo(_))
}

/// Whether an effect tells only of what shows in the channel.
const fn is_log(effect: &Effect) -> bool {
    !matches!(effect, Effect::Claimed { .. })
}
