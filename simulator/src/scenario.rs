//! A dispute as data: who puts in what, what is signed, who does what when, and what must come of it.
//!
//! A scenario is a TOML or JSON file of one schema, which `simulator schema` prints. Names stand for accounts, channels,
//! states and the rest; an account that is only named has a key that follows from its name.

mod act;
mod check;
mod message;
mod read;
mod setup;
mod strict;
mod text;
mod watcher;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub use act::{Act, Action, Advised, Asked, Call, Draft, Fault, Goal, Hidden, Holds, Moved, Shown, StepFor, Touch};
pub use check::{Check, Phase};
pub use message::{Close, Delegation, Foreign, Form, MessageType, Signing, State, Withdrawal};
pub use read::{Key, Misread, Path, locate, read, read_json, read_toml};
pub use setup::{Account, App, Channel, Deployment, Instance, Manner, PayeeMood, Token, TokenMood};
pub use text::{Moment, Span, Sum, Sums, Term};
pub use watcher::Watcher;

/// A name that the scenario gives to something.
pub type Name = String;

/// A dispute as data.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, in one or two sentences.
    pub claim: String,
    /// The time of the first block, in Unix seconds. No time is later than 2^40 - 1.
    #[serde(default = "default_start")]
    pub start: u64,
    /// The chain's id.
    #[serde(default = "default_chain_id")]
    pub chain_id: u64,
    /// What a unit of gas costs at least, until a fault changes it.
    #[serde(default)]
    pub base_fee: Option<Sum>,
    /// The bounds of windows that the contract is deployed with.
    #[serde(default)]
    pub deployment: Deployment,
    /// Tokens, by the symbol that amounts of them are written with.
    #[serde(default)]
    pub tokens: BTreeMap<Name, Token>,
    /// Accounts that are more than a key.
    #[serde(default)]
    pub accounts: BTreeMap<Name, Account>,
    /// The channel, if there is only one: its name is `channel`.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// More channels.
    #[serde(default)]
    pub channels: BTreeMap<Name, Channel>,
    /// What runs within channels.
    #[serde(default)]
    pub instances: BTreeMap<Name, Instance>,
    /// States that somebody has signed.
    #[serde(default)]
    pub states: BTreeMap<Name, State>,
    /// Closes that somebody has signed.
    #[serde(default)]
    pub closes: BTreeMap<Name, Close>,
    /// Withdrawals that somebody has signed.
    #[serde(default)]
    pub withdrawals: BTreeMap<Name, Withdrawal>,
    /// Delegations that somebody has signed.
    #[serde(default)]
    pub delegations: BTreeMap<Name, Delegation>,
    /// Parties that watch by themselves: by name.
    #[serde(default)]
    pub watchers: BTreeMap<Name, Watcher>,
    /// What happens, in order.
    pub acts: Vec<Act>,
    /// What holds at the end, of the only channel: what both parties are paid, and more; of copies their status is enough.
    #[serde(default)]
    pub end: Option<Check>,
    /// The same, by channel.
    #[serde(default)]
    pub ends: BTreeMap<Name, Check>,
}

const fn default_start() -> u64 {
    1_800_000_000
}

const fn default_chain_id() -> u64 {
    1
}

impl Scenario {
    /// All channels by their names.
    pub fn all_channels(&self) -> impl Iterator<Item = (&str, &Channel)> {
        let only = self.channel.iter().map(|channel| ("channel", channel));
        only.chain(self.channels.iter().map(|(name, channel)| (name.as_str(), channel)))
    }

    /// What must hold at the end, by channel.
    pub fn all_ends(&self) -> impl Iterator<Item = (Option<&str>, &Check)> {
        let only = self.end.iter().map(|check| (None, check));
        only.chain(self.ends.iter().map(|(name, check)| (Some(name.as_str()), check)))
    }
}
