//! The twin of the contract, which lives the same life: it hears what the contract was answered by all others, and must come to
//! the same.

mod heard;

use std::collections::BTreeMap;

use adjudicator::{
    Channel, Deployment, DisputeError, Effect, Manager, Submission,
    action::Action,
    storage::{self, Names},
};
use alloy_primitives::{Address, B256, LogData, U256};

use self::heard::Heard;
use crate::world::{Call, CallKind, Happening, Outcome, Trace, World};

/// The twin.
#[derive(Debug, Clone)]
pub struct Twin {
    /// The rules, with what they know.
    pub manager: Manager,
    /// Whether the contract has run short of gas since the rules knew what it has stored.
    is_behind: bool,
}

/// What comes of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Both did the same.
    Agrees,
    /// The contract ran short of gas, of which the twin knows nothing: it took over what the contract has stored.
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
        Self { manager: Manager::new(deployment), is_behind: false }
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
        self.is_behind |=
            matches!(outcome, Outcome::Halt { .. }) || operations.iter().any(|call| ran_short(call, manager));
        for effect in outcome.effects_of(manager) {
            if let (Effect::Credited { creditor, asset, .. }, true) = (effect, self.is_behind) {
                self.manager.credits.entry((creditor, asset)).or_default();
            }
        }
        if self.is_behind {
            if let Some(known) = known {
                self.take_over(world, known);
            }
            return Verdict::OutOfGas;
        }
        let chain_id = U256::from(world.chain_id());
        let mut expected = Vec::new();
        for call in operations {
            let submission = Submission { submitter: call.caller, value: call.value, now, chain_id };
            match self.operate(world, call, &submission) {
                Ok(effects) => expected.extend(effects),
                Err(how) => return Verdict::Disagrees(how),
            }
        }
        let compared = same_logs(manager, outcome, &expected)
            .and_then(|()| known.map_or(Ok(()), |known| self.same_storage(world, known)));
        compared.map_or_else(Verdict::Disagrees, |()| Verdict::Agrees)
    }

    /// One call of the contract.
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

    /// Whether what is stored is what the twin knows.
    fn same_storage(&self, world: &World, known: &BTreeMap<B256, Known>) -> Result<(), String> {
        let nothing = Channel::default();
        for each in known.values() {
            let stored = read(world, self.manager.deployment.domain.manager(), each);
            let expected = self.manager.channels.get(&each.names.channel_id).unwrap_or(&nothing);
            if stored != *expected {
                return Err(format!("the contract has stored {stored:?}, and by the rules it is {expected:?}"));
            }
        }
        for ((creditor, asset), credit) in &self.manager.credits {
            let stored = world.storage(self.manager.deployment.domain.manager(), storage::credit(*creditor, *asset));
            if stored != *credit {
                return Err(format!(
                    "the contract has stored a credit of {stored} for {creditor}, and by the rules it is {credit}"
                ));
            }
        }
        Ok(())
    }

    /// Takes over what the contract has stored.
    pub fn take_over(&mut self, world: &World, known: &BTreeMap<B256, Known>) {
        self.is_behind = false;
        for each in known.values() {
            let channel = read(world, self.manager.deployment.domain.manager(), each);
            self.manager.channels.insert(each.names.channel_id, channel);
        }
        self.manager.channels.retain(|_, channel| *channel != Channel::default());
        let manager = self.manager.deployment.domain.manager();
        for ((creditor, asset), credit) in &mut self.manager.credits {
            *credit = world.storage(manager, storage::credit(*creditor, *asset));
        }
        self.manager.credits.retain(|_, credit| !credit.is_zero());
    }
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

/// Whether a call of the contract, or one that it made of itself, was refused for want of gas.
fn ran_short(call: &Call, manager: Address) -> bool {
    let is_short =
        !call.is_success && (call.is_halted || matches!(reason_of(call), Some(DisputeError::InsufficientGas { .. })));
    let of_itself = |within: &&Call| within.kind == CallKind::DelegateCall && within.callee == manager;
    is_short || call.calls().filter(of_itself).any(|within| ran_short(within, manager))
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

/// All events within a call, in order, that were not taken back.
pub(crate) fn effects_in(call: &Call, manager: Address, effects: &mut Vec<Effect>) {
    if !call.is_success {
        return;
    }
    for happening in &call.within {
        match happening {
            Happening::Call(within) => effects_in(within, manager, effects),
            Happening::Event(log) if log.address == manager => effects.extend(Effect::from_log(&log.data)),
            Happening::Event(_) => {}
        }
    }
}
