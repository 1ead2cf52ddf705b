//! What all others answered the contract, told to the rules once more.

use std::collections::VecDeque;

use adjudicator::{
    AppFailure, Deployment, Effect, Manager, Position, Submission, Transition, Turn,
    abi::{
        IApp::{positionCall, transitionCall},
        IERC20,
    },
    rules::NATIVE,
    types::MAX_APP_BYTES,
};
use alloy_primitives::{Address, B256, Bytes, I256, U256};
use alloy_sol_types::SolCall;

use super::{answers::same_answer, is_short};
use crate::world::{Call, CallKind, World};

/// The gas that a payment of the native coin and of a token has.
const PUSH_GAS: [u64; 2] = [50_000, 200_000];
/// What the machine adds where coins come along.
const STIPEND: u64 = 2_300;
/// Precompiled contracts stand below.
const FIRST_ACCOUNT: U256 = U256::from_limbs([0x200, 0, 0, 0]);

/// The calls that the contract made, which answer the rules. What they ask differently is noted.
pub(super) struct Heard<'a> {
    world: &'a World,
    manager: Address,
    calls: VecDeque<&'a Call>,
    /// The contract without channels, and what was sent to it: all that a call back depends on.
    called: (Manager, Submission),
    overheard: Vec<Effect>,
    surprise: Option<String>,
}

impl<'a> Heard<'a> {
    pub(super) fn new(world: &'a World, call: &'a Call, deployment: Deployment, submission: Submission) -> Self {
        let manager = deployment.domain.manager();
        let mut calls = VecDeque::new();
        made_by(call, manager, &mut calls);
        let called = (Manager::new(deployment), submission);
        Self { world, manager, calls, called, overheard: Vec::new(), surprise: None }
    }

    /// Whether the rules asked everything that the contract did, in the same way.
    pub(super) fn finish(mut self) -> Result<(), String> {
        if let Some(call) = self.calls.pop_front() {
            self.be_surprised(format!("the contract calls {}, and by the rules it does not", call.callee));
        }
        self.surprise.map_or(Ok(()), Err)
    }

    fn be_surprised(&mut self, what: String) {
        self.surprise.get_or_insert(what);
    }

    /// The next call, which should be this one.
    fn next(
        &mut self,
        kind: CallKind,
        callee: Address,
        value: U256,
        data: &[u8],
        gas: Option<u64>,
    ) -> Option<&'a Call> {
        let call = self.calls.pop_front();
        let Some(call) = call else {
            self.be_surprised(format!("by the rules the contract calls {callee}, and it does not"));
            return None;
        };
        let is_meant = (call.kind, call.callee, call.value, call.data.as_ref()) == (kind, callee, value, data);
        let gas = gas.map(|gas| if value.is_zero() { gas } else { gas.saturating_add(STIPEND) });
        if !is_meant || gas.is_some_and(|gas| call.gas_limit != gas) {
            self.be_surprised(format!("by the rules the contract calls {callee} otherwise than it does: {call:?}"));
        }
        if kind == CallKind::StaticCall {
            self.asked_back(call);
        } else {
            let effects = self.called_back(call);
            self.overheard.extend(effects);
        }
        Some(call)
    }

    /// What the contract answers those whom it asks, and who ask it: getters tell, and nothing can be changed.
    fn asked_back(&mut self, call: &Call) {
        for within in call.calls() {
            if within.callee != self.manager || within.kind == CallKind::DelegateCall {
                self.asked_back(within);
                continue;
            }
            let answer = self.answer_to(within);
            let may_succeed = answer.is_ok_and(|effects| effects.is_empty());
            if may_succeed != within.is_success && !is_short(within) {
                let how = if within.is_success { "lets" } else { "does not let" };
                self.be_surprised(format!("the contract {how} somebody call it whom it asks: {within:?}"));
            }
        }
    }

    /// What the rules say to a call that somebody makes while the contract calls him.
    fn answer_to(&mut self, call: &Call) -> Result<Vec<Effect>, Bytes> {
        let (contract, sent) = &self.called;
        let submission = Submission { submitter: call.caller, value: call.value, ..*sent };
        let answer = contract.call_back(&call.data, &submission);
        if let Err(how) = same_answer(call, &contract.deployment, &|_| None) {
            self.be_surprised(how);
        }
        answer
    }

    /// What the contract logs because it was called back within a call, as far as nobody took it back.
    fn called_back(&mut self, call: &Call) -> Vec<Effect> {
        let mut effects = Vec::new();
        for within in call.calls() {
            if within.callee != self.manager || within.kind == CallKind::DelegateCall {
                effects.extend(self.called_back(within));
                continue;
            }
            let answer = self.answer_to(within);
            let is_foreseen = match &answer {
                Ok(_) => within.is_success || is_short(within),
                Err(reason) => !within.is_success && (is_short(within) || within.output == *reason),
            };
            if !is_foreseen {
                self.be_surprised(format!(
                    "a call back is answered {answer:?} by the rules, and otherwise by the contract"
                ));
            }
            if within.is_success {
                effects.extend(answer.unwrap_or_default());
            }
        }
        if call.is_success { effects } else { Vec::new() }
    }

    /// What a token says that an account has.
    fn balance(&mut self, token: Address) -> Option<U256> {
        let data = IERC20::balanceOfCall { account: self.manager }.abi_encode();
        let call = self.next(CallKind::StaticCall, token, U256::ZERO, &data, None)?;
        let word = call.output.first_chunk::<32>().filter(|_| call.is_success)?;
        Some(U256::from_be_bytes(*word))
    }

    /// Whether a token did as it was told.
    fn is_taken(&self, call: &Call) -> bool {
        let has_code = !self.world.code(call.callee).is_empty();
        let is_one = || call.output.first_chunk::<32>().is_some_and(|word| U256::from_be_bytes(*word) == U256::ONE);
        call.is_success && if call.output.is_empty() { has_code } else { is_one() }
    }

    fn ask(&mut self, app: Address, gas: u32, data: &[u8]) -> Result<Bytes, AppFailure> {
        let call =
            self.next(CallKind::StaticCall, app, U256::ZERO, data, Some(gas.into())).ok_or(AppFailure::Failed)?;
        if call.is_success && !self.world.code(app).is_empty() {
            Ok(call.output.clone())
        } else {
            Err(AppFailure::Failed)
        }
    }
}

/// The calls that the contract made of others, in order, also where it called itself.
fn made_by<'a>(call: &'a Call, manager: Address, calls: &mut VecDeque<&'a Call>) {
    for within in call.calls() {
        if within.kind == CallKind::DelegateCall && within.callee == manager {
            made_by(within, manager, calls);
        } else if !within.value.is_zero() || U256::from_be_bytes(within.callee.into_word().0) >= FIRST_ACCOUNT {
            calls.push_back(within);
        }
    }
}

fn turn_of(turn: U256) -> Result<Turn, AppFailure> {
    let turns = [Turn::Party0, Turn::Party1, Turn::Anyone, Turn::Nobody];
    usize::try_from(turn).ok().and_then(|turn| turns.get(turn).copied()).ok_or(AppFailure::Malformed)
}

/// So many words from a place on.
fn words<const N: usize>(answer: &[u8], from: usize) -> Result<[U256; N], AppFailure> {
    let size = N.saturating_mul(32);
    let bytes = answer.get(from..from.saturating_add(size)).ok_or(AppFailure::Malformed)?;
    let mut words = [U256::ZERO; N];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<32>().0) {
        *word = U256::from_be_bytes(*bytes);
    }
    Ok(words)
}

/// A list that begins at a place with its length, and with which the answer ends.
fn deltas(answer: &[u8], from: usize) -> Option<Vec<I256>> {
    let [count] = words(answer, from).ok()?;
    let entries = answer.get(from.saturating_add(32)..)?.as_chunks::<32>();
    let (entries, []) = entries else { return None };
    let deltas = entries.iter().map(|entry| I256::from_be_bytes(*entry)).collect::<Vec<_>>();
    (U256::from(deltas.len()) == count).then_some(deltas)
}

impl adjudicator::World for Heard<'_> {
    /// Nothing is taken back: what was called was called.
    fn checkpoint(&mut self) {}

    fn commit(&mut self) {}

    fn revert(&mut self) {}

    fn code_hash(&mut self, account: Address) -> B256 {
        self.world.code_hash(account)
    }

    fn transition(
        &mut self,
        app: Address,
        gas: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, AppFailure> {
        let (app_state, action) = (Bytes::copy_from_slice(app_state), Bytes::copy_from_slice(action));
        let data = transitionCall { appState: app_state, action, mover: mover as u8 }.abi_encode();
        let output = self.ask(app, gas, &data)?;
        let [head, turn, list, length] = words(&output, 0)?;
        let length =
            usize::try_from(length).ok().filter(|length| *length <= MAX_APP_BYTES).ok_or(AppFailure::Malformed)?;
        let padded = length.next_multiple_of(32);
        let is_sound = head == U256::from(96) && list == U256::from(padded.saturating_add(128));
        let deltas = deltas(&output, padded.saturating_add(128)).filter(|_| is_sound).ok_or(AppFailure::Malformed)?;
        // What fills up the last word is not looked at.
        let next = output.get(128..length.saturating_add(128)).ok_or(AppFailure::Malformed)?;
        let position = Position { turn: turn_of(turn)?, deltas };
        Ok(Transition { app_state: Bytes::copy_from_slice(next), position })
    }

    fn position(&mut self, app: Address, gas: u32, app_state: &[u8]) -> Result<Position, AppFailure> {
        let data = positionCall { appState: Bytes::copy_from_slice(app_state) }.abi_encode();
        let output = self.ask(app, gas, &data)?;
        let [turn, list] = words(&output, 0)?;
        let deltas = deltas(&output, 64).filter(|_| list == U256::from(64)).ok_or(AppFailure::Malformed)?;
        Ok(Position { turn: turn_of(turn)?, deltas })
    }

    fn pull(&mut self, token: Address, from: Address, amount: U256) -> Option<U256> {
        let before = self.balance(token)?;
        let data = IERC20::transferFromCall { from, to: self.manager, amount }.abi_encode();
        let call = self.next(CallKind::Call, token, U256::ZERO, &data, None)?;
        if !self.is_taken(call) {
            return None;
        }
        let afterwards = self.balance(token)?;
        Some(afterwards.saturating_sub(before))
    }

    fn push(&mut self, asset: Address, to: Address, amount: U256, is_bounded: bool) -> bool {
        let [native_gas, token_gas] = PUSH_GAS.map(|gas| is_bounded.then_some(gas));
        if asset == NATIVE {
            let call = self.next(CallKind::Call, to, amount, &[], native_gas);
            return call.is_some_and(|call| call.is_success);
        }
        let data = IERC20::transferCall { to, amount }.abi_encode();
        let call = self.next(CallKind::Call, asset, U256::ZERO, &data, token_gas);
        call.is_some_and(|call| self.is_taken(call))
    }

    fn overheard(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.overheard)
    }
}
