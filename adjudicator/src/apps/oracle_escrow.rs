use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Address, B256, I256, b256, keccak256};
use alloy_sol_types::SolValue;

use super::{
    AppError, Facts, Rules, Setup,
    encoding::{Escrow, decode},
    setup::{nothing, stakes_for},
};
use crate::{
    Turn,
    eip712::Domain,
    print::List,
    signature::{Signature, SigningKey},
    types::{AppGas, ChannelId, Instance, InstanceId, Invalid, Maturity, StepAction, Steps},
};

/// The hash of `Delivered(bytes32 escrowId)`.
const DELIVERED_TYPE_HASH: B256 = b256!("0x3e4740c41502a14ff91bc4c5235fd3bd1c3f1d13f06d58c64ed501f306476dd8");

/// So many signatures of 64 bytes fit an action.
const MAX_THRESHOLD: u8 = 64;

/// A price that is paid when the goods were delivered, and kept otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OracleEscrow {
    /// Tells this escrow from every other one that there is: 32 random bytes of the payer's, or [`OracleEscrow::id_for`].
    pub escrow_id: B256,
    /// Who says that they were delivered.
    pub oracles: Oracles,
    /// What a delivery moves: per asset, positive from party 0 to party 1.
    pub deltas: Vec<I256>,
}

/// Who decides an escrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oracles(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Signers { threshold: u8, signers: Vec<Address>, is_delivered: bool },
    Contract(Address),
}

impl Oracles {
    /// So many of these signers, in any order; none of them has signed yet.
    ///
    /// # Errors
    /// [`AppError::AppStateMalformed`] if one is zero or there twice, or the threshold is zero, above their number, or
    /// above 64, for more signatures than that fit no action.
    pub fn signers(threshold: u8, mut signers: Vec<Address>) -> Result<Self, AppError> {
        signers.sort_unstable();
        Self::checked(threshold, signers, false)
    }

    /// A contract, that of `IDeliveryOracle`.
    ///
    /// # Errors
    /// [`AppError::AppStateMalformed`] if it is zero.
    pub fn contract(oracle: Address) -> Result<Self, AppError> {
        if oracle.is_zero() { Err(AppError::AppStateMalformed) } else { Ok(Self(Kind::Contract(oracle))) }
    }

    /// The contract that is asked, if it is one.
    #[must_use]
    pub const fn asked(&self) -> Option<Address> {
        match self.0 {
            Kind::Contract(oracle) => Some(oracle),
            Kind::Signers { .. } => None,
        }
    }

    /// How many of which signers, ascending, have to sign, if no contract is asked.
    #[must_use]
    pub fn counted(&self) -> Option<(u8, &[Address])> {
        match &self.0 {
            Kind::Contract(_) => None,
            Kind::Signers { threshold, signers, .. } => Some((*threshold, signers)),
        }
    }

    fn checked(threshold: u8, signers: Vec<Address>, is_delivered: bool) -> Result<Self, AppError> {
        let is_ascending = signers.first().is_none_or(|first| !first.is_zero()) && signers.is_sorted_by(|a, b| a < b);
        let is_in_reach = threshold <= MAX_THRESHOLD && (1..=signers.len()).contains(&threshold.into());
        let is_sound = is_ascending && is_in_reach;
        if is_sound {
            Ok(Self(Kind::Signers { threshold, signers, is_delivered }))
        } else {
            Err(AppError::AppStateMalformed)
        }
    }
}

/// The signatures of exactly as many oracles as it takes, in the order of the oracles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliveries(pub Vec<Signature>);

impl Deliveries {
    /// The action that shows them.
    ///
    /// # Errors
    /// If there are more than fit.
    pub fn to_action(&self) -> Result<StepAction, Invalid> {
        StepAction::new(self.0.iter().flat_map(Signature::to_compact).collect::<Vec<_>>())
    }
}

/// What an oracle signs: that the goods of an escrow were delivered, whenever that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Delivered {
    /// The escrow's.
    pub escrow_id: B256,
}

impl Delivered {
    /// The digest that is signed. `domain` is that of the app: its chain and address.
    #[must_use]
    pub fn digest(&self, domain: &Domain) -> B256 {
        domain.digest(keccak256((DELIVERED_TYPE_HASH, self.escrow_id).abi_encode()))
    }

    /// An oracle says so.
    ///
    /// Warning: once is for ever, and in every channel with this escrow.
    #[must_use]
    pub fn sign(&self, domain: &Domain, oracle: &SigningKey) -> Signature {
        oracle.sign(self.digest(domain))
    }
}

impl OracleEscrow {
    /// An escrow id that both parties derive: the keccak256 of the channel's id and the instance's, 64 bytes.
    ///
    /// No oracle can have signed for it before there was this channel. Warning: within the channel it is as new as the
    /// instance's id, which no earlier escrow of the channel may have had.
    #[must_use]
    pub fn id_for(channel_id: ChannelId, instance_id: InstanceId) -> B256 {
        keccak256([channel_id.get(), instance_id.get()].concat())
    }

    /// An instance of this escrow, its stakes what a delivery moves, decided on the delivery date.
    ///
    /// An oracle contract gets 100,000 gas.
    ///
    /// # Errors
    /// If there is not a delta for each of 1 to 8 assets, or one is no stake, or the oracles are too many.
    pub fn instance(&self, setup: &Setup, delivery_date: Maturity) -> Result<Instance, Invalid> {
        let (gas, max_steps) = match &self.oracles.0 {
            Kind::Contract(_) => (140_000, Steps::MIN),
            Kind::Signers { threshold, signers, .. } => {
                let each = u32::try_from(signers.len()).unwrap_or(u32::MAX).saturating_mul(4_000);
                (
                    40_000_u32.saturating_add(each).saturating_add(u32::from(*threshold).saturating_mul(6_000)),
                    Steps::new(1),
                )
            }
        };
        setup.instance(self, AppGas::new(gas), max_steps, delivery_date, stakes_for(&self.deltas)?)
    }
}

impl Rules for OracleEscrow {
    type Action = Deliveries;

    fn decode(app_state: &[u8]) -> Result<Self, AppError> {
        let Escrow { escrowId, oracle, threshold, isDelivered, signers, deltas } = decode(app_state)?;
        let oracles = if oracle.is_zero() {
            Oracles::checked(threshold, signers, isDelivered)?
        } else if threshold == 0 && signers.is_empty() && !isDelivered {
            Oracles::contract(oracle)?
        } else {
            return Err(AppError::AppStateMalformed);
        };
        Ok(Self { escrow_id: escrowId, oracles, deltas })
    }

    fn encode(&self) -> Vec<u8> {
        let (oracle, threshold, is_delivered, signers) = match &self.oracles.0 {
            Kind::Contract(oracle) => (*oracle, 0, false, Vec::new()),
            Kind::Signers { threshold, signers, is_delivered } => {
                (Address::ZERO, *threshold, *is_delivered, signers.clone())
            }
        };
        let (escrow_id, deltas) = (self.escrow_id, self.deltas.clone());
        Escrow { escrowId: escrow_id, oracle, threshold, isDelivered: is_delivered, signers, deltas }.abi_encode()
    }

    fn turn(&self) -> Turn {
        match self.oracles.0 {
            Kind::Signers { is_delivered: false, .. } => Turn::Anyone,
            _ => Turn::Nobody,
        }
    }

    fn outcome(&self, facts: &impl Facts) -> Result<Vec<I256>, AppError> {
        let is_delivered = match self.oracles.0 {
            Kind::Contract(oracle) => facts.is_delivered(oracle, self.escrow_id)?,
            Kind::Signers { is_delivered, .. } => is_delivered,
        };
        Ok(if is_delivered { self.deltas.clone() } else { nothing(&self.deltas) })
    }

    fn decode_action(&self, action: &[u8]) -> Result<Deliveries, AppError> {
        let Kind::Signers { threshold, .. } = self.oracles.0 else { return Err(AppError::ActionMalformed) };
        let threshold = usize::from(threshold);
        let size = action.len().checked_div(threshold).unwrap_or(0);
        let expected = size.saturating_mul(threshold);
        if action.len() != expected {
            return Err(AppError::length(expected, action));
        }
        // No signature is that short, and nothing can be cut into parts of no length.
        if size == 0 {
            return Err(AppError::signature_length(size));
        }
        let signatures = action.chunks_exact(size).map(Signature::from_bytes);
        Ok(Deliveries(signatures.collect::<Result<_, _>>()?))
    }

    fn act(mut self, domain: &Domain, Deliveries(signatures): Deliveries) -> Result<Self, AppError> {
        let Kind::Signers { threshold, signers, is_delivered } = &mut self.oracles.0 else {
            return Err(AppError::ActionMalformed);
        };
        if signatures.len() != usize::from(*threshold) {
            let [expected, actual] = [usize::from(*threshold), signatures.len()].map(|count| count.saturating_mul(64));
            return Err(AppError::ActionLengthInvalid { expected, actual });
        }
        let digest = Delivered { escrow_id: self.escrow_id }.digest(domain);
        // No oracle counts twice: each signature must be that of an oracle behind the last one that was counted.
        let mut others = signers.iter();
        for signature in &signatures {
            let oracle = signature.recover(digest)?;
            if !others.any(|other| *other == oracle) {
                return Err(AppError::OracleUnexpected { oracle });
            }
        }
        *is_delivered = true;
        Ok(self)
    }
}

impl Display for OracleEscrow {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { escrow_id, oracles, deltas } = self;
        let deltas = List(deltas.iter());
        match &oracles.0 {
            Kind::Contract(oracle) => write!(f, "{deltas} if {oracle} says that escrow {escrow_id} was delivered"),
            Kind::Signers { is_delivered: true, .. } => write!(f, "{deltas}, for escrow {escrow_id} was delivered"),
            Kind::Signers { threshold, signers, .. } => {
                let signers = List(signers.iter());
                write!(f, "{deltas} if {threshold} of {signers} sign that escrow {escrow_id} was delivered")
            }
        }
    }
}
