//! A chain with the contract, a token, apps, and people: a block for each transaction, and every one must succeed.

use std::{collections::BTreeMap, sync::Arc};

use adjudicator::{
    DisputeError,
    abi::ChannelManager::multicallCall,
    action::{Action, Multicall},
    eip712::Domain,
    signature::SigningKey,
    types::{Asset, Salt},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;

use super::{
    Unmeasured,
    agreed::{Payouts, random},
    channel::Channel,
    people::{PAYEES, STRANGER},
    token::Token,
};
use crate::world::{Outcome, Transaction, World};

/// The gas limit of a transaction that is measured alone.
const GAS_LIMIT: u64 = 16_000_000;
/// More than any chain would let a transaction have: how dear it would be shows how far away that is.
const NO_GAS_LIMIT: u64 = 1_000_000_000;
/// The name of the token.
pub(super) const TOKEN: &str = "Token";

/// The chain.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) world: World,
    pub(super) domain: Domain,
    pub(super) signers: Arc<[SigningKey; 2]>,
    pub(super) contracts: BTreeMap<&'static str, Address>,
    /// The seconds from the last block to the next one.
    pub(super) until_next: u64,
    pub(super) channels: u64,
}

impl Chain {
    /// The address of a contract that is deployed.
    pub(super) fn contract(&self, name: &str) -> Result<Address, Unmeasured> {
        let address = self.contracts.get(name).copied();
        address.ok_or_else(|| Unmeasured::NotDeployed { contract: name.to_owned() })
    }

    /// The token, as an asset.
    pub(super) fn token(&self) -> Result<Asset, Unmeasured> {
        self.contract(TOKEN).map(Asset::new)
    }

    /// The next channel.
    pub(super) fn channel(&mut self, asset: Asset) -> Result<Channel, Unmeasured> {
        self.channels = self.channels.saturating_add(1);
        let [salt, ..] =
            U256::from_be_bytes(random(&format!("salt {}", self.channels)).0).wrapping_shr(192).into_limbs();
        Ok(Channel::new(self.domain, &self.signers, asset, Salt::new(salt))?)
    }

    /// The time of the last block, in Unix seconds.
    pub(super) fn now(&self) -> u64 {
        self.world.now()
    }

    /// Makes the next block come so many seconds after the last one.
    pub(super) const fn skip(&mut self, seconds: u64) {
        self.until_next = seconds;
    }

    /// What is signed for a contract is signed for this.
    pub(super) fn domain_of(&self, contract: &str) -> Result<Domain, Unmeasured> {
        Ok(Domain::new(self.domain.chain_id(), self.contract(contract)?))
    }

    /// Gives an account this code.
    pub(super) fn set_code(&mut self, account: Address, code: &'static [u8]) {
        self.world.set_code(account, Bytes::from_static(code));
    }

    /// Sends a call of the contract in a block of its own. The gas that it used.
    pub(super) fn act(&mut self, step: &'static str, sender: Address, action: &Action) -> Result<u64, Unmeasured> {
        let transaction = self.transaction(sender, action, GAS_LIMIT);
        self.mine(step, transaction)
    }

    /// The same of any contract.
    pub(super) fn send(
        &mut self,
        step: &'static str,
        sender: Address,
        contract: Address,
        call: &impl SolCall,
    ) -> Result<u64, Unmeasured> {
        let transaction = Transaction::call(sender, contract, call.abi_encode().into());
        self.mine(step, Transaction { gas: GAS_LIMIT, ..transaction })
    }

    /// Sends a multicall, of which all calls must succeed. The gas that it used.
    pub(super) fn multicall(&mut self, calls: Multicall) -> Result<u64, Unmeasured> {
        let transaction = self.transaction(STRANGER, &calls.into(), NO_GAS_LIMIT);
        let outcome = self.outcome("multicall", transaction)?;
        require_all(&outcome)?;
        Ok(outcome.gas_used())
    }

    /// Whether all calls of a multicall would succeed in a transaction with so much gas.
    pub(super) fn fits(&mut self, calls: Multicall, gas: u64) -> Result<bool, Unmeasured> {
        let transaction = self.transaction(STRANGER, &calls.into(), gas);
        let outcome = self.try_out(transaction);
        Ok(outcome.is_ok_and(|outcome| require_all(&outcome).is_ok()))
    }

    /// Does something, and takes it back.
    pub(super) fn undone<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, Unmeasured>) -> Result<T, Unmeasured> {
        let before = self.world.snapshot();
        let done = act(self);
        self.world.restore(&before)?;
        done
    }

    /// What both payees have of an asset.
    pub(super) fn balances(&mut self, asset: Asset) -> Result<[U256; 2], Unmeasured> {
        let [zero, one] = PAYEES;
        Ok([self.balance(asset, zero)?, self.balance(asset, one)?])
    }

    fn balance(&mut self, asset: Asset, account: Address) -> Result<U256, Unmeasured> {
        if asset.is_native() {
            return Ok(self.world.balance(account));
        }
        let call = Token::balanceOfCall { account };
        let answer = self.world.ask(STRANGER, asset.get(), call.abi_encode().into());
        let balance = answer.and_then(|answer| Token::balanceOfCall::abi_decode_returns(&answer).ok());
        balance.ok_or(Unmeasured::NoBalance { token: asset.get() })
    }

    /// That the payees have got so much since they had `before`.
    pub(super) fn require_paid(&mut self, asset: Asset, before: [U256; 2], payouts: Payouts) -> Result<(), Unmeasured> {
        let ([before0, before1], [after0, after1]) = (before, self.balances(asset)?);
        let actual = [after0.saturating_sub(before0), after1.saturating_sub(before1)];
        let is_paid = actual == payouts.map(U256::from);
        if is_paid { Ok(()) } else { Err(Unmeasured::PaidOtherwise { expected: payouts, actual }) }
    }

    /// That a channel refuses money, which only a closed one does.
    pub(super) fn require_closed(&mut self, channel: &Channel) -> Result<(), Unmeasured> {
        let transaction = self.transaction(STRANGER, &channel.deposit(1)?, GAS_LIMIT);
        let outcome = self.try_out(transaction)?;
        match &outcome {
            Outcome::Revert { output, .. } if is_closed(output) => Ok(()),
            _ => Err(Unmeasured::NotClosed { outcome: Box::new(outcome) }),
        }
    }

    fn transaction(&self, sender: Address, action: &Action, gas: u64) -> Transaction {
        let call = Transaction::call(sender, self.domain.manager(), action.calldata());
        Transaction { value: action.value(), gas, ..call }
    }

    fn mine(&mut self, step: &'static str, transaction: Transaction) -> Result<u64, Unmeasured> {
        Ok(self.outcome(step, transaction)?.gas_used())
    }

    fn outcome(&mut self, step: &'static str, transaction: Transaction) -> Result<Outcome, Unmeasured> {
        self.begin_block();
        let outcome = self.world.transact(transaction)?;
        if outcome.is_success() { Ok(outcome) } else { Err(Unmeasured::Failed { step, outcome: Box::new(outcome) }) }
    }

    /// What would come of a transaction.
    fn try_out(&mut self, transaction: Transaction) -> Result<Outcome, Unmeasured> {
        self.undone(|chain| Ok(chain.world.transact(transaction)?))
    }

    pub(super) fn begin_block(&mut self) {
        self.world.set_number(self.world.number().saturating_add(1));
        self.world.set_now(self.world.now().saturating_add(self.until_next));
        self.until_next = 1;
    }
}

fn is_closed(output: &[u8]) -> bool {
    matches!(DisputeError::abi_decode(output), Ok(DisputeError::ChannelClosed { .. }))
}

/// That each call of a multicall has succeeded.
fn require_all(outcome: &Outcome) -> Result<(), Unmeasured> {
    let succeeded = match outcome {
        Outcome::Success { output, .. } => multicallCall::abi_decode_returns(output).unwrap_or_default(),
        _ => vec![false],
    };
    let failed = succeeded.iter().filter(|succeeded| !**succeeded).count();
    if failed == 0 && !succeeded.is_empty() { Ok(()) } else { Err(Unmeasured::CallsFailed { failed }) }
}
