//! The apps deployed, and what they ask.

use std::collections::BTreeMap;

use adjudicator::{
    Position, Transition, Turn,
    abi::{IApp, PREIMAGE_REGISTRY, PreimageRegistry},
    apps::{App, AppError, Facts, hash_of},
    eip712::Domain,
    types::AppCodeHash,
};
use alloy_primitives::{Address, B256, Bytes, U256, bytes};
use alloy_sol_types::SolCall;
use recourse_differential::scene::{CHAIN_ID, DEPLOYER, START};
use simulator::world::{Outcome, Transaction, World};

use crate::plays::Play;

/// An oracle contract: it answers the word of its storage that the call names first, whatever it was called for.
const ORACLE_CODE: Bytes = bytes!("0x600435545f5260205ff3");
/// Where it is.
pub(crate) const ORACLE: Address = Address::repeat_byte(0x0c);
/// How many preimages there are; the registry has seen all but the last, one every ten seconds.
const PREIMAGES: u64 = 8;
/// How many escrows the oracle contract knows: it says no, yes, and what is no answer, in turns.
const ESCROWS: u64 = 6;

pub(crate) struct Stage {
    world: World,
    apps: BTreeMap<App, Address>,
    pub(crate) registry: Address,
    seen: BTreeMap<B256, u64>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let mut world = World::new(CHAIN_ID, START);
        let mut deploy = |code: &Bytes| world.deploy(DEPLOYER, code.clone()).unwrap();
        let registry = deploy(PREIMAGE_REGISTRY.creation_code());
        let apps = App::ALL.iter().map(|app| (*app, deploy(app.artifact().creation_code()))).collect();
        world.set_code(ORACLE, ORACLE_CODE);
        for number in 0..ESCROWS {
            world.set_storage(ORACLE, Self::escrow_id(number).into(), U256::from(number % 3));
        }
        let mut stage = Self { world, apps, registry, seen: BTreeMap::new() };
        for number in 0..PREIMAGES - 1 {
            stage.reveal(number);
        }
        stage
    }

    pub(crate) fn preimage(number: u64) -> B256 {
        B256::with_last_byte(number as u8)
    }

    pub(crate) fn escrow_id(number: u64) -> B256 {
        B256::repeat_byte(1 + number as u8)
    }

    /// The hash of some preimage, and about when it was seen, if it was.
    pub(crate) fn hash(&self, number: u64) -> (B256, u64) {
        let hash = hash_of(Self::preimage(number % PREIMAGES));
        (hash, self.seen.get(&hash).copied().unwrap_or(START))
    }

    fn reveal(&mut self, number: u64) {
        let (preimage, now) = (Self::preimage(number), START + 10 * number);
        self.world.set_now(now);
        let output = self.call(self.registry, PreimageRegistry::revealCall { preimage }.abi_encode()).unwrap();
        assert_eq!(output, hash_of(preimage).to_vec(), "the registry hashes otherwise");
        self.seen.insert(hash_of(preimage), now);
    }

    pub(crate) fn address(&self, app: App) -> Address {
        self.apps[&app]
    }

    pub(crate) fn domain(&self, app: App) -> Domain {
        Domain::new(U256::from(CHAIN_ID), self.address(app))
    }

    pub(crate) fn code_hash(&self, app: App) -> AppCodeHash {
        self.world.code_hash(self.address(app)).into()
    }

    /// Where the bytecode says that the app stands, or what it reverts with.
    pub(crate) fn position(&mut self, app: App, play: &Play) -> Result<Position, Bytes> {
        let call = IApp::positionCall { appState: play.app_state.clone().into() };
        let output = self.call(self.address(app), call.abi_encode())?;
        let IApp::positionReturn { turn, deltas } = IApp::positionCall::abi_decode_returns_validate(&output).unwrap();
        Ok(Position { turn: turn_of(turn), deltas })
    }

    /// What the bytecode makes of the step, or what it reverts with.
    pub(crate) fn transition(&mut self, app: App, play: &Play) -> Result<Transition, Bytes> {
        let Play { app_state, action, mover } = play.clone();
        let call = IApp::transitionCall { appState: app_state.into(), action: action.into(), mover: mover as u8 };
        let output = self.call(self.address(app), call.abi_encode())?;
        let answer = IApp::transitionCall::abi_decode_returns_validate(&output).unwrap();
        let position = Position { turn: turn_of(answer.turn), deltas: answer.deltas };
        Ok(Transition { app_state: answer.next, position })
    }

    /// What was returned, or reverted with.
    fn call(&mut self, to: Address, data: Vec<u8>) -> Result<Bytes, Bytes> {
        match self.world.transact(Transaction::call(DEPLOYER, to, data.into())).unwrap() {
            Outcome::Success { output, .. } => Ok(output),
            Outcome::Revert { output, .. } => Err(output),
            Outcome::Halt { .. } => Err(Bytes::new()),
        }
    }
}

fn turn_of(number: u8) -> Turn {
    [Turn::Party0, Turn::Party1, Turn::Anyone, Turn::Nobody][usize::from(number)]
}

/// What is known without asking the chain.
impl Facts for Stage {
    fn seen_at(&self, registry: Address, hash: B256) -> Result<U256, AppError> {
        if registry != self.registry {
            return Err(AppError::NoAnswer { account: registry });
        }
        Ok(self.seen.get(&hash).copied().map(U256::from).unwrap_or_default())
    }

    fn is_delivered(&self, oracle: Address, escrow_id: B256) -> Result<bool, AppError> {
        let number = (0..ESCROWS).find(|number| Self::escrow_id(*number) == escrow_id).unwrap_or_default() % 3;
        if oracle != ORACLE || number == 2 {
            return Err(AppError::NoAnswer { account: oracle });
        }
        Ok(number == 1)
    }
}
