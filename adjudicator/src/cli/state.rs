//! `state`: what both parties sign, from the proposal on.

mod propose;
mod show;
mod sign;
mod verify;

use std::path::PathBuf;

use adjudicator::types::{Instance, InstanceId, Instances};
use anyhow::Result;
use clap::{Args, Subcommand};

use super::{answer::Answer, files};

/// States, closes and withdrawals.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write this party's next state, if it may sign it.
    Propose(propose::Arguments),
    /// Sign a state, a close or a withdrawal, if this party may; the store has it on the disk before anybody else.
    Sign(sign::Arguments),
    /// Whose signatures a document has.
    Verify(verify::Arguments),
    /// All fields, and the hashes as a hardware wallet shows them.
    Show(show::Arguments),
}

impl Command {
    pub(super) fn run(self) -> Result<Answer> {
        match self {
            Self::Propose(arguments) => arguments.run(),
            Self::Sign(arguments) => arguments.run(),
            Self::Verify(arguments) => arguments.run(),
            Self::Show(arguments) => arguments.run(),
        }
    }
}

/// The instances of a state.
#[derive(Args)]
#[command(next_help_heading = "Instances")]
struct InstanceOptions {
    /// The `instances` document of the state, where it has some that the store does not hold.
    #[arg(long, value_name = "FILE")]
    instances: Option<PathBuf>,
    /// An instance that was touched on the recorded state and is resolved by the nets; once for each.
    #[arg(long = "resolved", value_name = "ID")]
    resolved: Vec<InstanceId>,
}

impl InstanceOptions {
    /// The instances that are given.
    fn list(&self) -> Result<Vec<Instance>> {
        let Some(path) = &self.instances else { return Ok(Vec::new()) };
        Ok(files::document::<Instances>(path)?.as_slice().to_vec())
    }
}
