use alloy_primitives::{Address, B256, U256, b256};

use super::curve;
use crate::DisputeError;

/// Half the order of the curve: the greatest `s` that is accepted.
const MAX_S: B256 = b256!("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
/// All but the highest bit of `s`, where EIP-2098 keeps the parity.
const LOW_255_BITS: B256 = b256!("0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

/// A signature of one of the two forms that the contract reads, with `s` in the lower half.
///
/// Whose it is, and whether it is anybody's, shows with a digest only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The `x` of a point; may still be zero, or not below the order of the curve.
    pub(super) r: B256,
    /// At most [`MAX_S`]; may be zero.
    pub(super) s: B256,
    /// Whether the point's `y` is odd.
    pub(super) is_odd: bool,
}

impl Signature {
    /// Nobody's, of anything: it stands where one is still to be given.
    pub(crate) const PLACEHOLDER: Self = Self { r: B256::ZERO, s: B256::ZERO, is_odd: false };

    /// Reads a signature of 64 bytes (EIP-2098) or 65.
    ///
    /// # Errors
    /// If it is of neither form, or `s` in the upper half: the contract's errors, in its order.
    pub fn from_bytes(signature: &[u8]) -> Result<Self, DisputeError> {
        let (r, s, v) = cut(signature)
            .ok_or_else(|| DisputeError::SignatureLengthInvalid { actual: U256::from(signature.len()) })?;
        let (s, is_odd) = match v {
            None => (s & LOW_255_BITS, s > LOW_255_BITS),
            Some(27) => (s, false),
            Some(28) => (s, true),
            Some(v) => return Err(DisputeError::SignatureRecoveryIdInvalid { v: U256::from(v) }),
        };
        if s > MAX_S { Err(DisputeError::SignatureMalleable { s }) } else { Ok(Self { r, s, is_odd }) }
    }

    /// The signature in 64 bytes, as EIP-2098 has it: the shorter of the two forms.
    #[must_use]
    pub fn to_compact(&self) -> [u8; 64] {
        let parity = if self.is_odd { !LOW_255_BITS } else { B256::ZERO };
        self.r.concat_const(self.s | parity).0
    }

    /// The signature in 65 bytes: `r`, `s`, and `v`, which is 27 or 28.
    #[must_use]
    pub fn to_full(&self) -> [u8; 65] {
        let mut full = [if self.is_odd { 28 } else { 27 }; 65];
        if let Some(scalars) = full.first_chunk_mut() {
            *scalars = self.scalars();
        }
        full
    }

    /// Who signed `digest`.
    ///
    /// # Errors
    /// [`DisputeError::SignatureInvalid`] if nobody did.
    pub fn recover(&self, digest: B256) -> Result<Address, DisputeError> {
        let key = curve::recover(digest, self).ok_or(DisputeError::SignatureInvalid {})?;
        Ok(Address::from_raw_public_key(&curve::point(&key)))
    }

    /// Whether it is `expected`'s, of `digest`.
    ///
    /// # Errors
    /// If it is not: the contract's errors, in its order.
    pub fn verify(&self, digest: B256, expected: Address) -> Result<(), DisputeError> {
        let actual = self.recover(digest)?;
        if actual == expected { Ok(()) } else { Err(DisputeError::SignerMismatch { expected, actual }) }
    }

    /// A signature of `r` and `s`, one behind the other, which the caller knows to be in the lower half.
    pub(super) fn from_scalars(scalars: &[u8; 64], is_odd: bool) -> Self {
        let (r, s) = scalars.split_at(32);
        Self { r: B256::from_slice(r), s: B256::from_slice(s), is_odd }
    }

    /// `r` and `s`, one behind the other.
    pub(super) fn scalars(&self) -> [u8; 64] {
        self.r.concat_const(self.s).0
    }
}

/// `r`, `s`, and `v` if there is one; nothing if the length is of neither form.
fn cut(signature: &[u8]) -> Option<(B256, B256, Option<u8>)> {
    let (r, rest) = signature.split_first_chunk::<32>()?;
    let (s, rest) = rest.split_first_chunk::<32>()?;
    match rest {
        [] => Some((r.into(), s.into(), None)),
        &[v] => Some((r.into(), s.into(), Some(v))),
        _ => None,
    }
}
