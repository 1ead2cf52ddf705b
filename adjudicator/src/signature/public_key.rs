use std::fmt;

use alloy_primitives::{Address, B256, b256};

use super::{Signature, curve};
use crate::DisputeError;

/// By how much the field is larger than the order of the curve. Only an `r` below this may stand for two points.
const FIELD_LESS_ORDER: B256 = b256!("0x000000000000000000000000000000014551231950b75fc4402da1722fc9baee");

/// A signer's public key: with it, signatures are verified faster than by the address alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    point: curve::Point,
    address: Address,
}

impl PublicKey {
    /// Reads a key of 33 or 65 bytes, as SEC 1 encodes points; nothing if there is none.
    #[must_use]
    pub fn from_sec1(encoded: &[u8]) -> Option<Self> {
        match encoded {
            [2 | 3, x @ ..] if x.len() == 32 => {}
            [4, both @ ..] if both.len() == 64 => {}
            _ => return None,
        }
        curve::read_point(encoded).map(Self::from_point)
    }

    /// The key that signed `digest`.
    ///
    /// # Errors
    /// As [`recover`](super::recover).
    pub fn recover(digest: B256, signature: &[u8]) -> Result<Self, DisputeError> {
        let signature = Signature::from_bytes(signature)?;
        curve::recover(digest, &signature).map(Self::from_point).ok_or(DisputeError::SignatureInvalid {})
    }

    /// The key's address.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Whether `signature` of `digest` is this key's, and such that the contract accepts it.
    ///
    /// # Errors
    /// If it is not: as [`verify`](super::verify).
    pub fn verify(&self, digest: B256, signature: &[u8]) -> Result<(), DisputeError> {
        let signature = Signature::from_bytes(signature)?;
        match curve::recover(digest, &signature) {
            Some(point) if point == self.point => Ok(()),
            Some(point) => Err(self.mismatch(Self::from_point(point).address)),
            None => Err(DisputeError::SignatureInvalid {}),
        }
    }

    /// Whether this key signed `digest`, by `r` and `s` alone, which is faster than [`verify`](Self::verify).
    ///
    /// Warning: the parity in `signature` is not looked at, and the contract accepts but one. What is accepted here
    /// must pass through [`restore`](Self::restore), which always succeeds then, before it is shown to the contract.
    ///
    /// # Errors
    /// If `signature` with neither parity passes [`verify`](Self::verify).
    pub fn verify_scalars(&self, digest: B256, signature: &Signature) -> Result<(), DisputeError> {
        // The library also accepts a point whose `x` is `r` and the order of the curve, which the contract cannot
        // recover.
        let is_one_point = signature.r >= FIELD_LESS_ORDER;
        if is_one_point && curve::is_signed(digest, signature, &self.point) {
            return Ok(());
        }
        self.restore(digest, signature).map(drop)
    }

    /// The signature with the parity that the contract accepts.
    ///
    /// # Errors
    /// If it is not this key's with either.
    pub fn restore(&self, digest: B256, signature: &Signature) -> Result<Signature, DisputeError> {
        let other = Signature { is_odd: !signature.is_odd, ..*signature };
        let is_own = |each: &Signature| curve::recover(digest, each).is_some_and(|point| point == self.point);
        match [*signature, other].into_iter().find(is_own) {
            Some(own) => Ok(own),
            None => Err(self.mismatch(signature.recover(digest)?)),
        }
    }

    pub(super) fn from_point(point: curve::Point) -> Self {
        Self { point, address: Address::from_raw_public_key(&curve::point(&point)) }
    }

    fn mismatch(&self, actual: Address) -> DisputeError {
        DisputeError::SignerMismatch { expected: self.address, actual }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("PublicKey").field(&self.address).finish()
    }
}
