//! Files with documents. Whatever is wrong with one is said with the file, the place, the field, and what would be right.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::Path,
};

use adjudicator::{
    evidence::Item,
    types::{Document, document::Content},
};
use anyhow::{Context, Error, Result};

use super::failure::wrong_use;

/// The most bytes of a file that is read at once; streams are not.
const MAX_BYTES: u64 = 64 << 20;

/// The text of a file; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        return read_from(std::io::stdin().lock(), path);
    }
    read_from(File::open(path).with_context(|| name(path))?, path)
}

fn read_from(input: impl Read, path: &Path) -> Result<String> {
    let mut text = String::new();
    let length = input.take(MAX_BYTES).read_to_string(&mut text).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => wrong_use(format!("{}: text is expected, and this is none", name(path))),
        _ => Error::from(error).context(name(path)),
    })?;
    if u64::try_from(length).is_ok_and(|length| length == MAX_BYTES) {
        return Err(wrong_use(format!("{}: a file of {MAX_BYTES} bytes or more, where less is read", name(path))));
    }
    Ok(text)
}

/// How errors name a file.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// The content of a document of a certain type.
pub(crate) fn document<T: Content>(path: &Path) -> Result<T> {
    let text = read(path)?;
    parse(path, &text)
}

/// The same, of what was read from the file.
pub(crate) fn parse<T: Content>(path: &Path, text: &str) -> Result<T> {
    serde_json::from_str(text).map(|Document(content)| content).map_err(|error| unreadable(path, text, &error))
}

/// A document of an item.
pub(crate) fn item(path: &Path) -> Result<Item> {
    let text = read(path)?;
    item_in(path, &text)
}

/// The same, of what was read from the file.
pub(crate) fn item_in(path: &Path, text: &str) -> Result<Item> {
    Item::from_json(text).map_err(|error| unreadable(path, text, &error))
}

/// Why the file is not what it should be.
pub(crate) fn unreadable(path: &Path, text: &str, error: &serde_json::Error) -> Error {
    let (line, column, file) = (error.line(), error.column(), name(path));
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    if line == 0 {
        return wrong_use(format!("{file}: type: {reason}"));
    }
    // These name the field themselves, and it is not the last one that was read.
    if ["missing field", "unknown field", "duplicate field"].iter().any(|start| reason.starts_with(start)) {
        return wrong_use(format!("{file}: line {line}, column {column}: {reason}"));
    }
    let lines: Vec<&str> = text.split('\n').take(line).collect();
    let before = lines.join("\n");
    let last = lines.last().map_or(0, |last| last.len());
    let end = before.len().saturating_sub(last.saturating_sub(column));
    let field = last_field(before.get(..end).unwrap_or(&before)).unwrap_or("document");
    wrong_use(format!("{file}: line {line}, column {column}: {field}: {reason}"))
}

/// The last name of a field in the beginning of a document.
fn last_field(json: &str) -> Option<&str> {
    let mut parts = json.rsplit('"');
    let mut behind = parts.next()?;
    loop {
        let text = parts.next()?;
        if behind.trim_start().starts_with(':') {
            return Some(text);
        }
        behind = text;
    }
}

/// Makes a file that was not there before. Where files have modes, only their owner reads it.
pub(crate) fn create(path: &Path, text: &str) -> Result<()> {
    let mut file = new_file(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.with_context(|| name(path))
}

/// The same without anything in it.
pub(crate) fn new_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => wrong_use(format!("{}: it exists already: another name is needed", name(path))),
        _ => Error::from(error).context(name(path)),
    })
}
