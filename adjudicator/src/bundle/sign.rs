//! How a signature that is wanted is given.

use alloy_primitives::Address;

use super::{Bundle, Message, Unreadable, Wanted, call::lacking, parts::Parts, read::read};
use crate::{
    action::Action,
    evidence::Proposal,
    signature::SigningKey,
    types::{ChannelId, Identity, Party},
};

/// Why a bundle is not signed. It is as it was then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// All signatures are there, or the sender's own call stands for his.
    #[error("no signature is wanted: the bundle is complete, and whoever sends it signs the transaction alone")]
    NothingWanted,
    /// No signature of this key is wanted.
    #[error("the key of {actual}, where the signature of {expected} is wanted")]
    WrongKey {
        /// Whose signature is wanted.
        expected: Address,
        /// Whose key it is.
        actual: Address,
    },
    /// The calldata cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The calldata is of another channel than the bundle says.
    #[error("calldata of another channel than {expected}")]
    OtherChannel {
        /// The channel of the bundle.
        expected: ChannelId,
    },
    /// What the bundle wants signed is not what its calldata lacks.
    #[error(
        "the {message} that is to be signed is not the one in the calldata, or needs no signature of party {party}"
    )]
    OtherMessage {
        /// The message.
        message: Message,
        /// Who would have signed it.
        party: Party,
    },
}

impl Bundle {
    /// Gives the signatures of this key that are wanted, of nothing but messages that the calldata carries.
    ///
    /// Warning: what is signed is final. Before, [`verify`](super::verify) tells whether the bundle is what it says, and
    /// [`may_sign`](crate::evidence::may_sign) whether its [proposals](Self::proposals) may be signed; and what is signed
    /// belongs into the dossier.
    ///
    /// # Errors
    /// If nothing is wanted, or nothing of this key, or something else than the calldata carries.
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), SignError> {
        let terms = self.channel.terms();
        let first = self.wanted.first().ok_or(SignError::NothingWanted)?;
        let (expected, actual) = (terms.accounts(first.party).signer, key.address());
        let is_own = |wanted: &&Wanted| terms.accounts(wanted.party).signer == actual;
        let own: Vec<Wanted> = self.wanted.iter().filter(is_own).copied().collect();
        if own.is_empty() {
            return Err(SignError::WrongKey { expected, actual });
        }
        let (mut action, mut parts) = self.taken_apart()?;
        for wanted in &own {
            require_lacking(&self.channel, &parts, wanted)?;
            parts.give(wanted.hashes.message, wanted.party, key.sign(wanted.hashes.digest));
        }
        parts.put_into(&mut action);
        self.calldata = action.calldata();
        self.evidence = parts.items(&self.channel);
        self.wanted.retain(|wanted| !own.contains(wanted));
        Ok(())
    }

    /// What is wanted signed, for [`may_sign`](crate::evidence::may_sign): of the calldata, whatever the bundle says beside.
    ///
    /// # Errors
    /// If the calldata does not carry it.
    pub fn proposals(&self) -> Result<Vec<Proposal>, SignError> {
        if self.wanted.is_empty() {
            return Ok(Vec::new());
        }
        let (_, parts) = self.taken_apart()?;
        let proposal = |wanted: &Wanted| {
            require_lacking(&self.channel, &parts, wanted)?;
            let (party, message) = (wanted.party, wanted.hashes.message);
            let draft = parts.draft(&self.channel, message).ok_or(SignError::OtherMessage { message, party })?;
            Ok(draft.by(party))
        };
        self.wanted.iter().map(proposal).collect()
    }

    /// The call and what it shows.
    fn taken_apart(&self) -> Result<(Action, Parts), SignError> {
        let action = read(&self.calldata)?;
        let expected = self.channel.channel_id();
        if action.channel_id(self.channel.domain()) != Some(expected.get()) {
            return Err(SignError::OtherChannel { expected });
        }
        let parts = Parts::of(&self.channel, &action)?;
        Ok((action, parts))
    }
}

/// The call lacks this very signature: of what both must sign the second, of a step the only one.
fn require_lacking(identity: &Identity, parts: &Parts, wanted: &Wanted) -> Result<(), SignError> {
    let &Wanted { party, hashes } = wanted;
    let is_lacking = parts.messages(identity).iter().any(|(found, signatures)| {
        let is_unsigned_step = found.message == Message::Step && *signatures == [None; 2];
        *found == hashes && (is_unsigned_step || lacking(found.message, signatures) == Some(party))
    });
    if is_lacking { Ok(()) } else { Err(SignError::OtherMessage { message: hashes.message, party }) }
}
