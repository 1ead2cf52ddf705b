//! One line of a stream of documents.

use super::{Identity, LineError};
use crate::{
    evidence::{Held, Item},
    types::{Document, document::Content},
};

/// What a line comes to, before it is written.
pub(super) struct Checked {
    pub(super) held: Held,
    /// As it is kept.
    pub(super) json: Vec<u8>,
}

/// The item of a line, its signatures checked: this is what takes the time.
pub(super) fn check(identity: &Identity, line: &str) -> Result<Checked, LineError> {
    let item = Item::from_json(line).map_err(|error| unreadable(line, &error))?;
    let held = Held::check(identity, item);
    if let Some(reason) = held.flaw() {
        return Err(LineError::Flawed { key: held.key(), reason });
    }
    let json = serde_json::to_vec(held.item()).map_err(|error| unreadable(line, &error))?;
    Ok(Checked { held, json })
}

/// The channel that a line begins, if it is one that does.
pub(super) fn channel(line: &str) -> Option<Result<Identity, LineError>> {
    // To read every line here would take the reader as long as all others together.
    let may_be = line.contains(concat!("\"", "channel", "\""));
    let is_one = may_be && crate::types::document::type_of(line).is_ok_and(|name| name == Identity::TYPE);
    is_one.then(|| match serde_json::from_str(line) {
        Ok(Document(identity)) => Ok(identity),
        Err(error) => Err(unreadable(line, &error)),
    })
}

fn unreadable(line: &str, error: &serde_json::Error) -> LineError {
    let before = line.get(..error.column()).unwrap_or(line);
    let reason = error.to_string();
    // It is a line by itself, whose number in the stream is told besides.
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    LineError::Unreadable { field: last_field(before).unwrap_or("document").to_owned(), column: error.column(), reason }
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
