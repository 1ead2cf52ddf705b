//! The compiler settings: those of `foundry.toml`, so that forge tests and ships the same bytecode.

use std::{
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

use crate::Failure;

/// Where the sources are and how they are compiled.
#[derive(Debug)]
pub struct Settings {
    /// The folder that holds `foundry.toml`; absolute.
    pub root: PathBuf,
    /// The folder of the Solidity sources; absolute.
    pub sources: PathBuf,
    /// The folder of the tests in Solidity; absolute.
    pub tests: PathBuf,
    /// The compiler's executable; absolute.
    pub solc: PathBuf,
    /// Where imports lead, with absolute targets.
    pub remappings: Vec<Remapping>,
    /// The compiler's own settings, without an output selection.
    pub solc_settings: SolcSettings,
}

impl Settings {
    /// The nearest folder at or above `folder` that holds a `foundry.toml`.
    ///
    /// # Errors
    /// If there is none.
    pub fn find_root(folder: &Path) -> Result<PathBuf> {
        let root = folder.ancestors().find(|folder| folder.join("foundry.toml").is_file());
        let missing = || Failure::WrongUse(format!("no foundry.toml at or above {}", folder.display()));
        Ok(root.ok_or_else(missing)?.to_owned())
    }

    /// Reads `foundry.toml` in the absolute folder `root`.
    ///
    /// # Errors
    /// If it cannot be read, or does not say everything that decides the bytecode.
    pub fn read(root: &Path) -> Result<Self> {
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
