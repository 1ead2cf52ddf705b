use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::{Amount, Invalid, Party, PerSide, Serial, Timestamp, account::addresses, object::read_as_object};

/// Agreement of both parties to take money out of a living channel.
///
/// Whether there is so much, and that no recipient is the contract, is not checked here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct Withdraw {
    serial: Serial,
    amounts: PerSide<Amount>,
    #[serde(with = "addresses")]
    recipients: [Address; 2],
    valid_until: Timestamp,
}

impl Withdraw {
    /// The greatest serial of a withdrawal: the channel counts no more of them.
    pub const MAX_SERIAL: u64 = Serial::MAX.get().saturating_sub(1);

    /// Checks a withdrawal.
    ///
    /// # Errors
    /// If it takes nothing, if the zero address would be paid, or if the serials are exhausted.
    pub fn new(
        serial: Serial,
        amounts: PerSide<Amount>,
        recipients: [Address; 2],
        valid_until: Timestamp,
    ) -> Result<Self, Invalid> {
        if serial.get() > Self::MAX_SERIAL {
            let quantity = "the serial of a withdrawal,";
            return Err(Invalid::out_of_range(quantity, Serial::MIN, Self::MAX_SERIAL, serial));
        }
        let pays = |party: &Party| amounts.as_pairs().iter().any(|pair| *party.of(pair) != Amount::ZERO);
        if !Party::BOTH.iter().any(pays) {
            return Err(Invalid::NothingWithdrawn);
        }
        match Party::BOTH.into_iter().find(|party| party.of(&recipients).is_zero() && pays(party)) {
            Some(party) => Err(Invalid::RecipientZero { party }),
            None => Ok(Self { serial, amounts, recipients, valid_until }),
        }
    }

    /// The number of withdrawals made before it.
    #[must_use]
    pub const fn serial(&self) -> Serial {
        self.serial
    }

    /// What is taken out of each side.
    #[must_use]
    pub const fn amounts(&self) -> &PerSide<Amount> {
        &self.amounts
    }

    /// Who is paid party 0's amounts, and party 1's.
    #[must_use]
    pub const fn recipients(&self) -> &[Address; 2] {
        &self.recipients
    }

    /// The last second, inclusive, at which it may be used.
    #[must_use]
    pub const fn valid_until(&self) -> Timestamp {
        self.valid_until
    }
}

/// The withdrawal before it is checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct Fields {
    serial: Serial,
    amounts: PerSide<Amount>,
    #[serde(with = "addresses")]
    recipients: [Address; 2],
    valid_until: Timestamp,
}

read_as_object!(Fields);

impl TryFrom<Fields> for Withdraw {
    type Error = Invalid;

    fn try_from(Fields { serial, amounts, recipients, valid_until }: Fields) -> Result<Self, Invalid> {
        Self::new(serial, amounts, recipients, valid_until)
    }
}
