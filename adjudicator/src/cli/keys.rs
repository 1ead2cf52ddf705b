//! `keys`: keystore files. A key is never printed, and never taken from the command line.

use std::path::{Path, PathBuf};

use adjudicator::signature::SigningKey;
use alloy_primitives::{B256, hex};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;
use zeroize::{Zeroize, Zeroizing};

use super::{
    answer::{Answer, Facts},
    failure::wrong_use,
    files,
    key::{KeyOptions, PasswordOptions},
    keystore::{Keystore, Secret},
};

/// Keystore files, as cast and other wallets write and read them.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a new key.
    New(New),
    /// The address of a key.
    Address(KeyOptions),
    /// Encrypt a key that there is already.
    Import(Import),
}

/// Where the key goes.
#[derive(Args)]
pub(crate) struct New {
    /// The keystore file to make.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    password: PasswordOptions,
}

/// Where the key comes from, and where it goes.
#[derive(Args)]
pub(crate) struct Import {
    /// A file with the key in hex; - for standard input.
    #[arg(value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    to: New,
}

impl Command {
    pub(super) fn run(self) -> Result<Answer> {
        match self {
            Self::New(new) => new.write(&random()?),
            Self::Address(key) => address(&key.open()?),
            Self::Import(Import { key, to }) => to.write(&read(&key)?),
        }
    }
}

impl New {
    fn write(&self, secret: &Secret) -> Result<Answer> {
        let key = secret.key()?;
        let password = self.password.choose(&self.out)?;
        let keystore = Keystore::encrypt(secret, key.address(), &password)?;
        files::create(&self.out, &keystore.to_json()?)?;
        let mut facts = Facts::default();
        facts.add("address", key.address()).add("keystore", self.out.display());
        facts.answer()
    }
}

/// An address alone, so that a shell can take it.
fn address(key: &SigningKey) -> Result<Answer> {
    let address = key.address().to_string();
    Answer::new(address.as_str(), &json!({ "address": address }))
}

/// A number that is a key: nearly every one is.
fn random() -> Result<Secret> {
    loop {
        let mut secret = Secret::default();
        getrandom::fill(secret.bytes_mut())?;
        if secret.key().is_ok() {
            return Ok(secret);
        }
    }
}

/// A key in hex. What is wrong with it is said without repeating it.
fn read(path: &Path) -> Result<Secret> {
    let text = Zeroizing::new(files::read(path)?);
    let mut secret = Secret::default();
    hex::decode_to_slice(text.trim(), secret.bytes_mut())
        .map_err(|_| wrong_use(format!("{}: it is no key: 64 hex digits are expected", files::name(path))))?;
    Ok(secret)
}

impl Secret {
    /// The key of this number.
    pub(super) fn key(&self) -> Result<SigningKey> {
        let mut number = B256::from(*self.bytes());
        let key = SigningKey::from_bytes(&number);
        number.0.zeroize();
        key.ok_or_else(|| wrong_use("the number is no key: it is zero, or not below the order of the curve"))
    }
}
