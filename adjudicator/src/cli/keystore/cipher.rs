//! What the password makes of the bytes.

use aes::{
    Aes128,
    cipher::{KeyIvInit, StreamCipher},
};
use alloy_primitives::{B256, Keccak256};
use anyhow::{Context, Result};
use ctr::Ctr128BE;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::form::Parameters;

/// What a password comes to: 16 bytes encrypt, 16 show that it is the right one.
pub(super) type Derived = Zeroizing<[u8; 32]>;

/// Makes guessing the password dear.
pub(super) fn derive(parameters: &Parameters, password: &str) -> Result<Derived> {
    let mut derived = Derived::default();
    match parameters {
        Parameters::Scrypt { n, r, p, salt, .. } => {
            let log_n = u8::try_from(n.trailing_zeros())?;
            let parameters = scrypt::Params::new(log_n, *r, *p).context("kdfparams")?;
            scrypt::scrypt(password.as_bytes(), &salt.0, &parameters, derived.as_mut_slice()).context("kdfparams")?;
        }
        Parameters::Pbkdf2 { c, salt, .. } => {
            pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), &salt.0, *c, derived.as_mut_slice());
        }
    }
    Ok(derived)
}

/// Encrypts, or decrypts: it is the same.
pub(super) fn apply(derived: &Derived, iv: &[u8; 16], bytes: &mut [u8]) {
    let mut key = Zeroizing::new([0; 16]);
    key.iter_mut().zip(derived.iter()).for_each(|(to, from)| *to = *from);
    Ctr128BE::<Aes128>::new((&*key).into(), iv.into()).apply_keystream(bytes);
}

/// By which a right password is known.
pub(super) fn mac(derived: &Derived, ciphertext: &[u8]) -> B256 {
    let mut hasher = Keccak256::new();
    let (_, second) = derived.split_at(16);
    hasher.update(second);
    hasher.update(ciphertext);
    hasher.finalize()
}

/// Whether both are the same, in a time that does not tell how much of them is.
pub(super) fn is_equal(one: B256, other: B256) -> bool {
    one.iter().zip(other.iter()).fold(0, |differing, (one, other)| differing | (one ^ other)) == 0
}
