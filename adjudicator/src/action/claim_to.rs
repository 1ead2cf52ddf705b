//! `claimTo`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Address;

use super::{arguments::Arguments, operation::Operation};
use crate::{DecodeError, abi::ChannelManager::claimToCall, print::Asset};

/// Pays the sender's credit to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimTo {
    /// Who is paid.
    pub recipient: Address,
    /// Of what.
    pub asset: Address,
}

impl Operation for ClaimTo {
    type Call = claimToCall;

    const WORDS: usize = 2;

    fn call(&self) -> claimToCall {
        claimToCall { recipient: self.recipient, asset: self.asset }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { recipient: arguments.address(0, "recipient")?, asset: arguments.address(1, "asset")? })
    }
}

impl Display for ClaimTo {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "claimTo {}, the sender's credit of {}", self.recipient, Asset(self.asset))
    }
}
