use std::fmt::{self, Display, Formatter};

use alloy_primitives::{I256, U256};

use super::{AppError, Facts, Rules, Setup, encoding::first_word};
use crate::{
    Turn,
    eip712::Domain,
    types::{AppGas, Instance, Invalid, Maturity, PerSide, Stake, Steps},
};

/// How often the [`Counter`](super::App::Counter) app has been stepped. The parties move in turn, party 0 first.
///
/// Of all apps this one reads its app state loosely: what follows the first word does not matter to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counter(pub U256);

impl Counter {
    /// An instance that counts on from here, in a channel of one asset. Nobody can win or lose anything.
    ///
    /// # Errors
    /// As of any app; this one gives no reason.
    pub fn instance(&self, setup: &Setup, max_steps: Steps) -> Result<Instance, Invalid> {
        setup.instance(self, AppGas::new(20_000), max_steps, Maturity::MIN, PerSide::new(vec![Stake::MIN; 2])?)
    }
}

impl Rules for Counter {
    /// Whatever it is, it says nothing.
    type Action = ();

    fn decode(app_state: &[u8]) -> Result<Self, AppError> {
        first_word(app_state).map(|word| Self(U256::from_be_bytes(word)))
    }

    fn encode(&self) -> Vec<u8> {
        self.0.to_be_bytes_vec()
    }

    fn turn(&self) -> Turn {
        if self.0.bit(0) { Turn::Party1 } else { Turn::Party0 }
    }

    fn outcome(&self, _: &impl Facts) -> Result<Vec<I256>, AppError> {
        Ok(vec![I256::ZERO])
    }

    fn decode_action(&self, _: &[u8]) -> Result<(), AppError> {
        Ok(())
    }

    fn act(self, _: &Domain, (): ()) -> Result<Self, AppError> {
        self.0.checked_add(U256::ONE).map(Self).ok_or(AppError::CountExhausted)
    }
}

impl Display for Counter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "a count of {}", self.0)
    }
}
