//! `claim`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Address;

use super::{arguments::Arguments, operation::Operation};
use crate::{DecodeError, abi::ChannelManager::claimCall, print::Asset};

/// Pays a credit to its creditor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who has it.
    pub creditor: Address,
    /// Of what.
    pub asset: Address,
}

impl Operation for Claim {
    type Call = claimCall;

    const WORDS: usize = 2;

    fn call(&self) -> claimCall {
        claimCall { creditor: self.creditor, asset: self.asset }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { creditor: arguments.address(0, "creditor")?, asset: arguments.address(1, "asset")? })
    }
}

impl Display for Claim {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "claim {}'s credit of {}", self.creditor, Asset(self.asset))
    }
}
