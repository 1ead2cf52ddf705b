//! What happens within a transaction.

use alloy_primitives::{Address, Bytes, Log, U256};
use revm::interpreter::InstructionResult;
pub use revm_inspectors::tracing::types::CallKind;
use revm_inspectors::tracing::{
    CallTraceArena, TracingInspector, TracingInspectorConfig,
    types::{CallTraceNode, TraceMemberOrder},
};

/// What was seen of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The call from outside, and those within it; of a creation, too.
    pub call: Call,
    /// The words of storage that are not what they were, by account and slot.
    pub changes: Vec<WordChange>,
    /// The accounts that have more or less of the native coin than before, or did meanwhile.
    pub coins: Vec<CoinChange>,
}

/// One call, and what it led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who calls.
    pub caller: Address,
    /// Whose code runs; of a creation, the new contract.
    pub callee: Address,
    /// How.
    pub kind: CallKind,
    /// What comes along of the native coin.
    pub value: U256,
    /// Calldata, or creation code.
    pub data: Bytes,
    /// The most gas that it may take.
    pub gas_limit: u64,
    /// What it took.
    pub gas_used: u64,
    /// Whether it did what it does.
    pub is_success: bool,
    /// Whether it broke off rather than refused.
    pub is_halted: bool,
    /// Whether it broke off for want of gas.
    pub is_out_of_gas: bool,
    /// What it returned, or the reason.
    pub output: Bytes,
    /// What happened within, in order.
    pub within: Vec<Happening>,
}

/// What happens within a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Another call.
    Call(Call),
    /// An event.
    Event(Log),
}

/// A word of storage that is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordChange {
    /// Whose storage it is.
    pub account: Address,
    /// Where it stands.
    pub slot: U256,
    /// What it was.
    pub before: U256,
    /// What it is.
    pub after: U256,
}

/// What an account has of the native coin, where that may not be what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoinChange {
    /// Whose it is.
    pub account: Address,
    /// How much it was, in wei.
    pub before: U256,
    /// How much it is, in wei.
    pub after: U256,
}

/// Watches calls and events, and no single instruction.
pub(super) fn inspector() -> TracingInspector {
    TracingInspector::new(TracingInspectorConfig::none().set_record_inputs(true).record_logs())
}

impl Trace {
    pub(super) fn new(calls: CallTraceArena, changes: Vec<WordChange>, coins: Vec<CoinChange>) -> Self {
        let nodes = calls.into_nodes();
        let call = nodes.first().map(|first| Call::of(first, &nodes)).unwrap_or_default();
        Self { call, changes, coins }
    }
}

const fn is_out_of_gas(status: InstructionResult) -> bool {
    matches!(
        status,
        InstructionResult::OutOfGas
            | InstructionResult::MemoryOOG
            | InstructionResult::MemoryLimitOOG
            | InstructionResult::PrecompileOOG
            | InstructionResult::InvalidOperandOOG
            | InstructionResult::ReentrancySentryOOG
    )
}

impl Default for Call {
    fn default() -> Self {
        Self::of(&CallTraceNode::default(), &[])
    }
}

impl Call {
    /// It is never deeper than the machine lets calls be.
    fn of(node: &CallTraceNode, nodes: &[CallTraceNode]) -> Self {
        let within = node.ordering.iter().filter_map(|member| match member {
            TraceMemberOrder::Call(index) => {
                let child = nodes.get(*node.children.get(*index)?)?;
                Some(Happening::Call(Self::of(child, nodes)))
            }
            TraceMemberOrder::Log(index) => {
                let log = node.logs.get(*index)?;
                Some(Happening::Event(Log { address: node.execution_address(), data: log.raw_log.clone() }))
            }
            TraceMemberOrder::Step(_) => None,
        });
        let trace = &node.trace;
        Self {
            caller: trace.caller,
            callee: trace.address,
            kind: trace.kind,
            value: trace.value,
            data: trace.data.clone(),
            gas_limit: trace.gas_limit,
            gas_used: trace.gas_used,
            is_success: trace.success,
            is_halted: trace.is_error() && !trace.is_revert(),
            is_out_of_gas: trace.status.is_some_and(is_out_of_gas),
            output: trace.output.clone(),
            within: within.collect(),
        }
    }

    /// The calls within, in order.
    pub fn calls(&self) -> impl Iterator<Item = &Self> {
        self.within.iter().filter_map(|happening| match happening {
            Happening::Call(call) => Some(call),
            Happening::Event(_) => None,
        })
    }
}
