//! `channel history`: all that the contract has logged of a channel.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::ChannelOptions;
use crate::cli::{answer::Answer, rpc::RpcOptions};

/// Which channel, and who is asked.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    channel: ChannelOptions,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let identity = self.channel.dossier()?.identity().clone();
        let mut nodes = self.rpc.connect(&[], Some(identity.domain().chain_id()))?;
        nodes.look()?;
        let logged = nodes.history(&identity, self.rpc.depth().from_block)?;
        let lines = logged.iter().map(|it| format!("{:>9}  {}  {}", it.block, it.transaction, it.effect));
        let text = lines.collect::<Vec<_>>().join("\n");
        let all = logged.iter().map(|it| {
            json!({
                "block": it.block.to_string(),
                "transaction": it.transaction,
                "index": it.index.to_string(),
                "event": it.effect.to_string(),
            })
        });
        let json = all.collect::<Vec<_>>();
        Answer::new(if text.is_empty() { "nothing has happened yet".to_owned() } else { text }, &json)
    }
}
