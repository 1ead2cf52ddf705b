//! What apps count as evidence, beside what the parties sign: as it is kept, and passed on.

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::{EscrowId, FeedId, FeedValue, HandSalt, Maturity, account::address, object::serde_as_object};
use crate::{
    apps::{Delivered, Hand, Reading, Secret},
    signature::Signature,
};

/// What an oracle has signed: that the goods of an escrow were delivered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct Delivery {
    /// The `OracleEscrow` that it is signed for.
    #[serde(with = "address")]
    pub app: Address,
    /// The escrow.
    pub escrow_id: EscrowId,
    /// The oracle's.
    pub signature: Signature,
}

/// What a station has signed: a value and its time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct FeedReading {
    /// The `SignedFeed` that it is signed for.
    #[serde(with = "address")]
    pub app: Address,
    /// What is read, and in which unit.
    pub feed: FeedId,
    /// What was read.
    pub value: FeedValue,
    /// When.
    pub read_at: Maturity,
    /// The station's.
    pub signature: Signature,
}

/// What a party has committed to in a game of `RockPaperScissors`.
///
/// Warning: who knows it before the peer has shown its hand wins against it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct HandSecret {
    /// The hand.
    pub hand: Hand,
    /// What hides it.
    pub salt: HandSalt,
}

serde_as_object!(Delivery, FeedReading, HandSecret);

impl Delivery {
    /// What the oracle has signed.
    #[must_use]
    pub const fn message(&self) -> Delivered {
        Delivered { escrow_id: self.escrow_id.get() }
    }
}

impl FeedReading {
    /// What the station has signed.
    #[must_use]
    pub const fn message(&self) -> Reading {
        Reading { feed: self.feed.get(), value: self.value.get(), read_at: self.read_at }
    }
}

impl HandSecret {
    /// The secret, as the game takes it.
    #[must_use]
    pub const fn secret(&self) -> Secret {
        Secret { hand: self.hand, salt: self.salt.get() }
    }
}

/// It is secret.
impl std::fmt::Debug for HandSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.secret().fmt(formatter)
    }
}
