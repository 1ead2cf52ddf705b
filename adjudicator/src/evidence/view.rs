use std::collections::BTreeMap;

use alloy_primitives::{Address, Bytes};

use crate::{Channel, Deployment};

/// A channel as of one block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// The channel.
    pub channel: Channel,
    /// The block's time in Unix seconds.
    pub now: u64,
}

/// What is known of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The contract that holds the money.
    pub deployment: Deployment,
    /// As of the newest final block: money counts from here on, and what is over is over.
    pub last_final: Sight,
    /// As of the newest block: what is recorded and touched there already matters.
    pub latest: Sight,
    /// The code of accounts that was looked at, empty for none; of accounts that are not here nothing is known.
    pub codes: BTreeMap<Address, Bytes>,
}
