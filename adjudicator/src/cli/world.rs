//! What the contract would be answered, as far as a view tells: code as it was looked at, the apps that ship, tokens and
//! payees that take what they are paid.

use adjudicator::{
    AppFailure, Position, Transition, Turn, World, apps::App, eip712::Domain, evidence::View, types::AppCodeHash,
};
use alloy_primitives::{Address, B256, U256, keccak256};

/// The world of a view.
pub(crate) struct Seen<'a>(pub(crate) &'a View);

impl Seen<'_> {
    fn app(&mut self, account: Address) -> Result<App, AppFailure> {
        App::by_code_hash(AppCodeHash::new(self.code_hash(account))).ok_or(AppFailure::Failed)
    }
}

impl World for Seen<'_> {
    fn checkpoint(&mut self) {}

    fn commit(&mut self) {}

    fn revert(&mut self) {}

    fn code_hash(&mut self, account: Address) -> B256 {
        self.0.codes.get(&account).map_or(B256::ZERO, keccak256)
    }

    fn transition(
        &mut self,
        app: Address,
        _gas: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, AppFailure> {
        let domain = Domain::new(self.0.deployment.domain.chain_id(), app);
        let made = self.app(app)?.transition(&domain, self.0, app_state, action, mover);
        made.map_err(|_| AppFailure::Failed)
    }

    fn position(&mut self, app: Address, _gas: u32, app_state: &[u8]) -> Result<Position, AppFailure> {
        self.app(app)?.position(self.0, app_state).map_err(|_| AppFailure::Failed)
    }

    fn pull(&mut self, _token: Address, _from: Address, amount: U256) -> Option<U256> {
        Some(amount)
    }

    fn push(&mut self, _asset: Address, _to: Address, _amount: U256, _is_bounded: bool) -> bool {
        true
    }
}
