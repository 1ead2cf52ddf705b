use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Address, B256, I256, U256, b256, keccak256};
use alloy_sol_types::SolValue;

use super::{
    AppError, Facts, Rules, Setup,
    encoding::{Policy, decode, pack_time, unpack_time},
    setup::{nothing, stakes_for},
};
use crate::{
    DisputeError, Turn,
    eip712::Domain,
    print::List,
    signature::{Signature, SigningKey},
    types::{AppGas, Instance, Invalid, Maturity, StepAction, Steps},
};

/// The hash of `Reading(bytes32 feed,int256 value,uint40 readAt)`.
const READING_TYPE_HASH: B256 = b256!("0xa2af8cd4c61105eae4c1618abcf00651416e22b0ca8f7d9b5b369162f9416128");

/// An insurance: a reading of the insured time that is out of range pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedFeed {
    feed: B256,
    station: Address,
    range: [I256; 2],
    insured: [Maturity; 2],
    is_due: bool,
    deltas: Vec<I256>,
}

impl SignedFeed {
    /// An insurance that is not due yet: by the readings of `feed` that `station` signs, from the least to the greatest value
    /// in range, from the first insured second to the last one. `deltas` are what is due then, per asset, positive from
    /// party 0 to party 1.
    ///
    /// Warning: seconds before the signing must not be insured, or a reading that there is already decides.
    ///
    /// # Errors
    /// [`AppError::AppStateMalformed`] if no value is in range, or no second insured.
    pub fn new(
        feed: B256,
        station: Address,
        range: [I256; 2],
        insured: [Maturity; 2],
        deltas: Vec<I256>,
    ) -> Result<Self, AppError> {
        Self { feed, station, range, insured, is_due: false, deltas }.checked()
    }

    /// An instance of this insurance, its stakes what is due, decided when the insured time is over.
    ///
    /// # Errors
    /// If there is not a delta for each of 1 to 8 assets, or one is no stake.
    pub fn instance(&self, setup: &Setup) -> Result<Instance, Invalid> {
        let [_, until] = self.insured;
        setup.instance(self, AppGas::new(60_000), Steps::new(1), until, stakes_for(&self.deltas)?)
    }

    /// What is read, and in which unit.
    #[must_use]
    pub const fn feed(&self) -> B256 {
        self.feed
    }

    /// Who signs the readings.
    #[must_use]
    pub const fn station(&self) -> Address {
        self.station
    }

    /// The least and the greatest value in range.
    #[must_use]
    pub const fn range(&self) -> [I256; 2] {
        self.range
    }

    /// The first and the last insured second.
    #[must_use]
    pub const fn insured(&self) -> [Maturity; 2] {
        self.insured
    }

    /// Whether a reading out of range has been shown.
    #[must_use]
    pub const fn is_due(&self) -> bool {
        self.is_due
    }

    /// What is due then: per asset, positive from party 0 to party 1.
    #[must_use]
    pub fn deltas(&self) -> &[I256] {
        &self.deltas
    }

    fn checked(self) -> Result<Self, AppError> {
        let is_sound = self.range.is_sorted() && self.insured.is_sorted();
        if is_sound { Ok(self) } else { Err(AppError::AppStateMalformed) }
    }
}

/// What a station signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reading {
    /// What is read, and in which unit.
    pub feed: B256,
    /// What was read.
    pub value: I256,
    /// When.
    pub read_at: Maturity,
}

impl Reading {
    /// The digest that is signed. `domain` is that of the app: its chain and address.
    #[must_use]
    pub fn digest(&self, domain: &Domain) -> B256 {
        let Self { feed, value, read_at } = *self;
        domain.digest(keccak256((READING_TYPE_HASH, feed, value, U256::from(read_at.get())).abi_encode()))
    }

    /// A station says so.
    #[must_use]
    pub fn sign(self, domain: &Domain, station: &SigningKey) -> SignedReading {
        SignedReading { value: self.value, read_at: self.read_at, signature: station.sign(self.digest(domain)) }
    }
}

/// A reading, as it is shown to an insurance on its feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedReading {
    /// What was read.
    pub value: I256,
    /// When.
    pub read_at: Maturity,
    /// The station's, over the [`Reading`].
    pub signature: Signature,
}

impl SignedReading {
    /// The action that shows it.
    #[must_use]
    pub fn to_action(&self) -> StepAction {
        let head = (self.value, U256::from(self.read_at.get())).abi_encode();
        StepAction::fitting([&head, &self.signature.to_compact()[..]].concat())
    }
}

impl Rules for SignedFeed {
    type Action = SignedReading;

    fn decode(app_state: &[u8]) -> Result<Self, AppError> {
        let Policy { feed, station, least, greatest, since, until, isDue, deltas } = decode(app_state)?;
        let insured = [unpack_time(since)?, unpack_time(until)?];
        Self { feed, station, range: [least, greatest], insured, is_due: isDue, deltas }.checked()
    }

    fn encode(&self) -> Vec<u8> {
        let Self { feed, station, range: [least, greatest], insured, is_due, ref deltas } = *self;
        let [since, until] = insured.map(pack_time);
        Policy { feed, station, least, greatest, since, until, isDue: is_due, deltas: deltas.clone() }.abi_encode()
    }

    fn turn(&self) -> Turn {
        if self.is_due { Turn::Nobody } else { Turn::Anyone }
    }

    fn outcome(&self, _: &impl Facts) -> Result<Vec<I256>, AppError> {
        Ok(if self.is_due { self.deltas.clone() } else { nothing(&self.deltas) })
    }

    fn decode_action(&self, action: &[u8]) -> Result<SignedReading, AppError> {
        let (head, signature) = action.split_first_chunk::<64>().ok_or(AppError::ActionMalformed)?;
        let (value, read_at) = head.split_at(32);
        let read_at = u64::try_from(U256::from_be_slice(read_at)).ok().and_then(|time| Maturity::new(time).ok());
        let read_at = read_at.ok_or(AppError::ActionMalformed)?;
        let value = I256::from_raw(U256::from_be_slice(value));
        Ok(SignedReading { value, read_at, signature: Signature::from_bytes(signature)? })
    }

    fn act(mut self, domain: &Domain, action: SignedReading) -> Result<Self, AppError> {
        let SignedReading { value, read_at, signature } = action;
        let ([least, greatest], [since, until]) = (self.range, self.insured);
        if (least..=greatest).contains(&value) {
            return Err(AppError::ReadingInRange { least, greatest, value });
        }
        if !(since..=until).contains(&read_at) {
            let [since, until, read_at] = [since, until, read_at].map(Maturity::get);
            return Err(AppError::ReadingNotInsured { since, until, read_at });
        }
        let digest = Reading { feed: self.feed, value, read_at }.digest(domain);
        let actual = signature.recover(digest)?;
        if actual != self.station {
            return Err(DisputeError::SignerMismatch { expected: self.station, actual }.into());
        }
        self.is_due = true;
        Ok(self)
    }
}

impl Display for SignedFeed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { feed, station, range: [least, greatest], insured: [since, until], is_due, deltas } = self;
        let deltas = List(deltas.iter());
        if *is_due {
            return write!(f, "{deltas}, for a reading of feed {feed} was out of range");
        }
        write!(f, "{deltas} if {station} signs a reading of feed {feed} from {since} to {until} ")?;
        write!(f, "that is not from {least} to {greatest}")
    }
}
