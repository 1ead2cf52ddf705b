//! `build`: the transaction of each operation of `docs/PROTOCOL.md`, section 5.

mod agreed;
mod evidence;
mod gas;
mod instance;
mod money;
mod multicall;

use std::path::{Path, PathBuf};

use adjudicator::{
    action::{Action, CloseSolo, CloseSoloAsDelegate, RevokeDelegations, Settle, Slash, SnapshotSolo},
    bundle::Bundle,
    eip712::Domain,
    evidence::{Dossier, View},
    types::{Document, GasUnits, Identity, Invalid},
};
use alloy_primitives::Address;
use anyhow::{Error, Result};
use clap::{Args, Subcommand};
use serde_json::json;

use self::{agreed::DelegationOptions, evidence::EvidenceOptions};
use super::{
    answer::{Answer, Facts},
    bundle::add_bundle,
    channel::{ChannelOptions, PlaceOptions},
    failure::{refused, wrong_use},
    files,
    typed::address,
    world::Seen,
};

/// Which operation.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sender: Sender,
    #[command(subcommand)]
    operation: Operation,
}

/// The operations of the contract.
#[derive(Subcommand)]
enum Operation {
    /// Add to the balance of a party, by the channel's terms.
    Deposit(money::Deposit),
    /// Add to a balance of an asset that the channel holds or held, by the channel's id.
    DepositById(money::DepositById),
    /// Take money out of a living channel, as both have agreed.
    Withdraw(agreed::Withdraw),
    /// Pay a credit to its creditor.
    Claim(money::Claim),
    /// Pay the sender's credit to somebody else.
    ClaimTo(money::ClaimTo),
    /// Record a newer state.
    SnapshotSolo(Shown),
    /// Close at once and pay, as both have agreed.
    CloseMutual(agreed::CloseMutual),
    /// Start closing; or slash, if somebody else has started it.
    CloseSolo(Solo),
    /// Start closing in a party's name.
    CloseSoloAsDelegate(AsDelegate),
    /// Start closing, and agree to settle this very state at once; or agree while it is closing.
    Consent(Shown),
    /// Answer a close with a newer state.
    Slash(Shown),
    /// Make one step of an instance.
    ForceProgress(instance::ForceProgress),
    /// Store the outcome of an instance as of now.
    Evaluate(instance::Evaluate),
    /// Pay what is recorded, from the final time on.
    Settle(Shown),
    /// Make all delegations of the sender void.
    RevokeDelegations(ChannelOnly),
    /// Make several calls in one transaction, each for itself.
    Multicall(multicall::Multicall),
}

/// A channel.
#[derive(Args)]
struct ChannelOnly {
    #[command(flatten)]
    channel: ChannelOptions,
}

/// A state that is shown.
#[derive(Args)]
struct Shown {
    #[command(flatten)]
    evidence: EvidenceOptions,
    #[command(flatten)]
    channel: ChannelOptions,
}

/// A state that is shown, perhaps with consent.
#[derive(Args)]
struct Solo {
    /// Also agree to settle this very state at once.
    #[arg(long)]
    consent: bool,
    #[command(flatten)]
    shown: Shown,
}

/// A state that is shown, and a delegation.
#[derive(Args)]
struct AsDelegate {
    #[command(flatten)]
    delegation: DelegationOptions,
    #[command(flatten)]
    shown: Shown,
}

/// Who sends it, and what is known of the chain.
#[derive(Args)]
#[command(next_help_heading = "Who sends it, and when")]
struct Sender {
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

/// A transaction that nobody has signed.
struct Built {
    /// The contract.
    domain: Domain,
    /// What it does.
    action: Action,
    /// The channel, if one is named.
    identity: Option<Identity>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let built = self.operation.build(&self.sender)?;
        match &self.sender.view {
            Some(view) => built.bundle(&self.sender, view),
            None => built.transaction(self.sender.from),
        }
    }
}

impl Operation {
    fn build(self, from: &Sender) -> Result<Built> {
        match self {
            Self::Deposit(it) => it.build(),
            Self::DepositById(it) => it.build(),
            Self::Withdraw(it) => it.build(from),
            Self::Claim(it) => it.build(),
            Self::ClaimTo(it) => it.build(),
            Self::SnapshotSolo(it) => it.build(from, |it, evidence| SnapshotSolo::new(it.terms(), evidence)),
            Self::CloseMutual(it) => it.build(from),
            Self::CloseSolo(Solo { consent, shown }) => {
                shown.build(from, |it, evidence| CloseSolo::new(it.terms(), evidence, consent))
            }
            Self::CloseSoloAsDelegate(it) => it.build(from),
            Self::Consent(it) => it.build(from, |it, evidence| CloseSolo::new(it.terms(), evidence, true)),
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

impl Shown {
    fn build<T: Into<Action>>(
        self,
        from: &Sender,
        operation: impl FnOnce(&Identity, &adjudicator::types::Evidence) -> Result<T, Invalid>,
    ) -> Result<Built> {
        let dossier = self.channel.dossier()?;
        let evidence = self.evidence.get(&dossier, from)?;
        let action = operation(dossier.identity(), &evidence).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }

    /// Settling shows the recorded state: no signatures.
    fn settle(self, from: &Sender) -> Result<Built> {
        let dossier = self.channel.dossier()?;
        let evidence = self.evidence.recorded().get(&dossier, from)?;
        let action = Settle::new(dossier.identity().terms(), evidence.state()).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }
}

impl AsDelegate {
    fn build(self, from: &Sender) -> Result<Built> {
        let Self { delegation, shown: Shown { evidence, channel } } = self;
        let dossier: Dossier = channel.dossier()?;
        let signed = delegation.get(&dossier)?;
        let evidence = evidence.get(&dossier, from)?;
        let terms = dossier.identity().terms();
        let action = CloseSoloAsDelegate::new(terms, &evidence, &signed.message, &signed.signature);
        Ok(Built::of(dossier.identity(), action.map_err(invalid)?))
    }
}

impl Built {
    /// An operation on a channel.
    fn of(identity: &Identity, action: impl Into<Action>) -> Self {
        Self { domain: *identity.domain(), action: action.into(), identity: Some(identity.clone()) }
    }

    /// An operation of the contract that names no terms.
    fn at(place: &PlaceOptions, action: impl Into<Action>) -> Result<Self> {
        let (domain, identity) = place.place()?;
        Ok(Self { domain, action: action.into(), identity })
    }

    /// The transaction by itself.
    fn transaction(self, from: Option<Address>) -> Result<Answer> {
        let (to, value, calldata) = (self.domain.manager(), self.action.value(), self.action.calldata());
        let mut facts = Facts::default();
        from.iter().for_each(|from| {
            facts.add("from", from);
        });
        facts.add("to", to).add("chain", self.domain.chain_id()).add("value", value).add("calldata", &calldata);
        let json = json!({
            "from": from.map(|from| format!("{from:#x}")),
            "to": format!("{to:#x}"),
            "chainId": self.domain.chain_id().to_string(),
            "value": value.to_string(),
            "data": calldata,
        });
        Answer::new(format!("{}\n\n{}", facts.text(), self.action), &json)
    }

    /// The transaction with everything to check it by.
    fn bundle(self, sender: &Sender, view: &Path) -> Result<Answer> {
        let from =
            sender.from.ok_or_else(|| wrong_use("--view makes a bundle, and --from ADDRESS says who sends it"))?;
        let reason = "--view makes a bundle, and --channel FILE says of which channel";
        let identity = self.identity.ok_or_else(|| wrong_use(reason))?;
        let gas = gas::gas(&self.action, identity.terms().assets().asset_count(), sender.gas, sender.gas_limit);
        let view: View = files::document(view)?;
        let bundle = Bundle::build(&identity, &self.action, from, &view, &mut Seen(&view), gas);
        let bundle = bundle.map_err(|reason| refused(reason.to_string()))?;
        let mut facts = Facts::default();
        add_bundle(&mut facts, &bundle);
        Answer::new(format!("{}\n\n{}", facts.text(), self.action), &Document(bundle))
    }
}

/// What was given does not fit the channel.
fn invalid(reason: Invalid) -> Error {
    wrong_use(reason.to_string())
}
