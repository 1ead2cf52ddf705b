//! What is sent, and what comes of it.

use adjudicator::Effect;
use alloy_primitives::{Address, Bytes, Log, TxKind, U256};
use revm::{
    context::{
        TxEnv,
        result::{ExecutionResult, HaltReason},
    },
    context_interface::transaction::TransactionType,
};

/// A call from outside, or the creation of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Who sends it; a contract may, too.
    pub sender: Address,
    /// Who is called; none creates a contract.
    pub to: Option<Address>,
    /// What comes along of the native coin.
    pub value: U256,
    /// Calldata, or creation code.
    pub data: Bytes,
    /// The most gas it may take.
    pub gas: u64,
    /// The most that its sender pays for a unit of gas, in wei.
    pub max_fee: u64,
    /// What the miner gets of that, at most: who offers more goes first.
    pub tip: u64,
}

impl Transaction {
    /// Enough gas for whatever is not deliberately wasteful.
    pub const PLENTY_OF_GAS: u64 = 30_000_000;

    /// A call without value, with plenty of gas.
    #[must_use]
    pub const fn call(sender: Address, to: Address, data: Bytes) -> Self {
        Self { sender, to: Some(to), value: U256::ZERO, data, gas: Self::PLENTY_OF_GAS, max_fee: 0, tip: 0 }
    }

    pub(super) fn into_env(self) -> TxEnv {
        TxEnv {
            caller: self.sender,
            kind: self.to.map_or(TxKind::Create, TxKind::Call),
            value: self.value,
            data: self.data,
            gas_limit: self.gas,
            gas_price: self.max_fee.into(),
            gas_priority_fee: Some(self.tip.min(self.max_fee).into()),
            tx_type: TransactionType::Eip1559.into(),
            chain_id: None,
            ..TxEnv::default()
        }
    }
}

/// What came of a transaction that is in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it does.
    Success {
        /// What it returned; of a creation, the code.
        output: Bytes,
        /// The events of all contracts, in order.
        logs: Vec<Log>,
        /// What it took of its gas, refunds deducted.
        gas_used: u64,
    },
    /// It was refused, and changed nothing.
    Revert {
        /// The reason.
        output: Bytes,
        /// What it took of its gas.
        gas_used: u64,
    },
    /// It broke off, and changed nothing: out of gas, most often.
    Halt {
        /// The reason.
        reason: HaltReason,
        /// What it took of its gas.
        gas_used: u64,
    },
}

impl Outcome {
    /// Whether it did what it does.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }

    /// What it took of its gas, refunds deducted.
    #[must_use]
    pub const fn gas_used(&self) -> u64 {
        match self {
            Self::Success { gas_used, .. } | Self::Revert { gas_used, .. } | Self::Halt { gas_used, .. } => *gas_used,
        }
    }
}

impl Outcome {
    /// The events of the contract at this address, in order.
    #[must_use]
    pub fn effects_of(&self, manager: Address) -> Vec<Effect> {
        let Self::Success { logs, .. } = self else { return Vec::new() };
        let logs = logs.iter().filter(|log| log.address == manager);
        logs.filter_map(|log| Effect::from_log(&log.data).ok()).collect()
    }
}

impl From<ExecutionResult> for Outcome {
    fn from(result: ExecutionResult) -> Self {
        let gas_used = result.tx_gas_used();
        match result {
            ExecutionResult::Success { output, logs, .. } => {
                Self::Success { output: output.into_data(), logs, gas_used }
            }
            ExecutionResult::Revert { output, .. } => Self::Revert { output, gas_used },
            ExecutionResult::Halt { reason, .. } => Self::Halt { reason, gas_used },
        }
    }
}
