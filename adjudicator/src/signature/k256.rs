//! The curve by k256.

use alloy_primitives::B256;
use k256::ecdsa::{self, RecoveryId, VerifyingKey, signature::hazmat::PrehashVerifier};

use super::form::Signature;

/// A public key: a point of the curve.
pub(super) type Point = VerifyingKey;

/// The key that signed, if any did.
pub(super) fn recover(digest: B256, signature: &Signature) -> Option<Point> {
    let id = RecoveryId::new(signature.is_odd, false);
    let signature = ecdsa::Signature::from_slice(&signature.scalars()).ok()?;
    VerifyingKey::recover_from_prehash(digest.as_slice(), &signature, id).ok()
}

/// Whether `r` and `s` are the key's, whatever the parity.
pub(super) fn is_signed(digest: B256, signature: &Signature, key: &Point) -> bool {
    ecdsa::Signature::from_slice(&signature.scalars())
        .is_ok_and(|signature| key.verify_prehash(digest.as_slice(), &signature).is_ok())
}

/// A key of 33 or 65 bytes, as SEC 1 encodes it.
pub(super) fn read_point(encoded: &[u8]) -> Option<Point> {
    VerifyingKey::from_sec1_bytes(encoded).ok()
}

/// Both coordinates.
pub(super) fn point(key: &Point) -> [u8; 64] {
    let mut point = [0; 64];
    // The first byte tells the encoding.
    for (to, from) in point.iter_mut().zip(key.to_encoded_point(false).as_bytes().iter().skip(1)) {
        *to = *from;
    }
    point
}

/// A private key, which is overwritten when dropped.
pub(super) struct Secret(ecdsa::SigningKey);

impl Secret {
    /// A number from 1 to below the order of the curve.
    pub(super) fn read(bytes: &B256) -> Option<Self> {
        ecdsa::SigningKey::from_slice(bytes.as_slice()).ok().map(Self)
    }

    pub(super) fn public(&self) -> Point {
        *self.0.verifying_key()
    }

    /// With a nonce by RFC 6979.
    #[expect(clippy::expect_used, reason = "it fails where the nonce makes r or s zero, with a probability of 2^-255")]
    pub(super) fn sign(&self, digest: B256) -> Signature {
        let (signature, id) = self.0.sign_prehash_recoverable(digest.as_slice()).expect("r and s are not zero");
        Signature::from_scalars(&signature.to_bytes().into(), id == RecoveryId::new(true, false))
    }
}
