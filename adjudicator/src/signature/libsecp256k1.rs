//! The curve by libsecp256k1.

use std::sync::LazyLock;

use alloy_primitives::B256;
use secp256k1::{
    All, Message, PublicKey, Secp256k1, SecretKey,
    ecdsa::{self, RecoverableSignature, RecoveryId},
};

use super::form::Signature;

/// The library's tables do not depend on it, so it costs nothing; made once all the same.
static CURVE: LazyLock<Secp256k1<All>> = LazyLock::new(Secp256k1::new);

/// A public key: a point of the curve.
pub(super) type Point = PublicKey;

/// The key that signed, if any did.
pub(super) fn recover(digest: B256, signature: &Signature) -> Option<Point> {
    let id = if signature.is_odd { RecoveryId::One } else { RecoveryId::Zero };
    let signature = RecoverableSignature::from_compact(&signature.scalars(), id).ok()?;
    CURVE.recover_ecdsa(Message::from_digest(digest.0), &signature).ok()
}

/// Whether `r` and `s` are the key's, whatever the parity.
pub(super) fn is_signed(digest: B256, signature: &Signature, key: &Point) -> bool {
    ecdsa::Signature::from_compact(&signature.scalars())
        .is_ok_and(|signature| CURVE.verify_ecdsa(Message::from_digest(digest.0), &signature, key).is_ok())
}

/// A key of 33 or 65 bytes, as SEC 1 encodes it.
pub(super) fn read_point(encoded: &[u8]) -> Option<Point> {
    PublicKey::from_slice(encoded).ok()
}

/// Both coordinates.
pub(super) fn point(key: &Point) -> [u8; 64] {
    // The first byte tells the encoding.
    let [_, point @ ..] = key.serialize_uncompressed();
    point
}

/// A private key, which is overwritten when dropped.
pub(super) struct Secret(SecretKey);

impl Secret {
    /// A number from 1 to below the order of the curve.
    pub(super) fn read(bytes: &B256) -> Option<Self> {
        SecretKey::from_byte_array(bytes.0).ok().map(Self)
    }

    pub(super) fn public(&self) -> Point {
        self.0.public_key(&CURVE)
    }

    /// With a nonce by RFC 6979.
    pub(super) fn sign(&self, digest: B256) -> Signature {
        let (id, scalars) = CURVE.sign_ecdsa_recoverable(Message::from_digest(digest.0), &self.0).serialize_compact();
        Signature::from_scalars(&scalars, id == RecoveryId::One)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.non_secure_erase();
    }
}
