//! Who watches a channel by itself.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Goal, Holds, Moment, Name, Span};

/// A party that looks at its channels again and again, and gets what the adjudicator advises into the chain: by the code that does so
/// on a real one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Watcher {
    /// Which channels, of several copies all; the only one there is, if none is named.
    #[serde(default)]
    pub channels: Vec<Name>,
    /// When it looks for the first time.
    pub since: Moment,
    /// How long it is until it looks again.
    #[serde(default = "default_every")]
    pub every: Span,
    /// How many blocks, its own included, make a transaction final.
    #[serde(default = "default_confirmations")]
    pub confirmations: u64,
    /// What the party holds.
    #[serde(default)]
    pub holds: Holds,
    /// What it wants.
    #[serde(default)]
    pub goal: Goal,
}

const fn default_every() -> Span {
    Span(3_600)
}

const fn default_confirmations() -> u64 {
    12
}
