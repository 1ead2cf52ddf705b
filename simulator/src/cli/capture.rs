//! `capture`.

use std::{fs, io::IsTerminal, num::NonZeroU64, path::PathBuf, time::Duration};

use adjudicator::rpc::{Nodes, RpcError, Settings};
use alloy_primitives::{Address, B256};
use anyhow::{Context, Result};
use clap::Args;
use indicatif::ProgressBar;
use simulator::{
    capture::{Captured, Request, capture},
    history::write,
    run::plain,
};

use super::{NOT_EXACT, WrongUse, print};

/// Read what a channel has gone through in a real chain into one file, with all that is needed to go through it again. It is
/// gone through at once, to see whether it comes again to the last unit of gas.
#[derive(Args)]
pub(super) struct Capture {
    /// The channel's id.
    #[arg(long, value_name = "ID")]
    channel: B256,
    /// The contract; whoever has logged something of the channel if it is not named.
    #[arg(long, value_name = "ADDRESS")]
    manager: Option<Address>,
    /// A node, which must have the states of old blocks. Several, named one by one or with commas between them, must say the same,
    /// more than half of them.
    #[arg(
        long,
        value_name = "URL",
        env = "ETH_RPC_URL",
        hide_env_values = true,
        value_delimiter = ',',
        required = true
    )]
    rpc_url: Vec<String>,
    /// How many nodes must say the same, if that is more than half of those that answer.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    quorum: usize,
    /// How long a node may take to answer.
    #[arg(long, value_name = "SECONDS", env = "ETH_RPC_TIMEOUT", default_value = "10")]
    rpc_timeout: NonZeroU64,
    /// The block before which nothing happened in the channel: no older logs are read.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    from_block: u64,
    /// The last block that is searched for what was refused; the last one with a log of the channel if it is not named.
    #[arg(long, value_name = "NUMBER")]
    until_block: Option<u64>,
    /// Leave out what was refused: it leaves no logs, and all blocks between the first and the last log are read for it.
    #[arg(long)]
    no_refused: bool,
    /// Write the history into a file, and print what came of it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Capture {
    /// Captures. The exit code.
    pub(super) fn run(self) -> Result<u8> {
        let settings = Settings { quorum: self.quorum, timeout: Duration::from_secs(self.rpc_timeout.get()) };
        let urls = self.rpc_url.iter().map(|url| url.trim()).filter(|url| !url.is_empty());
        let mut nodes = Nodes::connect(urls, [], settings, None).map_err(|error| match error {
            RpcError::NoNode | RpcError::BadUrl { .. } => WrongUse(error.to_string()).into(),
            error => anyhow::Error::from(error),
        })?;
        let request = Request {
            channel_id: self.channel,
            manager: self.manager,
            from_block: self.from_block,
            until_block: self.until_block,
            with_refused: !self.no_refused,
        };
        let progress = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        let captured = capture(&mut nodes, &request, &mut |what| progress.set_message(plain(what)));
        progress.finish_and_clear();
        let captured = captured?;
        nodes.left_out().for_each(|text| eprintln!("simulator: {}", plain(text)));
        let document = write(&captured.history)?;
        let summary = summary(&captured);
        match &self.out {
            Some(file) => {
                fs::write(file, document).with_context(|| format!("{} cannot be written", file.display()))?;
                print(&summary)?;
            }
            None => {
                eprintln!("{}", summary.trim_end());
                print(&document)?;
            }
        }
        Ok(if captured.mismatches.is_empty() { 0 } else { NOT_EXACT })
    }
}

/// What was captured, and whether it comes again as it was.
fn summary(captured: &Captured) -> String {
    let Captured { history, mismatches } = captured;
    let all = || history.blocks.iter().flat_map(|block| &block.transactions);
    let own = all().filter(|it| it.is_of_channel).count();
    let rules: Vec<String> = history.blocks.iter().map(|block| format!("{:?}", block.hardfork)).collect();
    let mut rules = rules;
    rules.dedup();
    let mut text = format!(
        "{own} transactions of the channel in {} blocks, and {} others before them; by the rules of {}\n",
        history.blocks.len(),
        all().count().saturating_sub(own),
        rules.join(", ")
    );
    if history.terms.is_none() {
        text.push_str("none of them tells the terms: what stands in the channel cannot be read\n");
    }
    for mismatch in mismatches {
        text.push_str(&format!("NOT EXACT: {mismatch}\n"));
    }
    if mismatches.is_empty() {
        text.push_str("all of them come again to the byte as they were\n");
    }
    text
}
