use std::{fmt, str::FromStr};

use alloy_primitives::{Bytes, hex, keccak256};

use super::{
    AppStateHash, Invalid,
    text::{self, serde_as_text},
};

/// The longest app state and the longest action, in bytes.
pub const MAX_APP_BYTES: usize = 4096;

/// Declares types of bytes that apps understand: their text is lower-case hex.
macro_rules! app_bytes {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Bytes);

        impl $name {
            /// Checks the length.
            ///
            /// # Errors
            /// If there are more than [`MAX_APP_BYTES`].
            pub fn new(bytes: impl Into<Bytes>) -> Result<Self, Invalid> {
                let bytes = bytes.into();
                match bytes.len() {
                    0..=MAX_APP_BYTES => Ok(Self(bytes)),
                    found => Err(Invalid::Length { what: $what, expected: "at most 4096", found }),
                }
            }

            /// The bytes.
            #[must_use]
            pub const fn get(&self) -> &Bytes {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&hex::encode_prefixed(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::new(text::bytes(text, "bytes in lower-case hex")?)
            }
        }

        serde_as_text!($name);
    )*};
}

app_bytes! {
    /// What an app remembers, in its own encoding.
    AppState = "an app state";
    /// What a mover tells an app, in the app's own encoding.
    StepAction = "an action";
}

impl StepAction {
    /// Of no more bytes than fit, as the caller knows.
    pub(crate) fn fitting(bytes: Vec<u8>) -> Self {
        debug_assert!(bytes.len() <= MAX_APP_BYTES);
        Self(bytes.into())
    }
}

impl AppState {
    /// The hash, by which an instance names it.
    #[must_use]
    pub fn hash(&self) -> AppStateHash {
        AppStateHash::new(keccak256(&self.0))
    }
}
