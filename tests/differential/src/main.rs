//! Lets the bytecode and its twin live many random lives, and tells where they disagree.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use alloy_primitives::Bytes;
use anyhow::{Context, Result};
use clap::Parser;
use recourse_differential::{
    campaign,
    duel::Duel,
    regression::{self, Regression},
};
use serde_json::Value;

/// Lets the real bytecode and its twin in Rust live the same random lives, and compares them after each call.
#[derive(Parser)]
#[command(
    after_help = "Exit codes: 0 they agree; 1 too little was reached; 2 wrong use; 3 I/O failure; 9 they disagree."
)]
struct Arguments {
    /// How many calls.
    #[arg(long, default_value_t = 100_000)]
    actions: u64,
    /// Which lives.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many kinds of disagreement to look for before it stops.
    #[arg(long, default_value_t = 1)]
    kinds: usize,
    /// Where to write the lives in which they disagree.
    #[arg(long, value_name = "DIR", default_value_os_t = regression::folder())]
    keep: PathBuf,
    /// Test the contract of this artifact (JSON with `bytecode.object`) instead of the one that ships.
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
    /// Lead this kept life instead.
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the result of a command is its standard output")]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok((result, code)) => {
            print!("{result}");
            ExitCode::from(code)
        }
        Err(error) => {
            eprintln!("recourse-differential: {error:#}");
            ExitCode::from(3)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(String, u8)> {
    let mut duel = match &arguments.contract {
        Some(path) => Duel::of(creation_code(path)?),
        None => Duel::new(),
    };
    if let Some(path) = &arguments.replay {
        let regression = Regression::read(path)?;
        return Ok(match duel.live(&regression.steps) {
            Ok(verdict) => (format!("{}: they agree: {verdict}\n", path.display()), 0),
            Err((at, mismatch)) => (format!("{}: step {at}: {mismatch}\n", path.display()), 9),
        });
    }
    let (started, mut kinds, mut kept) = (Instant::now(), BTreeSet::new(), Ok(()));
    let mut said = String::new();
    let counts = campaign::lead(&mut duel, arguments.actions, arguments.seed, |duel, finding| {
        if kinds.insert(finding.mismatch.kind.clone()) {
            let finding = finding.shrunk(duel);
            match Regression::of(&finding).write(&arguments.keep) {
                Ok(path) => {
                    said += &format!("{} steps, {}\n{}\n\n", finding.steps.len(), path.display(), finding.mismatch)
                }
                Err(error) => kept = Err(error),
            }
        }
        kinds.len() < arguments.kinds
    });
    kept?;
    said += &format!("{counts}\n{} calls in {:.1} s\n", counts.calls(), started.elapsed().as_secs_f64());
    let shortfalls = counts.shortfalls();
    shortfalls.iter().for_each(|shortfall| said += &format!("too little: {shortfall}\n"));
    let code = if !kinds.is_empty() { 9 } else { u8::from(!shortfalls.is_empty()) };
    Ok((said, code))
}

fn creation_code(path: &Path) -> Result<Bytes> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let artifact: Value = serde_json::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))?;
    let object = artifact.pointer("/bytecode/object").and_then(Value::as_str);
    let object = object.with_context(|| format!("{} has no bytecode.object", path.display()))?;
    object.parse().with_context(|| format!("bytecode.object of {} is not hexadecimal", path.display()))
}
