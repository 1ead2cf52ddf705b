//! What is to be sent, and what was sent of it.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use serde::{Deserialize, Serialize};

use super::{Fees, Raw};
use crate::bundle::Transaction;

/// What somebody wants to have in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The transaction.
    pub transaction: Transaction,
    /// The last second at which a block may have it, if there is one.
    pub deadline: Option<u64>,
    /// What is lost without it, in wei: its gas costs no more than that.
    pub at_stake: U256,
}

impl Order {
    /// The same, as what allows more of both: more gas, more to be paid for it, a later deadline.
    pub(super) fn or_more(mut self, other: Self) -> Self {
        self.transaction.gas_limit = self.transaction.gas_limit.max(other.transaction.gas_limit);
        self.at_stake = self.at_stake.max(other.at_stake);
        self.deadline = self.deadline.zip(other.deadline).map(|(one, two)| one.max(two));
        self
    }

    /// What tells it from others: who sends what to whom.
    #[must_use]
    pub fn id(&self) -> B256 {
        let Transaction { chain_id, from, to, value, data, .. } = &self.transaction;
        let head = [chain_id.to_be_bytes::<32>(), value.to_be_bytes()].concat();
        keccak256([head.as_slice(), from.as_slice(), to.as_slice(), data].concat())
    }
}

/// An order that is being carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// What is wanted.
    #[serde(with = "written")]
    pub order: Order,
    /// When it was taken, in Unix seconds.
    pub opened: u64,
    /// The nonce of each attempt.
    pub nonce: u64,
    /// What was signed, the oldest first; one of them may get into the chain.
    pub attempts: Vec<Attempt>,
    /// Whether the deadline has passed without it: then an empty transaction takes its place, so that others can follow.
    pub is_missed: bool,
}

/// A transaction that was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What it offers.
    pub fees: Fees,
    /// It itself, and its hash.
    pub raw: Raw,
    /// Whether it is the empty one that only takes the place.
    pub is_empty: bool,
}

impl Intent {
    /// What is signed now: what is wanted, or once that is pointless a transfer of nothing to the sender itself.
    #[must_use]
    pub fn transaction(&self) -> Transaction {
        let wanted = &self.order.transaction;
        if self.is_missed {
            let (value, data) = (U256::ZERO, Bytes::new());
            return Transaction { to: wanted.from, value, data, gas_limit: 21_000, ..wanted.clone() };
        }
        wanted.clone()
    }
}

/// An order as it is written.
mod written {
    use serde::{Deserializer, Serializer};

    use super::{Address, Bytes, Deserialize, Order, Serialize, Transaction, U256};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Fields {
        chain_id: U256,
        from: Address,
        to: Address,
        value: U256,
        data: Bytes,
        gas_limit: u64,
        deadline: Option<u64>,
        at_stake: U256,
    }

    pub(super) fn serialize<S: Serializer>(order: &Order, output: S) -> Result<S::Ok, S::Error> {
        let Order { transaction, deadline, at_stake } = order.clone();
        let Transaction { chain_id, from, to, value, data, gas_limit } = transaction;
        Fields { chain_id, from, to, value, data, gas_limit, deadline, at_stake }.serialize(output)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Order, D::Error> {
        let Fields { chain_id, from, to, value, data, gas_limit, deadline, at_stake } = Fields::deserialize(input)?;
        let transaction = Transaction { chain_id, from, to, value, data, gas_limit };
        Ok(Order { transaction, deadline, at_stake })
    }
}
