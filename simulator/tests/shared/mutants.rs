//! The broken contracts of `tests/mutants/`, and how each is searched.
#![allow(dead_code, reason = "not every test needs all of it")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use alloy_primitives::Bytes;
use serde::Deserialize;
use simulator::{
    explore::{Found, Plan, Strategy, Unwatched, explore},
    scenario::{Scenario, read},
    stage::NoSources,
};

/// What a file of `tests/mutants/` says.
#[derive(Deserialize)]
pub(crate) struct Mutant {
    pub(crate) scenario: String,
    pub(crate) honest: String,
    pub(crate) strategy: String,
    pub(crate) attack: Vec<String>,
    pub(crate) edits: Vec<Edit>,
}

/// What is broken.
#[derive(Deserialize)]
pub(crate) struct Edit {
    pub(crate) file: String,
    pub(crate) find: String,
    pub(crate) replace: String,
}

impl Mutant {
    pub(crate) fn text(&self) -> String {
        fs::read_to_string(root().join(format!("tests/explorations/{}.toml", self.scenario))).unwrap()
    }

    pub(crate) fn exploration(&self) -> Scenario {
        read(&self.text()).unwrap()
    }

    /// As deep as its author's attack.
    pub(crate) fn plan(&self) -> Plan {
        let strategy = match self.strategy.as_str() {
            "last-moment" => Strategy::LastMoment,
            "decide" => Strategy::Decide { late: 600 },
            "offline" => Strategy::Offline { before: 1 },
            other => panic!("there is no strategy {other}"),
        };
        Plan {
            honest: self.honest.clone(),
            channel: None,
            strategy,
            delay: 0,
            depth: u8::try_from(self.attack.len()).unwrap(),
            seed: 0,
            memory: 1 << 30,
            threads: 1,
        }
    }

    pub(crate) fn searched(&self, plan: &Plan, code: &Bytes) -> Found {
        explore((&self.exploration(), &self.text()), plan, code, &NoSources, None, &mut Unwatched).unwrap()
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// All of them by their names, ascending.
pub(crate) fn mutants() -> Vec<(String, Mutant)> {
    let files = fs::read_dir(root().join("tests/mutants")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    let mut all: Vec<(String, Mutant)> = files
        .map(|file| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap())
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// Compiles what is not compiled yet: these, or without names all.
pub(crate) fn compile(names: &[&str]) {
    let compiled = Command::new(root().join("scripts/mutants")).args(names).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stdout));
}

/// The creation code of one that is compiled.
pub(crate) fn code_of(mutant: &str) -> Bytes {
    #[derive(Deserialize)]
    struct Artifact {
        bytecode: Bytecode,
    }
    #[derive(Deserialize)]
    struct Bytecode {
        object: Bytes,
    }
    let text = fs::read_to_string(root().join(format!("target/mutants/{mutant}.json"))).unwrap();
    serde_json::from_str::<Artifact>(&text).unwrap().bytecode.object
}
