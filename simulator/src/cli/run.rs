//! `run`.

use std::{ffi::OsStr, fs, io::IsTerminal, path::PathBuf};

use adjudicator::abi::CHANNEL_MANAGER;
use anyhow::{Context, Result};
use clap::{ArgAction, Args};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::Serialize;
use simulator::{
    report::{Chapter, page},
    run::{Document, FailureKind, Options, Timeline, Told, plain, play},
    scenario::{Misread, locate, read, read_json, read_toml},
    twin::Verdict,
};

use super::{DISAGREEMENT, EXPECTATION, WRONG_USE, files, junit, print};

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
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Show more: the contract's events; calls within what is refused; all calls; changes of storage; the twin's verdicts.
    #[arg(long, short, action = ArgAction::Count)]
    verbose: u8,
    /// Print one JSON document instead.
    #[arg(long)]
    json: bool,
    /// Write the JSON document into a file, too.
    #[arg(long, value_name = "FILE")]
    json_file: Option<PathBuf>,
    /// Write everything as one page into a file, for a browser.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write a JUnit report into a file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// What came of one file, in JSON.
#[derive(Serialize)]
struct InJson<'a> {
    file: String,
    /// What is wrong with it, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Misread>,
    #[serde(flatten)]
    scenario: Option<Document>,
}

/// What came of one file.
pub(super) struct Played {
    pub(super) file: PathBuf,
    /// What happened; or what is wrong with the file, and where.
    pub(super) told: Result<Told, Misread>,
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
        let with_traces = self.verbose >= 2 || self.json || self.json_file.is_some() || self.report.is_some();
        let options = Options { code, with_twin: !self.no_twin, with_traces };
        let progress = progress(files.len());
        let played = files.into_par_iter().map(|file| {
            let played = one(file, &options);
            progress.inc(1);
            played
        });
        let played: Vec<Played> = played.collect::<Result<_>>()?;
        progress.finish_and_clear();
        let code = played.iter().map(Played::code).max().unwrap_or_default();
        if let Some(file) = &self.report {
            let chapters: Vec<Chapter<'_>> = played.iter().map(Played::chapter).collect();
            fs::write(file, page(&chapters)).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        if let Some(file) = &self.junit {
            fs::write(file, junit::report(&played)?)
                .with_context(|| format!("{} cannot be written", file.display()))?;
        }
        if self.json || self.json_file.is_some() {
            let document = serde_json::to_string_pretty(&played.iter().map(Played::document).collect::<Vec<_>>())?;
            if let Some(file) = &self.json_file {
                fs::write(file, &document).with_context(|| format!("{} cannot be written", file.display()))?;
            }
            if self.json {
                print(&document)?;
                return Ok(code);
            }
        }
        let is_coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        for each in &played {
            each.print(self.quiet, self.verbose, is_coloured)?;
        }
        let failed = played.iter().filter(|each| each.code() != 0).count();
        let total = played.len();
        let verdicts = played.iter().filter_map(|each| each.told.as_ref().ok()).flat_map(|told| &told.events);
        let short = verdicts.filter(|event| event.verdict == Some(Verdict::OutOfGas)).count();
        let twin = match short {
            _ if self.no_twin => String::new(),
            0 => ", and the twin does the same".into(),
            _ => format!(", and the twin does the same; but for what ran out of gas, in {short} transactions"),
        };
        match failed {
            0 => print(&format!("{total} of {total} scenarios come as they say{twin}"))?,
            _ => print(&format!("{failed} of {total} scenarios do not come as they say"))?,
        }
        Ok(code)
    }
}

/// A bar on a terminal, where there is much to do.
fn progress(files: usize) -> ProgressBar {
    if files < 20 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    ProgressBar::new(u64::try_from(files).unwrap_or(u64::MAX))
}

fn one(file: PathBuf, options: &Options) -> Result<Played> {
    let text = match files::scenario(&file)? {
        Ok(text) => text,
        Err(misread) => return Ok(Played { file, told: Err(misread), text: String::new() }),
    };
    let scenario = match file.extension().and_then(OsStr::to_str) {
        Some("json") => read_json(&text),
        Some("toml") => read_toml(&text),
        _ => read(&text),
    };
    let told = scenario.and_then(|scenario| {
        let told = play(&scenario, options, &files::Beside(&file));
        told.map_err(|wrong| locate(&text, &wrong.path, wrong.to_string()))
    });
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

    /// What does not come as it should, and where the scenario says how it should be.
    pub(super) fn failures<'a>(&'a self, told: &'a Told) -> impl Iterator<Item = Misread> + 'a {
        told.failures.iter().map(|failure| locate(&self.text, &failure.path, &failure.what))
    }

    fn chapter(&self) -> Chapter<'_> {
        Chapter { file: self.file.to_string_lossy(), text: &self.text, told: self.told.as_ref() }
    }

    fn document(&self) -> InJson<'_> {
        let (scenario, error) = match &self.told {
            Ok(told) => (Some(Document::of(told, &self.text)), None),
            Err(misread) => (None, Some(misread)),
        };
        InJson { file: self.file.display().to_string(), error, scenario }
    }

    fn print(&self, is_quiet: bool, verbosity: u8, is_coloured: bool) -> Result<()> {
        let file = plain(&self.file.to_string_lossy());
        match &self.told {
            Err(misread) => print(&format!("{file}:{}\n", plain(&misread.to_string())))?,
            Ok(told) => {
                if !is_quiet || !told.failures.is_empty() {
                    print(&format!("{file}\n{}", Timeline { told, verbosity, is_coloured }))?;
                }
                for failure in self.failures(told) {
                    print(&format!("  FAILED {file}:{}", plain(&failure.to_string())))?;
                }
            }
        }
        Ok(())
    }
}
