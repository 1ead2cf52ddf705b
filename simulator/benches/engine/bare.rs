//! `revm` alone: its own database in memory, its main-chain machine, nothing else.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use alloy_primitives::{Address, U256, address};
use revm::{
    Context, ExecuteCommitEvm, MainBuilder,
    bytecode::Bytecode,
    context::{BlockEnv, CfgEnv, Evm, Journal, TxEnv},
    context_interface::{Cfg, ContextTr, transaction::TransactionType},
    database::{CacheDB, EmptyDB},
    handler::{
        EthFrame, EthPrecompiles, PrecompileProvider, instructions::EthInstructions,
        precompile_output_to_interpreter_result,
    },
    interpreter::{CallInputs, InterpreterResult, interpreter::EthInterpreter},
    precompile::PrecompileOutput,
    primitives::{TxKind, hardfork::SpecId},
    state::AccountInfo,
};
use simulator::world::World;

use super::Step;

type Database = CacheDB<EmptyDB>;
type BareContext = Context<BlockEnv, TxEnv, CfgEnv, Database, Journal<Database>, ()>;
type Machine =
    Evm<BareContext, (), EthInstructions<EthInterpreter, BareContext>, Precompiles, EthFrame<EthInterpreter>>;

/// The machine, and the accounts with which each round begins.
pub(super) struct Bare {
    machine: Machine,
    start: Database,
    transactions: Vec<TxEnv>,
}

impl Bare {
    /// The same contracts and balances as in the world; it may remember recoveries, too.
    pub(super) fn new(world: &World, steps: &[Step], remembers: bool) -> Self {
        let mut start = Database::default();
        let senders = steps.iter().map(|step| step.transaction.sender);
        let called = steps.iter().filter_map(|step| step.transaction.to);
        for account in senders.chain(called) {
            let code = Bytecode::new_legacy(world.code(account));
            let info = AccountInfo::from_balance(world.balance(account)).with_code(code);
            start.insert_account_info(account, info);
        }
        let mut context: BareContext = Context::new(start.clone(), SpecId::PRAGUE);
        context.cfg.chain_id = world.chain_id();
        context.cfg.tx_chain_id_check = false;
        context.cfg.disable_nonce_check = true;
        context.cfg.disable_eip3607 = true;
        context.block.gas_limit = u64::MAX;
        let precompiles =
            Precompiles { all: EthPrecompiles::new(SpecId::PRAGUE), memory: remembers.then(HashMap::new) };
        let machine = context.build_mainnet().with_precompiles(precompiles);
        let transactions = steps.iter().map(|Step { transaction, .. }| TxEnv {
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
        let mut bare = Self { machine, start, transactions: transactions.collect() };
        bare.play(steps);
        bare
    }

    /// Plays all steps from the start. How long it took.
    pub(super) fn play(&mut self, steps: &[Step]) -> Duration {
        self.machine.ctx.journaled_state.database = self.start.clone();
        let begin = Instant::now();
        for (step, transaction) in steps.iter().zip(&self.transactions) {
            self.machine.ctx.block.timestamp = U256::from(step.now);
            assert!(self.machine.transact_commit(transaction.clone()).unwrap().is_success());
        }
        begin.elapsed()
    }
}

const ECRECOVER: Address = address!("0x0000000000000000000000000000000000000001");

/// The machine's own, of which the one that recovers signers may remember: the least that does.
struct Precompiles {
    all: EthPrecompiles,
    memory: Option<HashMap<Vec<u8>, PrecompileOutput>>,
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
        let Some(memory) = self.memory.as_mut().filter(|_| inputs.bytecode_address == ECRECOVER) else {
            return self.all.run(context, inputs);
        };
        let input = inputs.input.as_bytes(context).to_vec();
        if !memory.contains_key(&input) {
            let precompile = self.all.precompiles.get(&ECRECOVER).unwrap();
            memory.insert(input.clone(), precompile.execute(&input, inputs.gas_limit, inputs.reservoir).unwrap());
        }
        let output = memory.get(&input).cloned();
        Ok(output.map(|output| precompile_output_to_interpreter_result(output, inputs.gas_limit)))
    }

    fn warm_addresses(&self) -> &alloy_primitives::map::AddressSet {
        self.all.warm_addresses()
    }

    fn contains(&self, address: &Address) -> bool {
        self.all.contains(address)
    }
}
