//! Every account of a world, and what must be known to take changes back.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{
    Address, B256, Bytes, U256,
    map::{AddressMap, B256Map},
};
use revm::{
    Database, DatabaseCommit,
    bytecode::Bytecode,
    state::{Account, AccountInfo},
};

use super::{CoinChange, Missing, WordChange, known::Known};

/// Every account. A slot that is zero is not in it, and neither is an empty account.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    infos: AddressMap<AccountInfo>,
    words: AddressMap<B256Map<U256>>,
    /// What was there before each change, the latest last; none while nobody may want to return.
    changes: Option<Vec<Change>>,
    /// What is known of a chain of which not everything is; of any other what is not there is empty.
    pub(super) known: Option<Known>,
}

/// What was there before a change.
#[derive(Debug)]
enum Change {
    Info(Address, Option<AccountInfo>),
    Word(Address, U256, U256),
}

/// Code as the machine wants it; that which claims to delegate (EIP-7702) and is malformed counts as any other.
pub(super) fn bytecode(code: Bytes) -> Bytecode {
    Bytecode::new_raw_checked(code.clone()).unwrap_or_else(|_| Bytecode::new_legacy(code))
}

impl Accounts {
    /// The same accounts, of which no changes are kept; what is not there is empty.
    pub(super) fn copied(&self) -> Self {
        Self { infos: self.infos.clone(), words: self.words.clone(), changes: None, known: None }
    }

    pub(super) fn info(&self, account: Address) -> Option<&AccountInfo> {
        self.infos.get(&account)
    }

    pub(super) fn nonce(&self, account: Address) -> u64 {
        self.info(account).map_or(0, |info| info.nonce)
    }

    pub(super) fn word(&self, account: Address, slot: U256) -> U256 {
        self.words.get(&account).and_then(|words| words.get(&B256::from(slot))).copied().unwrap_or_default()
    }

    pub(super) fn slots(&self, account: Address) -> impl Iterator<Item = U256> + '_ {
        self.words.get(&account).into_iter().flat_map(|words| words.keys().map(|slot| (*slot).into()))
    }

    pub(super) fn addresses(&self) -> BTreeSet<Address> {
        let with_storage = self.words.iter().filter(|(_, words)| !words.is_empty()).map(|(account, _)| account);
        self.infos.keys().chain(with_storage).copied().collect()
    }

    pub(super) fn change_info(&mut self, account: Address, change: impl FnOnce(&mut AccountInfo)) {
        let mut info = self.info(account).cloned().unwrap_or_default();
        change(&mut info);
        self.set_info(account, Some(info));
    }

    pub(super) fn set_word(&mut self, account: Address, slot: U256, word: U256) {
        let before = self.put_word(account, slot, word);
        if let Some(changes) = &mut self.changes {
            changes.push(Change::Word(account, slot, before));
        }
    }

    /// Keeps changes from now on; how many were kept so far.
    pub(super) fn keep_changes(&mut self) -> usize {
        self.changes.get_or_insert_default().len()
    }

    /// Forgets all changes, and keeps none from now on.
    pub(super) fn forget_changes(&mut self) {
        self.changes = None;
    }

    /// The words that were changed since so many changes were kept, each once, by account and slot.
    pub(super) fn changed_since(&self, kept: usize) -> Vec<WordChange> {
        let mut first = BTreeMap::new();
        for change in self.changes.iter().flatten().skip(kept) {
            if let Change::Word(account, slot, before) = *change {
                first.entry((account, slot)).or_insert(before);
            }
        }
        let changed = first.into_iter().map(|((account, slot), before)| {
            let after = self.word(account, slot);
            WordChange { account, slot, before, after }
        });
        changed.collect()
    }

    /// The accounts of which something but storage was changed since so many changes were kept, each once, by address: what
    /// they had of the native coin, and have.
    pub(super) fn coins_since(&self, kept: usize) -> Vec<CoinChange> {
        let coins = |info: Option<&AccountInfo>| info.map_or(U256::ZERO, |info| info.balance);
        let mut first = BTreeMap::new();
        for change in self.changes.iter().flatten().skip(kept) {
            if let Change::Info(account, before) = change {
                first.entry(*account).or_insert_with(|| coins(before.as_ref()));
            }
        }
        let changed = first.into_iter();
        changed.map(|(account, before)| CoinChange { account, before, after: coins(self.info(account)) }).collect()
    }

    /// Takes back all changes but the first so many.
    pub(super) fn take_back(&mut self, keep: usize) {
        let Some(changes) = &mut self.changes else { return };
        for change in changes.split_off(keep.min(changes.len())).into_iter().rev() {
            match change {
                Change::Info(account, info) => drop(self.put_info(account, info)),
                Change::Word(account, slot, word) => {
                    self.put_word(account, slot, word);
                }
            }
        }
    }

    fn set_info(&mut self, account: Address, info: Option<AccountInfo>) {
        let before = self.put_info(account, info);
        if let Some(changes) = &mut self.changes {
            changes.push(Change::Info(account, before));
        }
    }

    pub(super) fn put_info(&mut self, account: Address, info: Option<AccountInfo>) -> Option<AccountInfo> {
        if let Some(known) = &mut self.known {
            known.accounts.insert(account);
        }
        match info {
            Some(info) if !info.is_empty() => self.infos.insert(account, info),
            _ => self.infos.remove(&account),
        }
    }

    pub(super) fn put_word(&mut self, account: Address, slot: U256, word: U256) -> U256 {
        if let Some(known) = &mut self.known {
            known.words.insert((account, slot));
        }
        let (words, slot) = (self.words.entry(account).or_default(), B256::from(slot));
        let before = if word.is_zero() { words.remove(&slot) } else { words.insert(slot, word) };
        before.unwrap_or_default()
    }
}

impl Database for Accounts {
    type Error = Missing;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Missing> {
        match self.info(address) {
            None if self.known.as_ref().is_some_and(|known| !known.accounts.contains(&address)) => {
                Err(Missing::Account(address))
            }
            info => Ok(info.cloned()),
        }
    }

    /// Never asked, for the code comes with the account.
    fn code_by_hash(&mut self, code_hash: B256) -> Result<Bytecode, Missing> {
        let account = self.infos.values().find(|info| info.code_hash == code_hash);
        Ok(account.and_then(|info| info.code.clone()).unwrap_or_default())
    }

    fn storage(&mut self, address: Address, index: U256) -> Result<U256, Missing> {
        let word = self.word(address, index);
        let is_known = |known: &Known| !word.is_zero() || known.words.contains(&(address, index));
        match &self.known {
            Some(known) if !is_known(known) => Err(Missing::Word { account: address, slot: index }),
            _ => Ok(word),
        }
    }

    /// Where blocks are not kept, any hash does that differs from the others.
    fn block_hash(&mut self, number: u64) -> Result<B256, Missing> {
        match &self.known {
            Some(known) => known.hashes.get(&number).copied().ok_or(Missing::BlockHash(number)),
            None => Ok(U256::from(number).into()),
        }
    }
}

impl DatabaseCommit for Accounts {
    fn commit(&mut self, changes: AddressMap<Account>) {
        for (address, account) in changes {
            if !account.is_touched() {
                continue;
            }
            // Since Cancun only what was created in the same transaction is destroyed: it has no storage yet.
            if account.is_selfdestructed() {
                for slot in self.slots(address).collect::<Vec<_>>() {
                    self.set_word(address, slot, U256::ZERO);
                }
                self.set_info(address, None);
                continue;
            }
            if self.info(address) != Some(&account.info) {
                self.set_info(address, Some(account.info));
            }
            for (slot, value) in account.storage {
                if value.is_changed() {
                    self.set_word(address, slot, value.present_value);
                }
            }
        }
    }
}
