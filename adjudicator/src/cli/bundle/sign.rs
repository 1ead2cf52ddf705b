//! `sign`: the signature that a transaction still lacks.

use std::path::PathBuf;

use adjudicator::{
    bundle::{Bundle, verify},
    decide::Known,
    evidence::{
        Proposal, Severity, review,
        store::{Order, Signer},
    },
};
use anyhow::Result;
use clap::Args;

use crate::cli::{
    answer::Answer,
    channel::{StoreOptions, party_in},
    failure::{Failure, heed, refused},
    files,
    key::KeyOptions,
    view::ViewOptions,
};

/// Which transaction, and where it is remembered that it was signed.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `bundle` document.
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    view: ViewOptions,
}

impl Arguments {
    pub(in crate::cli) fn run(self) -> Result<Answer> {
        let mut bundle: Bundle = files::document(&self.bundle)?;
        let name = files::name(&self.bundle);
        let (mut store, channel_id) = self.store.open()?;
        let found = bundle.channel.channel_id();
        if found != channel_id {
            return Err(refused(format!("{name}: of the channel {found}, where that of {channel_id} is kept")));
        }
        let party = party_in(&store, &bundle.channel)?;
        let (view, policy) = (self.view.given(&mut bundle.dossier())?, self.view.policy()?);

        // It must be what it says, but for the signature that it lacks.
        let findings = verify(&bundle, &view, &policy, &mut Known::of(&view));
        if findings.iter().any(|finding| finding.severity() == Severity::Error) {
            return Err(Failure::Findings(findings).into());
        }
        let proposals = bundle.proposals().map_err(|reason| refused(format!("{name}: {reason}")))?;
        let own: Vec<Proposal> = proposals.into_iter().filter(|proposal| proposal.party == party).collect();
        if own.is_empty() {
            return Err(refused(format!("{name}: no signature of party {party} is wanted")));
        }
        // What the peer has signed of it is worth keeping, whatever this party does.
        store.add(channel_id, bundle.evidence.clone())?;
        let dossier = store.dossier(channel_id)?;
        for proposal in &own {
            heed(review(&dossier, &view, &policy, proposal))?;
        }
        let (key, again) = self.key.open_twice()?;
        let mut signer = Signer::new(store, key)?;
        for Proposal { draft, .. } in own {
            signer.sign(&Order { channel_id, draft, view: &view, policy: &policy })?;
        }
        // The store has it now. A signature is always the same, so this one is the one on the disk.
        bundle.sign(&again).map_err(|reason| refused(format!("{name}: {reason}")))?;
        Answer::document(bundle)
    }
}
