//! `closeSoloAsDelegate`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Address, Bytes};

use super::{
    arguments::Arguments,
    operation::Operation,
    print::{Evidence, Terms},
};
use crate::{
    DecodeError,
    abi::ChannelManager::{self, closeSoloAsDelegateCall},
    print::Signatures,
    signature::Signature,
    types,
};

/// Closes in a principal's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSoloAsDelegate {
    /// Packed terms.
    pub terms: Bytes,
    /// A packed state and its signatures.
    pub evidence: Bytes,
    /// The principal: 0 or 1.
    pub party: u8,
    /// Who may close.
    pub delegate: Address,
    /// The principal's delegation epoch.
    pub epoch: u64,
    /// The least round that may be recorded then.
    pub min_round: u64,
    /// Last second, inclusive, at which it may be used.
    pub valid_until: u64,
    /// The principal's.
    pub delegation_signature: Bytes,
}

impl CloseSoloAsDelegate {
    /// Starts closing the channel with these terms in the name of whoever signed the delegation.
    ///
    /// # Errors
    /// If the state is for another number of assets than the terms have.
    pub fn new(
        terms: &types::Terms,
        evidence: &types::Evidence,
        delegation: &types::Delegation,
        signature: &Signature,
    ) -> Result<Self, types::Invalid> {
        evidence.require_assets(terms)?;
        Ok(Self {
            terms: terms.pack().into(),
            evidence: evidence.pack().into(),
            party: delegation.party.get(),
            delegate: delegation.delegate,
            epoch: delegation.epoch.get(),
            min_round: delegation.min_round.get(),
            valid_until: delegation.valid_until.get(),
            delegation_signature: signature.to_compact().into(),
        })
    }
}

impl Operation for CloseSoloAsDelegate {
    type Call = closeSoloAsDelegateCall;

    const WORDS: usize = 8;

    fn call(&self) -> closeSoloAsDelegateCall {
        closeSoloAsDelegateCall {
            terms: self.terms.clone(),
            evidence: self.evidence.clone(),
            delegation: ChannelManager::Delegation {
                party: self.party,
                delegate: self.delegate,
                epoch: self.epoch,
                minRound: self.min_round,
                validUntil: self.valid_until,
            },
            delegationSignature: self.delegation_signature.clone(),
        }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self {
            terms: arguments.bytes(0, "terms")?,
            evidence: arguments.bytes(1, "evidence")?,
            party: arguments.number(2, "party", u8::MAX)?,
            delegate: arguments.address(3, "delegate")?,
            epoch: arguments.number(4, "epoch", u64::MAX)?,
            min_round: arguments.number(5, "minRound", u64::MAX)?,
            valid_until: arguments.number(6, "validUntil", u64::MAX)?,
            delegation_signature: arguments.bytes(7, "delegationSignature")?,
        })
    }
}

impl Display for CloseSoloAsDelegate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { terms, evidence, party, delegate, epoch, min_round, valid_until, delegation_signature } = self;
        write!(f, "closeSoloAsDelegate with {}", Evidence { terms, evidence })?;
        write!(f, "\n  delegation: party {party} to {delegate}, epoch {epoch}, round {min_round} at least, ")?;
        write!(f, "valid until {valid_until}, {}{}", Signatures(delegation_signature), Terms(terms))
    }
}
