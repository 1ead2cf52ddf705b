use std::{fmt, str::FromStr};

use alloy_primitives::Address;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    Invalid,
    text::{self, serde_as_text},
};

/// What money is of: a token, by its address, or the chain's own coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asset(Address);

impl Asset {
    /// The chain's own coin.
    pub const NATIVE: Self = Self(Address::ZERO);

    /// The token with this address; the zero address is the chain's own coin.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self(address)
    }

    /// The token's address; zero for the chain's own coin.
    #[must_use]
    pub const fn get(self) -> Address {
        self.0
    }

    /// Whether it is the chain's own coin.
    #[must_use]
    pub fn is_native(self) -> bool {
        self == Self::NATIVE
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#x}", self.0)
    }
}

impl FromStr for Asset {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text::parse_address(text).map(Self)
    }
}

serde_as_text!(Asset);

/// An account's address, where it is not a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account(#[serde(with = "address")] pub(crate) Address);

/// For fields that are addresses.
pub(crate) mod address {
    use super::{Address, Deserializer, Serializer, text};

    pub(crate) fn serialize<S: Serializer>(address: &Address, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(&format_args!("{address:#x}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Address, D::Error> {
        text::deserialize(input, text::parse_address)
    }
}

/// For fields that are an address per party.
pub(super) mod addresses {
    use super::{Account, Address, Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::types) fn serialize<S: Serializer>(addresses: &[Address; 2], output: S) -> Result<S::Ok, S::Error> {
        addresses.map(Account).serialize(output)
    }

    pub(in crate::types) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<[Address; 2], D::Error> {
        <[Account; 2]>::deserialize(input).map(|addresses| addresses.map(|Account(address)| address))
    }
}
