//! A scenario may name an app in Solidity; only then a compiler runs.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path, process::Command};

/// The exit code of a run of this file, and what it prints.
fn run(file: &Path) -> (Option<i32>, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_simulator")).arg("run").arg(file).output().unwrap();
    (run.status.code(), String::from_utf8(run.stdout).unwrap())
}

fn example() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/examples/toll-road/toll-road.toml"))
}

#[test]
fn an_app_in_solidity_is_compiled_and_played() {
    let (code, said) = run(example());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("1 of 1 scenarios come as they say, and the twin does the same\n"), "{said}");
}

#[test]
fn what_the_compiler_refuses_is_told_where_the_scenario_names_it() {
    let folder = example().parent().unwrap();
    let text = fs::read_to_string(example()).unwrap();
    for (file, contract, told) in [
        ("Toll.sol", "Tool", "there is no contract `Tool` in the file: there is `Toll`"),
        ("Tool.sol", "Toll", "cannot open"),
        ("toll-road.toml", "Toll", "toll-road.toml"),
    ] {
        let named = format!("file = \"{file}\", contract = \"{contract}\"");
        let text = text.replace("file = \"Toll.sol\", contract = \"Toll\"", &named);
        let scenario = tempfile::Builder::new().suffix(".toml").tempfile_in(folder).unwrap();
        fs::write(&scenario, text).unwrap();
        let (code, said) = run(scenario.path());
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(":8:") && said.contains(told), "{said}");
    }
}
