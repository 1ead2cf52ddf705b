//! Several answers in one transaction.

use std::collections::BTreeMap;

use alloy_primitives::{Address, Bytes, U256};

use super::Order;
use crate::{
    action::{Action, Multicall},
    bundle,
    decide::{Move, Transaction},
    eip712::Domain,
};

/// Of every transaction, and of each byte of its calldata at most (EIP-2028).
const TRANSACTION: u64 = 21_000;
const BYTE: u64 = 16;
/// The bytes that a call takes in a multicall besides its own: its place, its length, and what pads it.
const WORDS: u64 = 96;
/// What the contract wants to be there for each call besides the call's gas and a 63rd of it, and what it takes to log that one
/// failed.
const CALL: u64 = 5_000 + 3_000;

/// What brings advised moves, of any channels of one contract, into the chain: in as few transactions as there can be with at
/// most so much gas each.
///
/// In a transaction of several moves each is for itself: it has gas of its own, and another one that fails takes nothing from
/// it. What is at stake is what all of them are worth, and the deadline is that of the first one: after that, those that are
/// still in time are to be ordered again. A preimage goes alone, for it goes elsewhere.
#[must_use]
pub fn orders<'a>(
    moves: impl IntoIterator<Item = &'a Move>,
    from: Address,
    domain: &Domain,
    transaction_gas: u64,
) -> Vec<Order> {
    let order = |to, data, gas_limit, moves: &[&Move]| {
        let (chain_id, value) = (domain.chain_id(), U256::ZERO);
        let transaction = bundle::Transaction { chain_id, from, to, value, data, gas_limit };
        let deadline = moves.iter().filter_map(|each| each.until).min();
        let at_stake = moves.iter().fold(U256::ZERO, |sum, each| sum.saturating_add(each.worth));
        Order { transaction, deadline, at_stake }
    };
    let batches = batches(moves, transaction_gas);
    let orders = batches.into_iter().map(|batch| match batch.moves.as_slice() {
        &[only] => order(only.transaction.to(domain.manager()), only.transaction.calldata(), only.gas_limit, &[only]),
        several => order(domain.manager(), batch.calldata(), batch.gas(), several),
    });
    orders.collect()
}

impl Order {
    /// The calls that it makes: several, if it is a multicall.
    #[must_use]
    pub fn calls(&self) -> Vec<Bytes> {
        match Action::decode(&self.transaction.data) {
            Ok(Action::Multicall(multicall)) => multicall.calls,
            _ => vec![self.transaction.data.clone()],
        }
    }
}

/// Moves that go together. Those in a hurry come first, and none has to bring along more than twice the gas that it needs.
fn batches<'a>(moves: impl IntoIterator<Item = &'a Move>, transaction_gas: u64) -> Vec<Batch<'a>> {
    let mut alike: BTreeMap<_, Vec<&Move>> = BTreeMap::new();
    let mut batches = Vec::new();
    for each in moves {
        match &each.transaction {
            Transaction::Operation(_) => {
                alike.entry(inner_gas(each).checked_next_power_of_two()).or_default().push(each)
            }
            Transaction::Reveal { .. } => batches.push(Batch::default().with(each)),
        }
    }
    for mut moves in alike.into_values() {
        moves.sort_by_key(|each| each.until.unwrap_or(u64::MAX));
        let mut batch = Batch::default();
        for each in moves {
            let greater = batch.clone().with(each);
            if greater.gas() > transaction_gas && !batch.moves.is_empty() {
                batches.push(std::mem::replace(&mut batch, Batch::default().with(each)));
            } else {
                batch = greater;
            }
        }
        batches.push(batch);
    }
    batches
}

/// Moves that go together.
#[derive(Debug, Clone, Default)]
struct Batch<'a> {
    moves: Vec<&'a Move>,
    gas_each: u64,
    bytes: usize,
}

impl<'a> Batch<'a> {
    fn with(mut self, each: &'a Move) -> Self {
        self.gas_each = self.gas_each.max(inner_gas(each));
        self.bytes = self.bytes.saturating_add(each.transaction.calldata().len());
        self.moves.push(each);
        self
    }

    /// What is enough if each call takes all that it may.
    fn gas(&self) -> u64 {
        let count = u64::try_from(self.moves.len()).unwrap_or(u64::MAX);
        let each = self.gas_each.saturating_add(self.gas_each.div_ceil(63)).saturating_add(CALL + WORDS * BYTE);
        let bytes = u64::try_from(self.bytes).unwrap_or(u64::MAX);
        [count.saturating_mul(each), bytes.saturating_mul(BYTE), WORDS * BYTE]
            .into_iter()
            .fold(TRANSACTION, u64::saturating_add)
    }

    fn calldata(&self) -> Bytes {
        let calls = self.moves.iter().map(|each| each.transaction.calldata()).collect();
        Action::from(Multicall { calls, gas_each: U256::from(self.gas_each) }).calldata()
    }
}

/// What a move is to be made with within a transaction.
const fn inner_gas(each: &Move) -> u64 {
    each.gas_limit.saturating_sub(TRANSACTION)
}
