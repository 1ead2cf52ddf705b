//! The program.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use adjudicator::{
    action::{Action, Settle},
    wire,
};
use alloy_primitives::hex;
use serde_json::Value;

/// What the program is asked, argument by argument.
pub(crate) fn simulator(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_simulator")).args(arguments).env_remove("ETH_RPC_URL").output().unwrap()
}

/// What it prints, and with which code it ends.
pub(crate) fn said(arguments: &[&str], code: i32) -> String {
    let output = simulator(arguments);
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert_eq!(output.status.code(), Some(code), "simulator {}\n{text}", arguments.join(" "));
    text
}

/// The document that it prints.
pub(crate) fn document(arguments: &[&str], code: i32) -> Value {
    serde_json::from_str(&said(arguments, code)).unwrap()
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The settling with the state of a recorded close.
pub(crate) fn settle_as_closed(close: &str) -> String {
    let Action::CloseSolo(close) = Action::decode(&hex::decode(close).unwrap()).unwrap() else {
        panic!("{close}: it is no close")
    };
    let (state, _) = wire::State::split(&close.evidence, 1).unwrap();
    Settle { terms: close.terms, state: state.packed().to_vec().into() }.calldata().to_string()
}
