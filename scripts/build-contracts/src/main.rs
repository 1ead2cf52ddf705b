//! Compiles `contracts/` into the artifacts of `adjudicator/abi/`, and the actors of simulations into those of
//! `simulator/abi/`, or proves that the committed ones are what the compiler makes.
//!
//! Exit codes: 0 done, or no drift; 1 drift, or sources that are refused; 2 wrong use; 3 I/O failure.

mod artifact;
mod drift;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use build_contracts::{
    Failure, Settings,
    compile::{actors, contracts},
};
use clap::Parser;

use crate::drift::{Files, Folder};

/// Compiles contracts/ as foundry.toml says and keeps the artifacts in adjudicator/abi/, one per contract; those of the
/// tests' PermitToken.sol and Scripted*.sol in simulator/abi/.
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
        None => Settings::find_root(&std::env::current_dir()?)?,
    };
    let settings = Settings::read(&root)?;
    let (contracts, actors) = (contracts(&settings)?, actors(&settings)?);
    if let Some(out) = &arguments.forge_out {
        drift::require_same_as_forge(&contracts, out)?;
        drift::require_same_as_forge(&actors, out)?;
    }
    let (mut files, mut actor_files) = (Files::new(), Files::new());
    for contract in &contracts {
        files.extend(artifact::files(contract)?);
    }
    for actor in &actors {
        actor_files.extend(artifact::file(actor)?);
    }
    let sets = [("adjudicator/abi", files), ("simulator/abi", actor_files)];
    let keep = |(path, files): &(&str, Files)| {
        let folder = Folder::new(root.join(path));
        if arguments.check { folder.require(files) } else { folder.write(files) }
    };
    Ok(sets.iter().map(keep).collect::<Result<Vec<_>>>()?.join("\n"))
}
