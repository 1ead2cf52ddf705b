//! `closeSolo`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{
    arguments::Arguments,
    operation::Operation,
    print::{Evidence, Terms},
};
use crate::{DecodeError, abi::ChannelManager::closeSoloCall, types};

/// Starts closing, or slashes if somebody else has started it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSolo {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures.
    pub evidence: Bytes,
    /// Whether the sender agrees to settle this very state at once.
    pub consent: bool,
}

impl CloseSolo {
    /// Starts closing the channel with these terms; `consent` is to this very state, at once.
    ///
    /// # Errors
    /// If the state is for another number of assets than the terms have.
    pub fn new(terms: &types::Terms, evidence: &types::Evidence, consent: bool) -> Result<Self, types::Invalid> {
        evidence.require_assets(terms)?;
        Ok(Self { terms: terms.pack().into(), evidence: evidence.pack().into(), consent })
    }
}

impl Operation for CloseSolo {
    type Call = closeSoloCall;

    const WORDS: usize = 3;

    fn call(&self) -> closeSoloCall {
        closeSoloCall { terms: self.terms.clone(), evidence: self.evidence.clone(), consent: self.consent }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self {
            terms: arguments.bytes(0, "terms")?,
            evidence: arguments.bytes(1, "evidence")?,
            consent: arguments.flag(2, "consent")?,
        })
    }
}

impl Display for CloseSolo {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { terms, evidence, consent } = self;
        let consent = if *consent { "with consent to" } else { "with" };
        write!(f, "closeSolo {consent} {}{}", Evidence { terms, evidence }, Terms(terms))
    }
}
