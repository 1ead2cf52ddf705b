//! What is common to all that sends: who pays for gas, and how long it is insisted.

use std::{
    collections::BTreeMap,
    env, fs,
    num::NonZeroU64,
    path::{Path, PathBuf},
};

use adjudicator::{
    bundle::Transaction,
    chain::Clock,
    evidence::{Policy, View},
    rpc::{MinedTransaction, Nodes, SystemClock},
    submit::{Event, FileJournal, Happened, Lane, Order, Settings, SubmitError},
    types::Identity,
};
use alloy_primitives::{Address, B256, U256};
use anyhow::{Context, Result};
use clap::Args;

use super::{
    answer::note,
    failure::{refused, wrong_use},
    key::{Account, AccountOptions},
    rpc::RpcOptions,
    typed::address,
};

/// What is in a channel of a token without a price is worth so many times the gas on a bad day.
const UNPRICED: U256 = U256::from_limbs([10, 0, 0, 0]);

/// As many units a price is of.
const WHOLE: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// Who sends, and what that may cost.
#[derive(Args)]
#[command(next_help_heading = "Sending")]
pub(crate) struct SendOptions {
    /// A relay that is sent the transaction as well, and asked nothing.
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    private_rpc: Vec<String>,
    /// Where it is written down what is sent, so that it is gone on with after a crash [default: a file for each chain and
    /// account in $XDG_STATE_HOME/recourse].
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The most that gas may cost, in wei [default: what the channel holds; of a token that the policy has no price of ten times the
    /// gas on a bad day].
    #[arg(long, value_name = "WEI")]
    at_stake: Option<U256>,
    /// What the block's proposer is offered at first for a unit of gas, in wei; it rises with the time that has passed.
    #[arg(long, value_name = "WEI", env = "ETH_PRIORITY_GAS_PRICE", default_value_t = 1_000_000_000)]
    priority_gas_price: u128,
    /// How long to wait between two looks at the chain.
    #[arg(long, value_name = "SECONDS", default_value = "4")]
    interval: NonZeroU64,
    #[command(flatten)]
    account: AccountOptions,
}

/// Whether something is sent at all.
#[derive(Args)]
pub(crate) struct TrialOptions {
    /// Send nothing: show what would come of it in the next block, on the real bytecode.
    #[arg(long)]
    dry_run: bool,
    /// For a dry run without a key, who would send it.
    #[arg(long, value_name = "ADDRESS", env = "ETH_FROM", value_parser = address)]
    from: Option<Address>,
}

impl TrialOptions {
    /// Who sends, or would; with the key, unless it is only tried.
    pub(crate) fn account(&self, send: &Sending<'_>) -> Result<(Address, Option<Account>)> {
        if let Some(account) = self.from.filter(|_| self.dry_run) {
            return Ok((account, None));
        }
        let account = send.options.account()?;
        let address = account.address();
        match self.from.filter(|meant| *meant != address) {
            Some(meant) => Err(refused(format!("--from {meant}: the key is that of {address}"))),
            None => Ok((address, Some(account).filter(|_| !self.dry_run))),
        }
    }
}

/// What sends, with all that it was told.
pub(crate) struct Sending<'a> {
    pub(crate) options: &'a SendOptions,
    pub(crate) rpc: &'a RpcOptions,
    pub(crate) policy: Policy,
}

impl SendOptions {
    /// Who sends.
    pub(crate) fn account(&self) -> Result<Account> {
        self.account.open()
    }
}

impl Sending<'_> {
    /// The nodes, and the relays behind them.
    pub(crate) fn connect(&self, chain_id: Option<U256>) -> Result<Nodes> {
        self.rpc.connect(&self.options.private_rpc, chain_id)
    }

    /// The most that gas may cost, in wei: what is in the channel, or comes into it; and no less than the transaction costs on a bad day.
    pub(crate) fn at_stake(&self, identity: &Identity, view: &View, transaction: &Transaction) -> U256 {
        let Policy { prices, .. } = &self.policy;
        let least = self.at_stake_of_nothing(transaction.gas_limit);
        if self.options.at_stake.is_some() {
            return least;
        }
        let held = identity.terms().assets().as_slice().iter().map(|asset| {
            let funds = view.latest.channel.funds.get(&asset.get()).copied().unwrap_or_default();
            let [zero, one] = funds.balances;
            let units = zero.saturating_add(one).into_raw();
            match prices.get(asset) {
                _ if units.is_zero() => U256::ZERO,
                _ if asset.get().is_zero() => units,
                Some(price) => units.saturating_mul(*price).wrapping_div(WHOLE),
                // Nobody knows what it is worth: as much as ten bad days.
                None => least.saturating_mul(UNPRICED),
            }
        });
        held.fold(transaction.value, U256::saturating_add).max(least)
    }

    /// The bound that was given; or else what the transaction costs on a bad day.
    pub(crate) fn at_stake_of_nothing(&self, gas_limit: u64) -> U256 {
        let bad_day = U256::from(self.policy.stress_gas_price);
        self.options.at_stake.unwrap_or_else(|| U256::from(gas_limit).saturating_mul(bad_day))
    }

    /// The lane of an account, with all that it has not brought to its end yet.
    pub(crate) fn lane(&self, account: Account, chain_id: U256) -> Result<Lane<FileJournal, Account>> {
        let path = match &self.options.journal {
            Some(path) => path.clone(),
            None => journal(chain_id, account.address())?,
        };
        let journal = opened(&path)?;
        let settings = Settings { confirmations: self.rpc.depth().confirmations, tip: self.options.priority_gas_price };
        Ok(Lane::open(journal, account, chain_id, settings)?)
    }

    /// Brings one order into the chain. How it ended.
    pub(crate) fn insist_on(&self, nodes: &mut Nodes, account: Account, order: Order, name: &str) -> Result<End> {
        let mut lane = self.lane(account, order.transaction.chain_id)?;
        let id = order.id();
        let ends = self.insist(nodes, &mut lane, vec![order])?;
        ends.get(&id).copied().ok_or_else(|| refused(format!("{name}: nothing is known of it any more")))
    }

    /// Hands orders in, and insists until all of them, and whatever the lane had before, are final.
    pub(crate) fn insist(
        &self,
        nodes: &mut Nodes,
        lane: &mut Lane<FileJournal, Account>,
        orders: Vec<Order>,
    ) -> Result<BTreeMap<B256, End>> {
        let mut log = Log::default();
        for order in orders {
            let id = order.id();
            match lane.submit(order, nodes, SystemClock.now()) {
                Ok(events) => events.into_iter().for_each(|event| log.event(event)),
                // What was begun is gone on with, whatever is seen of the chain now.
                Err(error @ SubmitError::Chain(_)) if lane.intents().any(|begun| begun.order.id() == id) => {
                    log.error(&error);
                }
                Err(error @ (SubmitError::TooPoor { .. } | SubmitError::TooLate { .. })) => {
                    return Err(refused(error.to_string()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        lane.carry_out(nodes, &mut SystemClock, self.options.interval.get(), |told| match told {
            Ok(event) => log.event(event),
            Err(error) => log.error(&error),
        });
        Ok(log.ends)
    }
}

/// How an order ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// In the chain.
    Final { hash: B256, is_success: bool },
    /// The deadline has passed without it.
    Missed,
}

impl End {
    /// The transaction, if it did what it was to do.
    pub(crate) fn done(self, what: &str) -> Result<B256> {
        match self {
            Self::Final { hash, is_success: true } => Ok(hash),
            Self::Final { hash, .. } => Err(refused(format!(
                "{what}: the contract has refused it in the chain: `explain {hash}` says what it was"
            ))),
            Self::Missed => Err(refused(format!("{what}: its last second has passed, and it is not in the chain"))),
        }
    }
}

/// What is said while it is insisted.
#[derive(Default)]
struct Log {
    ends: BTreeMap<B256, End>,
    /// What was said last, which is not said again.
    last: String,
}

impl Log {
    fn event(&mut self, Event { id, what }: Event) {
        match what {
            Happened::Sent { hash, fees } => {
                let (max, tip) = (fees.max_fee, fees.tip);
                self.say(format!("sent {hash}, for at most {max} wei per gas, {tip} of them for the proposer"));
            }
            Happened::NotTaken(reason) => self.say(format!("not taken, and handed in again: {reason}")),
            Happened::Displaced => {
                self.say("another transaction of the account took the nonce: sent with another one".to_owned())
            }
            Happened::Missed => {
                self.ends.insert(id, End::Missed);
                self.say("its last second has passed".to_owned());
            }
            Happened::Final { is_empty: true, .. } => {}
            Happened::Final { hash, is_success, .. } => {
                self.ends.insert(id, End::Final { hash, is_success });
                self.say(format!("{hash} is final"));
            }
            other => self.say(format!("{other:?}")),
        }
    }

    fn error<E: std::fmt::Display>(&mut self, error: &SubmitError<E>)
    where
        SubmitError<E>: std::fmt::Display,
    {
        self.say(format!("it will be tried again: {error}"));
    }

    fn say(&mut self, text: String) {
        if text != self.last {
            note(&text);
            self.last = text;
        }
    }
}

/// A transaction that is in the chain.
pub(crate) fn mined(nodes: &mut Nodes, hash: B256) -> Result<MinedTransaction> {
    let mined = nodes.mined(hash)?;
    mined.with_context(|| format!("the nodes know nothing any more of {hash}"))
}

/// The journal; if another process sends for the account, as soon as that is done.
fn opened(path: &Path) -> Result<FileJournal> {
    let mut is_said = false;
    loop {
        match FileJournal::open(path) {
            Err(error) if error.is_in_use() => {
                if !is_said {
                    note(format!(
                        "another process sends for this account, and has {} open: waiting for it",
                        shown(path)
                    ));
                    is_said = true;
                }
                SystemClock.wait(1);
            }
            opened => return Ok(opened?),
        }
    }
}

/// The file for a chain and an account.
fn journal(chain_id: U256, account: Address) -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")));
    let reason = "neither XDG_STATE_HOME nor HOME is set: --journal FILE says where to write down what is sent";
    let folder = state.ok_or_else(|| wrong_use(reason))?.join("recourse");
    fs::create_dir_all(&folder).with_context(|| shown(&folder))?;
    Ok(folder.join(format!("{chain_id}-{account:#x}.journal")))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
