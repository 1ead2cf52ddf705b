//! `slash`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{
    arguments::Arguments,
    operation::Operation,
    print::{Evidence, Terms},
};
use crate::{DecodeError, abi::ChannelManager::slashCall, types};

/// Answers a close with a newer co-signed state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slash {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures.
    pub evidence: Bytes,
}

impl Slash {
    /// Hands in a state of the channel with these terms.
    ///
    /// # Errors
    /// If the state is for another number of assets than the terms have.
    pub fn new(terms: &types::Terms, evidence: &types::Evidence) -> Result<Self, types::Invalid> {
        evidence.require_assets(terms)?;
        Ok(Self { terms: terms.pack().into(), evidence: evidence.pack().into() })
    }
}

impl Operation for Slash {
    type Call = slashCall;

    const WORDS: usize = 2;

    fn call(&self) -> slashCall {
        slashCall { terms: self.terms.clone(), evidence: self.evidence.clone() }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { terms: arguments.bytes(0, "terms")?, evidence: arguments.bytes(1, "evidence")? })
    }
}

impl Display for Slash {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { terms, evidence } = self;
        write!(f, "slash with {}{}", Evidence { terms, evidence }, Terms(terms))
    }
}
