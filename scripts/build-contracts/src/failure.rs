//! The failures that are not of the machine, each with its exit code.

use std::process::ExitCode;

/// Why the tool stops, where that is something other than I/O.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The kept artifacts, or forge's, are not what the compiler makes.
    #[error("{0}")]
    Drift(String),
    /// The sources do not compile, or not to what can be kept.
    #[error("the sources are refused\n{0}")]
    Sources(String),
    /// The folder is not a project that this tool can build.
    #[error("{0}")]
    WrongUse(String),
}

impl Failure {
    /// The exit code that scripts see.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Drift(_) | Self::Sources(_) => ExitCode::from(1),
            Self::WrongUse(_) => ExitCode::from(2),
        }
    }
}
