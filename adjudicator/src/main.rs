//! The program `adjudicator`: keys, terms, evidence and calldata of channels, from a shell and without a node.
//!
//! It is a thin layer: whatever it decides, the library decides. `adjudicator help` says what it can be asked.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
