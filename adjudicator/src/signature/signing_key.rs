use std::fmt;

use alloy_primitives::{Address, B256};

use super::{PublicKey, Signature, curve::Secret};

/// A signer's private key. It is never printed, and overwritten when dropped.
pub struct SigningKey {
    secret: Secret,
    public: PublicKey,
}

impl SigningKey {
    /// The key of this number; nothing if that is zero or not below the order of the curve.
    #[must_use]
    pub fn from_bytes(secret: &B256) -> Option<Self> {
        let secret = Secret::read(secret)?;
        let public = PublicKey::from_point(secret.public());
        Some(Self { secret, public })
    }

    /// The key's address.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.public.address()
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a digest, always with the same result (RFC 6979).
    ///
    /// Warning: what is signed is final. The rules of what to sign are in `docs/PROTOCOL.md`, section 10.
    #[must_use]
    pub fn sign(&self, digest: B256) -> Signature {
        self.secret.sign(digest)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SigningKey").field(&self.address()).finish()
    }
}
