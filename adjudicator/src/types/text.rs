//! The one text of each number, hash and address.

use std::fmt;

use alloy_primitives::{Address, hex};
use serde::{
    Deserializer,
    de::{Error, Visitor},
};

use super::Invalid;

/// Whether a text is a decimal integer without superfluous signs and zeros.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = text == "0" || !digits.starts_with('0');
    is_canonical && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads bytes in lower-case hex behind `0x`.
pub(super) fn bytes(text: &str, expected: &'static str) -> Result<Vec<u8>, Invalid> {
    let is_lower_case = |digits: &&str| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let digits = text.strip_prefix("0x").filter(is_lower_case);
    digits.and_then(|digits| hex::decode(digits).ok()).ok_or_else(|| Invalid::Text { expected, found: text.to_owned() })
}

/// Reads exactly so many bytes in lower-case hex behind `0x`.
pub(super) fn array<const N: usize>(text: &str, expected: &'static str) -> Result<[u8; N], Invalid> {
    bytes(text, expected)?.try_into().map_err(|_| Invalid::Text { expected, found: text.to_owned() })
}

/// Reads an address: in lower case, or with the checksum of EIP-55, which must be right then.
pub(super) fn parse_address(text: &str) -> Result<Address, Invalid> {
    let expected = "an address of 20 bytes, in lower-case hex or with a right checksum,";
    match Address::parse_checksummed(text, None) {
        Ok(address) => Ok(address),
        Err(_) => array(text, expected).map(Address::from),
    }
}

/// Reads what is written as a string, with `parse`.
pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(
    input: D,
    parse: fn(&str) -> Result<T, Invalid>,
) -> Result<T, D::Error> {
    input.deserialize_str(TextVisitor(parse))
}

/// For fields that are a hash, or the beginning of one.
pub(crate) mod hash {
    use alloy_primitives::FixedBytes;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<const N: usize, S: Serializer>(hash: &FixedBytes<N>, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(&format_args!("{hash:#x}"))
    }

    pub(crate) fn deserialize<'de, const N: usize, D: Deserializer<'de>>(input: D) -> Result<FixedBytes<N>, D::Error> {
        super::deserialize(input, |text| {
            let expected = if N == 32 { "32 bytes in lower-case hex" } else { "24 bytes in lower-case hex" };
            super::array(text, expected).map(FixedBytes)
        })
    }
}

/// For fields that are any bytes.
pub(crate) mod code {
    use alloy_primitives::{Bytes, hex};
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &Bytes, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(&hex::encode_prefixed(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Bytes, D::Error> {
        super::deserialize(input, |text| super::bytes(text, "bytes in lower-case hex").map(Bytes::from))
    }
}

struct TextVisitor<T>(fn(&str) -> Result<T, Invalid>);

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// Makes serde write types as `Display` does, and read them as `FromStr` does.
macro_rules! serde_as_text {
    ($($name:ty),* $(,)?) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                output.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::types::text::deserialize(input, str::parse)
            }
        }
    )*};
}
pub(crate) use serde_as_text;
