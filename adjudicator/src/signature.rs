//! Who signed: ECDSA over secp256k1, in one form per key, exactly as the contract takes it.
//!
//! A signature has 64 bytes (EIP-2098) or 65, `s` is in the lower half, `v` is 27 or 28. Two libraries can compute on
//! the curve: libsecp256k1 (feature `secp256k1`, the default) and k256 (feature `k256`); with both features it is the
//! first. What is accepted is decided here, and is the same with either. Source: `contracts/libraries/Signatures.sol`.

#[cfg(all(test, feature = "secp256k1", feature = "k256"))]
mod both;
mod form;
#[cfg(all(feature = "k256", any(test, not(feature = "secp256k1"))))]
mod k256;
#[cfg(feature = "secp256k1")]
mod libsecp256k1;
mod public_key;
mod signing_key;

use alloy_primitives::{Address, B256};

#[cfg(all(feature = "k256", not(feature = "secp256k1")))]
use self::k256 as curve;
#[cfg(feature = "secp256k1")]
use self::libsecp256k1 as curve;
use crate::DisputeError;

pub use form::Signature;
pub use public_key::PublicKey;
pub use signing_key::SigningKey;

#[cfg(not(any(feature = "secp256k1", feature = "k256")))]
compile_error!("one of the features `secp256k1` and `k256` is needed");

/// Why whoever has a key does not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not signed: {reason}")]
pub struct NotSigned {
    /// What its holder or the device says.
    pub reason: String,
}

/// Who signed `digest`.
///
/// # Errors
/// If `signature` is of a form that the contract refuses, or nobody's: the contract's errors, in its order.
pub fn recover(digest: B256, signature: &[u8]) -> Result<Address, DisputeError> {
    Signature::from_bytes(signature)?.recover(digest)
}

/// Whether `signature` of `digest` is `expected`'s.
///
/// # Errors
/// If it is not: the contract's errors, in its order.
pub fn verify(digest: B256, expected: Address, signature: &[u8]) -> Result<(), DisputeError> {
    Signature::from_bytes(signature)?.verify(digest, expected)
}
