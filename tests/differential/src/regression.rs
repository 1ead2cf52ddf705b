//! Lives that once ended in a disagreement, kept as files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use alloy_primitives::keccak256;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{campaign::Finding, step::Step};

/// The version of the files.
const VERSION: u32 = 1;

/// A kept life. The file is described in `regressions/README.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Regression {
    /// The version of the file's form.
    pub version: u32,
    /// What went wrong, and who was right.
    pub claim: String,
    /// What happens.
    pub steps: Vec<Step>,
    /// What comes of the last step, as both sides see it now; nothing while they disagree.
    pub ends: Option<String>,
}

impl Regression {
    /// What is kept of a finding.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        Self { version: VERSION, claim: finding.mismatch.kind.clone(), steps: finding.steps.clone(), ends: None }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or is of another version.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let regression: Self =
            serde_json::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))?;
        ensure!(regression.version == VERSION, "{}: version {}, not {VERSION}", path.display(), regression.version);
        Ok(regression)
    }

    /// Writes a file into a folder, and names it by its kind.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        let words = self.claim.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let name: Vec<&str> = words.collect();
        let path = folder.join(format!("{}-{}.json", name.join("-"), &keccak256(&text).to_string()[2..8]));
        fs::create_dir_all(folder)?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// The folder of the kept lives of this project.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions")
}

/// The files of a folder, in order.
///
/// # Errors
/// If it cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}
