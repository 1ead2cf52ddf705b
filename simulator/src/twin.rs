//! The twin of the contract, which lives the same life: it hears what the contract was answered by all others, and must come to
//! the same.

mod answers;
mod heard;
mod places;

use std::collections::BTreeSet;

use adjudicator::{
    Channel, DecodeError, Deployment, DisputeError, Effect, Manager, Submission, action::Action, storage,
};
use alloy_primitives::{Address, B256, LogData, U256};

pub use self::places::Places;
use self::{answers::same_answer, heard::Heard};
use crate::world::{Call, CallKind, CoinChange, Outcome, Trace, World};

/// The twin.
#[derive(Debug, Clone)]
pub struct Twin {
    /// The rules, with what they know.
    pub manager: Manager,
    /// Whose credit of what there ever was.
    creditors: BTreeSet<(Address, Address)>,
    /// The contract's words that have changed since they were compared.
    changed: BTreeSet<U256>,
    /// The channels that were operated on since they were compared.
    touched: BTreeSet<B256>,
}

/// What comes of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Both did the same.
    Agrees,
    /// A call of the contract ran short of gas, of which the twin knows nothing, and changed nothing. All else is the same.
    OutOfGas,
    /// They did not do the same: how.
    Disagrees(String),
}

impl Twin {
    /// The twin of a contract that nobody has called.
    #[must_use]
    pub const fn new(deployment: Deployment) -> Self {
        Self {
            manager: Manager::new(deployment),
            creditors: BTreeSet::new(),
            changed: BTreeSet::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Follows a transaction, and compares. With the last one of a block, `places` are those of all channels that it may have
    /// changed: then what is stored is compared, too.
    pub fn follow(
        &mut self,
        world: &World,
        trace: &Trace,
        outcome: &Outcome,
        now: u64,
        places: Option<&Places>,
    ) -> Verdict {
        let manager = self.manager.deployment.domain.manager();
        let mut operations = Vec::new();
        operations_in(&trace.call, manager, &mut operations);
        for effect in outcome.effects_of(manager) {
            if let Effect::Credited { creditor, asset, .. } = effect {
                self.creditors.insert((creditor, asset));
            }
        }
        let words = trace.changes.iter().filter(|change| change.account == manager && change.before != change.after);
        self.changed.extend(words.map(|change| change.slot));
        let chain_id = U256::from(world.chain_id());
        let (mut expected, mut is_short) = (Vec::new(), false);
        if let Err(how) = keeps_its_coins(trace, manager, &operations) {
            return Verdict::Disagrees(how);
        }
        for call in operations {
            let submission = Submission { submitter: call.caller, value: call.value, now, chain_id };
            is_short |= ran_short(call);
            let word = |slot| {
                let is_as_it_was = places.is_some() && !self.changed.contains(&slot);
                is_as_it_was.then(|| world.storage(manager, slot))
            };
            let answered = same_answer(call, &self.manager.deployment, &word);
            match answered.and_then(|()| self.operate(world, call, &submission)) {
                Ok(effects) => expected.extend(effects),
                Err(how) => return Verdict::Disagrees(how),
            }
        }
        let compared = same_logs(manager, outcome, &expected)
            .and_then(|()| places.map_or(Ok(()), |places| self.same_storage(world, places)));
        match compared {
            Err(how) => Verdict::Disagrees(how),
            Ok(()) if is_short => Verdict::OutOfGas,
            Ok(()) => Verdict::Agrees,
        }
    }

    /// One call of the contract, or one that a multicall made of it.
    fn operate(&mut self, world: &World, call: &Call, submission: &Submission) -> Result<Vec<Effect>, String> {
        let action = match Action::decode(&call.data) {
            Ok(action) => action,
            // Nobody needs so many within one another, but the contract makes each.
            Err(DecodeError::NestedTooDeep { .. } | DecodeError::TooManyCalls { .. }) => {
                return self.one_by_one(world, call, submission);
            }
            Err(_) => {
                return match self.manager.call_back(&call.data, submission) {
                    Ok(effects) if call.is_success => Ok(effects),
                    Err(reason) if !call.is_success && (is_short(call) || call.output == reason) => Ok(Vec::new()),
                    _ => Err(format!("it cannot be read, and the contract answers {}", answer_of(call))),
                };
            }
        };
        let is_payable = matches!(action, Action::Deposit(_) | Action::DepositById(_));
        if !is_payable && !call.value.is_zero() {
            return if call.is_success || !(call.output.is_empty() || is_short(call)) {
                Err(format!("no coins may come along, and the contract answers {}", answer_of(call)))
            } else {
                Ok(Vec::new())
            };
        }
        if is_short(call) {
            return Ok(Vec::new());
        }
        if matches!(action, Action::Multicall(_)) && ran_short(call) {
            return self.one_by_one(world, call, submission);
        }
        self.touch(&action);
        let mut heard = Heard::new(world, call, self.manager.deployment, *submission);
        let applied = self.manager.apply(&mut heard, &action, submission);
        heard.finish()?;
        match applied {
            Ok(effects) if call.is_success => Ok(effects),
            Err(reason) if !call.is_success && call.output == reason.clone().abi_encode() => Ok(Vec::new()),
            Ok(_) => Err(format!("the rules take it, and the contract answers {}", answer_of(call))),
            Err(reason) => Err(format!(
                "the rules refuse it: {}: {reason}; and the contract answers {}",
                reason.name(),
                answer_of(call)
            )),
        }
    }

    /// A multicall of which some calls ran short: each is followed on its own.
    fn one_by_one(&mut self, world: &World, call: &Call, submission: &Submission) -> Result<Vec<Effect>, String> {
        let mut effects = Vec::new();
        for (index, within) in (0..).zip(of_itself(call)) {
            let more = self.operate(world, within, submission)?;
            if within.is_success {
                effects.extend(more);
            } else {
                effects.push(Effect::CallFailed { index, reason: within.output.clone() });
            }
        }
        Ok(effects)
    }

    /// Notes the channels that an operation may change.
    fn touch(&mut self, action: &Action) {
        if let Action::Multicall(within) = action {
            within.calls.iter().filter_map(|call| Action::decode(call).ok()).for_each(|each| self.touch(&each));
        }
        self.touched.extend(action.channel_id(&self.manager.deployment.domain));
    }

    /// Whether what is stored is what the twin knows, and nothing else has changed.
    fn same_storage(&mut self, world: &World, places: &Places) -> Result<(), String> {
        let nothing = Channel::default();
        let manager = self.manager.deployment.domain.manager();
        let mut changed = std::mem::take(&mut self.changed);
        for (creditor, asset) in &self.creditors {
            let slot = storage::credit(*creditor, *asset);
            let stored = world.storage(manager, slot);
            let credit = self.manager.credits.get(&(*creditor, *asset)).copied().unwrap_or_default();
            if stored != credit {
                return Err(format!(
                    "the contract has stored a credit of {stored} for {creditor}, and by the rules it is {credit}"
                ));
            }
            changed.remove(&slot);
        }
        let mut touched = std::mem::take(&mut self.touched);
        for slot in changed {
            let stray = || format!("the contract has written {slot:#x}, where by the rules nothing is");
            touched.insert(places.owner(slot).ok_or_else(stray)?);
        }
        touched.into_iter().try_for_each(|id| {
            let expected = self.manager.channels.get(&id).unwrap_or(&nothing);
            places.same_channel(world, manager, id, expected)
        })
    }
}

/// The calls of the contract from outside that were not taken back by whoever made them, in order.
fn operations_in<'a>(call: &'a Call, manager: Address, operations: &mut Vec<&'a Call>) {
    let is_operation = call.callee == manager && matches!(call.kind, CallKind::Call | CallKind::StaticCall);
    if is_operation {
        operations.push(call);
    } else if call.is_success {
        call.calls().for_each(|within| operations_in(within, manager, operations));
    }
}

/// Whether the contract has of the native coin at least what it had, with what came along, and without what it has paid by calls:
/// those the rules foresee. It may have more, for nobody can refuse what is forced upon him.
fn keeps_its_coins(trace: &Trace, manager: Address, operations: &[&Call]) -> Result<(), String> {
    let Some(coins) = trace.coins.iter().find(|coins| coins.account == manager) else { return Ok(()) };
    let succeeded = operations.iter().filter(|call| call.is_success);
    let came = succeeded.clone().fold(coins.before, |sum, call| sum.saturating_add(call.value));
    let expected = succeeded.fold(came, |sum, call| sum.saturating_sub(paid_by(call)));
    if coins.after >= expected {
        return Ok(());
    }
    let CoinChange { before, after, .. } = coins;
    Err(format!("the contract had {before} wei and has {after}, where by what came and what it pays it is {expected}"))
}

/// What the contract has paid of the native coin within a call of it.
fn paid_by(call: &Call) -> U256 {
    let manager = call.callee;
    let paid = call.calls().filter(|within| within.is_success).map(|within| match within.kind {
        CallKind::DelegateCall if within.callee == manager => paid_by(within),
        CallKind::DelegateCall | CallKind::StaticCall => U256::ZERO,
        _ => within.value,
    });
    paid.fold(U256::ZERO, U256::saturating_add)
}

/// Whether a call was refused for want of gas, and so changed nothing.
fn is_short(call: &Call) -> bool {
    let asks_for_more = || match reason_of(call) {
        Some(DisputeError::InsufficientGas { required, available }) => available < required,
        _ => false,
    };
    !call.is_success && (call.is_out_of_gas || asks_for_more())
}

/// Whether a call of the contract, or one that it made of itself, was refused for want of gas.
fn ran_short(call: &Call) -> bool {
    is_short(call) || of_itself(call).any(ran_short)
}

/// The calls that a call of the contract made of the contract itself, as a multicall does.
fn of_itself(call: &Call) -> impl Iterator<Item = &Call> {
    call.calls().filter(|within| within.kind == CallKind::DelegateCall && within.callee == call.callee)
}

fn reason_of(call: &Call) -> Option<DisputeError> {
    DisputeError::abi_decode(&call.output).ok()
}

fn answer_of(call: &Call) -> String {
    match reason_of(call) {
        _ if call.is_success => "that it is done".into(),
        Some(reason) => format!("{}: {reason}", reason.name()),
        None if call.output.is_empty() => "without a reason".into(),
        None => call.output.to_string(),
    }
}

/// The logs of the contract are exactly what the rules say.
fn same_logs(manager: Address, outcome: &Outcome, expected: &[Effect]) -> Result<(), String> {
    let Outcome::Success { logs, .. } = outcome else { return Ok(()) };
    let of_contract = logs.iter().filter(|log| log.address == manager).map(|log| &log.data);
    let foreseen: Vec<LogData> = expected.iter().filter_map(|effect| effect.to_log().ok()).collect();
    if foreseen.len() == expected.len() && of_contract.clone().eq(&foreseen) {
        return Ok(());
    }
    let logged: Vec<String> =
        of_contract.map(|log| Effect::from_log(log).map_or_else(|it| it.to_string(), |it| it.to_string())).collect();
    let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
    Err(format!("the contract logs {logged:?}, and by the rules it is {expected:?}"))
}
