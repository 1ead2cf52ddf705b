//! Why a command has no result, and the exit code that says so.

use std::fmt;

use adjudicator::evidence::{
    Finding, Severity,
    store::{ImportError, LineError, SignError, StoreError},
};
use anyhow::Error;

use super::{
    answer,
    findings::{self, Findings},
};

/// Refused by the rules, or findings.
pub(crate) const REFUSED: u8 = 1;
/// Wrong use.
const WRONG_USE: u8 = 2;
/// A file cannot be read or written.
const INPUT_OUTPUT: u8 = 3;

/// What is wrong, where it is not a file that cannot be read or written.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The rules do not allow it.
    Refused(String),
    /// The same, with the findings that say so.
    Findings(Vec<Finding>),
    /// It was asked wrongly, or what was given is not what it should be.
    WrongUse(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) | Self::WrongUse(reason) => f.write_str(reason),
            Self::Findings(findings) => write!(f, "refused:\n{}", findings::text(findings)),
        }
    }
}

impl std::error::Error for Failure {}

/// The rules do not allow it.
pub(crate) fn refused(reason: impl Into<String>) -> Error {
    Failure::Refused(reason.into()).into()
}

/// It was asked wrongly.
pub(crate) fn wrong_use(reason: impl Into<String>) -> Error {
    Failure::WrongUse(reason.into()).into()
}

/// Findings, if one of them forbids it; else they are said, and it goes on.
pub(crate) fn heed(findings: Vec<Finding>) -> anyhow::Result<()> {
    if findings.iter().any(|finding| finding.severity() == Severity::Error) {
        return Err(Failure::Findings(findings).into());
    }
    if !findings.is_empty() {
        answer::note(findings::text(&findings));
    }
    Ok(())
}

/// Says why there is no result. The exit code.
pub(super) fn report(error: &Error, as_json: bool) -> u8 {
    answer::note(format!("adjudicator: {error:#}"));
    if let Some(Failure::Findings(findings)) = error.downcast_ref()
        && as_json
        && let Ok(json) = serde_json::to_string(&Findings(findings))
        && answer::print(&json).is_err()
    {
        return INPUT_OUTPUT;
    }
    code_of(error)
}

fn code_of(error: &Error) -> u8 {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return match failure {
            Failure::Refused(_) | Failure::Findings(_) => REFUSED,
            Failure::WrongUse(_) => WRONG_USE,
        };
    }
    match error.downcast_ref::<ImportError>().map(|error| &error.reason) {
        Some(LineError::Flawed { .. }) => return REFUSED,
        Some(LineError::Unreadable { .. } | LineError::NoChannel) => return WRONG_USE,
        Some(LineError::Store(error)) => return code_of_store(error),
        _ => {}
    }
    match error.downcast_ref::<SignError>() {
        Some(SignError::Store(error)) => code_of_store(error),
        Some(_) => REFUSED,
        None => error.downcast_ref().map_or(INPUT_OUTPUT, code_of_store),
    }
}

const fn code_of_store(error: &StoreError) -> u8 {
    match error {
        StoreError::Flawed { .. } => REFUSED,
        StoreError::Exists { .. }
        | StoreError::NoStore { .. }
        | StoreError::Version { .. }
        | StoreError::OtherHolder { .. }
        | StoreError::UnknownChannel { .. } => WRONG_USE,
        _ => INPUT_OUTPUT,
    }
}
