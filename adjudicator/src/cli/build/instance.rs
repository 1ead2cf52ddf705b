//! What touches an instance.

use std::path::{Path, PathBuf};

use adjudicator::{
    action::{Evaluate as Evaluation, ForceProgress as Forced},
    evidence::{Dossier, View},
    signature::Signature,
    types::{
        AppState, Evidence, Instance, InstanceId, Instances, PlacedStep, Proof, Signed, State, Step,
        document::{Content, type_of},
    },
};
use anyhow::Result;
use clap::Args;

use super::{Built, Sender, evidence::EvidenceOptions, invalid};
use crate::cli::{
    channel::ChannelOptions,
    failure::{refused, wrong_use},
    files,
};

/// Which instance of the state.
#[derive(Args)]
struct InstanceOptions {
    /// The instance's id [default: the only instance of the state].
    #[arg(long, value_name = "ID")]
    instance: Option<InstanceId>,
    /// The `instances` document of the state [default: as the store holds it].
    #[arg(long, value_name = "FILE")]
    instances: Option<PathBuf>,
    #[command(flatten)]
    evidence: EvidenceOptions,
    #[command(flatten)]
    channel: ChannelOptions,
}

/// Which step of which instance.
#[derive(Args)]
pub(in crate::cli) struct ForceProgress {
    /// A `placedStep` or `signedStep` document, or a `step` document of the sender's own.
    #[arg(long, value_name = "FILE")]
    step: PathBuf,
    #[command(flatten)]
    instance: InstanceOptions,
}

/// Which instance, and where it is.
#[derive(Args)]
pub(in crate::cli) struct Evaluate {
    /// The `appState` document of where the instance is [default: where the chain has it, or else where it starts, as the store holds
    /// it].
    #[arg(long, value_name = "FILE")]
    app_state: Option<PathBuf>,
    #[command(flatten)]
    instance: InstanceOptions,
}

/// An instance of a state that is shown.
struct Place {
    dossier: Dossier,
    view: Option<View>,
    evidence: Evidence,
    instance: Instance,
    proof: Proof,
}

impl InstanceOptions {
    fn place(&self, from: &Sender<'_>) -> Result<Place> {
        let (dossier, view) = from.channel(&self.channel)?;
        let evidence = self.evidence.get(&dossier, from.from, view.is_some())?;
        let Some(state) = evidence.state() else { return Err(wrong_use("--round-zero: round 0 has no instances")) };
        let instances = self.list(&dossier, state)?;
        let index = self.index(&instances)?;
        let found = instances.as_slice().get(index).zip(instances.tree().proof(index));
        let (instance, proof) = found.ok_or_else(|| wrong_use("the state has no instances"))?;
        let instance = instance.clone();
        Ok(Place { dossier, view, evidence, instance, proof })
    }

    /// All instances of the state.
    fn list(&self, dossier: &Dossier, state: &State) -> Result<Instances> {
        let (instances, whose) = match &self.instances {
            Some(path) => (files::document(path)?, files::name(path)),
            None => {
                let held = dossier.instances(state);
                let reason = "the instances of the state are not held: --instances FILE has them";
                (Instances::new(held.ok_or_else(|| wrong_use(reason))?.to_vec())?, "the store".to_owned())
            }
        };
        let (found, expected) = (instances.root(), state.instances_root());
        if found == expected {
            return Ok(instances);
        }
        Err(wrong_use(format!("{whose}: instances with the root {found}, where the state has {expected}")))
    }

    fn index(&self, instances: &Instances) -> Result<usize> {
        let all = instances.as_slice();
        let Some(id) = self.instance else {
            let count = all.len();
            let reason = format!("the state has {count} instances: --instance ID names one");
            return if count == 1 { Ok(0) } else { Err(wrong_use(reason)) };
        };
        let index = all.iter().position(|instance| instance.id == id);
        index.ok_or_else(|| wrong_use(format!("--instance {id}: the state has no such instance")))
    }
}

impl ForceProgress {
    pub(super) fn build(self, from: &Sender<'_>) -> Result<Built> {
        let Place { dossier, evidence, instance, proof, .. } = self.instance.place(from)?;
        let (step, signature) = step(&self.step)?;
        let identity = dossier.identity();
        if let (Some(state), Some(signature)) = (evidence.state(), signature) {
            let (base, instance) = (state.hash(identity.channel_id()), instance.hash());
            let signed = Signed { message: step.clone(), signature };
            signed
                .mover(identity.domain(), identity.terms(), base, instance)
                .map_err(|reason| refused(format!("{}: {reason}", files::name(&self.step))))?;
        }
        let action = Forced::new(identity.terms(), &evidence, (&instance, &proof), &step, signature.as_ref());
        Ok(Built::of(identity, action.map_err(invalid)?))
    }
}

impl Evaluate {
    pub(super) fn build(self, from: &Sender<'_>) -> Result<Built> {
        let Place { dossier, view, evidence, instance, proof } = self.instance.place(from)?;
        let identity = dossier.identity();
        let app_state: AppState = match &self.app_state {
            Some(path) => files::document(path)?,
            None => {
                let reason = "the app state of the instance is not held: --app-state FILE has it";
                let progress = view
                    .as_ref()
                    .and_then(|view| view.latest.channel.recorded_base()?.instances.get(&instance.hash().get()));
                let held = progress.map_or_else(
                    || dossier.app_state(instance.app_state_hash),
                    |progress| dossier.app_state_recorded(progress.app_state_hash),
                );
                held.cloned().ok_or_else(|| wrong_use(reason))?
            }
        };
        let action = Evaluation::new(identity.terms(), &evidence, (&instance, &proof), &app_state);
        Ok(Built::of(identity, action.map_err(invalid)?))
    }
}

/// A step, with its signature if it has one.
fn step(path: &Path) -> Result<(Step, Option<Signature>)> {
    let text = files::read(path)?;
    let name = type_of(&text).map_err(|error| files::unreadable(path, &text, &error))?;
    if name == Step::TYPE {
        return Ok((files::parse(path, &text)?, None));
    }
    let Signed { message, signature } = if name == PlacedStep::TYPE {
        files::parse::<PlacedStep>(path, &text)?.step
    } else {
        files::parse(path, &text)?
    };
    Ok((message, Some(signature)))
}
