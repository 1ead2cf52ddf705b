//! What happens within a transaction, as a tree for people.

use std::fmt::{self, Write};

use adjudicator::{
    DisputeError, Effect,
    abi::{
        ChannelManager::ChannelManagerCalls, IApp::IAppCalls, IERC20::IERC20Calls,
        PreimageRegistry::PreimageRegistryCalls,
    },
    action::Action,
};
use alloy_primitives::{Address, Log, U256, hex};
use serde::Serialize;

use super::Labels;
use crate::world::{Call, CallKind, Happening, Trace};

/// What tells who has signed something is called.
const ECRECOVER: &str = "ecrecover";

/// Bytes are cut behind so many.
const MAX_BYTES: usize = 36;

/// The calls of a transaction, each with its gas, its answer, and the events within.
#[must_use]
pub fn calls(trace: &Trace, labels: &Labels) -> String {
    let mut text = String::new();
    // Writing into a text does not fail.
    let _ = node(&mut text, &trace.call, labels, "", "");
    text
}

/// The words of storage that are not what they were.
#[must_use]
pub fn changes(trace: &Trace, labels: &Labels, manager: Address) -> Vec<String> {
    let lines = trace.changes.iter().filter(|change| change.before != change.after).map(|change| {
        if change.account == manager {
            labels.change(change.slot, change.before, change.after)
        } else {
            let (before, after) = (change.before, change.after);
            format!(
                "{}: slot {}: {before} -> {after}",
                labels.account(change.account),
                brief(&change.slot.to_be_bytes::<32>())
            )
        }
    });
    lines.collect()
}

fn node(text: &mut String, call: &Call, labels: &Labels, first: &str, rest: &str) -> fmt::Result {
    writeln!(text, "{first}[{}] {}", call.gas_used, title(call, labels))?;
    for happening in &call.within {
        match happening {
            Happening::Call(within) => node(text, within, labels, &format!("{rest}├─ "), &format!("{rest}│  "))?,
            Happening::Event(log) => writeln!(text, "{rest}├─ emits {}", event(log, labels))?,
        }
    }
    writeln!(text, "{rest}└─ {}", answer(call, labels))
}

/// Who is called, how, and with what.
#[must_use]
pub fn title(call: &Call, labels: &Labels) -> String {
    let value = labels.amount(Address::ZERO, call.value);
    let value = if call.value.is_zero() { String::new() } else { format!("{{{value}}}") };
    let kind = match call.kind {
        CallKind::StaticCall => " [staticcall]",
        CallKind::DelegateCall => " [delegatecall]",
        CallKind::Create | CallKind::Create2 => " [create]",
        _ => "",
    };
    match precompile(call.callee) {
        Some(name) => format!("{name}({})", brief(&call.data)),
        None => format!("{}::{}{value}{kind}", labels.account(call.callee), function(call)),
    }
}

fn function(call: &Call) -> String {
    if let Ok(action) = Action::decode(&call.data) {
        return action.name().to_owned();
    }
    let Some((selector, arguments)) = call.data.split_first_chunk::<4>() else {
        return if call.data.is_empty() { "receive()".into() } else { brief(&call.data) };
    };
    let names = [
        ChannelManagerCalls::name_by_selector(*selector),
        IAppCalls::name_by_selector(*selector),
        IERC20Calls::name_by_selector(*selector),
        PreimageRegistryCalls::name_by_selector(*selector),
    ];
    let name = names.into_iter().flatten().next().map_or_else(|| hex::encode_prefixed(selector), str::to_owned);
    format!("{name}({})", brief(arguments))
}

fn answer(call: &Call, labels: &Labels) -> String {
    if call.is_success {
        return match <[u8; 32]>::try_from(call.output.as_ref()) {
            _ if call.output.is_empty() => "done".into(),
            Ok(word) if precompile(call.callee) == Some(ECRECOVER) => {
                format!("returns {}", labels.account(Address::from_word(word.into())))
            }
            _ => format!("returns {}", brief(&call.output)),
        };
    }
    match DisputeError::abi_decode(&call.output) {
        Ok(error) => format!("reverts by {}: {}", error.name(), labels.error(&error)),
        Err(_) if call.is_halted => "breaks off".into(),
        Err(_) if call.output.is_empty() => "reverts without a reason".into(),
        Err(_) => format!("reverts by {}", brief(&call.output)),
    }
}

fn event(log: &Log, labels: &Labels) -> String {
    match Effect::from_log(&log.data) {
        Ok(effect) => labels.effect(&effect),
        Err(_) => format!(
            "an event of {} on {}",
            labels.account(log.address),
            log.topics().first().map(|it| brief(it.as_slice())).unwrap_or_default()
        ),
    }
}

fn precompile(address: Address) -> Option<&'static str> {
    let number = U256::from_be_bytes(address.into_word().0);
    match number.saturating_to::<u64>() {
        1 => Some(ECRECOVER),
        2 => Some("sha256"),
        4 => Some("identity"),
        _ => None,
    }
}

pub(super) fn brief(bytes: &[u8]) -> String {
    match bytes.get(..MAX_BYTES) {
        Some(first) if first.len() < bytes.len() => format!("{}... {} bytes", hex::encode_prefixed(first), bytes.len()),
        _ => hex::encode_prefixed(bytes),
    }
}

/// A call as it was seen, with what happens within it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Who calls.
    pub by: String,
    /// Who is called, how, and with what.
    pub call: String,
    /// What it took.
    pub gas: u64,
    /// What came of it.
    pub answer: String,
    /// Calls and events, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<Within>,
}

/// What was seen within a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Within {
    /// Another call.
    Call(Seen),
    /// An event.
    Event {
        /// In words.
        event: String,
    },
}

impl Seen {
    /// A call, with the names of the scenario.
    #[must_use]
    pub fn of(call: &Call, labels: &Labels) -> Self {
        let within = call.within.iter().map(|happening| match happening {
            Happening::Call(within) => Within::Call(Self::of(within, labels)),
            Happening::Event(log) => Within::Event { event: event(log, labels) },
        });
        Self {
            by: labels.account(call.caller),
            call: title(call, labels),
            gas: call.gas_used,
            answer: answer(call, labels),
            within: within.collect(),
        }
    }
}
