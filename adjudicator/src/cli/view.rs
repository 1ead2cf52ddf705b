//! What is known of the chain, and by which numbers is judged.

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use adjudicator::{
    Deployment,
    eip712::Domain,
    evidence::{Dossier, Policy, View},
    types::{ChainId, Window},
};
use alloy_primitives::{Address, U256};
use anyhow::{Context, Result};
use clap::Args;

use super::{answer::note, failure::wrong_use, files, policy, rpc::RpcOptions, typed::address};

/// A contract on a chain.
#[derive(Args)]
pub(crate) struct ContractOptions {
    /// The chain.
    #[arg(long, value_name = "NUMBER")]
    chain_id: ChainId,
    /// The contract's address there.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    manager: Address,
}

impl ContractOptions {
    /// The contract, as it is signed for.
    pub(crate) fn domain(&self) -> Domain {
        Domain::new(self.chain_id.get(), self.manager)
    }
}

/// Against what something is judged.
#[derive(Args)]
#[command(next_help_heading = "What is known of the chain")]
pub(crate) struct ViewOptions {
    /// The `view` document of the channel [default: what the nodes say; without nodes, that nobody has paid in, and nothing is
    /// recorded].
    #[arg(long, value_name = "FILE", conflicts_with_all = ["now", "min_window", "max_window"])]
    view: Option<PathBuf>,
    /// Without a view, judge as if it were this time [default: now].
    #[arg(long, value_name = "UNIX SECONDS")]
    now: Option<u64>,
    /// Without a view, the shortest window that the contract was deployed with [default: any].
    #[arg(long, value_name = "SECONDS")]
    min_window: Option<Window>,
    /// Without a view, the longest window that the contract was deployed with [default: any].
    #[arg(long, value_name = "SECONDS")]
    max_window: Option<Window>,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    rpc: RpcOptions,
}

/// By which numbers is judged.
#[derive(Args)]
pub(crate) struct PolicyOptions {
    /// The numbers that are not the defaults: a JSON file such as {"minWindow": 600}.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl PolicyOptions {
    /// The policy.
    pub(crate) fn get(&self) -> Result<Policy> {
        policy::policy(self.policy.as_deref())
    }
}

impl ViewOptions {
    /// The view. Without a file and nodes nobody has paid in, and nothing is recorded.
    pub(crate) fn view(&self, dossier: &mut Dossier) -> Result<View> {
        if let Some(view) = self.known(dossier)? {
            return Ok(view);
        }
        let now = self.now()?;
        note(format!("no view of the chain: judged as if nobody had paid in and nothing were recorded at {now}"));
        self.empty(dossier.identity().domain(), now)
    }

    /// The view, where nothing can be said without.
    pub(crate) fn given(&self, dossier: &mut Dossier) -> Result<View> {
        let reason =
            "a transaction is judged by a view of the chain: --view FILE has it, or --rpc-url URL says where to ask";
        self.known(dossier)?.ok_or_else(|| wrong_use(reason))
    }

    /// The same of a channel that nobody has heard of, for what does not depend on it.
    pub(crate) fn without_channel(&self, dossier: &mut Dossier) -> Result<View> {
        let Some(view) = self.known(dossier)? else { return self.empty(dossier.identity().domain(), self.now()?) };
        let View { deployment, latest, codes, .. } = view;
        Ok(View { codes, ..View::new(deployment, latest.now) })
    }

    /// The view of the file; or else, unless a time is imagined, of the nodes. What the chain shows of app states becomes known.
    fn known(&self, dossier: &mut Dossier) -> Result<Option<View>> {
        let is_imagined = self.now.is_some() || self.min_window.is_some() || self.max_window.is_some();
        match &self.view {
            Some(path) => Ok(Some(files::document(path)?)),
            None if is_imagined || !self.rpc.is_given() => Ok(None),
            None => Ok(Some(self.rpc.view(dossier)?)),
        }
    }

    fn empty(&self, domain: &Domain, now: u64) -> Result<View> {
        let [least, greatest] = [(self.min_window, Window::MIN), (self.max_window, Window::MAX)]
            .map(|(window, otherwise)| U256::from(window.unwrap_or(otherwise).get()));
        let deployment = Deployment::new(domain.chain_id(), domain.manager(), least, greatest);
        let deployment = deployment.map_err(|reason| wrong_use(format!("--min-window and --max-window: {reason}")))?;
        Ok(View::new(deployment, now))
    }

    /// Which nodes are asked.
    pub(crate) const fn rpc(&self) -> &RpcOptions {
        &self.rpc
    }

    /// The policy.
    pub(crate) fn policy(&self) -> Result<Policy> {
        self.policy.get()
    }

    fn now(&self) -> Result<u64> {
        match self.now {
            Some(now) => Ok(now),
            None => Ok(SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?.as_secs()),
        }
    }
}
