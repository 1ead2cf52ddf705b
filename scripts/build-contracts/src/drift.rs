//! Compares what the compiler makes with what is kept.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use build_contracts::{Failure, compile::Compiled};
use foundry_compilers::artifacts::CompactContractBytecode;

/// The command that mends what a check finds.
const REMEDY: &str = "to mend it: cargo run -p build-contracts";

/// File contents by file name.
pub(crate) type Files = BTreeMap<String, String>;

/// The folder of the kept artifacts; every `.json` file in it is one of them.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, which need not exist yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Makes the folder hold exactly `files`, touching only what differs; says what that was.
    pub(crate) fn write(&self, files: &Files) -> Result<String> {
        if files.is_empty() && !self.0.exists() {
            return Ok(self.says(files, "artifacts"));
        }
        fs::create_dir_all(&self.0).with_context(|| format!("cannot create {}", self.0.display()))?;
        let drifted = self.drifted(files)?;
        for Drift { file, .. } in &drifted {
            let path = self.0.join(file);
            let done = files.get(file).map_or_else(|| fs::remove_file(&path), |contents| fs::write(&path, contents));
            done.with_context(|| format!("cannot mend {}", path.display()))?;
        }
        Ok(self.says(files, &format!("artifacts, {} files mended{}", drifted.len(), lines(&drifted))))
    }

    /// Refuses, naming each file, unless the folder holds exactly `files`.
    pub(crate) fn require(&self, files: &Files) -> Result<String> {
        let drifted = self.drifted(files)?;
        if drifted.is_empty() {
            return Ok(self.says(files, "artifacts are what the compiler makes"));
        }
        let (folder, drifted) = (self.0.display(), lines(&drifted));
        Err(Failure::Drift(format!("{folder} is not what the compiler makes{drifted}\n{REMEDY}")).into())
    }

    fn says(&self, files: &Files, what: &str) -> String {
        format!("{}: {} {what}", self.0.display(), files.len())
    }

    fn drifted(&self, files: &Files) -> Result<Vec<Drift>> {
        let kept = self.read()?;
        let names = files.keys().chain(kept.keys().filter(|name| !files.contains_key(*name)));
        let kind = |name: &String| match (kept.get(name), files.get(name)) {
            (None, _) => Some("missing"),
            (_, None) => Some("stale"),
            (Some(found), Some(made)) => (found != made).then_some("changed"),
        };
        Ok(names.filter_map(|name| Some(Drift { kind: kind(name)?, file: name.clone() })).collect())
    }

    fn read(&self) -> Result<Files> {
        let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Files::new()),
            entries => entries.with_context(|| format!("cannot read {}", self.0.display()))?,
        };
        let mut files = Files::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().display().to_string();
            if name.ends_with(".json") {
                files.insert(name, read(&entry.path())?);
            }
        }
        Ok(files)
    }
}

/// One file that is not what it should be.
#[derive(Debug)]
struct Drift {
    kind: &'static str,
    file: String,
}

impl Display for Drift {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<8} {}", self.kind, self.file)
    }
}

fn lines(drifted: &[Drift]) -> String {
    drifted.iter().map(|drift| format!("\n  {drift}")).collect()
}

/// Refuses, naming each contract, unless forge's artifacts in the folder `out` hold the bytecode of `contracts`.
pub(crate) fn require_same_as_forge(contracts: &[Compiled], out: &Path) -> Result<()> {
    let mut drifted = Vec::new();
    for contract in contracts.iter().filter(|contract| contract.is_deployable()) {
        let file = contract.source.file_name().unwrap_or_default();
        let path = out.join(file).join(&contract.name).with_extension("json");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let forge: CompactContractBytecode =
            serde_json::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))?;
        if forge.bytecode.map(|code| code.object).as_ref() != contract.creation_code() {
            drifted.push(contract.name.as_str());
        }
    }
    if drifted.is_empty() {
        return Ok(());
    }
    let (out, drifted) = (out.display(), drifted.join(", "));
    Err(Failure::Drift(format!("forge's bytecode in {out} is not what the compiler makes: {drifted}")).into())
}
