//! Where every life takes place: the same contract, the same actors, the same money.

use std::sync::LazyLock;

use adjudicator::eip712::Domain;
use alloy_primitives::{Address, U256, keccak256};

use crate::key::Key;

/// The chain's id at deployment.
pub const CHAIN_ID: u64 = 31_337;
/// When a life begins, in Unix seconds.
pub const START: u64 = 1_700_000_000;
/// The shortest window that terms may have, in seconds.
pub const MIN_WINDOW: u64 = 60;
/// The longest window that terms may have, in seconds.
pub const MAX_WINDOW: u64 = 10_000_000;

/// Who deploys everything.
pub const DEPLOYER: Address = Address::repeat_byte(0xde);
/// An account without any tokens, which pays like any other in the native coin.
pub const PAUPER: Address = Address::repeat_byte(0xaa);
/// Accounts that are paid and hold no key of a channel.
pub const OUTSIDERS: [Address; 2] = [Address::repeat_byte(0xa1), Address::repeat_byte(0xa2)];
/// A token that was never there.
pub const GHOST_TOKEN: Address = Address::repeat_byte(0xf1);
/// An app that was never there.
pub const GHOST_APP: Address = Address::repeat_byte(0xf2);
/// What each account has of the native coin.
pub const COINS: U256 = U256::from_limbs([0, 0, 1, 0]);
/// What each account but the pauper has of each token.
pub const TOKENS: U256 = U256::from_limbs([0, 1 << 56, 0, 0]);

/// The keys, of which the last two belong to no channel.
pub static KEYS: LazyLock<[Key; 6]> = LazyLock::new(|| [1, 2, 3, 4, 5, 6].map(Key::new));

/// Where everything is, once it is deployed.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The contract under test, on its chain.
    pub domain: Domain,
    /// Tokens that behave as they are told, ascending.
    pub tokens: [Address; 3],
    /// Payees that behave as they are told.
    pub payees: [Address; 2],
    /// The app that counts.
    pub counter: Address,
    /// Two apps that do as app state and action say, whose code differs.
    pub apps: [Address; 2],
}

impl Scene {
    /// The contract under test.
    #[must_use]
    pub const fn manager(&self) -> Address {
        self.domain.manager()
    }

    /// Who may send, be paid and hold tokens: everybody whose balances are compared, but the contract.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        let keys = KEYS.iter().map(Key::address);
        keys.chain(self.payees).chain(OUTSIDERS).chain([PAUPER, self.tokens[0], self.apps[0]]).collect()
    }
}

/// The slot of a mapping's value.
#[must_use]
pub fn slot_in(mapping: U256, key: impl Into<alloy_primitives::B256>) -> U256 {
    keccak256([key.into(), mapping.into()].concat()).into()
}
