//! The program, run as a user does.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    anvil::{Anvil, RICH_KEY},
    root,
};

/// What a command has come to.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Ended {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, if it ended with this code.
    pub(super) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// Runs the program in a folder, without what the environment says of nodes and keys.
pub(super) fn run(folder: &Path, arguments: &[&str]) -> Ended {
    ended(
        Command::new(env!("CARGO_BIN_EXE_adjudicator"))
            .args(arguments)
            .current_dir(folder)
            .env("XDG_STATE_HOME", folder),
    )
}

/// Runs a script of the project.
pub(super) fn script(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(root().join("scripts").join(name));
    ended(command.args(arguments).envs(environment.iter().copied()).current_dir(root()))
}

/// The command, without what the environment says of nodes and keys.
pub(super) fn clean(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ETH_")) {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
pub(super) fn ended(command: &mut Command) -> Ended {
    let output = clean(command).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A folder with a key that has coins.
pub(super) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), "a password of tests\n").unwrap();
    std::fs::write(folder.path().join("hex"), RICH_KEY).unwrap();
    run(folder.path(), &["keys", "import", "hex", "--out", "key", "--password-file", "password"]).with(0);
    folder
}

/// The windows that are deployed in tests.
pub(super) const WINDOWS: [&str; 4] = ["--min-window", "3600", "--max-window", "2592000"];
/// Where the manager with these is, on every chain.
pub(super) const MANAGER: &str = "0x03098F7C20E3b442530e1940C55294406f95EDc3";

/// Deploys it, with more arguments.
pub(super) fn deploy(anvil: &Anvil, folder: &Path, more: &[&str]) -> Ended {
    let url = anvil.url();
    let own = ["--json", "--rpc-url", &url, "--confirmations", "1", "--interval", "1"];
    run(folder, &[&["deploy"], &WINDOWS[..], &own, more].concat())
}

/// The arguments that name the key.
pub(super) const KEY: [&str; 4] = ["--keystore", "key", "--password-file", "password"];
