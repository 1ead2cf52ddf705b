//! What is signed, and its hashes.

use std::{fmt, str::FromStr};

use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

use crate::{
    eip712::Domain,
    types::{
        Invalid, Party,
        object::serde_as_object,
        text::{hash, serde_as_text},
    },
};

/// A type of message: its text is the name of the EIP-712 type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// A state.
    State,
    /// A close.
    Close,
    /// A withdrawal.
    Withdraw,
    /// A delegation.
    Delegation,
    /// A forced step.
    Step,
}

/// The hashes of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct Hashes {
    /// Its type.
    pub message: Message,
    /// The EIP-712 domain separator of chain and contract.
    #[serde(with = "hash")]
    pub domain_separator: B256,
    /// The hash of the message itself.
    #[serde(with = "hash")]
    pub struct_hash: B256,
    /// What is signed.
    #[serde(with = "hash")]
    pub digest: B256,
}

/// A signature that is still to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Wanted {
    /// Whose.
    pub party: Party,
    /// Of what.
    pub hashes: Hashes,
}

serde_as_object!(Hashes, Wanted);

impl Message {
    /// All types.
    pub const ALL: [Self; 5] = [Self::State, Self::Close, Self::Withdraw, Self::Delegation, Self::Step];

    /// The name of the EIP-712 type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Close => "Close",
            Self::Withdraw => "Withdraw",
            Self::Delegation => "Delegation",
            Self::Step => "Step",
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Message {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let expected = "one of State, Close, Withdraw, Delegation and Step";
        let found = || Invalid::Text { expected, found: text.to_owned() };
        Self::ALL.into_iter().find(|message| message.name() == text).ok_or_else(found)
    }
}

serde_as_text!(Message);

impl Hashes {
    /// Those of a message of this type, with this hash.
    #[must_use]
    pub fn new(domain: &Domain, message: Message, struct_hash: B256) -> Self {
        let (domain_separator, digest) = (domain.separator(), domain.digest(struct_hash));
        Self { message, domain_separator, struct_hash, digest }
    }
}

/// For the field that names an operation.
pub(super) mod operation {
    use serde::{Deserializer, Serializer};

    use crate::{
        action::Action,
        types::{Invalid, text},
    };

    pub(in crate::bundle) fn serialize<S: Serializer>(name: &str, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(name)
    }

    pub(in crate::bundle) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
        text::deserialize(input, |text| {
            let expected = "an operation of the contract";
            let known = Action::names().find(|name| *name == text);
            known.map(str::to_owned).ok_or_else(|| Invalid::Text { expected, found: text.to_owned() })
        })
    }
}
