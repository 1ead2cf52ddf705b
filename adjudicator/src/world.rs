//! What the contract does not decide itself: apps, tokens, payees.

use alloy_primitives::{Address, B256, Bytes, I256, U256};

use crate::{
    DisputeError, Effect,
    eip712::{self, Domain},
    signature, wire,
};

/// Who may make the next step of an instance; who makes this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Turn {
    Party0 = 0,
    Party1 = 1,
    Anyone = 2,
    Nobody = 3,
}

/// Where an app stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Who may move next.
    pub turn: Turn,
    /// The outcome if the channel settles now, not yet clamped: one per asset, or else the answer is malformed.
    pub deltas: Vec<I256>,
}

/// What an app makes of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The app state after it.
    pub app_state: Bytes,
    /// Where the app stands then.
    pub position: Position,
}

/// Why an app gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppFailure {
    /// It reverted, ran out of gas, or has no code.
    #[error("the app reverted, ran out of gas, or has no code")]
    Failed,
    /// What it returned is not what the interface says.
    #[error("the app's answer is not what the interface says")]
    Malformed,
}

/// What the contract asks of others. The rules say when it asks; the world says what it is answered.
///
/// Operations that are refused take back what they did: the world marks where each begins.
pub trait World {
    /// Marks the beginning of an operation; those of a multicall are within another.
    fn checkpoint(&mut self);

    /// Keeps what was done since the last mark, and forgets the mark.
    fn commit(&mut self);

    /// Takes back what was done since the last mark, and forgets the mark.
    fn revert(&mut self);

    /// The id of the channel with these packed terms. A world that has hashed them before may remember it.
    fn channel_id(&mut self, domain: &Domain, terms: &[u8]) -> B256 {
        domain.channel_id(terms)
    }

    /// The hash of a state of a channel. A world that has hashed it before may remember it.
    fn state_hash(&mut self, channel_id: B256, state: &wire::State<'_>) -> B256 {
        eip712::state_hash(channel_id, state.round(), state.nets(), state.instances_root())
    }

    /// Who signed `digest`, as the contract finds out. A world that has checked a signature before may remember it.
    ///
    /// # Errors
    /// As [`signature::recover`].
    fn recover(&mut self, digest: B256, signature: &[u8]) -> Result<Address, DisputeError> {
        signature::recover(digest, signature)
    }

    /// Whether `signature` of `digest` is `expected`'s.
    ///
    /// # Errors
    /// As [`signature::verify`].
    fn verify(&mut self, digest: B256, expected: Address, signature: &[u8]) -> Result<(), DisputeError> {
        let actual = self.recover(digest, signature)?;
        if actual == expected { Ok(()) } else { Err(DisputeError::SignerMismatch { expected, actual }) }
    }

    /// The code hash of an account, as `EXTCODEHASH` tells it.
    fn code_hash(&mut self, account: Address) -> B256;

    /// Asks an app for the outcome of a step, with exactly `gas`.
    ///
    /// # Errors
    /// If it gives no answer.
    fn transition(
        &mut self,
        app: Address,
        gas: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, AppFailure>;

    /// Asks an app where it stands, with exactly `gas`.
    ///
    /// # Errors
    /// If it gives no answer.
    fn position(&mut self, app: Address, gas: u32, app_state: &[u8]) -> Result<Position, AppFailure>;

    /// Pulls `amount` of a token from an account to the contract. What arrived; `None` if the token refused or has no code.
    fn pull(&mut self, token: Address, from: Address, amount: U256) -> Option<U256>;

    /// Pays `amount` of an asset to an account, with the fixed gas allowance if `is_bounded`, else with all there is.
    /// Whether it was taken.
    fn push(&mut self, asset: Address, to: Address, amount: U256, is_bounded: bool) -> bool;

    /// What the contract logged during the last `pull` or `push`, because somebody called it back meanwhile: see
    /// [`Manager::call_back`](crate::Manager::call_back). It is asked after each.
    fn overheard(&mut self) -> Vec<Effect> {
        Vec::new()
    }
}

/// The simplest world: tokens move what they are told, everybody takes what is paid, and no account has code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Willing;

impl World for Willing {
    fn checkpoint(&mut self) {}

    fn commit(&mut self) {}

    fn revert(&mut self) {}

    fn code_hash(&mut self, _: Address) -> B256 {
        B256::ZERO
    }

    fn transition(&mut self, _: Address, _: u32, _: &[u8], _: &[u8], _: Turn) -> Result<Transition, AppFailure> {
        Err(AppFailure::Failed)
    }

    fn position(&mut self, _: Address, _: u32, _: &[u8]) -> Result<Position, AppFailure> {
        Err(AppFailure::Failed)
    }

    fn pull(&mut self, _: Address, _: Address, amount: U256) -> Option<U256> {
        Some(amount)
    }

    fn push(&mut self, _: Address, _: Address, _: U256, _: bool) -> bool {
        true
    }
}
