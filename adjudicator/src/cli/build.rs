//! `build`: the transaction of each operation of `docs/PROTOCOL.md`, section 5.

mod agreed;
mod evidence;
mod instance;
mod money;
mod multicall;

use adjudicator::{
    action::{Action, CloseSolo, CloseSoloAsDelegate, RevokeDelegations, Settle, Slash, SnapshotSolo},
    eip712::Domain,
    evidence::{Dossier, Item},
    types::{Identity, Invalid},
};
use alloy_primitives::{Address, Bytes, U256};
use anyhow::{Error, Result};
use clap::{Args, Subcommand};
use serde_json::json;

use self::{agreed::DelegationOptions, evidence::EvidenceOptions};
use super::{
    answer::{Answer, Facts},
    channel::ChannelOptions,
    failure::wrong_use,
    typed::address,
};

/// Which operation.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Who is to send it: where a party does, its own signature is not needed.
    #[arg(long, value_name = "ADDRESS", global = true, value_parser = address)]
    from: Option<Address>,
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

/// A transaction that nobody has signed.
pub(crate) struct Built {
    /// The contract.
    domain: Domain,
    /// What it does.
    action: Action,
    /// The channel, if it is of one whose terms are known.
    identity: Option<Identity>,
    /// What it rests on.
    items: Vec<Item>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let built = self.operation.build(self.from)?;
        built.answer(self.from)
    }
}

impl Operation {
    fn build(self, from: Option<Address>) -> Result<Built> {
        match self {
            Self::Deposit(it) => it.build(),
            Self::DepositById(it) => Ok(it.build()),
            Self::Withdraw(it) => it.build(from),
            Self::Claim(it) => Ok(it.build()),
            Self::ClaimTo(it) => Ok(it.build()),
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
                Ok(Built::of(&identity, RevokeDelegations::new(identity.terms()), Vec::new()))
            }
            Self::Multicall(it) => it.build(),
        }
    }
}

impl Shown {
    fn build<T: Into<Action>>(
        self,
        from: Option<Address>,
        operation: impl FnOnce(&Identity, &adjudicator::types::Evidence) -> Result<T, Invalid>,
    ) -> Result<Built> {
        let dossier = self.channel.dossier()?;
        let (evidence, items) = self.evidence.get(&dossier, from)?;
        let action = operation(dossier.identity(), &evidence).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action, items))
    }

    /// Settling shows the recorded state: no signatures.
    fn settle(self, from: Option<Address>) -> Result<Built> {
        let dossier = self.channel.dossier()?;
        let (evidence, items) = self.evidence.recorded().get(&dossier, from)?;
        let action = Settle::new(dossier.identity().terms(), evidence.state()).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action, items))
    }
}

impl AsDelegate {
    fn build(self, from: Option<Address>) -> Result<Built> {
        let Self { delegation, shown: Shown { evidence, channel } } = self;
        let dossier: Dossier = channel.dossier()?;
        let signed = delegation.get(&dossier)?;
        let (evidence, mut items) = evidence.get(&dossier, from)?;
        let terms = dossier.identity().terms();
        let action = CloseSoloAsDelegate::new(terms, &evidence, &signed.message, &signed.signature);
        items.push(signed.into());
        Ok(Built::of(dossier.identity(), action.map_err(invalid)?, items))
    }
}

impl Built {
    /// An operation on a channel, and what it rests on.
    fn of(identity: &Identity, action: impl Into<Action>, items: Vec<Item>) -> Self {
        Self { domain: *identity.domain(), action: action.into(), identity: Some(identity.clone()), items }
    }

    /// An operation of the contract that names no terms.
    fn without_channel(domain: Domain, action: impl Into<Action>) -> Self {
        Self { domain, action: action.into(), identity: None, items: Vec::new() }
    }

    fn answer(self, from: Option<Address>) -> Result<Answer> {
        let (to, value, calldata): (Address, U256, Bytes) =
            (self.domain.manager(), self.action.value(), self.action.calldata());
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
}

/// What was given does not fit the channel.
fn invalid(reason: Invalid) -> Error {
    wrong_use(reason.to_string())
}
