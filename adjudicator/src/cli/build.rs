//! `build`: the transaction of each operation of `docs/PROTOCOL.md`, section 5.

mod agreed;
mod built;
mod evidence;
mod gas;
mod instance;
mod money;
mod multicall;
mod shown;

use std::path::PathBuf;

use adjudicator::{
    action::{RevokeDelegations, Slash, SnapshotSolo},
    evidence::{Dossier, View},
    types::{GasUnits, Invalid},
};
use alloy_primitives::Address;
use anyhow::{Error, Result};
use clap::{Args, Subcommand};

use self::shown::AsDelegate;
pub(super) use self::{
    agreed::{CloseMutual, Withdraw},
    built::Built,
    instance::{Evaluate, ForceProgress},
    money::{Claim, Deposit, index_of},
    shown::{Shown, Solo},
};
use super::{answer::Answer, channel::ChannelOptions, failure::wrong_use, files, typed::address};

/// Which operation.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sender: SenderOptions,
    #[command(subcommand)]
    operation: Operation,
}

/// The operations of the contract.
#[derive(Subcommand)]
pub(super) enum Operation {
    /// Add to the balance of a party, by the channel's terms.
    Deposit(Deposit),
    /// Add to a balance of an asset that the channel holds or held, by the channel's id.
    DepositById(money::DepositById),
    /// Take money out of a living channel, as both have agreed.
    Withdraw(Withdraw),
    /// Pay a credit to its creditor.
    Claim(Claim),
    /// Pay the sender's credit to somebody else.
    ClaimTo(money::ClaimTo),
    /// Record a newer state.
    SnapshotSolo(Shown),
    /// Close at once and pay, as both have agreed.
    CloseMutual(CloseMutual),
    /// Start closing; or slash, if somebody else has started it.
    CloseSolo(Solo),
    /// Start closing in a party's name.
    CloseSoloAsDelegate(AsDelegate),
    /// Start closing, and agree to settle this very state at once; or agree while it is closing.
    Consent(Shown),
    /// Answer a close with a newer state.
    Slash(Shown),
    /// Make one step of an instance.
    ForceProgress(ForceProgress),
    /// Store the outcome of an instance as of now.
    Evaluate(Evaluate),
    /// Pay what is recorded, from the final time on.
    Settle(Shown),
    /// Make all delegations of the sender void.
    RevokeDelegations(ChannelOnly),
    /// Make several calls in one transaction, each for itself.
    Multicall(multicall::Multicall),
}

/// A channel.
#[derive(Args)]
pub(super) struct ChannelOnly {
    #[command(flatten)]
    channel: ChannelOptions,
}

/// Who sends it, and what is known of the chain.
pub(super) struct Sender<'a> {
    /// Who that is, if it is known.
    pub(super) from: Option<Address>,
    /// How the channel is looked at; what the chain shows of app states becomes known by it.
    pub(super) look: &'a dyn Fn(&mut Dossier) -> Result<Option<View>>,
}

impl Sender<'_> {
    /// All that is held of a channel, and what is known of it in the chain.
    fn channel(&self, channel: &ChannelOptions) -> Result<(Dossier, Option<View>)> {
        let mut dossier = channel.dossier()?;
        let view = (self.look)(&mut dossier)?;
        Ok((dossier, view))
    }
}

/// Who is to send it, and when.
#[derive(Args)]
#[command(next_help_heading = "Who sends it, and when")]
struct SenderOptions {
    /// Who is to send it: where a party does, its own signature is not needed.
    #[arg(long, value_name = "ADDRESS", global = true, value_parser = address)]
    from: Option<Address>,
    /// The `view` document of the channel: then it is a bundle, with everything to check it by, and one signature may still be
    /// missing.
    #[arg(long, value_name = "FILE", global = true)]
    view: Option<PathBuf>,
    /// In a bundle, the gas that it will need [default: what the operation needs at worst].
    #[arg(long, value_name = "GAS", global = true)]
    gas: Option<GasUnits>,
    /// In a bundle, the most gas that it may use [default: half as much again].
    #[arg(long, value_name = "GAS", global = true)]
    gas_limit: Option<GasUnits>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let SenderOptions { from, view, gas, gas_limit } = self.sender;
        let look = |_: &mut Dossier| view.as_ref().map(|view| files::document(view)).transpose();
        let built = self.operation.build(&Sender { from, look: &look })?;
        let Some(view) = &view else { return built.transaction(from) };
        let from = from.ok_or_else(|| wrong_use("--view makes a bundle, and --from ADDRESS says who sends it"))?;
        built.bundle(from, &files::document(view)?, gas, gas_limit)?.answer()
    }
}

impl Operation {
    pub(super) fn build(self, from: &Sender<'_>) -> Result<Built> {
        match self {
            Self::Deposit(it) => it.build(),
            Self::DepositById(it) => it.build(),
            Self::Withdraw(it) => it.build(from),
            Self::Claim(it) => it.build(),
            Self::ClaimTo(it) => it.build(),
            Self::SnapshotSolo(it) => it.build(from, |it, evidence| SnapshotSolo::new(it.terms(), evidence)),
            Self::CloseMutual(it) => it.build(from),
            Self::CloseSolo(it) => it.build(from),
            Self::CloseSoloAsDelegate(it) => it.build(from),
            Self::Consent(it) => it.close(from, true),
            Self::Slash(it) => it.build(from, |it, evidence| Slash::new(it.terms(), evidence)),
            Self::ForceProgress(it) => it.build(from),
            Self::Evaluate(it) => it.build(from),
            Self::Settle(it) => it.settle(from),
            Self::RevokeDelegations(it) => {
                let identity = it.channel.dossier()?.identity().clone();
                Ok(Built::of(&identity, RevokeDelegations::new(identity.terms())))
            }
            Self::Multicall(it) => it.build(),
        }
    }
}

/// What was given does not fit the channel.
fn invalid(reason: Invalid) -> Error {
    wrong_use(reason.to_string())
}
