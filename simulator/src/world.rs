//! An in-memory chain: accounts, the current block, transactions, snapshots.

mod accounts;
mod branches;
mod known;
mod mined;
mod recoveries;
mod trace;
mod transaction;

use std::collections::BTreeSet;

use alloy_primitives::{Address, B256, Bytes, U256};
use revm::{
    Context, ExecuteCommitEvm, InspectCommitEvm, MainBuilder,
    context::{BlockEnv, CfgEnv, ContextTr, Evm, Journal, JournalTr, TxEnv},
    handler::{EthFrame, instructions::EthInstructions},
    interpreter::interpreter::EthInterpreter,
    primitives::hardfork::SpecId,
};
use revm_inspectors::tracing::TracingInspector;

pub use self::branches::{Branches, Mark, Spot, SpotChange};
pub use self::known::Missing;
pub use self::mined::{Authorization, BlockContext, Hardfork, Mined, Opening};
pub use self::trace::{Call, CallKind, CoinChange, Happening, Trace, WordChange};
pub use self::transaction::{Outcome, Transaction};
use self::{accounts::Accounts, recoveries::Recoveries};
use crate::Error;

type ChainContext = Context<BlockEnv, TxEnv, CfgEnv, Accounts, Journal<Accounts>, ()>;

/// The machine: that of the main chain, but for what it remembers.
type Machine = Evm<
    ChainContext,
    TracingInspector,
    EthInstructions<EthInterpreter, ChainContext>,
    Recoveries,
    EthFrame<EthInterpreter>,
>;

/// A chain of which only the present is kept: every account, and the block that is being made.
///
/// Transactions run one after the other in the current block; time, number and chain id change when they are set.
pub struct World {
    evm: Machine,
    /// The ids of the snapshots that are not void, the latest last.
    snapshots: Vec<u64>,
    taken: u64,
}

/// A moment of a world, to which it can return, and more than once.
#[derive(Debug, Clone)]
pub struct Snapshot {
    id: u64,
    changes: usize,
    block: BlockEnv,
    chain_id: u64,
}

impl World {
    /// A chain without accounts, with this id, at this time in Unix seconds.
    #[must_use]
    pub fn new(chain_id: u64, now: u64) -> Self {
        let mut evm = machine(Accounts::default(), SpecId::PRAGUE, chain_id);
        evm.ctx.block.timestamp = U256::from(now);
        evm.ctx.block.number = U256::ONE;
        evm.ctx.block.basefee = 0;
        evm.ctx.block.gas_limit = u64::MAX;
        Self { evm, snapshots: Vec::new(), taken: 0 }
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

    /// What a unit of gas costs at least in the current block, in wei; nothing at first.
    #[must_use]
    pub const fn base_fee(&self) -> u64 {
        self.evm.ctx.block.basefee
    }

    /// Sets what a unit of gas costs at least, in wei.
    pub const fn set_base_fee(&mut self, base_fee: u64) {
        self.evm.ctx.block.basefee = base_fee;
    }

    /// The current block's number.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.evm.ctx.block.number.saturating_to()
    }

    /// Sets the current block's number.
    pub fn set_number(&mut self, number: u64) {
        self.evm.ctx.block.number = U256::from(number);
    }

    /// The chain's id.
    #[must_use]
    pub const fn chain_id(&self) -> u64 {
        self.evm.ctx.cfg.chain_id
    }

    /// Makes it another chain, as a fork does that both parties of a quarrel survive.
    pub const fn set_chain_id(&mut self, chain_id: u64) {
        self.evm.ctx.cfg.chain_id = chain_id;
    }

    /// Whether the machine remembers who signed what, as it does at first: nothing comes out otherwise, but sooner.
    pub fn remember_recoveries(&mut self, is_remembering: bool) {
        self.evm.precompiles.remember(is_remembering);
    }

    /// How many recoveries are remembered.
    #[must_use]
    pub fn remembered_recoveries(&self) -> usize {
        self.evm.precompiles.len()
    }

    /// Runs a transaction in the current block.
    ///
    /// # Errors
    /// If no block could hold it. One that reverts is an [`Outcome`].
    pub fn transact(&mut self, transaction: Transaction) -> Result<Outcome, Error> {
        let result = self.evm.transact_commit(transaction.into_env());
        result.map(Outcome::from).map_err(known::refused)
    }

    /// Runs a transaction in the current block, and watches it: every call within, and every word that it changed.
    ///
    /// # Errors
    /// If no block could hold it. One that reverts is an [`Outcome`].
    pub fn inspect(&mut self, transaction: Transaction) -> Result<(Outcome, Trace), Error> {
        self.evm.inspector = trace::inspector();
        let before = self.accounts_mut().keep_changes();
        let result = self.evm.inspect_tx_commit(transaction.into_env());
        let result = result.map_err(known::refused)?;
        let calls = std::mem::take(&mut self.evm.inspector).into_traces();
        let (changes, coins) = (self.accounts().changed_since(before), self.accounts().coins_since(before));
        if self.snapshots.is_empty() {
            self.accounts_mut().forget_changes();
        }
        Ok((Outcome::from(result), Trace::new(calls, changes, coins)))
    }

    /// What a contract answers a call that changes nothing, and costs nobody anything; nothing if it refuses.
    pub fn ask(&mut self, sender: Address, contract: Address, data: Bytes) -> Option<Bytes> {
        let before = self.snapshot();
        self.set_base_fee(0);
        let outcome = self.transact(Transaction::call(sender, contract, data));
        self.restore(&before).ok()?;
        self.snapshots.pop();
        match outcome {
            Ok(Outcome::Success { output, .. }) => Some(output),
            _ => None,
        }
    }

    /// Deploys a contract: creation code, and the encoded arguments of its constructor. Its address follows from the
    /// sender and how much that sent before.
    ///
    /// # Errors
    /// If no contract comes of it.
    pub fn deploy(&mut self, sender: Address, creation_code: Bytes) -> Result<Address, Error> {
        let address = sender.create(self.accounts().nonce(sender));
        let outcome = self.try_deploy(sender, creation_code)?;
        if outcome.is_success() {
            return Ok(address);
        }
        Err(Error::NotDeployed { reason: format!("{outcome:?}") })
    }

    /// The same for a constructor that may revert: of its success only the outcome is told.
    ///
    /// # Errors
    /// If no block could hold the transaction.
    pub fn try_deploy(&mut self, sender: Address, creation_code: Bytes) -> Result<Outcome, Error> {
        self.transact(Transaction { to: None, ..Transaction::call(sender, Address::ZERO, creation_code) })
    }

    /// What an account has of the native coin.
    #[must_use]
    pub fn balance(&self, account: Address) -> U256 {
        self.accounts().info(account).map_or(U256::ZERO, |info| info.balance)
    }

    /// How many transactions an account has sent, or contracts it has created.
    #[must_use]
    pub fn nonce(&self, account: Address) -> u64 {
        self.accounts().nonce(account)
    }

    /// An account's code.
    #[must_use]
    pub fn code(&self, account: Address) -> Bytes {
        let code = self.accounts().info(account).and_then(|info| info.code.as_ref());
        code.map(|code| code.original_bytes()).unwrap_or_default()
    }

    /// The hash of an account's code as `EXTCODEHASH` tells it: zero if there is no such account.
    #[must_use]
    pub fn code_hash(&self, account: Address) -> B256 {
        self.accounts().info(account).filter(|info| !info.is_empty()).map_or(B256::ZERO, |info| info.code_hash)
    }

    /// A word of an account's storage.
    #[must_use]
    pub fn storage(&self, account: Address, slot: U256) -> U256 {
        self.accounts().word(account, slot)
    }

    /// The accounts that there are, in order: those with a balance, a nonce, code or storage.
    #[must_use]
    pub fn addresses(&self) -> BTreeSet<Address> {
        self.accounts().addresses()
    }

    /// The slots of an account's storage that are not zero, in no order.
    pub fn slots(&self, account: Address) -> impl Iterator<Item = U256> + '_ {
        self.accounts().slots(account)
    }

    /// Gives an account so much of the native coin, out of nothing.
    pub fn set_balance(&mut self, account: Address, balance: U256) {
        self.accounts_mut().change_info(account, |info| info.balance = balance);
    }

    /// Gives an account this code; none makes it an account without code.
    pub fn set_code(&mut self, account: Address, code: Bytes) {
        self.accounts_mut().change_info(account, |info| {
            info.set_code(accounts::bytecode(code));
        });
    }

    /// Writes a word of an account's storage.
    pub fn set_storage(&mut self, account: Address, slot: U256, word: U256) {
        self.accounts_mut().set_word(account, slot, word);
    }

    /// Remembers this moment. It costs nothing but that changes are kept from now on.
    pub fn snapshot(&mut self) -> Snapshot {
        let changes = self.accounts_mut().keep_changes();
        self.taken = self.taken.saturating_add(1);
        let snapshot =
            Snapshot { id: self.taken, changes, block: self.evm.ctx.block.clone(), chain_id: self.chain_id() };
        self.snapshots.push(self.taken);
        snapshot
    }

    /// Returns to the moment of `snapshot`, for as much work as there were changes since. Later snapshots are void
    /// then.
    ///
    /// # Errors
    /// If `snapshot` is void.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), Error> {
        let index = self.snapshots.binary_search(&snapshot.id).map_err(|_| Error::SnapshotVoid)?;
        self.snapshots.truncate(index.saturating_add(1));
        self.accounts_mut().take_back(snapshot.changes);
        self.evm.ctx.block = snapshot.block.clone();
        self.set_chain_id(snapshot.chain_id);
        Ok(())
    }

    fn accounts(&self) -> &Accounts {
        self.evm.ctx.db()
    }

    fn accounts_mut(&mut self) -> &mut Accounts {
        self.evm.ctx.journaled_state.db_mut()
    }
}

/// A machine with these rules.
fn machine(accounts: Accounts, rules: SpecId, chain_id: u64) -> Machine {
    let mut context: ChainContext = Context::new(accounts, rules);
    context.cfg.chain_id = chain_id;
    context.cfg.tx_chain_id_check = false;
    context.cfg.disable_nonce_check = true;
    // Whoever acts may be a contract: a smart account sends its calls from its own address.
    context.cfg.disable_eip3607 = true;
    context.build_mainnet_with_inspector(TracingInspector::default()).with_precompiles(Recoveries::new(rules))
}

impl std::fmt::Debug for World {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("World")
            .field("chain_id", &self.chain_id())
            .field("number", &self.number())
            .field("now", &self.now())
            .field("accounts", self.accounts())
            .finish_non_exhaustive()
    }
}
