//! `revokeDelegations`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{arguments::Arguments, operation::Operation, print::Terms};
use crate::{DecodeError, abi::ChannelManager::revokeDelegationsCall, types};

/// Makes the sender's delegations in a channel void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeDelegations {
    /// Packed terms.
    pub terms: Bytes,
}

impl RevokeDelegations {
    /// Makes all delegations of the submitter void in the channel with these terms.
    #[must_use]
    pub fn new(terms: &types::Terms) -> Self {
        Self { terms: terms.pack().into() }
    }
}

impl Operation for RevokeDelegations {
    type Call = revokeDelegationsCall;

    const WORDS: usize = 1;

    fn call(&self) -> revokeDelegationsCall {
        revokeDelegationsCall { terms: self.terms.clone() }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { terms: arguments.bytes(0, "terms")? })
    }
}

impl Display for RevokeDelegations {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "revokeDelegations{}", Terms(&self.terms))
    }
}
