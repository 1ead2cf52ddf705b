//! `doctor`: what a chain, its nodes and tokens must be like before money is put there, each found out by trying.

mod blocks;
mod follow;
mod machine;
mod manager;
mod report;
mod token;

use std::path::PathBuf;

use adjudicator::{
    evidence::Policy,
    rpc::{Block, Nodes},
    types::Window,
};
use alloy_primitives::Address;
use anyhow::Result;
use clap::Args;

use self::report::Report;
use super::{
    answer::{Answer, note},
    failure::refused,
    policy,
    rpc::RpcOptions,
    typed::address,
};

/// What is tried.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The ChannelManager that is to be used there [default: none is looked at].
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    manager: Option<Address>,
    /// A token that channels are to hold; may be given several times.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    token: Vec<Address>,
    /// An account with some of these tokens: with it transfers are tried in a simulation, which sends nothing.
    #[arg(long, value_name = "ADDRESS", value_parser = address, requires = "token")]
    holder: Option<Address>,
    /// The window of the channels [default: the shortest of --manager, or else the policy's].
    #[arg(long, value_name = "SECONDS")]
    window: Option<Window>,
    /// How many blocks are read one by one; older ones are sampled.
    #[arg(long, value_name = "NUMBER", default_value_t = 128, value_parser = clap::value_parser!(u64).range(2..=10_000))]
    blocks: u64,
    /// The numbers that are not the defaults: a JSON file such as {"stressGasPrice": 50000000000}.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let policy: Policy = policy::policy(self.policy.as_deref())?;
        let mut nodes = self.rpc.connect(&[], None)?;
        let head = nodes.look()?;
        let mut report = Report::default();
        follow::check(&mut report, &mut nodes, &head)?;
        machine::check(&mut report, &mut nodes, &head)?;
        let shortest = match self.manager {
            Some(manager) => manager::check(&mut report, &mut nodes, manager, &head)?,
            None => None,
        };
        let window = self.window.map(|window| window.get().into()).or(shortest).unwrap_or(policy.min_window);
        note(format!("reads {} blocks, one by one", self.blocks.min(head.number.to())));
        let sample = blocks::Sample::read(&mut nodes, &head, self.blocks)?;
        blocks::check(&mut report, &sample, window, &policy);
        blocks::check_now(&mut report, &mut nodes, &sample, window)?;
        for token in self.token {
            token::check(&mut report, &mut nodes, token, self.holder, &head)?;
        }
        report.answer(nodes.chain_id(), window)
    }
}

/// Refuses a chain whose machine does not run the contracts, before anything is paid.
pub(crate) fn require_machine(nodes: &mut Nodes, head: &Block) -> Result<()> {
    let mut report = Report::default();
    machine::runs(&mut report, nodes, head)?;
    let failures: Vec<String> = report.failures().collect();
    if failures.is_empty() {
        return Ok(());
    }
    let chain = nodes.chain_id();
    Err(refused(format!("chain {chain} does not run what no ChannelManager works without:\n{}", failures.join("\n"))))
}
