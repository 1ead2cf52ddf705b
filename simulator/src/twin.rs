//! The twin of the contract, which lives the same life: it hears what the contract was answered by all others, and must come to
//! the same.

mod answers;
mod heard;

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{
    Channel, Deployment, DisputeError, Effect, Manager, Submission,
    action::Action,
    storage::{self, Names},
    words::TallyWord,
};
use alloy_primitives::{Address, B256, I256, LogData, U256};

use self::{answers::same_answer, heard::Heard};
use crate::world::{Call, CallKind, Outcome, Trace, World};

/// The twin.
#[derive(Debug, Clone)]
pub struct Twin {
    /// The rules, with what they know.
    pub manager: Manager,
    /// Whose credit of what there ever was.
    creditors: BTreeSet<(Address, Address)>,
    /// The contract's words that have changed since they were compared.
    changed: BTreeSet<U256>,
    /// The channels as they were when they were compared.
    compared: BTreeMap<B256, Channel>,
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

/// What is known of a channel from outside.
#[derive(Debug, Clone)]
pub struct Known {
    /// Where its words stand, but for instances.
    pub names: Names,
    /// All instances that there may be: by base and leaf, when they mature.
    pub instances: BTreeMap<B256, BTreeMap<B256, u64>>,
}

impl Twin {
    /// The twin of a contract that nobody has called.
    #[must_use]
    pub const fn new(deployment: Deployment) -> Self {
        Self {
            manager: Manager::new(deployment),
            creditors: BTreeSet::new(),
            changed: BTreeSet::new(),
            compared: BTreeMap::new(),
        }
    }

    /// Follows a transaction, and compares. With the last one of a block, `known` are all channels that it may have changed:
    /// then what is stored is compared, too.
    pub fn follow(
        &mut self,
        world: &World,
        trace: &Trace,
        outcome: &Outcome,
        now: u64,
        known: Option<&BTreeMap<B256, Known>>,
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
        for call in operations {
            let submission = Submission { submitter: call.caller, value: call.value, now, chain_id };
            is_short |= ran_short(call);
            let word = |slot| {
                let is_as_it_was = known.is_some() && !self.changed.contains(&slot);
                is_as_it_was.then(|| world.storage(manager, slot))
            };
            let answered = same_answer(call, &self.manager.deployment, &word);
            match answered.and_then(|()| self.operate(world, call, &submission)) {
                Ok(effects) => expected.extend(effects),
                Err(how) => return Verdict::Disagrees(how),
            }
        }
        let compared = same_logs(manager, outcome, &expected)
            .and_then(|()| known.map_or(Ok(()), |known| self.same_storage(world, known)));
        match compared {
            Err(how) => Verdict::Disagrees(how),
            Ok(()) if is_short => Verdict::OutOfGas,
            Ok(()) => Verdict::Agrees,
        }
    }

    /// One call of the contract, or one that a multicall made of it.
    fn operate(&mut self, world: &World, call: &Call, submission: &Submission) -> Result<Vec<Effect>, String> {
        let Ok(action) = Action::decode(&call.data) else {
            let getter = self.manager.call_back(&call.data, submission);
            return match getter {
                Ok(effects) if call.is_success => Ok(effects),
                Err(_) if !call.is_success => Ok(Vec::new()),
                _ => Err(format!("it cannot be read, and the contract answers {}", answer_of(call))),
            };
        };
        let is_payable = matches!(action, Action::Deposit(_) | Action::DepositById(_));
        if !is_payable && !call.value.is_zero() {
            return if call.is_success {
                Err("the contract takes coins where none may come along".into())
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

    /// Whether what is stored is what the twin knows, and nothing else has changed.
    fn same_storage(&mut self, world: &World, known: &BTreeMap<B256, Known>) -> Result<(), String> {
        let nothing = Channel::default();
        let manager = self.manager.deployment.domain.manager();
        let mut foreseen = BTreeSet::new();
        for each in known.values() {
            let names = Names { instances: each.instances.clone(), ..each.names.clone() };
            let slots = names.slots();
            let sums =
                each.instances.keys().flat_map(|base| (0..names.assets.len()).map(|it| storage::delta_sum(*base, it)));
            let slots: BTreeSet<U256> = slots.into_iter().chain(sums).collect();
            let id = each.names.channel_id;
            let expected = self.manager.channels.get(&id).unwrap_or(&nothing);
            // What has changed on neither side is as it was when it was compared.
            if self.changed.is_disjoint(&slots) && self.compared.get(&id).unwrap_or(&nothing) == expected {
                continue;
            }
            let stored = read(world, manager, each);
            if stored != *expected {
                return Err(format!("the contract has stored {stored:?}, and by the rules it is {expected:?}"));
            }
            same_sums(world, manager, expected)?;
            let bounty = world.storage(manager, storage::bounty(id));
            if expected.bounty.is_none() && !bounty.is_zero() {
                return Err(format!("the contract has stored a bounty of {bounty:#x}, and by the rules there is none"));
            }
            self.compared.insert(id, stored);
            foreseen.extend(slots);
        }
        for (creditor, asset) in &self.creditors {
            let slot = storage::credit(*creditor, *asset);
            let stored = world.storage(manager, slot);
            let credit = self.manager.credits.get(&(*creditor, *asset)).copied().unwrap_or_default();
            if stored != credit {
                return Err(format!(
                    "the contract has stored a credit of {stored} for {creditor}, and by the rules it is {credit}"
                ));
            }
            foreseen.insert(slot);
        }
        match std::mem::take(&mut self.changed).difference(&foreseen).next() {
            None => Ok(()),
            Some(slot) => Err(format!("the contract has written {slot:#x}, where by the rules nothing is")),
        }
    }
}

/// Whether the sums of deltas are those of the deltas.
fn same_sums(world: &World, manager: Address, channel: &Channel) -> Result<(), String> {
    for (hash, base) in &channel.bases {
        let tally = TallyWord::from_word(world.storage(manager, storage::tally(*hash)));
        let assets = base.instances.values().map(|progress| progress.deltas.len()).max().unwrap_or_default();
        for index in 0..assets {
            let seated = if index == 0 { tally.seated_delta } else { I256::ZERO };
            let sum =
                if tally.has_sums { world.storage(manager, storage::delta_sum(*hash, index)) } else { U256::ZERO };
            let stored = seated.saturating_add(I256::from_raw(sum));
            let deltas = base.instances.values().filter_map(|progress| progress.deltas.get(index));
            let expected = deltas.fold(I256::ZERO, |sum, delta| sum.saturating_add(*delta));
            if stored != expected {
                return Err(format!(
                    "the contract has stored {stored} as sum of deltas, and by the rules it is {expected}"
                ));
            }
        }
    }
    Ok(())
}

/// A channel, as the contract has stored it.
#[must_use]
pub fn read(world: &World, manager: Address, known: &Known) -> Channel {
    let names = Names { instances: known.instances.clone(), ..known.names.clone() };
    let Ok(channel) = names.read(|slot| Ok::<_, std::convert::Infallible>(world.storage(manager, slot)));
    channel
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
