//! `revm` alone, with a journal that goes on from one transaction to the next.

use std::collections::HashMap;

use alloy_primitives::{Address, U256, address, map::AddressSet};
use revm::{
    Context, MainBuilder,
    bytecode::Bytecode,
    context::{
        BlockEnv, CfgEnv, ContextSetters, Evm, Journal, TxEnv,
        result::{EVMError, ExecutionResult, HaltReason, InvalidTransaction, ResultGas},
    },
    context_interface::{Cfg, ContextTr, JournalTr, LocalContextTr, transaction::TransactionType},
    database::{CacheDB, EmptyDB},
    handler::{
        EthFrame, EthPrecompiles, EvmTr, FrameResult, Handler, PrecompileProvider, instructions::EthInstructions,
        post_execution, precompile_output_to_interpreter_result,
    },
    interpreter::{CallInputs, InterpreterResult, interpreter::EthInterpreter},
    precompile::PrecompileOutput,
    primitives::{TxKind, hardfork::SpecId},
    state::AccountInfo,
};
use simulator::world::{Transaction, World};

use super::PAUSE;

type Database = CacheDB<EmptyDB>;
type BareContext = Context<BlockEnv, TxEnv, CfgEnv, Database, Journal<Database>, ()>;
type Machine =
    Evm<BareContext, (), EthInstructions<EthInterpreter, BareContext>, Precompiles, EthFrame<EthInterpreter>>;
type Failure = EVMError<std::convert::Infallible, InvalidTransaction>;

/// The machine, and what may be sent.
pub(super) struct Bare {
    machine: Machine,
    transactions: Vec<TxEnv>,
}

/// How much was searched.
#[derive(Default)]
pub(super) struct Found {
    /// The transactions that were run.
    pub(super) nodes: u64,
    /// Those that were not refused.
    pub(super) accepted: u64,
}

impl Bare {
    /// The same accounts as in the world.
    pub(super) fn new(world: &World, transactions: &[Transaction]) -> Self {
        let mut database = Database::default();
        for account in world.addresses() {
            let code = Bytecode::new_legacy(world.code(account));
            let info = AccountInfo::from_balance(world.balance(account)).with_code(code);
            database.insert_account_info(account, info);
            for slot in world.slots(account) {
                database.insert_account_storage(account, slot, world.storage(account, slot)).unwrap();
            }
        }
        let mut context: BareContext = Context::new(database, SpecId::PRAGUE);
        context.cfg.chain_id = world.chain_id();
        context.cfg.tx_chain_id_check = false;
        context.cfg.disable_nonce_check = true;
        context.cfg.disable_eip3607 = true;
        context.block.gas_limit = u64::MAX;
        context.block.timestamp = U256::from(world.now());
        let precompiles = Precompiles { all: EthPrecompiles::new(SpecId::PRAGUE), memory: HashMap::new() };
        let transactions = transactions.iter().map(|transaction| TxEnv {
            caller: transaction.sender,
            kind: transaction.to.map_or(TxKind::Create, TxKind::Call),
            value: transaction.value,
            data: transaction.data.clone(),
            gas_limit: transaction.gas,
            gas_priority_fee: Some(0),
            tx_type: TransactionType::Eip1559.into(),
            chain_id: None,
            ..TxEnv::default()
        });
        let transactions = transactions.collect();
        Self { machine: context.build_mainnet().with_precompiles(precompiles), transactions }
    }

    /// Runs every sequence of so many transactions, and takes everything back.
    pub(super) fn search(&mut self, depth: usize) -> Found {
        let mut found = Found::default();
        self.descend(depth, &mut found);
        found
    }

    fn descend(&mut self, depth: usize, found: &mut Found) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let now = self.machine.ctx.block.timestamp;
        for index in 0..self.transactions.len() {
            let checkpoint = self.machine.ctx.journaled_state.checkpoint();
            let transaction = self.transactions.get(index).cloned().unwrap_or_default();
            self.machine.ctx.set_tx(transaction);
            let result = Continuing.run(&mut self.machine).unwrap();
            found.nodes = found.nodes.saturating_add(1);
            if result.is_success() {
                found.accepted = found.accepted.saturating_add(1);
            }
            self.machine.ctx.block.timestamp = now.saturating_add(U256::from(PAUSE));
            self.descend(depth, found);
            self.machine.ctx.block.timestamp = now;
            self.machine.ctx.journaled_state.checkpoint_revert(checkpoint);
        }
    }
}

/// The main chain's handler, at whose end the journal is not cleared.
struct Continuing;

impl Handler for Continuing {
    type Evm = Machine;
    type Error = Failure;
    type HaltReason = HaltReason;

    fn execution_result(
        &mut self,
        machine: &mut Machine,
        result: FrameResult,
        gas: ResultGas,
    ) -> Result<ExecutionResult<HaltReason>, Failure> {
        let result = post_execution::output(machine.ctx(), result, gas);
        let context = machine.ctx();
        let journal = &mut context.journaled_state.inner;
        journal.transient_storage.clear();
        journal.warm_addresses.clear_coinbase_and_access_list();
        journal.selfdestructed_addresses.clear();
        journal.transaction_id.increment();
        context.local_mut().clear();
        machine.frame_stack().clear();
        Ok(result)
    }
}

const ECRECOVER: Address = address!("0x0000000000000000000000000000000000000001");

/// The machine's own, of which the one that recovers signers remembers.
struct Precompiles {
    all: EthPrecompiles,
    memory: HashMap<Vec<u8>, PrecompileOutput>,
}

impl<C: ContextTr> PrecompileProvider<C> for Precompiles
where
    EthPrecompiles: PrecompileProvider<C, Output = InterpreterResult>,
{
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: <C::Cfg as Cfg>::Spec) -> bool {
        PrecompileProvider::<C>::set_spec(&mut self.all, spec)
    }

    fn run(&mut self, context: &mut C, inputs: &CallInputs) -> Result<Option<InterpreterResult>, String> {
        if inputs.bytecode_address != ECRECOVER {
            return self.all.run(context, inputs);
        }
        let input = inputs.input.as_bytes(context).to_vec();
        if !self.memory.contains_key(&input) {
            let precompile = self.all.precompiles.get(&ECRECOVER).unwrap();
            self.memory.insert(input.clone(), precompile.execute(&input, inputs.gas_limit, inputs.reservoir).unwrap());
        }
        let output = self.memory.get(&input).cloned();
        Ok(output.map(|output| precompile_output_to_interpreter_result(output, inputs.gas_limit)))
    }

    fn warm_addresses(&self) -> &AddressSet {
        self.all.warm_addresses()
    }

    fn contains(&self, address: &Address) -> bool {
        self.all.contains(address)
    }
}
