//! What came of a call.

use adjudicator::{Deployment, DisputeError, Effect, action::Action};
use alloy_primitives::{Address, Bytes, Log, LogData};
use simulator::world::Outcome;

use super::Mismatch;
use crate::{step::Act, twin::Answer};

/// Compares what came of a call that had gas enough.
///
/// # Errors
/// Where the sides disagree.
pub fn outcomes(act: &Act, manager: Address, outcome: &Outcome, answer: &Answer) -> Result<(), Mismatch> {
    let agree = match (outcome, answer) {
        (Outcome::Success { logs, output, .. }, Answer::Accepted { effects, output: expected }) => {
            return same_logs(manager, logs, effects).and_then(|()| same_output(output, expected));
        }
        (Outcome::Revert { output, .. }, Answer::Refused(reason)) => *output == reason.clone().abi_encode(),
        (Outcome::Revert { output, .. }, Answer::NotPayable) => output.is_empty(),
        (Outcome::Revert { output, .. }, Answer::Unreadable) => output.is_empty() || is_read_late(&act.calldata),
        _ => false,
    };
    if agree { Ok(()) } else { Err(disagreement(act, outcome, answer)) }
}

/// Compares what came of a call that may have had too little gas; whether it went through.
///
/// # Errors
/// If it went through and the twin disagrees, or failed for a reason that is neither the twin's nor gas.
pub fn scarce(act: &Act, manager: Address, outcome: &Outcome, answer: &Answer) -> Result<bool, Mismatch> {
    let is_gas = match outcome {
        Outcome::Success { .. } => false,
        Outcome::Revert { output, .. } => {
            output.is_empty() || matches!(reason_of(outcome), Some(DisputeError::InsufficientGas { .. }))
        }
        Outcome::Halt { .. } => true,
    };
    if is_gas && !matches!(answer, Answer::Broken(_)) {
        return Ok(false);
    }
    outcomes(act, manager, outcome, answer).map(|()| outcome.is_success())
}

/// The contract's error, if it is one, of a call that was refused.
#[must_use]
pub fn reason_of(outcome: &Outcome) -> Option<DisputeError> {
    match outcome {
        Outcome::Revert { output, .. } => DisputeError::abi_decode(output).ok(),
        Outcome::Success { .. } | Outcome::Halt { .. } => None,
    }
}

/// Compares what came of a deployment.
///
/// # Errors
/// Where the sides disagree.
pub fn deployments(outcome: &Outcome, answer: &Result<Deployment, DisputeError>) -> Result<(), Mismatch> {
    let agree = match answer {
        Ok(_) => outcome.is_success(),
        Err(reason) => reason_of(outcome).as_ref() == Some(reason),
    };
    if agree { Ok(()) } else { Err(Mismatch::new("deployment", describe_outcome(outcome).1, format!("{answer:?}"))) }
}

fn disagreement(act: &Act, outcome: &Outcome, answer: &Answer) -> Mismatch {
    let (bytecode, said) = describe_outcome(outcome);
    let (twin, told) = describe_answer(answer);
    let operation = Action::decode(&act.calldata).map_or("unreadable call", |action| action.name());
    Mismatch::new(format!("{operation}: bytecode {bytecode}, twin {twin}"), said, told)
}

/// In a few words, and in full.
fn describe_outcome(outcome: &Outcome) -> (String, String) {
    match outcome {
        Outcome::Success { logs, .. } => {
            ("accepts".into(), format!("accepted:{}", list(logs.iter().map(describe_log))))
        }
        Outcome::Revert { output, .. } => match DisputeError::abi_decode(output) {
            Ok(reason) => (format!("refuses by {}", reason.name()), format!("{}: {reason}", reason.name())),
            Err(_) if output.is_empty() => ("refuses without a reason".into(), "refused without a reason".into()),
            Err(_) => ("refuses by something else".into(), format!("refused by {output}")),
        },
        Outcome::Halt { reason, .. } => ("breaks off".into(), format!("broke off: {reason:?}")),
    }
}

fn describe_answer(answer: &Answer) -> (String, String) {
    match answer {
        Answer::Accepted { effects, .. } => {
            ("accepts".into(), format!("accepted:{}", list(effects.iter().map(|effect| effect.to_string()))))
        }
        Answer::Refused(reason) => (format!("refuses by {}", reason.name()), format!("{}: {reason}", reason.name())),
        Answer::NotPayable => ("refuses the coin".into(), "refused: no coin may come along".into()),
        Answer::Unreadable => ("cannot read it".into(), "refused: cannot be read".into()),
        Answer::Broken(said) => ("breaks".into(), format!("broke: {said}")),
    }
}

fn describe_log(log: &Log) -> String {
    match Effect::from_log(&log.data) {
        Ok(effect) => effect.to_string(),
        Err(error) => format!("{error}: {log:?}"),
    }
}

fn list(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("\n    {line}")).collect()
}

/// The logs are the contract's alone, and exactly what the twin says.
fn same_logs(manager: Address, logs: &[Log], effects: &[Effect]) -> Result<(), Mismatch> {
    let expected: Vec<LogData> = effects.iter().filter_map(|effect| effect.to_log().ok()).collect();
    let agree = expected.len() == effects.len()
        && logs.len() == expected.len()
        && logs.iter().zip(&expected).all(|(log, expected)| log.address == manager && log.data == *expected);
    if agree {
        return Ok(());
    }
    let differing = logs.iter().zip(&expected).find(|(log, expected)| log.data != **expected);
    let what = differing.and_then(|(log, _)| Effect::from_log(&log.data).ok()).map(|effect| event_of(&effect));
    let told = list(effects.iter().map(|effect| effect.to_string()));
    let kind = format!("logs: {}", what.unwrap_or_else(|| "another number of them".into()));
    Err(Mismatch::new(kind, list(logs.iter().map(describe_log)), told))
}

/// The name of the event.
#[must_use]
pub fn event_of(effect: &Effect) -> String {
    let debug = format!("{effect:?}");
    debug.split([' ', '{']).next().unwrap_or_default().to_owned()
}

fn same_output(output: &Bytes, expected: &Bytes) -> Result<(), Mismatch> {
    if output == expected {
        return Ok(());
    }
    Err(Mismatch::new("what is returned", output.to_string(), expected.to_string()))
}

/// Whether the contract reads parts of such a call only when it comes to them, and may meet a broken rule before.
fn is_read_late(calldata: &[u8]) -> bool {
    use adjudicator::abi::ChannelManager::{closeSoloAsDelegateCall, multicallCall, withdrawCall};
    use alloy_sol_types::SolCall;
    let late = [withdrawCall::SELECTOR, closeSoloAsDelegateCall::SELECTOR, multicallCall::SELECTOR];
    calldata.first_chunk::<4>().is_some_and(|selector| late.contains(selector))
}
