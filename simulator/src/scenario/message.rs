//! What is signed off chain, well or badly.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Moment, Name, Sums};

/// A state. Both parties have signed it unless told otherwise.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its round.
    pub round: u64,
    /// What party 0 has paid party 1 so far.
    #[serde(default)]
    pub nets: Sums,
    /// What runs then.
    #[serde(default)]
    pub instances: Vec<Name>,
    /// Of which channel; of the only one, if there is only one.
    #[serde(default)]
    pub channel: Option<Name>,
    /// How it is signed; by both parties unless told.
    #[serde(default)]
    pub signed: Signing,
}

/// How something is signed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Signing {
    /// Which parties have signed; both unless told.
    pub by: Option<Vec<Name>>,
    /// Where a party's signature should stand, somebody else's does: by party.
    pub forged: BTreeMap<Name, Name>,
    /// How the signatures are written.
    pub form: Form,
    /// It was signed for something else.
    pub r#for: Option<Foreign>,
}

/// How signatures are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// In 64 bytes (EIP-2098).
    #[default]
    Compact,
    /// In 65 bytes.
    Long,
    /// In 65 bytes, with `v` 0 or 1.
    LowV,
    /// In 65 bytes, with `s` in the upper half of the order.
    HighS,
    /// In 63 bytes.
    Short,
    /// All bytes are zero.
    Zero,
}

/// For what something was signed instead.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Foreign {
    /// For a chain of this id.
    Chain(u64),
    /// For a contract elsewhere.
    Contract(Name),
    /// For another channel.
    Channel(Name),
    /// As if it were a message of another type.
    Type(MessageType),
}

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum MessageType {
    State,
    Close,
}

/// A cooperative close.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Its round.
    pub round: u64,
    /// What party 0 has paid party 1.
    #[serde(default)]
    pub nets: Sums,
    /// The last second in which it may be used; for ever unless told.
    #[serde(default)]
    pub valid_until: Option<Moment>,
    /// Of which channel.
    #[serde(default)]
    pub channel: Option<Name>,
    /// How it is signed; by both parties unless told.
    #[serde(default)]
    pub signed: Signing,
}

/// A cooperative withdrawal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// How many withdrawals there were before.
    #[serde(default)]
    pub serial: u64,
    /// What is taken out, by party.
    pub amounts: BTreeMap<Name, Sums>,
    /// Who is paid, by party; its payee unless told.
    #[serde(default)]
    pub recipients: BTreeMap<Name, Name>,
    /// The last second in which it may be used; for ever unless told.
    #[serde(default)]
    pub valid_until: Option<Moment>,
    /// Of which channel.
    #[serde(default)]
    pub channel: Option<Name>,
    /// How it is signed; by both parties unless told.
    #[serde(default)]
    pub signed: Signing,
}

/// Leave to close in a party's name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// In whose name.
    pub party: Name,
    /// Who may.
    pub delegate: Name,
    /// The party's epoch.
    #[serde(default)]
    pub epoch: u64,
    /// The least round that may be recorded then.
    #[serde(default)]
    pub min_round: u64,
    /// The last second in which it may be used; for ever unless told.
    #[serde(default)]
    pub valid_until: Option<Moment>,
    /// Of which channel.
    #[serde(default)]
    pub channel: Option<Name>,
    /// How it is signed; by the party unless told.
    #[serde(default)]
    pub signed: Signing,
}
