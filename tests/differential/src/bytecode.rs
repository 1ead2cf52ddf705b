//! One side: the compiled contract and the compiled actors, in the machine.

use std::collections::BTreeMap;

use adjudicator::{
    abi::{COUNTER, ChannelManager},
    eip712::Domain,
    rules::NATIVE,
    storage,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use simulator::{
    actors::{ScriptedApp, ScriptedPayee, ScriptedToken, temptation, temptation_of},
    world::{Outcome, Snapshot, Transaction, World},
};

use crate::{
    others::{Remembered, is_sender},
    scene::{CHAIN_ID, COINS, DEPLOYER, GHOST_TOKEN, MAX_WINDOW, MIN_WINDOW, PAUPER, START, Scene, TOKENS, slot_in},
    step::{Act, Deploy, PayeeTold, Serial, TokenMood, TokenTold},
};

/// Where an actor remembers its calls, and a token its balances.
const REMEMBERED_SLOT: U256 = U256::ZERO;
const BALANCES_SLOT: U256 = U256::from_limbs([1, 0, 0, 0]);

/// The world with the real bytecode.
#[derive(Debug)]
pub struct Bytecode {
    world: World,
    scene: Scene,
    beginning: Snapshot,
    token_code: Bytes,
    places: Places,
    /// Of the contract under test.
    creation_code: Bytes,
}

/// Where the money of the scene's accounts stands, which is looked up after each call: by asset and account.
#[derive(Debug, Default)]
struct Places {
    credits: BTreeMap<(Address, Address), U256>,
    tokens: BTreeMap<(Address, Address), U256>,
}

impl Bytecode {
    /// Deploys the scene, with a contract of this creation code under test.
    #[must_use]
    pub fn new(creation_code: Bytes) -> Self {
        let mut world = World::new(CHAIN_ID, START);
        let scene = deploy(&mut world, &creation_code);
        for account in scene.accounts() {
            if is_sender(&scene, account) {
                world.set_balance(account, COINS);
            }
            for token in scene.tokens.into_iter().filter(|_| account != PAUPER) {
                let mint = ScriptedToken::mintCall { to: account, amount: U256::from(TOKENS) };
                succeed(&mut world, token, mint.abi_encode());
            }
        }
        let (beginning, token_code) = (world.snapshot(), world.code(scene.tokens[0]));
        let places = Places::of(&scene);
        Self { world, scene, beginning, token_code, places, creation_code }
    }

    /// Back to the beginning of a life.
    pub fn begin(&mut self) {
        self.world.restore(&self.beginning).expect("nobody returns to before the beginning");
    }

    /// Where everything is.
    #[must_use]
    pub const fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The code hashes of the scene's contracts and of one that is only an account.
    #[must_use]
    pub fn code_hashes(&self) -> BTreeMap<Address, B256> {
        let hash = |account| (account, self.world.code_hash(account));
        let contracts = self.scene.tokens.into_iter().chain(self.scene.payees).chain(self.scene.apps);
        contracts.chain([self.scene.counter, self.scene.manager()]).chain(self.scene.accounts()).map(hash).collect()
    }

    /// Somebody calls the contract.
    pub fn act(&mut self, act: &Act) -> Outcome {
        self.world.set_now(act.now);
        self.world.set_chain_id(act.chain_id);
        let gas = act.scarce_gas.unwrap_or(Transaction::PLENTY_OF_GAS);
        let call = Transaction::call(act.sender, self.scene.manager(), act.calldata.clone());
        let transact = self.world.transact(Transaction { value: act.value, gas, ..call });
        transact.expect("senders are rich, and gas pays for calldata at least")
    }

    /// Somebody deploys another contract.
    pub fn deploy(&mut self, deploy: &Deploy) -> Outcome {
        let arguments = (deploy.min_window, deploy.max_window).abi_encode();
        let code = [&self.creation_code[..], &arguments].concat();
        self.world.try_deploy(DEPLOYER, code.into()).expect("gas pays for the code")
    }

    /// A token is told how to behave.
    pub fn tell_token(&mut self, told: &TokenTold) {
        let token = self.scene.tokens[told.token];
        let code = if told.mood == TokenMood::Gone { Bytes::new() } else { self.token_code.clone() };
        self.world.set_code(token, code);
        if told.mood != TokenMood::Gone {
            let (target_, number_) = (told.target, told.number);
            let mood_ = told.mood as u8;
            succeed(&mut self.world, token, ScriptedToken::becomeCall { mood_, target_, number_ }.abi_encode());
        }
        self.tempt(token, &told.temptation);
    }

    /// A payee is told how to behave.
    pub fn tell_payee(&mut self, told: &PayeeTold) {
        let payee = self.scene.payees[told.payee];
        succeed(&mut self.world, payee, ScriptedPayee::becomeCall { mood_: told.mood as u8 }.abi_encode());
        self.tempt(payee, &told.temptation);
    }

    fn tempt(&mut self, actor: Address, calldata: &[u8]) {
        self.world.set_code(temptation_of(actor), temptation(self.scene.manager(), calldata));
    }

    /// The count of a channel's withdrawals is written.
    pub fn set_serial(&mut self, serial: &Serial) {
        let slot = storage::funds(serial.channel_id, serial.asset);
        let mask = U256::from(0xffff_ff00u64);
        let word = (self.word(slot) & !mask) | U256::from(serial.serial << 8);
        self.world.set_storage(self.scene.manager(), slot, word);
    }

    /// A word of the contract's storage.
    #[must_use]
    pub fn word(&self, slot: U256) -> U256 {
        self.world.storage(self.scene.manager(), slot)
    }

    /// The same as the contract's getter tells it.
    pub fn load(&mut self, slot: U256) -> U256 {
        let words = self.ask(&ChannelManager::loadCall { slots: vec![slot.into()] });
        words[0].into()
    }

    /// What a getter of the contract says.
    pub fn ask<C: SolCall>(&mut self, call: &C) -> C::Return {
        self.world.set_chain_id(CHAIN_ID);
        let call = Transaction::call(DEPLOYER, self.scene.manager(), call.abi_encode().into());
        let outcome = self.world.transact(call).expect("it has gas enough");
        let Outcome::Success { output, .. } = outcome else { panic!("a getter answers: {outcome:?}") };
        C::abi_decode_returns(&output).expect("a getter answers as its interface says")
    }

    /// Every slot of the contract's storage that is not zero.
    pub fn slots(&self) -> impl Iterator<Item = U256> + '_ {
        self.world.slots(self.scene.manager())
    }

    /// What an account has of the native coin.
    #[must_use]
    pub fn coins(&self, account: Address) -> U256 {
        self.world.balance(account)
    }

    /// What accounts have of tokens, whatever those say, by token and account.
    pub fn tokens(&self) -> impl Iterator<Item = ((Address, Address), U256)> + '_ {
        self.places.tokens.iter().map(|(place, slot)| (*place, self.world.storage(place.0, *slot)))
    }

    /// Where it stands what accounts may claim, by creditor and asset.
    pub fn credits(&self) -> impl Iterator<Item = ((Address, Address), U256)> + '_ {
        self.places.credits.iter().map(|(place, slot)| (*place, *slot))
    }

    /// What an actor remembers of its calls back.
    #[must_use]
    pub fn remembered(&self, actor: Address) -> Remembered {
        let word = self.world.storage(actor, REMEMBERED_SLOT);
        let [calls, successes, answer, _] = *word.as_limbs();
        Remembered { calls, successes, answer: (answer as u32).to_be_bytes().into() }
    }
}

impl Places {
    fn of(scene: &Scene) -> Self {
        let mut places = Self::default();
        for account in scene.accounts().into_iter().chain([scene.manager()]) {
            for asset in scene.tokens.into_iter().chain([NATIVE, GHOST_TOKEN]) {
                places.credits.insert((account, asset), storage::credit(account, asset));
            }
            for token in scene.tokens {
                places.tokens.insert((token, account), slot_in(BALANCES_SLOT, account.into_word()));
            }
        }
        places
    }
}

fn deploy(world: &mut World, creation_code: &[u8]) -> Scene {
    let windows = (U256::from(MIN_WINDOW), U256::from(MAX_WINDOW)).abi_encode();
    let manager = create(world, creation_code, &windows);
    let mut tokens = [(); 3].map(|()| create(world, &ScriptedToken::BYTECODE, &[]));
    tokens.sort();
    Scene {
        domain: Domain::new(U256::from(CHAIN_ID), manager),
        tokens,
        payees: [(); 2].map(|()| create(world, &ScriptedPayee::BYTECODE, &[])),
        counter: create(world, COUNTER.creation_code(), &[]),
        apps: [1u64, 2].map(|copy| create(world, &ScriptedApp::BYTECODE, &U256::from(copy).abi_encode())),
    }
}

fn create(world: &mut World, code: &[u8], arguments: &[u8]) -> Address {
    world.deploy(DEPLOYER, [code, arguments].concat().into()).expect("the scene can be deployed")
}

fn succeed(world: &mut World, to: Address, calldata: Vec<u8>) {
    let outcome = world.transact(Transaction::call(DEPLOYER, to, calldata.into())).expect("it has gas enough");
    assert!(outcome.is_success(), "the scene can be set: {outcome:?}");
}
