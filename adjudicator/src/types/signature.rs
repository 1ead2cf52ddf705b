//! The text of a signature.

use std::{fmt, str::FromStr};

use alloy_primitives::hex;

use super::{
    Invalid,
    text::{self, serde_as_text},
};
use crate::signature::Signature;

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode_prefixed(self.to_compact()))
    }
}

/// Takes both forms, for wallets write the longer one.
impl FromStr for Signature {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bytes = text::bytes(text, "a signature of 64 or 65 bytes in lower-case hex")?;
        Ok(Self::from_bytes(&bytes)?)
    }
}

serde_as_text!(Signature);
