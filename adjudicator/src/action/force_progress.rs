//! `forceProgress`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::Bytes;

use super::{
    arguments::Arguments,
    operation::Operation,
    print::{Evidence, Instance, Step, Terms},
};
use crate::{DecodeError, abi::ChannelManager::forceProgressCall, signature::Signature, types};

/// Makes one step of an instance without the other party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForceProgress {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures; without them if it is recorded.
    pub evidence: Bytes,
    /// A packed instance and its proof.
    pub instance: Bytes,
    /// A packed step and the mover's signature, if any.
    pub step: Bytes,
}

impl ForceProgress {
    /// Makes a step of an instance of a state; without a signature it is the submitter's own.
    ///
    /// # Errors
    /// If the state or the instance is for another number of assets than the terms have.
    pub fn new(
        terms: &types::Terms,
        evidence: &types::Evidence,
        (instance, proof): (&types::Instance, &types::Proof),
        step: &types::Step,
        signature: Option<&Signature>,
    ) -> Result<Self, types::Invalid> {
        evidence.require_assets(terms)?;
        terms.require_assets("an instance", instance.stakes.asset_count())?;
        Ok(Self {
            terms: terms.pack().into(),
            evidence: evidence.pack().into(),
            instance: [instance.pack(), proof.pack()].concat().into(),
            step: step.pack(signature).into(),
        })
    }
}

impl Operation for ForceProgress {
    type Call = forceProgressCall;

    const WORDS: usize = 4;

    fn call(&self) -> forceProgressCall {
        forceProgressCall {
            terms: self.terms.clone(),
            evidence: self.evidence.clone(),
            instance: self.instance.clone(),
            step: self.step.clone(),
        }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self {
            terms: arguments.bytes(0, "terms")?,
            evidence: arguments.bytes(1, "evidence")?,
            instance: arguments.bytes(2, "instance")?,
            step: arguments.bytes(3, "step")?,
        })
    }
}

impl Display for ForceProgress {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { terms, evidence, instance, step } = self;
        write!(f, "forceProgress with {}{}", Evidence { terms, evidence }, Step(step))?;
        write!(f, "{}{}", Instance { terms, instance }, Terms(terms))
    }
}
