use std::sync::Arc;

use alloy_primitives::Address;

use crate::{
    evidence::Draft,
    signature::{NotSigned, Signature, SigningKey},
    types::Identity,
};

/// Whoever signs a party's messages: a key in memory, or a device that first shows them.
pub trait Signatory {
    /// The account that signs.
    fn address(&self) -> Address;

    /// Signs a message of a channel, as EIP-712 has it.
    ///
    /// # Errors
    /// If it does not, or it is nothing that is signed: why.
    fn sign_message(&self, identity: &Identity, draft: &Draft) -> Result<Signature, NotSigned>;
}

impl Signatory for SigningKey {
    fn address(&self) -> Address {
        Self::address(self)
    }

    fn sign_message(&self, identity: &Identity, draft: &Draft) -> Result<Signature, NotSigned> {
        let digest = draft.digest(identity);
        digest
            .map(|digest| self.sign(digest))
            .ok_or_else(|| NotSigned { reason: "it is sent, and not signed".to_owned() })
    }
}

/// One that several use.
impl<S: Signatory + ?Sized> Signatory for Arc<S> {
    fn address(&self) -> Address {
        S::address(self)
    }

    fn sign_message(&self, identity: &Identity, draft: &Draft) -> Result<Signature, NotSigned> {
        S::sign_message(self, identity, draft)
    }
}
