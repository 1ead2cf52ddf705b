//! Chains of which not everything is known: whoever reads what is not is told what that is.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use alloy_primitives::{
    Address, B256, Bytes, U256,
    map::{AddressSet, HashSet},
};
use revm::{
    context::result::{EVMError, InvalidTransaction},
    database_interface::DBErrorMarker,
    state::AccountInfo,
};

use super::{World, accounts};
use crate::Error;

/// What is known of a chain, beside what is not empty.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) accounts: AddressSet,
    pub(super) words: HashSet<(Address, U256)>,
    pub(super) hashes: BTreeMap<u64, B256>,
}

/// Something of a chain that is read and not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// Balance, nonce and code of an account.
    Account(Address),
    /// A word of storage.
    Word {
        /// Whose storage it is.
        account: Address,
        /// Where it stands.
        slot: U256,
    },
    /// The hash of the block of this number.
    BlockHash(u64),
}

impl Display for Missing {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(formatter, "the account {account}"),
            Self::Word { account, slot } => write!(formatter, "the word at {:#066x} of {account}", slot),
            Self::BlockHash(number) => write!(formatter, "the hash of block {number}"),
        }
    }
}

impl std::error::Error for Missing {}

impl DBErrorMarker for Missing {}

/// Why a transaction was not run.
pub(super) fn refused(error: EVMError<Missing, InvalidTransaction>) -> Error {
    match error {
        EVMError::Database(missing) => Error::Unknown { missing },
        other => Error::TransactionInvalid { reason: other.to_string() },
    }
}

impl World {
    /// From now on whatever is empty counts as unknown, unless it is told: a transaction that reads it is not run.
    pub fn know_only_what_is_told(&mut self) {
        self.accounts_mut().known.get_or_insert_default();
    }

    /// Whether this is known, or was never in doubt.
    #[must_use]
    pub fn knows(&self, what: Missing) -> bool {
        let accounts = self.accounts();
        let Some(known) = &accounts.known else { return true };
        match what {
            Missing::Account(account) => known.accounts.contains(&account) || accounts.info(account).is_some(),
            Missing::Word { account, slot } => {
                known.words.contains(&(account, slot)) || !accounts.word(account, slot).is_zero()
            }
            Missing::BlockHash(number) => known.hashes.contains_key(&number),
        }
    }

    /// Makes an account known. It is no change, and no snapshot takes it back.
    pub fn tell_account(&mut self, account: Address, balance: U256, nonce: u64, code: Bytes) {
        let mut info = AccountInfo { balance, nonce, ..AccountInfo::default() };
        info.set_code(accounts::bytecode(code));
        self.accounts_mut().put_info(account, Some(info));
    }

    /// Makes a word of storage known. It is no change, and no snapshot takes it back.
    pub fn tell_word(&mut self, account: Address, slot: U256, word: U256) {
        self.accounts_mut().put_word(account, slot, word);
    }

    /// Makes the hash of a block known, if only what is told is.
    pub fn tell_hash(&mut self, number: u64, hash: B256) {
        if let Some(known) = &mut self.accounts_mut().known {
            known.hashes.insert(number, hash);
        }
    }
}
