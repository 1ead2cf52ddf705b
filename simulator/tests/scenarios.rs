//! The scenarios come as they say.

use std::{path::Path, process::Command};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios")
}

#[test]
fn every_scenario_comes_as_it_says() {
    let run = Command::new(env!("CARGO_BIN_EXE_simulator")).args(["run", "--quiet"]).arg(folder()).output().unwrap();
    assert!(run.status.success(), "{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
}
