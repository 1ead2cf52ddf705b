//! What a signature must look like before anything is computed.

use alloy_primitives::{B256, U256, b256};

use crate::DisputeError;

/// Half the order of the curve: the greatest `s` that is accepted.
const MAX_S: B256 = b256!("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
/// All but the highest bit of `s`, where EIP-2098 keeps the parity.
const LOW_255_BITS: B256 = b256!("0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

/// A signature of one of the two forms, with `s` in the lower half; what its numbers mean is not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// May be zero, or not below the order of the curve.
    pub(super) r: B256,
    /// May be zero.
    pub(super) s: B256,
    /// Whether the `y` of the point that `r` stands for is odd.
    pub(super) is_odd: bool,
}

impl Form {
    /// Takes a signature apart, refusing in the contract's order.
    pub(super) fn read(signature: &[u8]) -> Result<Self, DisputeError> {
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
