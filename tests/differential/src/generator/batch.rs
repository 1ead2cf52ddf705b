//! Multicalls.

use adjudicator::{
    abi::ChannelManager::{self, closeSoloAsDelegateCall, multicallCall, withdrawCall},
    action::Multicall,
};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolCall;

use super::{Draft, Generator};
use crate::{others::is_sender, step::Act, twin::Twin};

/// Enough for any operation, however much gas its actors burn; and for five of them in a transaction.
const GAS_EACH: u64 = 5_000_000;
/// Enough for a multicall of two.
const GAS_OF_INNER: u64 = 12_000_000;

impl Generator {
    /// Some calls in one; now and then one of them is such a batch itself.
    pub(super) fn batch(&mut self, twin: &Twin) -> Act {
        let is_nested = self.dice.permille(150);
        let count = if is_nested { 2 } else { self.dice.below(5) };
        let mut sender = self.anyone();
        let mut calls: Vec<Bytes> = Vec::new();
        for _ in 0..count {
            let draft = self.modest_draft(twin);
            // Whoever is needed for the first sends all of them.
            if calls.is_empty() {
                sender = draft.sender;
            }
            calls.push(self.within(&draft));
        }
        let mut gas_each = GAS_EACH;
        if is_nested {
            let inner = (0..self.dice.below(3)).map(|_| self.modest_draft(twin).action.calldata()).collect();
            calls[0] = Multicall { calls: inner, gas_each: U256::from(GAS_EACH) }.calldata();
            gas_each = GAS_OF_INNER;
        }
        let (gas_each, is_greedy) = match self.dice.below(20) {
            0 => (*self.dice.pick(&[U256::MAX, U256::from(u64::MAX), U256::from(31_000_000)]), true),
            _ => (U256::from(gas_each), false),
        };
        let draft = Draft { is_greedy, ..Draft::new(sender, Multicall { calls, gas_each }) };
        let scarce_gas = self.gas_for(&draft);
        let act = self.sent(&draft, scarce_gas);
        self.mistreated_batch(act)
    }

    /// Another chain, coins, or bytes that are lost or wrong: so that nothing changes that only gas decides.
    fn mistreated_batch(&mut self, mut act: Act) -> Act {
        match self.dice.below(100) {
            0..3 => act.chain_id += 1,
            3..5 if is_sender(&self.scene, act.sender) => act.value = U256::ONE,
            5..10 => {
                let damaged = self.damaged(&act.calldata);
                let (before, after) = (Multicall::decode(&act.calldata), Multicall::decode(&damaged));
                let is_alike = |before: Multicall, after: Multicall| {
                    let are_read_early = after.calls.iter().all(|call| is_read_early(call));
                    before.gas_each == after.gas_each && are_read_early
                };
                if after.is_err() || before.is_ok_and(|before| after.is_ok_and(|after| is_alike(before, after))) {
                    act.calldata = damaged;
                }
            }
            _ => {}
        }
        act
    }

    /// One that does not need all the gas that there is.
    fn modest_draft(&mut self, twin: &Twin) -> Draft {
        loop {
            let draft = self.draft(twin);
            if !draft.is_greedy {
                return draft;
            }
        }
    }

    /// The call, or what is left of it; or that of a getter, which does nothing.
    fn within(&mut self, draft: &Draft) -> Bytes {
        let calldata = draft.action.calldata();
        if self.dice.permille(40) {
            return self.getter();
        }
        if !is_read_early(&calldata) || self.dice.permille(950) { calldata } else { self.damaged(&calldata) }
    }

    pub(super) fn getter(&mut self) -> Bytes {
        let terms = self.dice.pick(&self.plans).terms.clone();
        let slots = vec![self.dice.word(); self.dice.below(3) as usize];
        let calls = [
            ChannelManager::domainSeparatorCall {}.abi_encode(),
            ChannelManager::windowBoundsCall {}.abi_encode(),
            ChannelManager::channelIdOfCall { terms }.abi_encode(),
            ChannelManager::loadCall { slots }.abi_encode(),
        ];
        self.dice.pick(&calls).clone().into()
    }
}

/// Whether the contract reads all of a call before it looks for a reason to refuse it.
fn is_read_early(calldata: &[u8]) -> bool {
    let late = [withdrawCall::SELECTOR, closeSoloAsDelegateCall::SELECTOR, multicallCall::SELECTOR];
    !late.iter().any(|selector| calldata.starts_with(selector))
}
