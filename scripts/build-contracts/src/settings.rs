//! The compiler settings: those of `foundry.toml`, so that forge tests and ships the same bytecode.

use std::{
    env,
    fmt::Display,
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, Result};
use foundry_compilers::artifacts::{
    BytecodeHash, EvmVersion, Optimizer, Remapping, Settings as SolcSettings, solc::SettingsMetadata,
};
use serde::{Deserialize, Deserializer, de::Error};

use crate::failure::Failure;

/// Where the sources are and how they are compiled.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The folder that holds `foundry.toml`; absolute.
    pub(crate) root: PathBuf,
    /// The folder of the Solidity sources; absolute.
    pub(crate) sources: PathBuf,
    /// The folder of the tests in Solidity; absolute.
    pub(crate) tests: PathBuf,
    /// The compiler's executable; absolute.
    pub(crate) solc: PathBuf,
    /// Where imports lead, with absolute targets.
    pub(crate) remappings: Vec<Remapping>,
    /// The compiler's own settings, without an output selection.
    pub(crate) solc_settings: SolcSettings,
}

impl Settings {
    /// Reads `foundry.toml` in the absolute folder `root`.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let path = root.join("foundry.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let wrong = |error| Failure::WrongUse(format!("{}: {error}", path.display()));
        let profile = toml::from_str::<FoundryToml>(&text).map_err(wrong)?.profile.default;
        Ok(Self {
            root: root.to_owned(),
            sources: root.join(&profile.src),
            tests: root.join(&profile.test),
            solc: root.join(&profile.solc),
            remappings: profile.remappings.iter().map(|remapping| absolute(remapping, root)).collect(),
            solc_settings: profile.solc_settings(),
        })
    }
}

/// The nearest folder at or above the working folder that holds a `foundry.toml`.
pub(crate) fn find_root() -> Result<PathBuf> {
    let here = env::current_dir()?;
    let root = here.ancestors().find(|folder| folder.join("foundry.toml").is_file());
    Ok(root.ok_or_else(|| Failure::WrongUse(format!("no foundry.toml at or above {}", here.display())))?.to_owned())
}

#[derive(Deserialize)]
struct FoundryToml {
    profile: Profiles,
}

#[derive(Deserialize)]
struct Profiles {
    default: Profile,
}

/// What decides the bytecode. Every key must be given: forge's defaults change from one version to the next.
#[derive(Deserialize)]
struct Profile {
    src: PathBuf,
    test: PathBuf,
    solc: PathBuf,
    remappings: Vec<Remapping>,
    #[serde(deserialize_with = "parsed")]
    evm_version: EvmVersion,
    via_ir: bool,
    optimizer: bool,
    optimizer_runs: usize,
    #[serde(deserialize_with = "parsed")]
    bytecode_hash: BytecodeHash,
    cbor_metadata: bool,
}

impl Profile {
    fn solc_settings(&self) -> SolcSettings {
        SolcSettings {
            optimizer: Optimizer { enabled: Some(self.optimizer), runs: Some(self.optimizer_runs), details: None },
            metadata: Some(SettingsMetadata {
                use_literal_content: Some(false),
                bytecode_hash: Some(self.bytecode_hash),
                cbor_metadata: Some(self.cbor_metadata),
            }),
            evm_version: Some(self.evm_version),
            via_ir: Some(self.via_ir),
            ..SolcSettings::default()
        }
    }
}

fn absolute(remapping: &Remapping, root: &Path) -> Remapping {
    let path = root.join(&remapping.path).display().to_string();
    Remapping { path, ..remapping.clone() }
}

/// Reads a name as forge writes it, in lower case.
fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}
