//! What shows a state.

use adjudicator::{
    action::{Action, CloseSolo, CloseSoloAsDelegate, Settle},
    evidence::{Draft, review},
    types::{Evidence, Identity, Invalid},
};
use anyhow::Result;
use clap::Args;

use super::{Built, Sender, agreed::DelegationOptions, evidence::EvidenceOptions, invalid};
use crate::cli::{channel::ChannelOptions, failure::heed, policy::policy};

/// A state that is shown.
#[derive(Args)]
pub(in crate::cli) struct Shown {
    #[command(flatten)]
    evidence: EvidenceOptions,
    #[command(flatten)]
    channel: ChannelOptions,
}

/// A state that is shown, perhaps with consent.
#[derive(Args)]
pub(in crate::cli) struct Solo {
    /// Also agree to settle this very state at once.
    #[arg(long)]
    consent: bool,
    #[command(flatten)]
    shown: Shown,
}

/// A state that is shown, and a delegation.
#[derive(Args)]
pub(in crate::cli) struct AsDelegate {
    #[command(flatten)]
    delegation: DelegationOptions,
    #[command(flatten)]
    shown: Shown,
}

impl Shown {
    pub(super) fn build<T: Into<Action>>(
        self,
        from: &Sender<'_>,
        operation: impl FnOnce(&Identity, &Evidence) -> Result<T, Invalid>,
    ) -> Result<Built> {
        let (dossier, view) = from.channel(&self.channel)?;
        let evidence = self.evidence.get(&dossier, from.from, view.is_some())?;
        let action = operation(dossier.identity(), &evidence).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }

    /// Starts closing. A party that does so itself is told what it gives away by it, if a view is at hand.
    pub(super) fn close(self, from: &Sender<'_>, consent: bool) -> Result<Built> {
        let (dossier, view) = from.channel(&self.channel)?;
        let evidence = self.evidence.get(&dossier, from.from, view.is_some())?;
        let sender = from.from.and_then(|from| dossier.identity().terms().party_of(from));
        if let (Some(party), Some(view)) = (sender, view) {
            heed(review(&dossier, &view, &policy(None)?, &Draft::CloseSolo(evidence.clone()).by(party)))?;
        }
        let action = CloseSolo::new(dossier.identity().terms(), &evidence, consent).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }

    /// Settling shows the recorded state: no signatures.
    pub(super) fn settle(self, from: &Sender<'_>) -> Result<Built> {
        let (dossier, view) = from.channel(&self.channel)?;
        let evidence = self.evidence.recorded().get(&dossier, from.from, view.is_some())?;
        let action = Settle::new(dossier.identity().terms(), evidence.state()).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }
}

impl Solo {
    pub(super) fn build(self, from: &Sender<'_>) -> Result<Built> {
        self.shown.close(from, self.consent)
    }
}

impl AsDelegate {
    pub(super) fn build(self, from: &Sender<'_>) -> Result<Built> {
        let Self { delegation, shown: Shown { evidence, channel } } = self;
        let (dossier, view) = from.channel(&channel)?;
        let signed = delegation.get(&dossier)?;
        let evidence = evidence.get(&dossier, from.from, view.is_some())?;
        let terms = dossier.identity().terms();
        let action = CloseSoloAsDelegate::new(terms, &evidence, &signed.message, &signed.signature);
        Ok(Built::of(dossier.identity(), action.map_err(invalid)?))
    }
}
