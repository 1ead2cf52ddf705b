//! How nodes are named, and how a channel is read from them.

use std::{num::NonZeroU64, time::Duration};

use adjudicator::{
    evidence::{Dossier, View},
    rpc::{Depth, Nodes, Reading, Settings},
    types::{AppState, Instance},
};
use alloy_primitives::U256;
use anyhow::Result;
use clap::Args;

use super::{answer::note, failure::wrong_use};

/// Which nodes are asked.
#[derive(Args)]
#[command(next_help_heading = "Nodes")]
pub(crate) struct RpcOptions {
    /// A node. Several, named one by one or with commas between them, must say the same, more than half of them.
    #[arg(long, value_name = "URL", env = "ETH_RPC_URL", hide_env_values = true, value_delimiter = ',')]
    rpc_url: Vec<String>,
    /// How many nodes must say the same, if that is more than half of those that answer.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    quorum: usize,
    /// How many blocks, its own included, make a block final.
    #[arg(long, value_name = "BLOCKS", env = "ETH_CONFIRMATIONS", default_value = "12")]
    confirmations: NonZeroU64,
    /// The block before which nothing happened in the channel: no older logs are read.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    from_block: u64,
    /// How long a node may take to answer.
    #[arg(long, value_name = "SECONDS", env = "ETH_RPC_TIMEOUT", default_value = "10")]
    rpc_timeout: NonZeroU64,
}

impl RpcOptions {
    /// Whether a node is named.
    pub(crate) fn is_given(&self) -> bool {
        self.rpc_url.iter().any(|url| !url.is_empty())
    }

    /// How deep blocks are final, and from where on logs are read.
    pub(crate) const fn depth(&self) -> Depth {
        Depth { confirmations: self.confirmations.get(), from_block: self.from_block }
    }

    /// The nodes, which must be of this chain, if one is meant; `relays` are only sent transactions.
    pub(crate) fn connect(&self, relays: &[String], chain_id: Option<U256>) -> Result<Nodes> {
        if !self.is_given() {
            return Err(wrong_use("no node is named: --rpc-url URL, or ETH_RPC_URL, says where one is"));
        }
        let settings = Settings { quorum: self.quorum, timeout: Duration::from_secs(self.rpc_timeout.get()) };
        let urls = self.rpc_url.iter().map(|url| url.trim()).filter(|url| !url.is_empty());
        Ok(Nodes::connect(urls, relays.iter().map(String::as_str), settings, chain_id)?)
    }

    /// What the nodes say of a channel.
    pub(crate) fn read(&self, dossier: &Dossier) -> Result<Reading> {
        read(&mut self.connect(&[], Some(dossier.identity().domain().chain_id()))?, dossier, &[], self.depth())
    }

    /// The same as a view; what the chain shows of app states becomes known.
    pub(crate) fn view(&self, dossier: &mut Dossier) -> Result<View> {
        let Reading { view, app_states, .. } = self.read(dossier)?;
        app_states.into_iter().for_each(|app_state| {
            dossier.add(app_state);
        });
        Ok(view)
    }
}

/// What nodes say of a channel; and which of them say nothing that counts.
pub(crate) fn read(
    nodes: &mut Nodes,
    dossier: &Dossier,
    shown: &[(Instance, Option<AppState>)],
    depth: Depth,
) -> Result<Reading> {
    let reading = nodes.channel(dossier, shown, depth)?;
    nodes.left_out().for_each(note);
    Ok(reading)
}
