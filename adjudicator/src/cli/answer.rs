//! What a command comes to, and how it is printed.

use std::io::{ErrorKind, Write};

use adjudicator::types::{Document, document::Content};
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Map, Value};

use super::failure;

/// The one result of a command, for people and for programs.
pub(crate) struct Answer {
    text: String,
    json: String,
    /// Whether it says that something is wrong.
    is_refusal: bool,
}

impl Answer {
    /// A sentence or a page for people, and the same as JSON.
    pub(crate) fn new(text: impl Into<String>, json: &impl Serialize) -> Result<Self> {
        Ok(Self { text: text.into(), json: serde_json::to_string(json)?, is_refusal: false })
    }

    /// A document, on many lines for people and on one for streams.
    pub(crate) fn document<T: Content>(content: T) -> Result<Self> {
        Self::written(&Document(content))
    }

    /// What writes itself as a document.
    pub(crate) fn written(document: &impl Serialize) -> Result<Self> {
        Self::new(serde_json::to_string_pretty(document)?, document)
    }

    /// The result was written already.
    pub(crate) const fn none() -> Self {
        Self { text: String::new(), json: String::new(), is_refusal: false }
    }

    /// The same, as a refusal if that is so.
    pub(crate) fn refused_if(mut self, is_refusal: bool) -> Self {
        self.is_refusal = is_refusal;
        self
    }

    /// Prints it: the only place that writes results. The exit code.
    pub(super) fn print(self, as_json: bool) -> Result<u8> {
        let Self { text, json, is_refusal } = self;
        print(if as_json { &json } else { &text })?;
        Ok(if is_refusal { failure::REFUSED } else { 0 })
    }
}

/// Prints a result, if there is one.
pub(super) fn print(text: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut output = std::io::stdout().lock();
    match writeln!(output, "{}", text.trim_end_matches('\n')).and_then(|()| output.flush()) {
        // Whoever reads has had enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the result cannot be written"),
    }
}

/// Says something besides the result.
pub(crate) fn note(text: impl AsRef<str>) {
    eprintln!("{}", text.as_ref());
}

/// Named values, a line each.
#[derive(Default)]
pub(crate) struct Facts(Vec<(String, String)>);

impl Facts {
    /// One more.
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl ToString) -> &mut Self {
        self.0.push((name.into(), value.to_string()));
        self
    }

    /// All of them, in columns.
    pub(crate) fn text(&self) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let lines = self.0.iter().map(|(name, value)| format!("{name:width$}  {value}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The same as a result; in JSON names are as fields are written.
    pub(crate) fn answer(&self) -> Result<Answer> {
        let fields: Map<String, Value> =
            self.0.iter().map(|(name, value)| (field_name(name), Value::from(value.as_str()))).collect();
        Answer::new(self.text(), &fields)
    }
}

/// `struct hash` becomes `structHash`.
fn field_name(name: &str) -> String {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}
