//! What apps, tokens and payees do: the model of the scene's contracts, which answers the twin.

mod app;
mod payee;
mod token;

use std::collections::BTreeMap;

use adjudicator::{AppFailure, Effect, Manager, Position, Submission, Transition, Turn, World, rules::NATIVE};
use alloy_primitives::{Address, B256, Bytes, Selector, U256};

use self::token::Token;
use crate::{
    scene::{COINS, KEYS, OUTSIDERS, PAUPER, Scene, TOKENS},
    step::{PayeeMood, PayeeTold, TokenTold},
    twin::deployment,
};

/// The world outside of the contract.
#[derive(Debug, Clone)]
pub struct Others {
    scene: Scene,
    code_hashes: BTreeMap<Address, B256>,
    tokens: BTreeMap<Address, Token>,
    payees: BTreeMap<Address, PayeeMood>,
    temptations: BTreeMap<Address, Bytes>,
    /// The contract without channels, and what is being sent to it: all that a call back depends on.
    called: (Manager, Submission),
    overheard: Vec<Effect>,
    now: Holdings,
    marks: Vec<Holdings>,
}

/// What operations change, and take back if they are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    /// What each account has of the native coin.
    pub coins: BTreeMap<Address, U256>,
    /// What each account has of each token, by token and account.
    pub tokens: BTreeMap<(Address, Address), U256>,
    /// What each actor remembers of its calls back.
    pub remembered: BTreeMap<Address, Remembered>,
}

/// What an actor remembers of its calls back into the contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Remembered {
    /// How many there were.
    pub calls: u64,
    /// How many succeeded.
    pub successes: u64,
    /// The first bytes of what came back last.
    pub answer: Selector,
}

impl Others {
    /// Everybody as at the beginning of a life; `code_hashes` are those of the scene's contracts.
    #[must_use]
    pub fn new(scene: &Scene, code_hashes: BTreeMap<Address, B256>) -> Self {
        let accounts = scene.accounts();
        let senders = accounts.iter().filter(|account| is_sender(scene, **account));
        let coins = senders.map(|account| (*account, COINS)).collect();
        let owners = accounts.iter().filter(|account| **account != PAUPER);
        let contract = Manager::new(deployment(scene.domain));
        let nothing = Submission { submitter: Address::ZERO, value: U256::ZERO, now: 0, chain_id: U256::ZERO };
        let tokens = owners.flat_map(|account| scene.tokens.map(|token| ((token, *account), TOKENS))).collect();
        Self {
            scene: scene.clone(),
            code_hashes,
            tokens: scene.tokens.map(|token| (token, Token::default())).into(),
            payees: scene.payees.map(|payee| (payee, PayeeMood::Accepting)).into(),
            temptations: BTreeMap::new(),
            called: (contract, nothing),
            overheard: Vec::new(),
            now: Holdings { coins, tokens, remembered: BTreeMap::new() },
            marks: Vec::new(),
        }
    }

    /// What everybody has now.
    #[must_use]
    pub const fn holdings(&self) -> &Holdings {
        &self.now
    }

    /// A token is told how to behave.
    pub fn tell_token(&mut self, told: &TokenTold) {
        let token = self.scene.tokens[told.token];
        self.tokens.insert(token, Token::told(told));
        self.temptations.insert(token, told.temptation.clone());
    }

    /// A payee is told how to behave.
    pub fn tell_payee(&mut self, told: &PayeeTold) {
        let payee = self.scene.payees[told.payee];
        self.payees.insert(payee, told.mood);
        self.temptations.insert(payee, told.temptation.clone());
    }

    /// The native coin moves, with a call to the contract.
    pub fn move_coins(&mut self, from: Address, to: Address, amount: U256) {
        let before = self.coins_of(from);
        self.now.coins.insert(from, before - amount);
        *self.now.coins.entry(to).or_default() += amount;
    }

    /// Somebody calls the contract: what it is called back with comes in the same block.
    pub const fn begin(&mut self, submission: Submission) {
        self.called.1 = submission;
    }

    /// An actor gives in to its temptation.
    fn call_back(&mut self, actor: Address) {
        let (contract, submission) = &self.called;
        let temptation = self.temptations.get(&actor).cloned().unwrap_or_default();
        let answer = contract.call_back(&temptation, submission);
        let remembered = self.now.remembered.entry(actor).or_default();
        remembered.calls += 1;
        remembered.successes += u64::from(answer.is_ok());
        // What a multicall returns begins with a small number: where its list is.
        let reason = answer.as_ref().map_or_else(Bytes::clone, |_| Bytes::new());
        remembered.answer = reason.first_chunk().map_or(Selector::ZERO, |first| (*first).into());
        self.overheard.extend(answer.unwrap_or_default());
    }

    fn coins_of(&self, account: Address) -> U256 {
        self.now.coins.get(&account).copied().unwrap_or_default()
    }
}

/// Whether an account has coins to send: the contracts that do nothing but hold tokens have none.
#[must_use]
pub fn is_sender(scene: &Scene, account: Address) -> bool {
    let is_key = KEYS.iter().any(|key| key.address() == account);
    is_key || scene.payees.contains(&account) || OUTSIDERS.contains(&account) || account == PAUPER
}

impl World for Others {
    fn checkpoint(&mut self) {
        self.marks.push(self.now.clone());
    }

    fn commit(&mut self) {
        self.marks.pop().expect("an operation ends where it began");
    }

    fn revert(&mut self) {
        self.now = self.marks.pop().expect("an operation ends where it began");
    }

    fn code_hash(&mut self, account: Address) -> B256 {
        self.code_hashes.get(&account).copied().unwrap_or_default()
    }

    fn transition(
        &mut self,
        app: Address,
        gas: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, AppFailure> {
        app::transition(&self.scene, app, gas, app_state, action, mover)
    }

    fn position(&mut self, app: Address, gas: u32, app_state: &[u8]) -> Result<Position, AppFailure> {
        app::position(&self.scene, app, gas, app_state)
    }

    fn pull(&mut self, token: Address, from: Address, amount: U256) -> Option<U256> {
        let manager = self.scene.manager();
        let before = self.told_balance(token, manager)?;
        let is_moved = self.transfer(token, from, manager, amount, false);
        let afterwards = self.told_balance(token, manager).filter(|_| is_moved)?;
        Some(afterwards.saturating_sub(before))
    }

    fn push(&mut self, asset: Address, to: Address, amount: U256, is_bounded: bool) -> bool {
        let manager = self.scene.manager();
        if asset == NATIVE {
            self.pay(to, amount, is_bounded)
        } else {
            self.transfer(asset, manager, to, amount, is_bounded)
        }
    }

    fn overheard(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.overheard)
    }
}
