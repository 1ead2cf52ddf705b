//! Forced progress: steps and evaluations of the instances of a state.

use alloy_primitives::{B256, I256, keccak256};
use alloy_sol_types::SolCall;

use super::dispute::open;
use super::{MAX_APP_BYTES, MAX_DEPTH, Operation, Result, window};
use crate::abi::IApp::{positionCall, transitionCall};
use crate::action::{Evaluate, ForceProgress};
use crate::error::{require, require_some};
use crate::{AppFailure, DisputeError, Effect, Position, Progress, Record, Turn, World, channel::short, eip712, wire};

/// A touch of an instance, checked, before anything is written.
struct Touch<'a> {
    record: Record,
    state_hash: B256,
    instance: wire::Instance<'a>,
    instance_hash: B256,
    app_state_hash: B256,
    before: Option<Progress>,
}

/// A packed step, if it is long enough and its action is not too long.
pub(crate) fn step_of(packed: &[u8]) -> Result<wire::Step<'_>> {
    let step = require_some!(wire::Step::new(packed), StepLengthInvalid { actual: packed.len() });
    require_length(step.action())?;
    Ok(step)
}

impl<W: World> Operation<'_, W> {
    pub(crate) fn force_progress(
        &mut self,
        terms: &wire::Terms<'_>,
        call: &ForceProgress,
        step: &wire::Step<'_>,
    ) -> Result<()> {
        let touch = self.enter(terms, &call.evidence, &call.instance, step.app_state())?;
        let (made, max) = (touch.steps(), touch.instance.max_steps());
        require!(made < max, StepsExhausted { max });
        let number = made.saturating_add(1);
        require!(step.number() == number, StepNumberMismatch { expected: number, actual: step.number() });
        let mover = self.mover_of(terms, &touch, step)?;
        let (app, gas) = (touch.instance.app(), touch.instance.app_gas());
        let answer = self.world.transition(app, gas, step.app_state(), step.action(), mover);
        let next = answer
            .and_then(|next| if next.app_state.len() > MAX_APP_BYTES { Err(AppFailure::Malformed) } else { Ok(next) })
            .map_err(|failure| refusal(failure, &touch, transitionCall::SELECTOR))?;
        let deltas = deltas_of(terms, &touch, &next.position, transitionCall::SELECTOR)?;
        let app_state_hash = keccak256(&next.app_state);
        require!(app_state_hash != touch.app_state_hash, AppStateUnchanged { app_state_hash });
        let last_touch = match &touch.before {
            Some(before) if next.position.turn == Turn::Nobody => before.last_touch,
            _ => self.submission.now,
        };
        let matures = touch.instance.matures();
        let progress = Progress { app_state_hash: short(app_state_hash), steps: number, last_touch, matures, deltas };
        self.leave(terms, &call.evidence, &touch, progress)?;
        let (channel_id, instance_hash, app_state) = (self.channel_id, touch.instance_hash, next.app_state);
        self.effects.push(Effect::Progressed { channel_id, instance_hash, number, app_state });
        Ok(())
    }

    pub(crate) fn evaluate(&mut self, terms: &wire::Terms<'_>, call: &Evaluate) -> Result<()> {
        let touch = self.enter(terms, &call.evidence, &call.instance, &call.app_state)?;
        let answer = self.world.position(touch.instance.app(), touch.instance.app_gas(), &call.app_state);
        let position = answer.map_err(|failure| refusal(failure, &touch, positionCall::SELECTOR))?;
        let deltas = deltas_of(terms, &touch, &position, positionCall::SELECTOR)?;
        let last_touch = touch.before.as_ref().map_or(self.submission.now, |before| before.last_touch);
        let (steps, matures) = (touch.steps(), touch.instance.matures());
        let app_state_hash = short(touch.app_state_hash);
        let progress = Progress { app_state_hash, steps, last_touch, matures, deltas: deltas.clone() };
        self.leave(terms, &call.evidence, &touch, progress)?;
        let (channel_id, instance_hash) = (self.channel_id, touch.instance_hash);
        self.effects.push(Effect::Evaluated { channel_id, instance_hash, deltas });
        Ok(())
    }

    /// Checks everything about a touch but what the app says.
    fn enter<'c>(
        &mut self,
        terms: &wire::Terms<'_>,
        evidence: &[u8],
        instance: &'c [u8],
        app_state: &[u8],
    ) -> Result<Touch<'c>> {
        self.require_living()?;
        let (record, state_hash) = self.accept(terms, evidence)?;
        let (instance, instance_hash) = instance_of(terms, evidence, instance)?;
        let base = self.bases.get(&state_hash);
        let before = base.and_then(|base| base.instances.get(&instance_hash)).cloned();
        window::require_instance(&record, before.as_ref(), terms.window(), self.submission.now)?;
        require_length(app_state)?;
        let app_state_hash = keccak256(app_state);
        let expected = before.as_ref().map_or(short(instance.app_state_hash()), |before| before.app_state_hash);
        require!(short(app_state_hash) == expected, AppStateMismatch { expected, actual: short(app_state_hash) });
        let expected = instance.app_code_hash();
        let actual = if expected.is_zero() { expected } else { self.world.code_hash(instance.app()) };
        require!(actual == expected, AppCodeMismatch { expected, actual });
        Ok(Touch { record, state_hash, instance, instance_hash, app_state_hash, before })
    }

    /// Who makes the step: who signed it, else the submitter if it is a party's signer, else anyone.
    fn mover_of(&mut self, terms: &wire::Terms<'_>, touch: &Touch<'_>, step: &wire::Step<'_>) -> Result<Turn> {
        let mut mover = self.submission.submitter;
        if !step.signature().is_empty() {
            let (id, state, instance) = (self.channel_id, touch.state_hash, touch.instance_hash);
            let hash = eip712::step_hash(id, state, instance, step.number(), touch.app_state_hash, step.action());
            mover = self.world.recover(self.deployment.domain.digest(hash), step.signature())?;
        }
        match terms.party_of(mover) {
            Some(0) => Ok(Turn::Party0),
            Some(_) => Ok(Turn::Party1),
            None if step.signature().is_empty() => Ok(Turn::Anyone),
            None => Err(DisputeError::StepSignerUnknown { actual: mover }),
        }
    }

    /// Writes a touch: the record if the state is newer, and where the instance is.
    fn leave(&mut self, terms: &wire::Terms<'_>, evidence: &[u8], touch: &Touch<'_>, progress: Progress) -> Result<()> {
        self.record(terms, evidence, touch.record)?;
        self.touched = Some((touch.state_hash, touch.instance_hash, progress));
        Ok(())
    }
}

impl Touch<'_> {
    fn steps(&self) -> u8 {
        self.before.as_ref().map_or(0, |before| before.steps)
    }
}

/// An instance that is in the state, and its hash.
fn instance_of<'a>(terms: &wire::Terms<'_>, evidence: &[u8], packed: &'a [u8]) -> Result<(wire::Instance<'a>, B256)> {
    let (expected, actual) = (wire::Instance::length_for(terms.asset_count()), packed.len());
    let opened = wire::Instance::split(packed, terms.asset_count());
    let (instance, proof) = require_some!(opened, InstanceLengthInvalid { expected, actual });
    require!(proof.len() <= MAX_DEPTH, ProofTooLong { max: MAX_DEPTH, actual: proof.len() });
    let leaf = keccak256(instance.packed());
    let actual = proof.iter().fold(leaf, |node, sibling| {
        let sibling = B256::from(*sibling);
        keccak256([node.min(sibling), node.max(sibling)].concat())
    });
    let root = open(terms, evidence)?.0.instances_root();
    require!(actual == root, InstanceNotInState { root, actual });
    Ok((instance, leaf))
}

/// The outcome, one delta per asset, clamped to the stakes.
fn deltas_of(terms: &wire::Terms<'_>, touch: &Touch<'_>, position: &Position, selector: [u8; 4]) -> Result<Vec<I256>> {
    if position.deltas.len() != terms.asset_count() {
        return Err(refusal(AppFailure::Malformed, touch, selector));
    }
    let clamped = position.deltas.iter().enumerate().map(|(index, delta)| {
        let [stake0, stake1] = touch.instance.stakes(index).map(|stake| I256::try_from(stake).unwrap_or_default());
        (*delta).min(stake0).max(stake1.saturating_neg())
    });
    Ok(clamped.collect())
}

fn require_length(app_bytes: &[u8]) -> Result<()> {
    require!(app_bytes.len() <= MAX_APP_BYTES, AppBytesTooLong { max: MAX_APP_BYTES, actual: app_bytes.len() });
    Ok(())
}

fn refusal(failure: AppFailure, touch: &Touch<'_>, selector: [u8; 4]) -> DisputeError {
    let (app, selector) = (touch.instance.app(), selector.into());
    match failure {
        AppFailure::Failed => DisputeError::AppCallFailed { app, selector },
        AppFailure::Malformed => DisputeError::AppReturnMalformed { app, selector },
    }
}
