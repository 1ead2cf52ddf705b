//! A world that goes many ways from the same point: each is taken back at the price of what it changed.
//!
//! The machine ends a transaction by handing its changes to a database. Here it does not: they stay in its journal, and going
//! back is undoing the journal's last entries. Nothing is copied, however much is stored. What a transaction does, and the gas
//! that it takes, is the same (`simulator/tests/branches.rs`).

use std::hash::{BuildHasher, Hasher};

use alloy_primitives::{Address, Bytes, U256};
use foldhash::quality::FixedState;
use revm::{
    Context, MainBuilder,
    context::{
        BlockEnv, CfgEnv, Evm, Journal, JournalEntry, JournalInner, LocalContextTr, TxEnv,
        result::{EVMError, ExecutionResult, HaltReason, InvalidTransaction, ResultGas},
    },
    context_interface::journaled_state::entry::JournalEntryTr,
    handler::{EthFrame, EvmTr, FrameResult, Handler, instructions::EthInstructions, post_execution},
    interpreter::interpreter::EthInterpreter,
    primitives::hardfork::SpecId,
};

use super::{Missing, Outcome, Transaction, World, accounts::Accounts, known::refused, recoveries::Recoveries};
use crate::Error;

type BranchContext = Context<BlockEnv, TxEnv, CfgEnv, Accounts, Journal<Accounts>, ()>;
type Machine =
    Evm<BranchContext, (), EthInstructions<EthInterpreter, BranchContext>, Recoveries, EthFrame<EthInterpreter>>;
type Failure = EVMError<Missing, InvalidTransaction>;

/// After so many transactions a machine must be replaced: it counts them in 32 bits.
const MOST_TRANSACTIONS: usize = 1 << 31;

/// Two seeds, so that a fingerprint has 128 bits. They are fixed: a checkpoint of one run is read by another.
const SEEDS: [u64; 2] = [0x5265_636f_7572_7365, 0x6272_616e_6368_6573];

/// A word of storage, or the native coin of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spot {
    /// A word of an account's storage.
    Word(Address, U256),
    /// What an account has of the native coin.
    Coins(Address),
}

/// A spot that is not as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotChange {
    /// Where.
    pub spot: Spot,
    /// What was there.
    pub before: U256,
    /// What is there.
    pub after: U256,
}

/// A point on the way, to which it can be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    entries: usize,
    fingerprint: u128,
    now: U256,
}

/// A world that goes many ways from the same point.
pub struct Branches {
    evm: Machine,
    fingerprint: u128,
    begin: U256,
    hashers: [FixedState; 2],
}

impl Branches {
    /// Begins at what a world is now. That world is left as it is.
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut context: BranchContext = Context::new(world.accounts().copied(), SpecId::PRAGUE);
        context.cfg = world.evm.ctx.cfg.clone();
        context.block = world.evm.ctx.block.clone();
        Self {
            evm: context.build_mainnet().with_precompiles(Recoveries::new(SpecId::PRAGUE)),
            fingerprint: 0,
            begin: world.evm.ctx.block.timestamp,
            hashers: SEEDS.map(FixedState::with_seed),
        }
    }

    /// Whether it has done so much that it must be replaced by a new one.
    #[must_use]
    pub fn is_worn(&self) -> bool {
        self.evm.ctx.journaled_state.inner.transaction_id.get() > MOST_TRANSACTIONS
    }

    /// The current block's time in Unix seconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.evm.ctx.block.timestamp.saturating_to()
    }

    /// Sets the current block's time in Unix seconds.
    pub fn set_now(&mut self, now: u64) {
        self.evm.ctx.block.timestamp = U256::from(now);
    }

    /// This point.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            entries: self.evm.ctx.journaled_state.inner.journal.len(),
            fingerprint: self.fingerprint,
            now: self.evm.ctx.block.timestamp,
        }
    }

    /// Goes back to an earlier point of the way that led here. A mark of a way that was left must not be used again.
    pub fn go_back(&mut self, mark: &Mark) {
        take_back(&mut self.evm.ctx.journaled_state.inner, mark.entries);
        self.fingerprint = mark.fingerprint;
        self.evm.ctx.block.timestamp = mark.now;
    }

    /// Goes back to where everything began. All marks are void then.
    pub fn return_to_begin(&mut self) {
        self.go_back(&Mark { entries: 0, fingerprint: 0, now: self.begin });
    }

    /// The mark of where everything began.
    #[must_use]
    pub const fn begin(&self) -> Mark {
        Mark { entries: 0, fingerprint: 0, now: self.begin }
    }

    /// Runs a transaction in the current block.
    ///
    /// # Errors
    /// If no block could hold it. One that reverts is an [`Outcome`].
    pub fn transact(&mut self, transaction: &Transaction) -> Result<Outcome, Error> {
        let begin = self.evm.ctx.journaled_state.inner.journal.len();
        self.evm.ctx.tx = transaction.clone().into_env();
        let result = Uncommitted { begin }.run(&mut self.evm);
        let result = result.map_err(refused)?;
        self.note_changes(begin);
        Ok(Outcome::from(result))
    }

    /// What a contract answers a call that changes nothing; nothing if it refuses.
    pub fn ask(&mut self, sender: Address, contract: Address, data: Bytes) -> Option<Bytes> {
        let mark = self.mark();
        let outcome = self.transact(&Transaction::call(sender, contract, data));
        self.go_back(&mark);
        match outcome {
            Ok(Outcome::Success { output, .. }) => Some(output),
            _ => None,
        }
    }

    /// 128 bits that tell what is stored and who has which coins apart from all else on any way; zero at the beginning, whatever
    /// is there. Nonces and the time are not in it.
    #[must_use]
    pub const fn fingerprint(&self) -> u128 {
        self.fingerprint
    }

    /// What is at a spot.
    #[must_use]
    pub fn read(&self, spot: Spot) -> U256 {
        let Journal { database, inner } = &self.evm.ctx.journaled_state;
        match spot {
            Spot::Word(account, slot) => {
                let loaded = inner.state.get(&account).and_then(|account| account.storage.get(&slot));
                loaded.map_or_else(|| database.word(account, slot), |word| word.present_value)
            }
            Spot::Coins(account) => match inner.state.get(&account) {
                Some(account) => account.info.balance,
                None => database.info(account).map_or(U256::ZERO, |info| info.balance),
            },
        }
    }

    /// Puts something at a spot, as if a transaction had done so.
    pub fn write(&mut self, spot: Spot, value: U256) {
        let Journal { database, inner } = &mut self.evm.ctx.journaled_state;
        let (Spot::Word(account, _) | Spot::Coins(account)) = spot;
        let begin = inner.journal.len();
        // Of accounts in memory nothing is ever missing.
        let _ = inner.load_account(database, account);
        match spot {
            Spot::Word(account, slot) => {
                let _ = inner.sstore_assume_account_present(database, account, slot, value, false);
            }
            Spot::Coins(address) => {
                if let Some(account) = inner.state.get_mut(&address) {
                    let old_balance = std::mem::replace(&mut account.info.balance, value);
                    inner.journal.push(JournalEntry::BalanceChange { address, old_balance });
                }
            }
        }
        forget_warmth(inner, begin);
        inner.transaction_id.increment();
        self.note_changes(begin);
    }

    /// What is not as it was at a mark of this way, each spot once.
    #[must_use]
    pub fn changes_since(&self, mark: &Mark) -> Vec<SpotChange> {
        self.changes_from(mark.entries)
    }

    fn changes_from(&self, entry: usize) -> Vec<SpotChange> {
        let mut changes: Vec<SpotChange> = Vec::new();
        let mut note = |spot: Spot, before: U256| {
            if changes.iter().all(|change| change.spot != spot) {
                changes.push(SpotChange { spot, before, after: before });
            }
        };
        let inner = &self.evm.ctx.journaled_state.inner;
        let entries = inner.journal.get(entry..).unwrap_or_default();
        let mut moved = false;
        for entry in entries {
            match entry {
                JournalEntry::StorageChanged { key, had_value, address } => {
                    note(Spot::Word(*address, *key), *had_value);
                }
                JournalEntry::BalanceChange { .. }
                | JournalEntry::BalanceTransfer { .. }
                | JournalEntry::AccountDestroyed { .. } => moved = true,
                _ => {}
            }
        }
        if moved {
            self.coins_before(entries).into_iter().for_each(|(account, before)| note(Spot::Coins(account), before));
        }
        for change in &mut changes {
            change.after = self.read(change.spot);
        }
        changes.retain(|change| change.before != change.after);
        changes
    }

    /// What each account had whose coins these entries moved, by taking them back from the last one on.
    fn coins_before(&self, entries: &[JournalEntry]) -> Vec<(Address, U256)> {
        let mut had: Vec<(Address, U256)> = Vec::new();
        let mut change =
            |account: Address, change: &dyn Fn(U256) -> U256| match had.iter_mut().find(|it| it.0 == account) {
                Some((_, coins)) => *coins = change(*coins),
                None => had.push((account, change(self.read(Spot::Coins(account))))),
            };
        for entry in entries.iter().rev() {
            match entry {
                JournalEntry::BalanceChange { old_balance, address } => change(*address, &|_| *old_balance),
                JournalEntry::BalanceTransfer { balance, from, to } => {
                    change(*to, &|coins| coins.wrapping_sub(*balance));
                    change(*from, &|coins| coins.wrapping_add(*balance));
                }
                JournalEntry::AccountDestroyed { had_balance, address, target, .. } => {
                    change(*address, &|_| *had_balance);
                    if address != target {
                        change(*target, &|coins| coins.wrapping_sub(*had_balance));
                    }
                }
                _ => {}
            }
        }
        had
    }

    fn note_changes(&mut self, begin: usize) {
        for SpotChange { spot, before, after } in self.changes_from(begin) {
            self.fingerprint ^= self.print(spot, before) ^ self.print(spot, after);
        }
    }

    fn print(&self, spot: Spot, value: U256) -> u128 {
        let [high, low] = self.hashers.each_ref().map(|hasher| {
            let mut hasher = hasher.build_hasher();
            match spot {
                Spot::Word(account, slot) => {
                    hasher.write(account.as_slice());
                    slot.as_limbs().iter().for_each(|limb| hasher.write_u64(*limb));
                }
                Spot::Coins(account) => hasher.write(account.as_slice()),
            }
            value.as_limbs().iter().for_each(|limb| hasher.write_u64(*limb));
            u128::from(hasher.finish())
        });
        high.wrapping_shl(64) | low
    }
}

impl std::fmt::Debug for Branches {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let entries = self.evm.ctx.journaled_state.inner.journal.len();
        formatter.debug_struct("Branches").field("now", &self.now()).field("entries", &entries).finish_non_exhaustive()
    }
}

/// Runs a transaction as the main chain does, and leaves its changes in the journal, behind the entries that are there.
struct Uncommitted {
    /// How many entries there are before.
    begin: usize,
}

impl Handler for Uncommitted {
    type Evm = Machine;
    type Error = Failure;
    type HaltReason = HaltReason;

    fn execution_result(
        &mut self,
        evm: &mut Machine,
        result: FrameResult,
        gas: ResultGas,
    ) -> Result<ExecutionResult<HaltReason>, Failure> {
        let result = post_execution::output(&mut evm.ctx, result, gas);
        forget_warmth(&mut evm.ctx.journaled_state.inner, self.begin);
        end_transaction(evm);
        Ok(result)
    }

    fn catch_error(&self, evm: &mut Machine, error: Failure) -> Result<ExecutionResult<HaltReason>, Failure> {
        take_back(&mut evm.ctx.journaled_state.inner, self.begin);
        end_transaction(evm);
        Err(error)
    }
}

/// Undoes the journal's entries from this one on, the last one first. Nearly all are words and nonces, so these are undone here: words
/// of one account in a row look it up once.
fn take_back(inner: &mut JournalInner<JournalEntry>, begin: usize) {
    let (journal, state) = (&mut inner.journal, &mut inner.state);
    let mut entries = journal.get(begin..).unwrap_or_default().iter().rev().peekable();
    while let Some(entry) = entries.next() {
        match entry {
            JournalEntry::StorageChanged { address, key, had_value } => {
                let Some(account) = state.get_mut(address) else { continue };
                let mut put = |key: &U256, value: &U256| {
                    account.storage.get_mut(key).into_iter().for_each(|word| word.present_value = *value);
                };
                put(key, had_value);
                while let Some(JournalEntry::StorageChanged { key, had_value, .. }) = entries.next_if(
                    |next| matches!(next, JournalEntry::StorageChanged { address: other, .. } if other == address),
                ) {
                    put(key, had_value);
                }
            }
            JournalEntry::NonceBump { address } => {
                let account = state.get_mut(address);
                account.into_iter().for_each(|account| account.info.nonce = account.info.nonce.saturating_sub(1));
            }
            other => other.clone().revert(state, None, true),
        }
    }
    journal.truncate(begin);
}

/// Leaves out of the journal what was only loaded or touched: the next transaction has another number, so all is cold to it, and
/// nothing is ever handed to a database.
fn forget_warmth(inner: &mut JournalInner<JournalEntry>, begin: usize) {
    let mut kept = begin;
    for index in begin..inner.journal.len() {
        let is_change = !matches!(
            inner.journal.get(index),
            Some(
                JournalEntry::AccountWarmed { .. }
                    | JournalEntry::AccountTouched { .. }
                    | JournalEntry::StorageWarmed { .. }
                    | JournalEntry::TransientStorageChange { .. }
            )
        );
        if is_change {
            inner.journal.swap(kept, index);
            kept = kept.saturating_add(1);
        }
    }
    inner.journal.truncate(kept);
}

/// What the machine's own end of a transaction does, but for the journal, which stays.
fn end_transaction(evm: &mut Machine) {
    let inner = &mut evm.ctx.journaled_state.inner;
    inner.transient_storage.clear();
    inner.depth = 0;
    inner.warm_addresses.clear_coinbase_and_access_list();
    inner.transaction_id.increment();
    inner.logs.clear();
    inner.selfdestructed_addresses.clear();
    evm.ctx.local.clear();
    evm.frame_stack().clear();
}
