//! What all operations have in common.

use alloy_sol_types::SolCall;

use super::arguments::Arguments;
use crate::DecodeError;

/// A call of the contract, both ways.
pub(super) trait Operation: Sized {
    /// The call, as the bindings have it.
    type Call: SolCall;

    /// The number of words that every call has behind its selector.
    const WORDS: usize;

    /// The call.
    fn call(&self) -> Self::Call;

    /// Reads the arguments.
    fn read(arguments: &Arguments) -> Result<Self, DecodeError>;
}
