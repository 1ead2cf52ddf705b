use alloy_primitives::{Address, I256};

use super::Rules;
use crate::types::{AppCodeHash, AppGas, AppState, Instance, InstanceId, Invalid, Maturity, PerSide, Stake, Steps};

/// Where an app is deployed, and which of its instances this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    /// Tells apart the instances of one state.
    pub id: InstanceId,
    /// The app's address.
    pub app: Address,
    /// The hash of its code: [`App::code_hash`](super::App::code_hash), if it is what it should be.
    pub app_code_hash: AppCodeHash,
}

impl Setup {
    /// An instance in the app state `rules`.
    pub(super) fn instance(
        &self,
        rules: &impl Rules,
        app_gas: AppGas,
        max_steps: Steps,
        matures: Maturity,
        stakes: PerSide<Stake>,
    ) -> Result<Instance, Invalid> {
        let &Self { id, app, app_code_hash } = self;
        let app_state_hash = AppState::new(rules.encode())?.hash();
        Ok(Instance { id, app, app_code_hash, app_gas, max_steps, matures, app_state_hash, stakes })
    }
}

/// The stakes that cover an outcome and nothing else: per asset, what the party that would pay can lose.
pub(super) fn stakes_for(deltas: &[I256]) -> Result<PerSide<Stake>, Invalid> {
    let mut stakes = Vec::new();
    for delta in deltas {
        let amount = Stake::try_from(delta.unsigned_abs())?;
        stakes.extend(if delta.is_negative() { [Stake::MIN, amount] } else { [amount, Stake::MIN] });
    }
    PerSide::new(stakes)
}

/// The stakes of a game: per asset, either party can lose its wager.
pub(super) fn stakes_of(wagers: &[Stake]) -> Result<PerSide<Stake>, Invalid> {
    PerSide::new(wagers.iter().flat_map(|wager| [*wager; 2]).collect())
}

/// Zero for each of the deltas.
pub(super) fn nothing(deltas: &[I256]) -> Vec<I256> {
    vec![I256::ZERO; deltas.len()]
}
