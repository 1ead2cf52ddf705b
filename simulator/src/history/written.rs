//! How a history is written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::History;

/// The version of the format.
pub(super) const VERSION: &str = "1";
/// What the document is, for whoever reads several kinds.
pub(super) const KIND: &str = "history";

/// A document that says what it is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document<'a> {
    pub(super) recourse: Cow<'a, str>,
    #[serde(rename = "type")]
    pub(super) kind: Cow<'a, str>,
    pub(super) content: Cow<'a, History>,
}

/// The document of a history.
///
/// # Errors
/// If it cannot be written as JSON, which does not happen.
pub fn write(history: &History) -> Result<String, serde_json::Error> {
    let document = Document { recourse: VERSION.into(), kind: KIND.into(), content: Cow::Borrowed(history) };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}
