//! The program `simulator`: replays disputes on the real bytecode, without a node.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
