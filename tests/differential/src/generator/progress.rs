//! Steps and evaluations.

use adjudicator::{
    Channel, Turn,
    action::{Evaluate, ForceProgress},
    eip712,
};
use alloy_primitives::{Address, B256, Bytes, keccak256};

use super::{Draft, Generator, channel, instances::Leaf, short_hash};
use crate::{scene::KEYS, twin::Twin};

/// An instance that is touched: where it is, and how it gets there.
struct Touch {
    terms: Bytes,
    evidence: Bytes,
    base: B256,
    leaf: Leaf,
    instance: Bytes,
    app_state: Bytes,
    steps: u8,
}

impl Generator {
    pub(super) fn force_progress(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let (mover, mut sender, is_signed) = self.mover(at);
        let flaw = if is_spoiled { self.dice.below(16) } else { u64::MAX };
        let mut touch = self.touch(twin, at, &mut sender, flaw);
        let assets = self.plans[at].assets.len();
        let (mut action, next) = self.move_of(assets, mover);
        let mover = if touch.leaf.app == self.scene.counter { turn_of(&touch.app_state) } else { mover };
        let sender = if is_signed { sender } else { self.sender_for(at, mover, sender) };
        let mut number = touch.steps.wrapping_add(1);
        match flaw {
            8 => number = *self.dice.pick(&[number.wrapping_add(1), number.wrapping_sub(1), 0]),
            9 => action = [&[0, 3][..], &touch.app_state].concat().into(),
            10 => action = vec![0; 4097].into(),
            11 => touch.app_state = vec![0; 4097].into(),
            12 => touch.app_state = [&touch.app_state[..], &[1]].concat().into(),
            _ => {}
        }
        if let Some(next) = next {
            self.app_states.insert(short_hash(&next), next);
        }
        if touch.leaf.app == self.scene.counter {
            self.learn_next_count(&touch.app_state);
        }
        let signature =
            if is_signed { self.step_signature(at, &touch, number, &action, mover, flaw) } else { Bytes::new() };
        let lengths = [touch.app_state.len() as u16, action.len() as u16].map(u16::to_be_bytes);
        let step = [&[number][..], &lengths.concat(), &touch.app_state, &action, &signature].concat();
        let step = if flaw == 15 { step[..self.dice.below(step.len() as u64 + 1) as usize].to_vec() } else { step };
        let Touch { terms, evidence, instance, leaf, .. } = touch;
        let is_greedy = leaf.gas > 25_000_000;
        Draft { is_greedy, ..Draft::new(sender, ForceProgress { terms, evidence, instance, step: step.into() }) }
    }

    pub(super) fn evaluate(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let mut sender = self.anyone();
        let flaw = if is_spoiled { self.dice.below(12) } else { u64::MAX };
        let Touch { terms, evidence, leaf, instance, mut app_state, .. } = self.touch(twin, at, &mut sender, flaw);
        match flaw {
            8 => app_state = vec![0; 4097].into(),
            9 => app_state = Bytes::new(),
            10 => app_state = [&app_state[..], &[1]].concat().into(),
            _ => {}
        }
        let is_greedy = leaf.gas > 25_000_000;
        Draft { is_greedy, ..Draft::new(sender, Evaluate { terms, evidence, instance, app_state }) }
    }

    /// Who makes a step, who sends it, and whether it is signed.
    fn mover(&mut self, at: usize) -> (Turn, Address, bool) {
        let (party, signer) = self.party(at);
        let turn = if party == 0 { Turn::Party0 } else { Turn::Party1 };
        match self.dice.below(10) {
            0..6 => (turn, self.anyone(), true),
            6..9 => (turn, signer, false),
            _ => (Turn::Anyone, self.stranger(), false),
        }
    }

    /// The counter knows two movers alone.
    fn sender_for(&self, at: usize, mover: Turn, sender: Address) -> Address {
        match mover {
            Turn::Party0 => self.plans[at].signer(0),
            Turn::Party1 => self.plans[at].signer(1),
            Turn::Anyone | Turn::Nobody => sender,
        }
    }

    /// An instance of the recorded state, or of a newer one; flaws up to 7 are in the evidence and the instance.
    fn touch(&mut self, twin: &Twin, at: usize, sender: &mut Address, flaw: u64) -> Touch {
        let mut terms = self.plans[at].terms.clone();
        if flaw == 0 {
            terms = self.cut_terms(&terms);
        }
        let channel = channel(twin, self.plans[at].id);
        let recorded = self.recorded_with_instances(twin, at);
        let evidence = match recorded {
            _ if flaw == 1 || flaw == 2 => self.bad_evidence(twin, at, sender),
            Some(_) if self.dice.permille(850) => self.recorded_evidence(twin, at),
            _ => self.newer_evidence(twin, at, *sender, Some(true)),
        };
        let state = evidence.state.filter(|state| !self.plans[at].states[*state].leaves.is_empty());
        let (base, leaf) = match state {
            Some(state) => {
                let leaves = self.plans[at].states[state].leaves.clone();
                (self.plans[at].states[state].hash, self.dice.pick(&leaves).clone())
            }
            // Of no state of the evidence.
            None => (B256::ZERO, self.make_instances(twin, at).1.swap_remove(0)),
        };
        let (app_state, steps) = self.position(channel, base, &leaf);
        let instance = self.with_proof(&leaf, flaw);
        Touch { terms, evidence: evidence.bytes, base, leaf, instance, app_state, steps }
    }

    /// Where an instance is: its app state and its steps.
    fn position(&self, channel: &Channel, base: B256, leaf: &Leaf) -> (Bytes, u8) {
        let touched = channel.bases.get(&base).and_then(|base| base.instances.get(&leaf.hash));
        let known = touched.and_then(|it| self.app_states.get(it.app_state_hash.as_slice()));
        (known.unwrap_or(&leaf.app_state).clone(), touched.map_or(0, |it| it.steps))
    }

    fn with_proof(&mut self, leaf: &Leaf, flaw: u64) -> Bytes {
        let mut bytes = [&leaf.packed[..], &leaf.proof].concat();
        match flaw {
            // A hash too many; one bit is wrong; another length.
            3 => bytes.extend(self.dice.word()),
            4 => {
                let at = self.dice.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1;
            }
            5 => bytes.push(0),
            6 => bytes.truncate(self.dice.below(bytes.len() as u64) as usize),
            7 => bytes.extend(vec![3; 33 * 32]),
            _ => {}
        }
        bytes.into()
    }

    fn step_signature(&mut self, at: usize, touch: &Touch, number: u8, action: &[u8], mover: Turn, flaw: u64) -> Bytes {
        let (id, app_state_hash) = (self.plans[at].id, keccak256(&touch.app_state));
        let hash = eip712::step_hash(id, touch.base, touch.leaf.hash, number, app_state_hash, action);
        let digest = self.scene.domain.digest(hash);
        let key = self.plans[at].key(u8::from(mover == Turn::Party1));
        match flaw {
            13 => self.one(&KEYS[5], digest),
            14 => {
                let is_full = self.dice.permille(500);
                self.flawed_one(&key, digest, is_full).into()
            }
            _ => self.one(&key, digest),
        }
    }

    fn learn_next_count(&mut self, app_state: &[u8]) {
        if let Some(word) = app_state.first_chunk::<32>() {
            let next = alloy_primitives::U256::from_be_bytes(*word).wrapping_add(alloy_primitives::U256::ONE);
            let next = Bytes::from(next.to_be_bytes_vec());
            self.app_states.insert(short_hash(&next), next);
        }
    }
}

/// Whose turn it is in the counter.
fn turn_of(app_state: &[u8]) -> Turn {
    if app_state.get(31).is_some_and(|byte| byte % 2 == 1) { Turn::Party1 } else { Turn::Party0 }
}
