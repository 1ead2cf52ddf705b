//! Compiles `contracts/` into the artifacts of `adjudicator/abi/`, or proves that the committed ones are what the
//! compiler makes.
//!
//! Exit codes: 0 done, or no drift; 1 drift, or sources that are refused; 2 wrong use; 3 I/O failure.

mod artifact;
mod compile;
mod drift;
mod failure;
mod settings;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;

use crate::{
    drift::{Files, Folder},
    failure::Failure,
    settings::Settings,
};

/// Compiles contracts/ as foundry.toml says and keeps the artifacts in adjudicator/abi/, one per contract.
#[derive(Parser)]
#[command(
    after_help = "Exit codes: 0 done, or no drift; 1 drift, or sources that are refused; 2 wrong use; 3 I/O failure."
)]
struct Arguments {
    /// Write nothing; list each kept artifact that is not what the compiler makes now.
    #[arg(long)]
    check: bool,
    /// Also require that forge's artifacts in this folder hold the same bytecode.
    #[arg(long, value_name = "DIR")]
    forge_out: Option<PathBuf>,
    /// The folder that holds foundry.toml [default: the nearest at or above the working folder].
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the result of a command is its standard output")]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("build-contracts: {error:#}");
            error.downcast_ref().map_or(ExitCode::from(3), Failure::exit_code)
        }
    }
}

fn run(arguments: &Arguments) -> Result<String> {
    let root = match &arguments.root {
        Some(root) => root.canonicalize().with_context(|| format!("cannot open {}", root.display()))?,
        None => settings::find_root()?,
    };
    let contracts = compile::contracts(&Settings::read(&root)?)?;
    if let Some(out) = &arguments.forge_out {
        drift::require_same_as_forge(&contracts, out)?;
    }
    let mut files = Files::new();
    for contract in &contracts {
        files.extend(artifact::files(contract)?);
    }
    let folder = Folder::new(root.join("adjudicator/abi"));
    if arguments.check { folder.require(&files) } else { folder.write(&files) }
}
