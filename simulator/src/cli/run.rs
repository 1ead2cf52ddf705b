//! `run`.

use std::{fs, path::PathBuf};

use adjudicator::abi::CHANNEL_MANAGER;
use anyhow::{Context, Result};
use clap::Args;
use rayon::prelude::*;
use simulator::{
    run::{FailureKind, Options, Told, play},
    scenario::{locate, read},
};

use super::{DISAGREEMENT, EXPECTATION, WRONG_USE, files, print};

/// Play scenarios, and look whether everything comes as they say.
#[derive(Args)]
pub(super) struct Run {
    /// Scenario files, and folders of them.
    #[arg(required = true, value_name = "FILE")]
    scenarios: Vec<PathBuf>,
    /// The artifact of another contract to play with.
    #[arg(long, value_name = "ARTIFACT")]
    contract: Option<PathBuf>,
    /// Leave out the twin.
    #[arg(long)]
    no_twin: bool,
    /// Print only what fails, and the last line.
    #[arg(long, short)]
    quiet: bool,
}

/// What came of one file.
struct Played {
    file: PathBuf,
    /// What happened; or what is wrong with the file, and where.
    told: Result<Told, String>,
    text: String,
}

impl Run {
    /// Plays everything. The exit code.
    pub(super) fn run(self) -> Result<u8> {
        let files = files::scenarios(&self.scenarios)?;
        let code = match &self.contract {
            Some(path) => files::artifact(path)?,
            None => CHANNEL_MANAGER.creation_code().clone(),
        };
        let options = Options { code, with_twin: !self.no_twin };
        let played: Vec<Played> = files.into_par_iter().map(|file| one(file, &options)).collect::<Result<_>>()?;
        for each in &played {
            each.print(self.quiet)?;
        }
        let failed = played.iter().filter(|each| each.code() != 0).count();
        let total = played.len();
        let twin = if self.no_twin { "" } else { "; the twin goes along" };
        match failed {
            0 => print(&format!("{total} of {total} scenarios come as they say{twin}"))?,
            _ => print(&format!("{failed} of {total} scenarios do not come as they say"))?,
        }
        Ok(played.iter().map(Played::code).max().unwrap_or_default())
    }
}

fn one(file: PathBuf, options: &Options) -> Result<Played> {
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let told = match read(&text) {
        Ok(scenario) => play(&scenario, options, &files::Beside(&file))
            .map_err(|wrong| locate(&text, &wrong.path, format!("{}: {}", wrong.path, wrong.what)).to_string()),
        Err(misread) => Err(misread.to_string()),
    };
    Ok(Played { file, told, text })
}

impl Played {
    fn code(&self) -> u8 {
        match &self.told {
            Err(_) => WRONG_USE,
            Ok(told) => match told.failures.iter().map(|failure| failure.kind).max() {
                None => 0,
                Some(FailureKind::Expectation) => EXPECTATION,
                Some(FailureKind::Disagreement) => DISAGREEMENT,
            },
        }
    }

    fn print(&self, is_quiet: bool) -> Result<()> {
        let file = self.file.display();
        match &self.told {
            Err(misread) => print(&format!("{file}:{misread}\n"))?,
            Ok(told) => {
                if !is_quiet || !told.failures.is_empty() {
                    print(&format!("{file}\n{told}"))?;
                }
                for failure in &told.failures {
                    let place = locate(&self.text, &failure.path, &failure.what);
                    print(&format!("  {file}:{place}"))?;
                }
            }
        }
        Ok(())
    }
}
