use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::{
    AppCodeHash, AppGas, AppStateHash, InstanceId, Invalid, Maturity, PerSide, Stake, Steps, account::address,
    object::serde_as_object, pack,
};
use crate::wire;

/// The bytes of a stake.
const STAKE_SIZE: usize = 14;

/// One running app inside a channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct Instance {
    /// Tells apart the instances of one state.
    pub id: InstanceId,
    /// The contract with the rules.
    #[serde(with = "address")]
    pub app: Address,
    /// The hash of the app's code; zero if it may have any.
    pub app_code_hash: AppCodeHash,
    /// What each call to the app gets.
    pub app_gas: AppGas,
    /// The most forced steps on one base.
    pub max_steps: Steps,
    /// The time by which the outcome is decided, whatever the dispute's own deadlines.
    pub matures: Maturity,
    /// The hash of the app state that both parties agreed on.
    pub app_state_hash: AppStateHash,
    /// The most that each party can lose.
    pub stakes: PerSide<Stake>,
}

serde_as_object!(Instance);

impl Instance {
    /// The instance as it travels: 126 bytes, and 28 per asset.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(wire::Instance::length_for(self.stakes.asset_count()));
        let [_, _, _, matures @ ..] = self.matures.get().to_be_bytes();
        packed.extend_from_slice(self.id.get().as_slice());
        packed.extend_from_slice(self.app.as_slice());
        packed.extend_from_slice(self.app_code_hash.get().as_slice());
        packed.extend_from_slice(&self.app_gas.get().to_be_bytes());
        packed.push(self.max_steps.get());
        packed.extend_from_slice(&matures);
        packed.extend_from_slice(self.app_state_hash.get().as_slice());
        let stakes = self.stakes.as_slice().iter();
        stakes.for_each(|stake| packed.extend_from_slice(&pack::uint112(stake.get())));
        packed
    }

    /// Reads a packed instance, without a proof behind it.
    ///
    /// # Errors
    /// If it has no length that an instance has.
    pub fn unpack(packed: &[u8]) -> Result<Self, Invalid> {
        let assets = pack::assets_in(packed.len(), wire::Instance::length_for(0), 2 * STAKE_SIZE);
        let instance = assets.and_then(|assets| wire::Instance::split(packed, assets).zip(Some(assets)));
        let ((instance, _), assets) = instance.ok_or(Invalid::Length {
            what: "a packed instance",
            expected: "126 and 28 for each of 1 to 8 assets",
            found: packed.len(),
        })?;
        let stakes = (0..assets).flat_map(|index| instance.stakes(index)).map(Stake::new).collect::<Result<_, _>>()?;
        Ok(Self {
            id: instance.id().into(),
            app: instance.app(),
            app_code_hash: instance.app_code_hash().into(),
            app_gas: instance.app_gas().into(),
            max_steps: instance.max_steps().into(),
            matures: Maturity::new(instance.matures())?,
            app_state_hash: instance.app_state_hash().into(),
            stakes: PerSide::new(stakes)?,
        })
    }
}
