//! Objects of documents: the code that serde derives would also take a list of their fields' values.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// What is read field by field.
pub(crate) trait Fields<'de>: Sized {
    /// Reads the fields as serde derives it.
    fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error>;
}

/// Reads an object, and nothing else.
pub(crate) fn deserialize<'de, T: Fields<'de>, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    input.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Fields<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::read(MapAccessDeserializer::new(fields))
    }
}

/// For fields that may be `null` and must be there: what serde derives for an option also takes one that is missing.
pub(crate) mod nullable {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &Option<T>, output: S) -> Result<S::Ok, S::Error> {
        value.serialize(output)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(input: D) -> Result<Option<T>, D::Error> {
        Option::deserialize(input)
    }
}

/// Makes serde read types from objects alone: what it derives for them must be `remote = "Self"`.
macro_rules! read_as_object {
    ($($name:ident),* $(,)?) => {$(
        impl<'de> $crate::types::object::Fields<'de> for $name {
            fn read<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                Self::deserialize(input)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::types::object::deserialize(input)
            }
        }
    )*};
}

/// The same, and makes serde write them as it derives it.
macro_rules! serde_as_object {
    ($($name:ident),* $(,)?) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, output)
            }
        }

        $crate::types::object::read_as_object!($name);
    )*};
}

pub(crate) use {read_as_object, serde_as_object};
