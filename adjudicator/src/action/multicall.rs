//! `multicall`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Bytes, U256};

use super::{Action, arguments::Arguments, operation::Operation};
use crate::{DecodeError, abi::ChannelManager::multicallCall};

/// The most calls that are printed.
const MAX_CALLS: usize = 64;

/// Makes several calls, each for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multicall {
    /// Calldata of the calls.
    pub calls: Vec<Bytes>,
    /// The gas that each gets at most.
    pub gas_each: U256,
}

impl Operation for Multicall {
    type Call = multicallCall;

    const WORDS: usize = 2;

    fn call(&self) -> multicallCall {
        multicallCall { calls: self.calls.clone(), gasEach: self.gas_each }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { calls: arguments.list_of_bytes(0, "calls")?, gas_each: arguments.word(1) })
    }
}

impl Display for Multicall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "multicall of {} calls, {} gas each", self.calls.len(), self.gas_each)?;
        for (index, call) in self.calls.iter().take(MAX_CALLS).enumerate() {
            write!(f, "\n{index}: ")?;
            match Action::decode(call) {
                // One within another could be printed without end, for they may overlap.
                Ok(Action::Multicall(inner)) => write!(f, "multicall of {} calls", inner.calls.len())?,
                Ok(action) => write!(f, "{action}")?,
                Err(error) => write!(f, "{error}")?,
            }
        }
        Ok(())
    }
}
