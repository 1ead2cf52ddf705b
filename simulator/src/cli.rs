//! The command line: what was typed becomes a request, and what comes of it is printed.

#[cfg(feature = "capture")]
mod capture;
mod explore;
mod files;
mod gas;
mod junit;
mod replay;
mod run;

use std::{io::Write, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use simulator::run::plain;

/// Replays disputes and challenge windows of channels, on the real bytecode and without a node.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play scenarios, and look whether everything comes as they say.
    Run(run::Run),
    /// Search for a schedule by which an honest party loses, or a rule is broken.
    Explore(explore::Explore),
    /// Measure the gas of whole lives of channels, and how it grows.
    Gas(gas::Gas),
    /// Read what a channel has gone through in a real chain into one file, with all that is needed to go through it again.
    #[cfg(feature = "capture")]
    Capture(capture::Capture),
    /// Go through such a history again without a node, as it was or with changes.
    Replay(replay::Replay),
    /// Print the JSON Schema of scenarios.
    Schema,
}

/// A history does not come again as it was.
const NOT_EXACT: u8 = 1;
/// Wrong use, or a scenario that cannot be read.
const WRONG_USE: u8 = 2;
/// A file cannot be read or written.
const INPUT_OUTPUT: u8 = 3;
/// An expectation of a scenario does not hold.
const EXPECTATION: u8 = 7;
/// A search found what breaks a rule.
const VIOLATION: u8 = 8;
/// The contract and its twin do not do the same.
const DISAGREEMENT: u8 = 9;
/// A search was stopped before everything was covered.
const INCOMPLETE: u8 = 10;

/// What was asked cannot be done as it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongUse(String);

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let done = match command {
        Command::Run(run) => run.run(),
        Command::Explore(explore) => explore.run(),
        Command::Gas(gas) => gas.run(),
        #[cfg(feature = "capture")]
        Command::Capture(capture) => capture.run(),
        Command::Replay(replay) => replay.run(),
        Command::Schema => schema().map(|()| 0),
    };
    let code = done.unwrap_or_else(|error| {
        eprintln!("simulator: {}", plain(&format!("{error:#}")));
        if error.is::<WrongUse>() { WRONG_USE } else { INPUT_OUTPUT }
    });
    ExitCode::from(code)
}

fn schema() -> Result<()> {
    print(&serde_json::to_string_pretty(&schemars::schema_for!(simulator::scenario::Scenario))?)
}

/// Prints a result. Whoever reads may have had enough.
fn print(text: &str) -> Result<()> {
    let mut output = std::io::stdout().lock();
    match writeln!(output, "{}", text.trim_end()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the result cannot be written"),
    }
}
