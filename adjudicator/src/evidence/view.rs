mod channel;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, B256, Bytes, U256};
use serde::Deserialize;

use crate::{
    Channel, Deployment, Manager,
    apps::{AppError, Facts},
    types::ChannelId,
};

/// A channel as of one block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// The channel.
    pub channel: Channel,
    /// The block's time in Unix seconds.
    pub now: u64,
}

/// What is known of the chain. As a document it is of the type `view`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "written::Fields")]
pub struct View {
    /// The contract that holds the money.
    pub deployment: Deployment,
    /// As of the newest final block: money counts from here on, and what is over is over.
    pub last_final: Sight,
    /// As of the newest block: what is recorded and touched there already matters.
    pub latest: Sight,
    /// The code of accounts that was looked at, empty for none; of accounts that are not here nothing is known.
    pub codes: BTreeMap<Address, Bytes>,
    /// What waits to be claimed in the newest block, by creditor and asset.
    pub credits: BTreeMap<(Address, Address), U256>,
    /// When registries first saw a preimage, in Unix seconds, by registry and hash.
    pub seen: BTreeMap<(Address, B256), u64>,
    /// The escrows of which an oracle contract says that their goods were delivered.
    pub delivered: BTreeSet<(Address, B256)>,
}

impl View {
    /// A channel that nobody has heard of, in the block at `now`, in Unix seconds.
    #[must_use]
    pub fn new(deployment: Deployment, now: u64) -> Self {
        let sight = Sight { now, ..Sight::default() };
        Self {
            deployment,
            last_final: sight.clone(),
            latest: sight,
            codes: BTreeMap::new(),
            credits: BTreeMap::new(),
            seen: BTreeMap::new(),
            delivered: BTreeSet::new(),
        }
    }

    /// The contract as of the newest block, as far as it is known: it knows of this channel alone, whose view this is.
    #[must_use]
    pub fn manager(&self, channel_id: ChannelId) -> Manager {
        let known = Some(&self.latest.channel).filter(|channel| **channel != Channel::default());
        let channels = known.map(|channel| (channel_id.get(), channel.clone())).into_iter().collect();
        Manager { deployment: self.deployment, channels, credits: self.credits.clone() }
    }
}

/// What a registry has not seen here, it has not seen; what no oracle is known to say, it has not said.
impl Facts for View {
    fn seen_at(&self, registry: Address, hash: B256) -> Result<U256, AppError> {
        Ok(self.seen.get(&(registry, hash)).copied().map(U256::from).unwrap_or_default())
    }

    fn is_delivered(&self, oracle: Address, escrow_id: B256) -> Result<bool, AppError> {
        Ok(self.delivered.contains(&(oracle, escrow_id)))
    }
}
