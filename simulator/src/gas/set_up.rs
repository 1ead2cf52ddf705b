//! What is on the chain before anything is measured.

use std::collections::BTreeMap;

use adjudicator::{
    abi::{Artifact, CHANNEL_MANAGER, COUNTER, ChannelManager::constructorCall},
    eip712::Domain,
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolConstructor;

use super::{
    Unmeasured,
    agreed::DEPOSIT,
    chain::{Chain, TOKEN},
    people::{DELEGATE, DEPLOYER, PAYEES, STRANGER, signers},
    token::Token,
};
use crate::world::World;

const CHAIN_ID: u64 = 31_337;
/// The time of the first block, in Unix seconds; every later one is a second after the one before it.
const GENESIS_TIME: u64 = 1_700_000_000;
/// Bounds of a channel's window, in seconds.
const WINDOW_BOUNDS: [u64; 2] = [3_600, 30 * 86_400];
/// What everybody has of the native coin.
const RICHES: u128 = 10_000 * DEPOSIT;

impl Chain {
    /// Deploys everything but the apps. Payees begin with a balance of both assets, the stranger pays deposits.
    pub(super) fn new() -> Result<Self, Unmeasured> {
        let mut world = World::new(CHAIN_ID, GENESIS_TIME);
        let signers = signers()?;
        let [zero, one] = &*signers;
        let [payee0, payee1] = PAYEES;
        for account in [DEPLOYER, STRANGER, DELEGATE, zero.address(), one.address(), payee0, payee1] {
            world.set_balance(account, U256::from(RICHES));
        }
        // The address of what is deployed first.
        let domain = Domain::new(U256::from(CHAIN_ID), DEPLOYER.create(0));
        let contracts = BTreeMap::new();
        let mut chain = Self { world, domain, signers, contracts, until_next: 1, channels: 0 };
        let [minimum, maximum] = WINDOW_BOUNDS.map(U256::from);
        let bounds = constructorCall { minWindow: minimum, maxWindow: maximum }.abi_encode();
        chain.deploy(CHANNEL_MANAGER.name(), &[CHANNEL_MANAGER.creation_code(), &bounds[..]].concat())?;
        chain.deploy_artifact(&COUNTER)?;
        chain.deploy_token()?;
        Ok(chain)
    }

    fn deploy_token(&mut self) -> Result<(), Unmeasured> {
        let ether = |number: u64| U256::from(number).saturating_mul(U256::from(DEPOSIT));
        let supply = Token::constructorCall { supply: ether(1_000_000) }.abi_encode();
        let token = self.deploy(TOKEN, &[&Token::BYTECODE, &supply[..]].concat())?;
        let [payee0, payee1] = PAYEES;
        for (to, number) in [(payee0, 1), (payee1, 1), (STRANGER, 100_000)] {
            let give = Token::transferCall { to, value: ether(number) };
            self.send("transfer", DEPLOYER, token, &give)?;
        }
        let allow = Token::approveCall { spender: self.domain.manager(), value: U256::MAX };
        self.send("approve", STRANGER, token, &allow)?;
        Ok(())
    }

    /// Deploys a contract that takes no arguments.
    pub(super) fn deploy_artifact(&mut self, artifact: &'static Artifact) -> Result<(), Unmeasured> {
        self.deploy(artifact.name(), artifact.creation_code())?;
        Ok(())
    }

    fn deploy(&mut self, name: &'static str, code: &[u8]) -> Result<Address, Unmeasured> {
        self.begin_block();
        let address = self.world.deploy(DEPLOYER, Bytes::copy_from_slice(code))?;
        self.contracts.insert(name, address);
        Ok(address)
    }
}
