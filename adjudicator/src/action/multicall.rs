//! `multicall`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Bytes, U256};

use super::{Action, arguments::Arguments, operation::Operation};
use crate::{DecodeError, abi::ChannelManager::multicallCall};

/// The most calls that a multicall may hold, with those within: more than a block has gas for.
pub const MAX_CALLS: u32 = 1 << 16;

/// How deep multicalls may stand within each other. The chain has no such bound, but nobody has use for a deeper one, and
/// calls may share their bytes: a short one can be very many.
pub const MAX_NESTING: u32 = 8;

/// The most calls that are printed.
const MAX_PRINTED: usize = 64;

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
        let mut calls_left = MAX_CALLS;
        Self::count(arguments, &mut calls_left, MAX_NESTING)?;
        Self::read_alone(arguments)
    }
}

impl Multicall {
    /// Makes these calls, with at most so much gas for each.
    #[must_use]
    pub fn new<'a>(actions: impl IntoIterator<Item = &'a Action>, gas_each: u64) -> Self {
        Self { calls: actions.into_iter().map(Action::calldata).collect(), gas_each: U256::from(gas_each) }
    }

    /// Reads it whatever its calls hold.
    fn read_alone(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { calls: arguments.list_of_bytes(0, "calls")?, gas_each: arguments.word(1) })
    }

    /// Counts the calls, with those within, down to `nesting` multicalls deep; before they are read, for even a list that
    /// cannot be read may be long.
    fn count(arguments: &Arguments, calls_left: &mut u32, nesting: u32) -> Result<(), DecodeError> {
        let nesting = nesting.checked_sub(1).ok_or(DecodeError::NestedTooDeep { max: MAX_NESTING })?;
        let length = u32::try_from(arguments.length(0, "calls")?).unwrap_or(u32::MAX);
        *calls_left = calls_left.checked_sub(length).ok_or(DecodeError::TooManyCalls { max: MAX_CALLS })?;
        for call in Self::read_alone(arguments)?.calls {
            let Ok(inner) = Arguments::of::<multicallCall>(&call, Self::WORDS) else { continue };
            let counted = Self::count(&inner, calls_left, nesting);
            // One that the contract cannot read fails alone.
            if let Err(error @ (DecodeError::NestedTooDeep { .. } | DecodeError::TooManyCalls { .. })) = counted {
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Display for Multicall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "multicall of {} calls, {} gas each", self.calls.len(), self.gas_each)?;
        for (index, call) in self.calls.iter().take(MAX_PRINTED).enumerate() {
            write!(f, "\n{index}: ")?;
            match Action::decode_shared(call) {
                // One within another could be printed without end, for they may overlap.
                Ok(Action::Multicall(inner)) => write!(f, "multicall of {} calls", inner.calls.len())?,
                Ok(action) => write!(f, "{action}")?,
                Err(error) => write!(f, "{error}")?,
            }
        }
        Ok(())
    }
}
