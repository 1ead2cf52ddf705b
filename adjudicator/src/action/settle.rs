//! `settle`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{
    arguments::Arguments,
    operation::Operation,
    print::{Evidence, Terms},
};
use crate::{DecodeError, abi::ChannelManager::settleCall, types};

/// Pays what is recorded, from the final time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settle {
    /// Packed terms.
    pub terms: Bytes,
    /// The recorded state, packed; empty for round 0.
    pub state: Bytes,
}

impl Settle {
    /// Pays what is recorded of the channel with these terms: this state, or round 0.
    ///
    /// # Errors
    /// If the state is for another number of assets than the terms have.
    pub fn new(terms: &types::Terms, recorded: Option<&types::State>) -> Result<Self, types::Invalid> {
        recorded.map_or(Ok(()), |state| terms.require_assets("a state", state.nets().asset_count()))?;
        Ok(Self { terms: terms.pack().into(), state: recorded.map(types::State::pack).unwrap_or_default().into() })
    }
}

impl Operation for Settle {
    type Call = settleCall;

    const WORDS: usize = 2;

    fn call(&self) -> settleCall {
        settleCall { terms: self.terms.clone(), state: self.state.clone() }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self { terms: arguments.bytes(0, "terms")?, state: arguments.bytes(1, "state")? })
    }
}

impl Display for Settle {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { terms, state } = self;
        write!(f, "settle with {}{}", Evidence { terms, evidence: state }, Terms(terms))
    }
}
