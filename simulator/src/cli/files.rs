//! Scenario files, and the files that they name.

use std::{
    fs,
    path::{Path, PathBuf},
};

use alloy_primitives::Bytes;
use anyhow::{Context, Result};
use serde::Deserialize;
use simulator::stage::Sources;

use super::WrongUse;

/// All scenarios that are named: files, and whatever lies in folders, in the order of their names.
pub(super) fn scenarios(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let found = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
        if found.is_file() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        let entries = fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))?;
        for entry in entries {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "toml" || extension == "json") {
                files.push(file);
            }
        }
        files.get_mut(before..).into_iter().for_each(<[PathBuf]>::sort);
        if files.len() == before {
            return Err(
                WrongUse(format!("{} holds no scenarios: files that end with .toml or .json", path.display())).into()
            );
        }
    }
    Ok(files)
}

/// The part of an artifact that matters here.
#[derive(Deserialize)]
struct Artifact {
    bytecode: Bytecode,
}

#[derive(Deserialize)]
struct Bytecode {
    object: Bytes,
}

/// The creation code in an artifact.
pub(super) fn artifact(path: &Path) -> Result<Bytes> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let read: Artifact = serde_json::from_str(&text)
        .map_err(|error| WrongUse(format!("{}: it is no artifact of a compiler: {error}", path.display())))?;
    Ok(read.bytecode.object)
}

/// What lies beside a scenario.
pub(super) struct Beside<'a>(pub(super) &'a Path);

impl Sources for Beside<'_> {
    fn artifact(&self, file: &str) -> Result<Bytes, String> {
        let folder = self.0.parent().unwrap_or(self.0);
        artifact(&folder.join(file)).map_err(|error| format!("{error:#}"))
    }

    #[cfg(feature = "compile")]
    fn source(&self, file: &str, contract: &str) -> Result<Bytes, String> {
        let file = self.0.parent().unwrap_or(self.0).join(file);
        let code = build_contracts::compile::creation_code(&file, contract);
        code.map(Bytes::from).map_err(|error| format!("{error:#}"))
    }

    #[cfg(not(feature = "compile"))]
    fn source(&self, file: &str, contract: &str) -> Result<Bytes, String> {
        Err(format!(
            "{contract} in {file} would have to be compiled: this program was built without the feature `compile`"
        ))
    }
}
