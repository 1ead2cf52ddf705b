//! `closeMutual`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{
    arguments::Arguments,
    operation::Operation,
    print::{Close, Terms},
};
use crate::{DecodeError, abi::ChannelManager::closeMutualCall, types};

/// Closes at once and pays, by agreement of both parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseMutual {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed close and its signatures.
    pub close: Bytes,
}

impl CloseMutual {
    /// Closes the channel with these terms as both parties agreed.
    ///
    /// # Errors
    /// If the close is for another number of assets than the terms have.
    pub fn new(
        terms: &types::Terms,
        close: &types::Close,
        signatures: types::Signatures,
    ) -> Result<Self, types::Invalid> {
        terms.require_assets("a close", close.nets().asset_count())?;
        Ok(Self { terms: terms.pack().into(), close: [close.pack(), signatures.pack()].concat().into() })
    }
}

impl Operation for CloseMutual {
    type Call = closeMutualCall;

    const WORDS: usize = 2;

    fn call(&self) -> closeMutualCall {
        closeMutualCall { terms: self.terms.clone(), close: self.close.clone() }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { terms: arguments.bytes(0, "terms")?, close: arguments.bytes(1, "close")? })
    }
}

impl Display for CloseMutual {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { terms, close } = self;
        write!(f, "closeMutual with {}{}", Close { terms, close }, Terms(terms))
    }
}
