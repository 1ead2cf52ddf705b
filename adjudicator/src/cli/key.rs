//! How a key is given: in a keystore file, never on the command line.

use std::path::{Path, PathBuf};

#[cfg(feature = "ledger")]
use adjudicator::ledger::Ledger;
use adjudicator::{
    evidence::{Draft, store::Signatory},
    signature::{NotSigned, Signature, SigningKey},
    submit::Payer,
    types::Identity,
};
use alloy_primitives::Address;
use anyhow::{Context, Result};
use clap::Args;
use zeroize::Zeroizing;

use super::{failure::wrong_use, files, keystore};

/// Who signs: a key in memory, or a device.
pub(crate) enum Account {
    /// The key of a keystore file.
    Key(SigningKey),
    /// A device that shows what it signs.
    #[cfg(feature = "ledger")]
    Ledger(Ledger),
}

impl Account {
    /// Its address.
    pub(crate) fn address(&self) -> Address {
        match self {
            Self::Key(key) => key.address(),
            #[cfg(feature = "ledger")]
            Self::Ledger(ledger) => ledger.address(),
        }
    }
}

impl Payer for Account {
    fn address(&self) -> Address {
        self.address()
    }

    fn sign_transaction(&self, unsigned: &[u8]) -> std::result::Result<Signature, NotSigned> {
        match self {
            Self::Key(key) => key.sign_transaction(unsigned),
            #[cfg(feature = "ledger")]
            Self::Ledger(ledger) => ledger.sign_transaction(unsigned),
        }
    }
}

impl Signatory for Account {
    fn address(&self) -> Address {
        self.address()
    }

    fn sign_message(&self, identity: &Identity, draft: &Draft) -> std::result::Result<Signature, NotSigned> {
        match self {
            Self::Key(key) => key.sign_message(identity, draft),
            #[cfg(feature = "ledger")]
            Self::Ledger(ledger) => ledger.sign_message(identity, draft),
        }
    }
}

/// Which account signs, where it may be a device's.
#[derive(Args)]
#[command(next_help_heading = "Who signs")]
pub(crate) struct AccountOptions {
    /// Its keystore file.
    #[arg(long, value_name = "FILE", env = "ETH_KEYSTORE", hide_env_values = true)]
    keystore: Option<PathBuf>,
    /// Sign with a Ledger instead: the account's number, as Ledger Live counts, or its derivation path.
    #[cfg(feature = "ledger")]
    #[arg(long, value_name = "NUMBER|PATH", num_args = 0..=1, default_missing_value = "0")]
    ledger: Option<String>,
    #[command(flatten)]
    password: PasswordOptions,
}

impl AccountOptions {
    /// The account.
    pub(crate) fn open(&self) -> Result<Account> {
        #[cfg(feature = "ledger")]
        if let Some(path) = &self.ledger {
            return Ok(Account::Ledger(Ledger::connect(path)?));
        }
        let path = self.keystore.as_ref();
        let path =
            path.ok_or_else(|| wrong_use("who signs is not said: --keystore FILE, or ETH_KEYSTORE, has the key"))?;
        let keystore = keystore::Keystore::read(path)?;
        Ok(Account::Key(keystore.open(&self.password.get(path)?)?.key()?))
    }
}

/// The key that signs states.
#[derive(Args)]
#[command(next_help_heading = "The state-signing key")]
pub(crate) struct KeyOptions {
    /// Its keystore file.
    #[arg(long, value_name = "FILE", env = "ETH_KEYSTORE", hide_env_values = true)]
    keystore: PathBuf,
    #[command(flatten)]
    password: PasswordOptions,
}

/// The key that pays for gas: the sender's, which need not be a party's.
#[derive(Args)]
#[command(next_help_heading = "The gas-paying key")]
pub(crate) struct GasKeyOptions {
    /// Its keystore file.
    #[arg(long, value_name = "FILE")]
    gas_keystore: PathBuf,
    /// A file with its password [default: it is asked for on the terminal].
    #[arg(long, value_name = "FILE")]
    gas_password_file: Option<PathBuf>,
}

impl GasKeyOptions {
    /// The key.
    pub(crate) fn open(&self) -> Result<SigningKey> {
        let password = PasswordOptions { password_file: self.gas_password_file.clone() };
        let keystore = keystore::Keystore::read(&self.gas_keystore)?;
        keystore.open(&password.get(&self.gas_keystore)?)?.key()
    }
}

/// The password of a keystore file.
#[derive(Args)]
pub(crate) struct PasswordOptions {
    /// A file with the password [default: it is asked for on the terminal].
    #[arg(long, value_name = "FILE", env = "ETH_PASSWORD", hide_env_values = true)]
    password_file: Option<PathBuf>,
}

impl KeyOptions {
    /// The key.
    pub(crate) fn open(&self) -> Result<SigningKey> {
        self.secret()?.key()
    }

    /// The key, once for whoever keeps what is signed with it, and once for whoever does not.
    pub(crate) fn open_twice(&self) -> Result<(SigningKey, SigningKey)> {
        let secret = self.secret()?;
        Ok((secret.key()?, secret.key()?))
    }

    fn secret(&self) -> Result<keystore::Secret> {
        let keystore = keystore::Keystore::read(&self.keystore)?;
        let password = self.password.get(&self.keystore)?;
        keystore.open(&password)
    }
}

impl PasswordOptions {
    /// The password of a file that there is.
    pub(crate) fn get(&self, keystore: &Path) -> Result<Zeroizing<String>> {
        match &self.password_file {
            Some(path) => from_file(path),
            None => prompt(&format!("Password of {}: ", keystore.display())),
        }
    }

    /// The password of a file that is to be made, asked for twice.
    pub(crate) fn choose(&self, keystore: &Path) -> Result<Zeroizing<String>> {
        let Some(path) = &self.password_file else {
            let first = prompt(&format!("New password of {}: ", keystore.display()))?;
            let second = prompt("The same again: ")?;
            return if first == second { Ok(first) } else { Err(wrong_use("the two passwords are not the same")) };
        };
        from_file(path)
    }
}

/// The first and only line of a file. What is blank behind it does not count, as for cast.
fn from_file(path: &Path) -> Result<Zeroizing<String>> {
    let mut password = Zeroizing::new(files::read(path)?);
    let length = password.trim_end().len();
    password.truncate(length);
    if password.is_empty() { Err(wrong_use(format!("{}: an empty password", files::name(path)))) } else { Ok(password) }
}

fn prompt(question: &str) -> Result<Zeroizing<String>> {
    let answered = rpassword::prompt_password(question);
    answered.map(Zeroizing::new).context("there is no terminal to ask for the password: --password-file has it")
}
