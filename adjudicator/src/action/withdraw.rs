//! `withdraw`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Address, Bytes, U256};

use super::{arguments::Arguments, operation::Operation, print::Terms};
use crate::{
    DecodeError,
    abi::ChannelManager::{self, withdrawCall},
    print::{List, Signatures},
    types,
};

/// Takes money out of a living channel by agreement of both parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// Packed terms.
    pub terms: Bytes,
    /// Number of withdrawals made so far.
    pub serial: u64,
    /// Two per asset.
    pub amounts: Vec<U256>,
    /// Who is paid party 0's and party 1's amounts.
    pub recipients: [Address; 2],
    /// Last second, inclusive, at which it may be used.
    pub valid_until: u64,
    /// Of both, or the peer's if a party sends it.
    pub signatures: Bytes,
}

impl Withdraw {
    /// Uses an agreement to take money out of the channel with these terms.
    ///
    /// # Errors
    /// If the amounts are for another number of assets than the terms have.
    pub fn new(
        terms: &types::Terms,
        message: &types::Withdraw,
        signatures: types::Signatures,
    ) -> Result<Self, types::Invalid> {
        terms.require_assets("amounts", message.amounts().asset_count())?;
        Ok(Self {
            terms: terms.pack().into(),
            serial: message.serial().get(),
            amounts: message.amounts().as_slice().iter().map(|amount| amount.to_word()).collect(),
            recipients: *message.recipients(),
            valid_until: message.valid_until().get(),
            signatures: signatures.pack().into(),
        })
    }
}

impl Operation for Withdraw {
    type Call = withdrawCall;

    const WORDS: usize = 3;

    fn call(&self) -> withdrawCall {
        withdrawCall {
            terms: self.terms.clone(),
            message: ChannelManager::Withdraw {
                serial: self.serial,
                amounts: self.amounts.clone(),
                recipients: self.recipients,
                validUntil: self.valid_until,
            },
            signatures: self.signatures.clone(),
        }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        let message = arguments.tuple(1, 5, "message")?;
        Ok(Self {
            terms: arguments.bytes(0, "terms")?,
            serial: message.number(0, "serial", u64::MAX)?,
            amounts: message.inner_numbers(1, "amounts")?,
            recipients: [message.address(2, "recipient0")?, message.address(3, "recipient1")?],
            valid_until: message.number(4, "validUntil", u64::MAX)?,
            signatures: arguments.bytes(2, "signatures")?,
        })
    }
}

impl Display for Withdraw {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let [recipient0, recipient1] = self.recipients;
        write!(f, "withdraw {} to {recipient0} and {recipient1}", List(self.amounts.iter()))?;
        write!(f, ", serial {}, valid until {}", self.serial, self.valid_until)?;
        write!(f, ", {}{}", Signatures(&self.signatures), Terms(&self.terms))
    }
}
