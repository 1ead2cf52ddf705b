//! `evaluate`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{
    arguments::Arguments,
    operation::Operation,
    print::{Evidence, Instance, Terms},
};
use crate::{DecodeError, abi::ChannelManager::evaluateCall, print::Hex, types};

/// Stores the outcome of an instance as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluate {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures; without them if it is recorded.
    pub evidence: Bytes,
    /// A packed instance and its proof.
    pub instance: Bytes,
    /// Where the instance is.
    pub app_state: Bytes,
}

impl Evaluate {
    /// Stores the outcome of an instance of a state, which is in this app state.
    ///
    /// # Errors
    /// If the state or the instance is for another number of assets than the terms have.
    pub fn new(
        terms: &types::Terms,
        evidence: &types::Evidence,
        (instance, proof): (&types::Instance, &types::Proof),
        app_state: &types::AppState,
    ) -> Result<Self, types::Invalid> {
        evidence.require_assets(terms)?;
        terms.require_assets("an instance", instance.stakes.asset_count())?;
        Ok(Self {
            terms: terms.pack().into(),
            evidence: evidence.pack().into(),
            instance: [instance.pack(), proof.pack()].concat().into(),
            app_state: app_state.get().clone(),
        })
    }
}

impl Operation for Evaluate {
    type Call = evaluateCall;

    const WORDS: usize = 4;

    fn call(&self) -> evaluateCall {
        evaluateCall {
            terms: self.terms.clone(),
            evidence: self.evidence.clone(),
            instance: self.instance.clone(),
            appState: self.app_state.clone(),
        }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self {
            terms: arguments.bytes(0, "terms")?,
            evidence: arguments.bytes(1, "evidence")?,
            instance: arguments.bytes(2, "instance")?,
            app_state: arguments.bytes(3, "appState")?,
        })
    }
}

impl Display for Evaluate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { terms, evidence, instance, app_state } = self;
        write!(f, "evaluate with {}\n  app state {}", Evidence { terms, evidence }, Hex(app_state))?;
        write!(f, "{}{}", Instance { terms, instance }, Terms(terms))
    }
}
