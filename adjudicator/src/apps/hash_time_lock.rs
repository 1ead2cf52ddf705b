use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Address, B256, I256, U256, keccak256};
use alloy_sol_types::SolValue;

use super::{
    AppError, Facts, Rules, Setup,
    encoding::{Lock, decode, pack_time, unpack_time},
    setup::{nothing, stakes_for},
};
use crate::{
    Turn,
    eip712::Domain,
    print::List,
    types::{AppGas, Instance, Invalid, Maturity, Steps},
};

/// A lock: it transfers if a registry saw the preimage of a hash in time. Nobody moves; it is evaluated.
///
/// Warning: touch it as soon as the channel closes, seen or not: only then can it be collected after `E + T`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashTimeLock {
    /// The `PreimageRegistry` that is asked, the only evidence. Each hop of a payment names the same one, or is valid for
    /// longer than the next one.
    pub registry: Address,
    /// What [`hash_of`] makes of the preimage. One that the registry has seen decides the lock before it is signed.
    pub hash: B256,
    /// The last second at which the preimage counts if it was seen by then.
    pub valid_until: Maturity,
    /// What the preimage moves: per asset, positive from party 0 to party 1.
    pub deltas: Vec<I256>,
}

/// The hash by which a registry and its locks know a preimage.
#[must_use]
pub fn hash_of(preimage: B256) -> B256 {
    keccak256(preimage)
}

impl HashTimeLock {
    /// An instance of this lock, its stakes what the preimage moves, decided when its time is over.
    ///
    /// # Errors
    /// If there is not a delta for each of 1 to 8 assets, or one is no stake.
    pub fn instance(&self, setup: &Setup) -> Result<Instance, Invalid> {
        setup.instance(self, AppGas::new(40_000), Steps::MIN, self.valid_until, stakes_for(&self.deltas)?)
    }
}

impl Rules for HashTimeLock {
    /// Nobody says anything.
    type Action = ();

    fn decode(app_state: &[u8]) -> Result<Self, AppError> {
        let Lock { registry, hash, validUntil, deltas } = decode(app_state)?;
        Ok(Self { registry, hash, valid_until: unpack_time(validUntil)?, deltas })
    }

    fn encode(&self) -> Vec<u8> {
        let Self { registry, hash, valid_until, ref deltas } = *self;
        Lock { registry, hash, validUntil: pack_time(valid_until), deltas: deltas.clone() }.abi_encode()
    }

    fn turn(&self) -> Turn {
        Turn::Nobody
    }

    fn outcome(&self, facts: &impl Facts) -> Result<Vec<I256>, AppError> {
        let seen_at = facts.seen_at(self.registry, self.hash)?;
        let is_in_time = !seen_at.is_zero() && seen_at <= U256::from(self.valid_until.get());
        Ok(if is_in_time { self.deltas.clone() } else { nothing(&self.deltas) })
    }

    fn decode_action(&self, _: &[u8]) -> Result<(), AppError> {
        Ok(())
    }

    fn act(self, _: &Domain, (): ()) -> Result<Self, AppError> {
        Ok(self)
    }
}

impl Display for HashTimeLock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { registry, hash, valid_until, deltas } = self;
        let deltas = List(deltas.iter());
        write!(f, "{deltas} if {registry} has seen the preimage of {hash} by {valid_until}")
    }
}
