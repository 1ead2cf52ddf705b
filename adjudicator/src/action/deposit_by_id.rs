//! `depositById`.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Address, B256, U256};

use super::{arguments::Arguments, operation::Operation};
use crate::{DecodeError, abi::ChannelManager::depositByIdCall, print::Asset, types};

/// Adds to a balance of an asset that the channel holds or held, by the channel's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositById {
    /// The channel.
    pub channel_id: B256,
    /// The asset.
    pub asset: Address,
    /// Whose balance grows: 0 or 1.
    pub party: u8,
    /// Units to pull from the sender; of the native coin, the value that must come along.
    pub amount: U256,
}

impl DepositById {
    /// Pays `amount` in for a party of the channel with this id.
    #[must_use]
    pub fn new(channel_id: types::ChannelId, asset: types::Asset, party: types::Party, amount: types::Amount) -> Self {
        let (channel_id, asset, party, amount) = (channel_id.get(), asset.get(), party.get(), amount.to_word());
        Self { channel_id, asset, party, amount }
    }
}

impl Operation for DepositById {
    type Call = depositByIdCall;

    const WORDS: usize = 4;

    fn call(&self) -> depositByIdCall {
        depositByIdCall { channelId: self.channel_id, asset: self.asset, party: self.party, amount: self.amount }
    }

    fn read(arguments: &Arguments) -> Result<Self, DecodeError> {
        Ok(Self {
            channel_id: arguments.hash(0),
            asset: arguments.address(1, "asset")?,
            party: arguments.number(2, "party", u8::MAX)?,
            amount: arguments.word(3),
        })
    }
}

impl Display for DepositById {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { channel_id, asset, party, amount } = self;
        write!(f, "depositById {amount} of {} for party {party} of channel {channel_id}", Asset(*asset))
    }
}
