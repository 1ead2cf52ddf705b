//! What shows a state.

use adjudicator::{
    action::{Action, CloseSolo, CloseSoloAsDelegate, Settle},
    evidence::{Dossier, Draft, View, review},
    types::{Evidence, Identity, Invalid},
};
use anyhow::Result;
use clap::Args;

use super::{Built, Sender, agreed::DelegationOptions, evidence::EvidenceOptions, invalid};
use crate::cli::{channel::ChannelOptions, failure::heed, files, policy::policy};

/// A state that is shown.
#[derive(Args)]
pub(super) struct Shown {
    #[command(flatten)]
    evidence: EvidenceOptions,
    #[command(flatten)]
    channel: ChannelOptions,
}

/// A state that is shown, perhaps with consent.
#[derive(Args)]
pub(super) struct Solo {
    /// Also agree to settle this very state at once.
    #[arg(long)]
    consent: bool,
    #[command(flatten)]
    shown: Shown,
}

/// A state that is shown, and a delegation.
#[derive(Args)]
pub(super) struct AsDelegate {
    #[command(flatten)]
    delegation: DelegationOptions,
    #[command(flatten)]
    shown: Shown,
}

impl Shown {
    pub(super) fn build<T: Into<Action>>(
        self,
        from: &Sender,
        operation: impl FnOnce(&Identity, &Evidence) -> Result<T, Invalid>,
    ) -> Result<Built> {
        let dossier = self.channel.dossier()?;
        let evidence = self.evidence.get(&dossier, from)?;
        let action = operation(dossier.identity(), &evidence).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }

    /// Starts closing. A party that does so itself is told what it gives away by it, if a view is at hand.
    pub(super) fn close(self, from: &Sender, consent: bool) -> Result<Built> {
        let dossier = self.channel.dossier()?;
        let evidence = self.evidence.get(&dossier, from)?;
        let sender = from.from.and_then(|from| dossier.identity().terms().party_of(from));
        if let (Some(party), Some(view)) = (sender, &from.view) {
            let view: View = files::document(view)?;
            heed(review(&dossier, &view, &policy(None)?, &Draft::CloseSolo(evidence.clone()).by(party)))?;
        }
        let action = CloseSolo::new(dossier.identity().terms(), &evidence, consent).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }

    /// Settling shows the recorded state: no signatures.
    pub(super) fn settle(self, from: &Sender) -> Result<Built> {
        let dossier = self.channel.dossier()?;
        let evidence = self.evidence.recorded().get(&dossier, from)?;
        let action = Settle::new(dossier.identity().terms(), evidence.state()).map_err(invalid)?;
        Ok(Built::of(dossier.identity(), action))
    }
}

impl Solo {
    pub(super) fn build(self, from: &Sender) -> Result<Built> {
        self.shown.close(from, self.consent)
    }
}

impl AsDelegate {
    pub(super) fn build(self, from: &Sender) -> Result<Built> {
        let Self { delegation, shown: Shown { evidence, channel } } = self;
        let dossier: Dossier = channel.dossier()?;
        let signed = delegation.get(&dossier)?;
        let evidence = evidence.get(&dossier, from)?;
        let terms = dossier.identity().terms();
        let action = CloseSoloAsDelegate::new(terms, &evidence, &signed.message, &signed.signature);
        Ok(Built::of(dossier.identity(), action.map_err(invalid)?))
    }
}
