use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::types::{
    Agreement, AppState, Close, Delegation, Delivery, Document, FeedReading, HandSecret, Instances, PlacedStep,
    Preimage, Signed, State, Withdraw,
    document::{Content, type_of, write},
    json::Json,
};

/// Declares what a dossier can hold, by the types of its documents.
macro_rules! items {
    ($($(#[$doc:meta])* $name:ident($type:ty),)*) => {
        /// One thing that is known of a channel.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Item {
            $($(#[$doc])* $name($type),)*
        }

        impl Item {
            /// The types of the documents that are items.
            pub const TYPES: &'static [&'static str] = &[$(<$type as Content>::TYPE),*];

            /// Reads the item from its document.
            ///
            /// # Errors
            /// If it is no document, or none of an item: the message names the type.
            pub fn from_json(json: &str) -> serde_json::Result<Self> {
                match type_of(json)? {
                    $(name if name == <$type as Content>::TYPE => {
                        serde_json::from_str::<Document<$type>>(json).map(|Document(content)| Self::$name(content))
                    })*
                    name => Err(Error::unknown_variant(&name, Self::TYPES)),
                }
            }
        }

        /// As the document of its type.
        impl Serialize for Item {
            fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$name(content) => write(content, output),)* }
            }
        }

        $(impl From<$type> for Item {
            fn from(content: $type) -> Self {
                Self::$name(content)
            }
        })*
    };
}

/// From the document of its type, which says so wherever in it.
impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let json = serde_json::to_string(&Json::deserialize(input)?).map_err(D::Error::custom)?;
        Self::from_json(&json).map_err(D::Error::custom)
    }
}

items! {
    /// All instances of a state.
    Instances(Instances),
    /// What an app remembers.
    AppState(AppState),
    /// A state, with the signatures that it has so far.
    State(Agreement<State>),
    /// A close, likewise.
    Close(Agreement<Close>),
    /// A withdrawal, likewise.
    Withdraw(Agreement<Withdraw>),
    /// A delegation.
    Delegation(Signed<Delegation>),
    /// A step, and what it is made on.
    Step(PlacedStep),
    /// A preimage.
    Preimage(Preimage),
    /// An oracle's word.
    Delivery(Delivery),
    /// A station's word.
    Reading(FeedReading),
    /// What a party hides from its peer.
    Secret(HandSecret),
}
