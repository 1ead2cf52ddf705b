//! Scenario files, and the files that they name.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use alloy_primitives::Bytes;
use anyhow::{Context, Result};
use serde::Deserialize;
use simulator::{scenario::Misread, stage::Sources};

use super::WrongUse;

/// The most bytes of a file that is read.
const MOST_BYTES: u64 = 10 << 20;
/// The most bytes of a history that is read: blocks of a busy chain have many transactions.
const MOST_OF_HISTORY: u64 = 256 << 20;

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

/// The text of a scenario; or what is wrong with the file, and where.
pub(super) fn scenario(path: &Path) -> Result<Result<String, Misread>> {
    let misread = |line, column, what| Ok(Err(Misread { line, column, what }));
    let bytes = match bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.is::<WrongUse>() => return misread(1, 1, error.to_string()),
        Err(error) => return Err(error),
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (good, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
            let (before, byte) = (String::from_utf8_lossy(good), rest.first().copied().unwrap_or_default());
            let last = before.lines().last().filter(|_| !before.ends_with('\n')).unwrap_or_default();
            let (line, column) = (before.matches('\n').count(), last.chars().count());
            let what = format!("the byte {byte:#04x} is no text: UTF-8 is expected");
            return misread(line.saturating_add(1), column.saturating_add(1), what);
        }
    };
    // Some editors put a mark before a text.
    let unmarked = text.strip_prefix('\u{feff}').map(str::to_owned);
    Ok(Ok(unmarked.unwrap_or(text)))
}

/// What is in a file. Whatever is no file would perhaps never end.
fn bytes(path: &Path) -> Result<Vec<u8>> {
    bytes_up_to(path, MOST_BYTES)
}

/// The text of a history.
pub(super) fn history(path: &Path) -> Result<String> {
    let text = String::from_utf8(bytes_up_to(path, MOST_OF_HISTORY)?);
    text.map_err(|error| WrongUse(format!("{}: it is no text: {error}", path.display())).into())
}

fn bytes_up_to(path: &Path, most: u64) -> Result<Vec<u8>> {
    let unreadable = || format!("cannot open {}", path.display());
    if !fs::metadata(path).with_context(unreadable)?.is_file() {
        return Err(WrongUse(format!("{} is no regular file", path.display())).into());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(unreadable)?;
    let length = file.take(most.saturating_add(1)).read_to_end(&mut bytes).with_context(unreadable)?;
    if u64::try_from(length).is_ok_and(|length| length <= most) {
        return Ok(bytes);
    }
    Err(WrongUse(format!("{} is too long: at most {most} bytes are read", path.display())).into())
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
    let read: Artifact = serde_json::from_slice(&bytes(path)?)
        .map_err(|error| WrongUse(format!("{}: it is no artifact of a compiler: {error}", path.display())))?;
    Ok(read.bytecode.object)
}

/// What lies beside a scenario.
pub(super) struct Beside<'a>(pub(super) &'a Path);

impl Beside<'_> {
    /// Where a file is that the scenario names. It lies in the scenario's folder, or in one within: a scenario of somebody
    /// else's reads nothing else.
    fn place(&self, file: &str) -> Result<PathBuf, String> {
        let cannot_open = |error: io::Error| format!("cannot open {file}: {error}");
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let place = folder.join(file);
        let is_within = || -> io::Result<bool> { Ok(place.canonicalize()?.starts_with(folder.canonicalize()?)) };
        if Path::new(file).is_relative() && is_within().map_err(cannot_open)? {
            return Ok(place);
        }
        Err(format!("{file} does not lie beside the scenario: only files in its folder are read"))
    }
}

impl Sources for Beside<'_> {
    fn artifact(&self, file: &str) -> Result<Bytes, String> {
        artifact(&self.place(file)?).map_err(|error| format!("{error:#}"))
    }

    #[cfg(feature = "compile")]
    fn source(&self, file: &str, contract: &str) -> Result<Bytes, String> {
        let file = self.place(file)?;
        bytes(&file).map_err(|error| format!("{error:#}"))?;
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
