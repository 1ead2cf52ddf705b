//! What is known of the chain, and by which numbers is judged.

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use adjudicator::{
    Deployment,
    eip712::Domain,
    evidence::{Policy, View},
    types::{ChainId, Window},
};
use alloy_primitives::{Address, U256};
use anyhow::{Context, Result};
use clap::Args;

use super::{answer::note, failure::wrong_use, files, policy, typed::address};

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
    /// The `view` document of the channel [default: nobody has paid in, and nothing is recorded].
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
    /// The numbers that are not the defaults: a JSON file such as {"minWindow": 600}.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl ViewOptions {
    /// The view. Without a file nobody has paid in, and nothing is recorded.
    pub(crate) fn view(&self, domain: &Domain) -> Result<View> {
        if let Some(path) = &self.view {
            return files::document(path);
        }
        let now = self.now()?;
        note(format!("no view of the chain: judged as if nobody had paid in and nothing were recorded at {now}"));
        self.empty(domain, now)
    }

    /// The view, where nothing can be said without.
    pub(crate) fn given(&self) -> Result<View> {
        let path = self.view.as_ref();
        files::document(
            path.ok_or_else(|| wrong_use("a transaction is judged by a view of the chain: --view FILE has it"))?,
        )
    }

    /// The same of a channel that nobody has heard of, for what does not depend on it.
    pub(crate) fn without_channel(&self, domain: &Domain) -> Result<View> {
        let Some(path) = &self.view else { return self.empty(domain, self.now()?) };
        let View { deployment, latest, codes, .. } = files::document(path)?;
        Ok(View { codes, ..View::new(deployment, latest.now) })
    }

    fn empty(&self, domain: &Domain, now: u64) -> Result<View> {
        let [least, greatest] = [(self.min_window, Window::MIN), (self.max_window, Window::MAX)]
            .map(|(window, otherwise)| U256::from(window.unwrap_or(otherwise).get()));
        let deployment = Deployment::new(domain.chain_id(), domain.manager(), least, greatest);
        let deployment = deployment.map_err(|reason| wrong_use(format!("--min-window and --max-window: {reason}")))?;
        Ok(View::new(deployment, now))
    }

    /// The policy.
    pub(crate) fn policy(&self) -> Result<Policy> {
        policy::policy(self.policy.as_deref())
    }

    fn now(&self) -> Result<u64> {
        match self.now {
            Some(now) => Ok(now),
            None => Ok(SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?.as_secs()),
        }
    }
}
