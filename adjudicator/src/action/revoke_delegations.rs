//! `revokeDelegations`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{arguments::Arguments, operation::Operation, print::Terms};
use crate::{DecodeError, abi::ChannelManager::revokeDelegationsCall};

/// Makes the sender's delegations in a channel void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeDelegations {
    /// Packed terms.
    pub terms: Bytes,
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
