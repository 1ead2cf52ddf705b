//! The program `adjudicator`: keys, terms, evidence and transactions of channels, from a shell, with nodes or without.
//!
//! It is a thin layer: whatever it decides, the library decides. `adjudicator help` says what it can be asked.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
