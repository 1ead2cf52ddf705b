//! A world that is asked before a signature is given.

use alloy_primitives::{Address, B256, U256};

use super::Wanted;
use crate::{
    AppFailure, DisputeError, Effect, Position, Transition, Turn, World, signature::Signature, types::Identity,
};

/// A world in which the signatures are given that are still wanted.
pub(super) struct Assumed<'a, W> {
    pub(super) world: &'a mut W,
    pub(super) identity: &'a Identity,
    pub(super) wanted: &'a [Wanted],
}

impl<W: World> World for Assumed<'_, W> {
    fn checkpoint(&mut self) {
        self.world.checkpoint();
    }

    fn commit(&mut self) {
        self.world.commit();
    }

    fn revert(&mut self) {
        self.world.revert();
    }

    fn recover(&mut self, digest: B256, signature: &[u8]) -> Result<Address, DisputeError> {
        let is_placeholder = signature == Signature::PLACEHOLDER.to_compact();
        match self.wanted.iter().find(|wanted| is_placeholder && wanted.hashes.digest == digest) {
            Some(wanted) => Ok(self.identity.terms().accounts(wanted.party).signer),
            None => self.world.recover(digest, signature),
        }
    }

    fn code_hash(&mut self, account: Address) -> B256 {
        self.world.code_hash(account)
    }

    fn transition(
        &mut self,
        app: Address,
        gas: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, AppFailure> {
        self.world.transition(app, gas, app_state, action, mover)
    }

    fn position(&mut self, app: Address, gas: u32, app_state: &[u8]) -> Result<Position, AppFailure> {
        self.world.position(app, gas, app_state)
    }

    fn pull(&mut self, token: Address, from: Address, amount: U256) -> Option<U256> {
        self.world.pull(token, from, amount)
    }

    fn push(&mut self, asset: Address, to: Address, amount: U256, is_bounded: bool) -> bool {
        self.world.push(asset, to, amount, is_bounded)
    }

    fn overheard(&mut self) -> Vec<Effect> {
        self.world.overheard()
    }
}
