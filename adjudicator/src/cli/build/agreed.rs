//! What rests on other messages than states: withdrawals, mutual closes, delegations.

use std::path::PathBuf;

use adjudicator::{
    action::{CloseMutual as MutualClose, Withdraw as Withdrawal},
    evidence::Dossier,
    types::{Agreement, Close, Delegation, Signed},
};
use anyhow::Result;
use clap::Args;

use super::{Built, Sender, evidence::signatures, invalid};
use crate::cli::{
    channel::ChannelOptions,
    failure::{refused, wrong_use},
    files,
};

/// Which withdrawal.
#[derive(Args)]
pub(in crate::cli) struct Withdraw {
    /// A `signedWithdraw` document [default: the one with the highest serial in the store].
    #[arg(long, value_name = "FILE")]
    withdrawal: Option<PathBuf>,
    #[command(flatten)]
    channel: ChannelOptions,
}

/// Which close.
#[derive(Args)]
pub(in crate::cli) struct CloseMutual {
    /// A `signedClose` document [default: the one with the highest round in the store].
    #[arg(long, value_name = "FILE")]
    close: Option<PathBuf>,
    #[command(flatten)]
    channel: ChannelOptions,
}

/// Which delegation.
#[derive(Args)]
pub(super) struct DelegationOptions {
    /// A `signedDelegation` document [default: the only one in the store].
    #[arg(long, value_name = "FILE")]
    delegation: Option<PathBuf>,
}

impl Withdraw {
    pub(super) fn build(self, from: &Sender<'_>) -> Result<Built> {
        let (dossier, view) = from.channel(&self.channel)?;
        let agreement: Agreement<adjudicator::types::Withdraw> = match &self.withdrawal {
            Some(path) => files::document(path)?,
            None => dossier.withdrawals().next_back().map(|it| it.content.clone()).ok_or_else(|| none("withdrawal"))?,
        };
        let identity = dossier.identity();
        let signatures = signatures(identity, &agreement, from.from, view.is_some())?;
        let action = Withdrawal::new(identity.terms(), &agreement.message, signatures).map_err(invalid)?;
        Ok(Built::of(identity, action))
    }
}

impl CloseMutual {
    pub(super) fn build(self, from: &Sender<'_>) -> Result<Built> {
        let (dossier, view) = from.channel(&self.channel)?;
        let agreement: Agreement<Close> = match &self.close {
            Some(path) => files::document(path)?,
            None => dossier.closes().next_back().map(|it| it.content.clone()).ok_or_else(|| none("close"))?,
        };
        let identity = dossier.identity();
        let signatures = signatures(identity, &agreement, from.from, view.is_some())?;
        let action = MutualClose::new(identity.terms(), &agreement.message, signatures).map_err(invalid)?;
        Ok(Built::of(identity, action))
    }
}

impl DelegationOptions {
    /// The delegation, signed by its party.
    pub(super) fn get(&self, dossier: &Dossier) -> Result<Signed<Delegation>> {
        let mut held = dossier.delegations().map(|it| it.content.clone());
        let signed = match (&self.delegation, held.next(), held.next()) {
            (Some(path), ..) => files::document(path)?,
            (None, Some(only), None) => only,
            (None, None, _) => return Err(none("delegation")),
            (None, Some(_), Some(_)) => {
                return Err(wrong_use("the store has several delegations: --delegation FILE names one"));
            }
        };
        let identity = dossier.identity();
        signed.verify(identity.domain(), identity.terms()).map_err(|reason| refused(reason.to_string()))?;
        Ok(signed)
    }
}

fn none(what: &str) -> anyhow::Error {
    wrong_use(format!("no {what} is held: --{what} FILE names one"))
}
