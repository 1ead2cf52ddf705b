//! Whether both sides agree: on what came of a call, and on what is stored then.

mod heard;
mod outcome;
mod state;

use std::fmt::{self, Display, Formatter};

pub use heard::channels_as_heard;
pub use outcome::{deployments, event_of, outcomes, reason_of, scarce};
pub use state::{Known, channels_as_read, states};

/// A disagreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What kind it is: two of the same cause have the same, whatever the values.
    pub kind: String,
    /// What the bytecode says.
    pub bytecode: String,
    /// What the twin says.
    pub twin: String,
}

impl Mismatch {
    fn new(kind: impl Into<String>, bytecode: impl Into<String>, twin: impl Into<String>) -> Self {
        Self { kind: kind.into(), bytecode: bytecode.into(), twin: twin.into() }
    }
}

impl Display for Mismatch {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  bytecode: {}\n  twin:     {}", self.kind, self.bytecode, self.twin)
    }
}
