//! The numbers by which is judged, where they are not the defaults.

use std::path::Path;

use adjudicator::{evidence::Policy, types::Asset};
use alloy_primitives::U256;
use anyhow::Result;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::files;

/// Declares which numbers of a policy a file may change.
macro_rules! changes {
    ($($name:ident: $type:ty),*) => {
        /// A file with the numbers that are not the defaults: `{"minWindow": 600}`.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Changes {
            $($name: Option<$type>,)*
            /// What 10^18 units of each asset are worth at least, in wei, as decimal texts.
            prices: Option<BTreeMap<Asset, U256>>,
            awkward: Option<Vec<Asset>>,
        }

        impl Changes {
            fn apply(self, policy: &mut Policy) {
                $(if let Some(value) = self.$name {
                    policy.$name = value;
                })*
                if let Some(prices) = self.prices {
                    policy.prices = prices;
                }
                if let Some(awkward) = self.awkward {
                    policy.awkward = awkward.into_iter().collect();
                }
            }
        }
    };
}

changes! {
    block_seconds: u64,
    block_gas: u64,
    parts_of_blocks: u64,
    transaction_gas: u64,
    repricing_percent: u64,
    touch_gas: u64,
    stress_gas_price: u64,
    max_steps: u8,
    max_maturity: u64,
    max_lock_up: u64,
    min_window: u64,
    max_jump: u64,
    reserved_rounds: u64,
    max_validity: u64
}

/// The policy of a file, or the defaults.
pub(super) fn policy(path: Option<&Path>) -> Result<Policy> {
    let mut policy = Policy::default();
    if let Some(path) = path {
        let text = files::read(path)?;
        let changes: Changes = serde_json::from_str(&text).map_err(|error| files::unreadable(path, &text, &error))?;
        changes.apply(&mut policy);
    }
    Ok(policy)
}
