//! Keystore files of version 3, the Web3 Secret Storage: a key, encrypted with a password.
//!
//! The crate that others use writes files that everybody may read, over ones that there are, and does not overwrite keys in
//! memory; so this is the form by itself, on the crates for scrypt, PBKDF2 and AES.

mod cipher;
mod form;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use alloy_primitives::{Address, B256};
use anyhow::Result;
use zeroize::Zeroizing;

use super::{
    failure::{refused, wrong_use},
    files,
};
use form::{Crypto, Form, Hex, Parameters};

/// The cost of guessing a password: log2 of N, as geth's standard has it. It takes a second and 256 MiB.
const LOG_N: u8 = 18;

/// A private key, overwritten when dropped.
#[derive(Default)]
pub(super) struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

/// A keystore file.
pub(super) struct Keystore {
    form: Form,
    path: PathBuf,
}

impl Keystore {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = files::read(path)?;
        let form: Form = serde_json::from_str(&text).map_err(|error| {
            // What it is instead may be a key, so it is not repeated.
            let (name, line, column) = (files::name(path), error.line(), error.column());
            wrong_use(format!("{name}: line {line}, column {column}: it is no keystore file of version 3"))
        })?;
        form.check().map_err(|reason| wrong_use(format!("{}: {reason}", files::name(path))))?;
        Ok(Self { form, path: path.to_owned() })
    }

    /// Encrypts a key.
    pub(super) fn encrypt(secret: &Secret, address: Address, password: &str) -> Result<Self> {
        let (mut salt, mut iv, mut id) = (B256::ZERO, [0; 16], [0; 16]);
        for random in [&mut salt.0[..], &mut iv, &mut id] {
            getrandom::fill(random)?;
        }
        let parameters = Parameters::scrypt(LOG_N, salt);
        let derived = cipher::derive(&parameters, password)?;
        let mut ciphertext = *secret.bytes();
        cipher::apply(&derived, &iv, &mut ciphertext);
        let mac = cipher::mac(&derived, &ciphertext);
        let crypto = Crypto::new(iv, ciphertext.to_vec(), parameters, mac);
        Ok(Self { form: Form::new(crypto, address, id), path: PathBuf::new() })
    }

    /// The file's content.
    pub(super) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string(&self.form)?)
    }

    /// Decrypts the key.
    pub(super) fn open(&self, password: &str) -> Result<Secret> {
        let Crypto { cipherparams, ciphertext: Hex(ciphertext), kdf, mac: Hex(mac), .. } = &self.form.crypto;
        let derived = cipher::derive(kdf, password)?;
        let name = files::name(&self.path);
        if !cipher::is_equal(cipher::mac(&derived, ciphertext), *mac) {
            return Err(refused(format!("{name}: the password is wrong, or the file was changed")));
        }
        let mut secret = Secret::default();
        secret.bytes_mut().iter_mut().zip(ciphertext.iter()).for_each(|(to, from)| *to = *from);
        cipher::apply(&derived, &cipherparams.iv.0, secret.bytes_mut());
        let (said, found) = (self.form.address.as_ref().map(|Hex(said)| *said), secret.key()?.address());
        match said.filter(|said| *said != found) {
            Some(said) => Err(wrong_use(format!("{name}: address: {said}, where the key's is {found}"))),
            None => Ok(secret),
        }
    }
}
