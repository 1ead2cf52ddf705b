//! What the program can be asked, and how it answers.
//!
//! Standard output is the one result, or one JSON document with `--json`; everything else goes to standard error. What was
//! typed is checked once, on the way in. Each command is a file.

mod advise;
mod answer;
mod build;
mod bundle;
mod channel;
mod delegate;
mod deploy;
mod deployed;
mod deployments;
mod doctor;
mod evidence;
mod explain;
mod failure;
mod files;
mod findings;
mod help;
mod key;
mod keys;
mod keystore;
mod operate;
mod policy;
mod rpc;
mod send;
mod state;
mod submit;
mod terms;
#[cfg(test)]
mod tests;
mod typed;
mod view;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use self::{answer::Answer, build::Operation, operate::OneStep};

/// What each command ends with.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused by the rules, or findings; 2 wrong use; 3 files or nodes that cannot be read or written.";

/// Keys, terms, evidence and transactions of Recourse channels.
///
/// What is agreed on, signed and kept is in JSON documents (docs/FORMATS.md); what may be signed is decided by the rules
/// of docs/PROTOCOL.md, section 10, whose findings docs/FINDINGS.md lists.
#[derive(Parser)]
#[command(name = "adjudicator", version, after_help = EXIT_CODES, arg_required_else_help = true)]
struct Arguments {
    /// Print one JSON document.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keystore files: the key that signs, or the one that pays for gas.
    #[command(subcommand)]
    Keys(keys::Command),
    /// What two parties agree on before money moves.
    #[command(subcommand)]
    Terms(terms::Command),
    /// Which channel terms make, on a chain and in a contract there.
    #[command(subcommand)]
    Channel(channel::Command),
    /// States, and what else both parties sign: closes and withdrawals.
    #[command(subcommand)]
    State(state::Command),
    /// The store: all that could be shown to the contract.
    #[command(subcommand)]
    Evidence(evidence::Command),
    /// Let somebody else close in this party's name, and nothing else.
    Delegate(delegate::Arguments),
    /// What may be sent now, what each leads to, and what happens if nothing is.
    Advise(advise::Arguments),
    /// The transaction of an operation: where to, with which coins, and its calldata.
    Build(build::Arguments),
    /// Give the signature that a bundle still lacks, if this party may; the store has it on the disk before anybody else.
    Sign(bundle::Sign),
    /// Sign the transaction of a bundle with the key that pays for gas: any node takes it as it is, and this command sends nothing.
    Transaction(bundle::Transaction),
    /// Bring the transaction of a bundle into the chain before its deadline, whatever gas costs then, up to what is at stake.
    Submit(submit::Arguments),
    /// Pay into a channel.
    Deposit(OneStep<build::Deposit>),
    /// Take money out of a living channel, as both have agreed.
    Withdraw(OneStep<build::Withdraw>),
    /// Record a newer state.
    SnapshotSolo(OneStep<build::Shown>),
    /// Close at once and pay, as both have agreed.
    CloseMutual(OneStep<build::CloseMutual>),
    /// Start closing.
    CloseSolo(OneStep<build::Solo>),
    /// Start closing, and agree to settle this very state at once; or agree while it is closing.
    Consent(OneStep<build::Shown>),
    /// Answer a close with a newer state.
    Slash(OneStep<build::Shown>),
    /// Make one step of an instance.
    ForceProgress(OneStep<build::ForceProgress>),
    /// Store the outcome of an instance as of now.
    Evaluate(OneStep<build::Evaluate>),
    /// Pay what is recorded, from the final time on.
    Settle(OneStep<build::Shown>),
    /// Pay a credit to its creditor.
    Claim(OneStep<build::Claim>),
    /// Make all delegations of the sender void.
    RevokeDelegations(OneStep<build::ChannelOnly>),
    /// What is wrong with a transaction that somebody has built, the gravest first.
    Verify(bundle::Verify),
    /// A bundle as a file for the Transaction Builder of a Safe.
    Safe(bundle::Safe),
    /// Deploy a ChannelManager by way of the CREATE2 deployer, to the address that follows from its windows.
    Deploy(deploy::Arguments),
    /// What is deployed, and what is planned.
    #[command(subcommand)]
    Deployments(deployments::Command),
    /// Try whether a chain, and tokens there, are fit for channels, before any money is.
    Doctor(doctor::Arguments),
    /// Say in words what a document, calldata, a log or an error of the contract is, or what a transaction did.
    Explain(explain::Arguments),
    /// Completions for a shell.
    Completions(help::Completions),
    /// Manual pages.
    Man(help::Man),
}

/// Answers what the command line asks.
pub(crate) fn main() -> ExitCode {
    let Arguments { json, command } = Arguments::parse();
    let answered = run(command).and_then(|answer| answer.print(json));
    answered.unwrap_or_else(|error| failure::report(&error, json)).into()
}

fn run(command: Command) -> Result<Answer> {
    match command {
        Command::Keys(command) => command.run(),
        Command::Terms(command) => command.run(),
        Command::Channel(command) => command.run(),
        Command::State(command) => command.run(),
        Command::Evidence(command) => command.run(),
        Command::Delegate(arguments) => arguments.run(),
        Command::Advise(arguments) => arguments.run(),
        Command::Build(arguments) => arguments.run(),
        Command::Sign(arguments) => arguments.run(),
        Command::Transaction(arguments) => arguments.run(),
        Command::Submit(arguments) => arguments.run(),
        Command::Deposit(it) => it.run(Operation::Deposit),
        Command::Withdraw(it) => it.run(Operation::Withdraw),
        Command::SnapshotSolo(it) => it.run(Operation::SnapshotSolo),
        Command::CloseMutual(it) => it.run(Operation::CloseMutual),
        Command::CloseSolo(it) => it.run(Operation::CloseSolo),
        Command::Consent(it) => it.run(Operation::Consent),
        Command::Slash(it) => it.run(Operation::Slash),
        Command::ForceProgress(it) => it.run(Operation::ForceProgress),
        Command::Evaluate(it) => it.run(Operation::Evaluate),
        Command::Settle(it) => it.run(Operation::Settle),
        Command::Claim(it) => it.run(Operation::Claim),
        Command::RevokeDelegations(it) => it.run(Operation::RevokeDelegations),
        Command::Verify(arguments) => arguments.run(),
        Command::Safe(arguments) => arguments.run(),
        Command::Deploy(arguments) => arguments.run(),
        Command::Deployments(command) => command.run(),
        Command::Doctor(arguments) => arguments.run(),
        Command::Explain(arguments) => arguments.run(),
        Command::Completions(arguments) => arguments.run(),
        Command::Man(arguments) => arguments.run(),
    }
}
