use alloy_primitives::B256;

use super::text::serde_as_text;

/// Declares types of hashes: their text is lower-case hex.
macro_rules! hashes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(B256);

        impl $name {
            /// Any hash.
            #[must_use]
            pub const fn new(hash: B256) -> Self {
                Self(hash)
            }

            /// The hash.
            #[must_use]
            pub const fn get(self) -> B256 {
                self.0
            }
        }

        impl From<B256> for $name {
            fn from(hash: B256) -> Self {
                Self(hash)
            }
        }

        impl From<$name> for B256 {
            fn from(hash: $name) -> Self {
                hash.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "{:#x}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::types::text::array(text, "32 bytes in lower-case hex").map(|bytes| Self(B256::new(bytes)))
            }
        }

        serde_as_text!($name);
    )*};
}

hashes! {
    /// The hash of a channel's terms, chain and contract.
    ChannelId;
    /// The hash of a co-signed state.
    StateHash;
    /// The hash of a packed instance: its leaf in the tree under a state's root.
    InstanceHash;
    /// Tells apart the instances of one state. The parties choose it.
    InstanceId;
    /// The root of the tree of a state's running instances.
    InstancesRoot;
    /// A node of the tree of instances: a leaf, or the hash of two nodes.
    Node;
    /// The hash of an app state.
    AppStateHash;
    /// The hash of an app's code.
    AppCodeHash;
    /// What opens the locks on its hash, wherever they are.
    Preimage;
    /// Tells an oracle escrow from every other one that there is.
    EscrowId;
    /// What a station reads, and in which unit.
    FeedId;
    /// What hides a hand behind its commitment: 32 random bytes.
    HandSalt;
}

impl StateHash {
    /// That of round 0, which is implicit.
    pub const ROUND_0: Self = Self(B256::ZERO);
}

impl InstancesRoot {
    /// That of a state without instances.
    pub const NONE: Self = Self(B256::ZERO);
}

impl AppCodeHash {
    /// The app may have any code.
    pub const ANY: Self = Self(B256::ZERO);
}
