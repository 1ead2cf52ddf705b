//! Where a `ChannelManager` is to be, and which code is there then: what follows from its window bounds alone.
//!
//! Nothing here asks a chain. Who trusts a manager compares what is on the chain with this. `scripts/lib/deploy` computes the
//! same in another language.

use alloy_primitives::{Address, B256, Bytes, U256, address, bytes, keccak256};

use crate::{abi::CHANNEL_MANAGER, eip712::Domain, types::Window};

/// The usual CREATE2 deployer: who sends it a salt and init code makes a contract whose address follows from these two.
/// Source: <https://github.com/Arachnid/deterministic-deployment-proxy>.
pub const DEPLOYER: Address = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");

/// The code of the CREATE2 deployer.
pub const DEPLOYER_CODE: Bytes = bytes!(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
);

/// A `ChannelManager` of this build that is, or is to be, on some chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    min_window: Window,
    max_window: Window,
    salt: B256,
}

/// The shortest window is longer than the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shortest window, {min_window}, is above the longest, {max_window}")]
pub struct BoundsOutOfOrder {
    /// The shortest window in seconds.
    pub min_window: Window,
    /// The longest window in seconds.
    pub max_window: Window,
}

impl Plan {
    /// The manager with these bounds, which the constructor takes; the salt tells apart managers of equal bounds.
    ///
    /// # Errors
    /// If the bounds are not in order.
    pub fn new(min_window: Window, max_window: Window, salt: B256) -> Result<Self, BoundsOutOfOrder> {
        if min_window > max_window {
            return Err(BoundsOutOfOrder { min_window, max_window });
        }
        Ok(Self { min_window, max_window, salt })
    }

    /// The shortest window and the longest, in seconds.
    #[must_use]
    pub const fn bounds(&self) -> [Window; 2] {
        [self.min_window, self.max_window]
    }

    /// What tells apart managers of equal bounds.
    #[must_use]
    pub const fn salt(&self) -> B256 {
        self.salt
    }

    /// The code that makes it: the creation code, and behind it the constructor's arguments.
    #[must_use]
    pub fn init_code(&self) -> Bytes {
        let [least, greatest] = self.words();
        [CHANNEL_MANAGER.creation_code().as_ref(), least.as_slice(), greatest.as_slice()].concat().into()
    }

    /// What the CREATE2 deployer is sent, so that it makes it.
    #[must_use]
    pub fn calldata(&self) -> Bytes {
        [self.salt.as_slice(), &self.init_code()].concat().into()
    }

    /// Where the CREATE2 deployer makes it, on every chain.
    #[must_use]
    pub fn address(&self) -> Address {
        DEPLOYER.create2(self.salt, keccak256(self.init_code()))
    }

    /// The code that it has at an address of a chain: that of the artifact, with its immutables filled in. Nothing if this
    /// build's contract has others than the four that are known.
    #[must_use]
    pub fn code(&self, chain_id: U256, address: Address) -> Option<Bytes> {
        let [least, greatest] = self.words();
        let separator = Domain::new(chain_id, address).separator();
        CHANNEL_MANAGER.runtime_code_with(&[chain_id.into(), separator, least, greatest])
    }

    fn words(&self) -> [B256; 2] {
        self.bounds().map(|window| U256::from(window.get()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(min_window: u32, max_window: u32) -> Plan {
        let [least, greatest] = [min_window, max_window].map(|seconds| Window::new(seconds).unwrap());
        Plan::new(least, greatest, B256::ZERO).unwrap()
    }

    #[test]
    fn the_deployer_s_code_is_what_its_hash_says() {
        let expected = "0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989";
        assert_eq!(keccak256(&DEPLOYER_CODE).to_string(), expected);
    }

    #[test]
    fn all_follows_as_the_committed_plans_say() {
        let text = include_str!("../../deployments/planned.json");
        let planned: serde_json::Value = serde_json::from_str(text).unwrap();
        let plans = planned["content"].as_array().unwrap();
        assert!(!plans.is_empty());
        for each in plans {
            let seconds = |name: &str| each["constructorArguments"][name].as_str().unwrap().parse().unwrap();
            let plan = plan(seconds("minWindow"), seconds("maxWindow"));
            assert_eq!(each["address"], format!("{:#x}", plan.address()));
            assert_eq!(each["initCodeHash"], keccak256(plan.init_code()).to_string());
            assert_eq!(each["salt"], plan.salt().to_string());
        }
    }

    #[test]
    fn bounds_out_of_order_are_refused() {
        let [least, greatest] = [1, 2].map(|seconds| Window::new(seconds).unwrap());
        let refused = BoundsOutOfOrder { min_window: greatest, max_window: least };
        assert_eq!(Plan::new(greatest, least, B256::ZERO), Err(refused));
        assert!(Plan::new(least, least, B256::ZERO).is_ok());
    }

    #[test]
    fn the_code_differs_by_chain_and_address_and_is_the_contract_s() {
        let plan = plan(3_600, 2_592_000);
        let one = plan.code(U256::from(1), plan.address()).unwrap();
        assert!(CHANNEL_MANAGER.is_runtime_code(&one));
        assert_ne!(plan.code(U256::from(2), plan.address()).unwrap(), one);
        assert_ne!(plan.code(U256::from(1), DEPLOYER).unwrap(), one);
    }
}
