use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::{Epoch, Party, Round, Timestamp, account::address, object::serde_as_object};

/// The power to close in a party's name, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct Delegation {
    /// In whose name.
    pub party: Party,
    /// Who may close.
    #[serde(with = "address")]
    pub delegate: Address,
    /// The party's epoch in the channel: when that grows, the delegation is void.
    pub epoch: Epoch,
    /// The delegate may close only if the recorded round is then at least this.
    pub min_round: Round,
    /// The last second, inclusive, at which it may be used.
    pub valid_until: Timestamp,
}

serde_as_object!(Delegation);
