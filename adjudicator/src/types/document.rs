//! JSON documents: a value, with its type and the version of the form. `docs/FORMATS.md` describes them.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error, Visitor},
};

use super::{
    Agreement, AppState, Close, Delegation, Delivery, FeedReading, HandSecret, Identity, Instance, Instances,
    PlacedStep, Preimage, Proof, Signed, State, Step, Terms, Withdraw,
    object::{self, read_as_object},
};
use crate::{bundle::Bundle, evidence::View};

/// The version of the form.
pub const VERSION: &str = "1";

/// What a document may contain.
pub trait Content: Serialize + DeserializeOwned {
    /// The name of the type in documents.
    const TYPE: &'static str;
}

/// A value as a document of its own: reading it also checks version and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<T>(pub T);

/// The type that a document says it has, whatever its version and content.
///
/// # Errors
/// If it is no document.
pub fn type_of(json: &str) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    #[serde(remote = "Self")]
    struct Head {
        #[serde(rename = "type")]
        name: String,
    }

    read_as_object!(Head);

    serde_json::from_str(json).map(|Head { name }| name)
}

/// Makes types the content of documents.
macro_rules! contents {
    ($($type:ty = $name:literal),* $(,)?) => {
        /// The types of documents.
        pub const TYPES: &[&str] = &[$($name),*];

        $(impl Content for $type {
            const TYPE: &'static str = $name;
        })*
    };
}

contents! {
    Terms = "terms",
    State = "state",
    Close = "close",
    Withdraw = "withdraw",
    Delegation = "delegation",
    Step = "step",
    Instance = "instance",
    Instances = "instances",
    Proof = "proof",
    Agreement<State> = "signedState",
    Agreement<Close> = "signedClose",
    Agreement<Withdraw> = "signedWithdraw",
    Signed<Delegation> = "signedDelegation",
    Signed<Step> = "signedStep",
    Identity = "channel",
    AppState = "appState",
    PlacedStep = "placedStep",
    Preimage = "preimage",
    Delivery = "delivery",
    FeedReading = "reading",
    HandSecret = "secret",
    View = "view",
    Bundle = "bundle",
}

#[derive(Serialize)]
struct Written<'a, T> {
    recourse: &'static str,
    #[serde(rename = "type")]
    name: &'static str,
    content: &'a T,
}

impl<T: Content> Serialize for Document<T> {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        write(&self.0, output)
    }
}

/// Writes a value as a document.
pub(crate) fn write<T: Content, S: Serializer>(content: &T, output: S) -> Result<S::Ok, S::Error> {
    Written { recourse: VERSION, name: T::TYPE, content }.serialize(output)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Content")]
struct Read<T> {
    #[serde(rename = "recourse")]
    _version: Is<Version>,
    #[serde(rename = "type")]
    _type: Is<Type<T>>,
    content: T,
}

impl<'de, T: Content> object::Fields<'de> for Read<T> {
    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::deserialize(input)
    }
}

impl<'de, T: Content> Deserialize<'de> for Document<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        object::deserialize(input).map(|Read { content, .. }| Self(content))
    }
}

/// A string that must be a certain one.
struct Is<T>(PhantomData<T>);

/// Which string it must be.
trait Expected {
    const TEXT: &'static str;
    const WHAT: &'static str;
}

struct Version;

impl Expected for Version {
    const TEXT: &'static str = VERSION;
    const WHAT: &'static str = "the version";
}

struct Type<T>(PhantomData<T>);

impl<T: Content> Expected for Type<T> {
    const TEXT: &'static str = T::TYPE;
    const WHAT: &'static str = "the type";
}

impl<'de, T: Expected> Deserialize<'de> for Is<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_str(Self(PhantomData))
    }
}

impl<T: Expected> Visitor<'_> for Is<T> {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:?}", T::WHAT, T::TEXT)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self, E> {
        if text == T::TEXT { Ok(self) } else { Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)) }
    }
}
