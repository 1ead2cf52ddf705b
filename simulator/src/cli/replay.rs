//! `replay`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use simulator::{
    history,
    replay::{self, Change, Compared, Page, page, swap, what_if},
    run::plain,
};

use super::{NOT_EXACT, WrongUse, files, print};

/// Go through a history that was captured, without a node, and look whether it comes again to the last unit of gas; or change it,
/// and see what would have come instead.
#[derive(Args)]
pub(super) struct Replay {
    /// The file that `capture` has written.
    #[arg(value_name = "HISTORY")]
    file: PathBuf,
    /// A change: `drop #3`, `delay #3 by 3 blocks` or `by 40s`, `move #3 to block 120` or `before #2`, `insert after #3 from 0x..
    /// data 0x..`; several are made one after the other. A transaction is named by its number, or by how its hash begins.
    #[arg(long, value_name = "CHANGE", num_args = 1)]
    what_if: Vec<String>,
    /// The artifact of another contract to play with: with changes, in the changed history alone.
    #[arg(long, value_name = "ARTIFACT")]
    contract: Option<PathBuf>,
    /// Print one JSON document instead.
    #[arg(long)]
    json: bool,
    /// Write everything as one page into a file, for a browser.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// What came of it, in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    is_exact: bool,
    was: &'a replay::Replay,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<&'a replay::Replay>,
}

impl Replay {
    /// Goes through it. The exit code.
    pub(super) fn run(self) -> Result<u8> {
        let wrong = |what: String| WrongUse(format!("{}: {what}", self.file.display()));
        let history = history::read(&files::history(&self.file)?).map_err(|error| wrong(error.to_string()))?;
        let code = match &self.contract {
            Some(path) => Some(swap(&history, &files::artifact(path)?).map_err(|error| wrong(error.to_string()))?),
            None => None,
        };
        if self.what_if.is_empty() {
            let replay = replay::replay(&history, code.as_ref());
            let summary = summary(&replay);
            return self.tell(
                &Document { is_exact: replay.is_exact(), was: &replay, what_if: None },
                Page::Replay(&replay),
                || format!("{replay}{summary}"),
            );
        }
        let changes = self.what_if.iter().map(|text| {
            let read = text.parse::<Change>();
            read.map_err(|error| WrongUse(format!("--what-if '{}': {error}", plain(text))))
        });
        let changes = changes.collect::<Result<Vec<_>, _>>()?;
        let compared = what_if(&history, &changes, code.as_ref()).map_err(|error| wrong(error.to_string()))?;
        let Compared { was, what_if } = &compared;
        let document = Document { is_exact: was.is_exact(), was, what_if: Some(what_if) };
        self.tell(&document, Page::Compared(&compared), || format!("{compared}{}", summary(was)))
    }

    fn tell(&self, document: &Document<'_>, shown: Page<'_>, text: impl Fn() -> String) -> Result<u8> {
        if let Some(file) = &self.report {
            let name = self.file.file_name().unwrap_or(self.file.as_os_str());
            fs::write(file, page(&name.to_string_lossy(), shown))
                .with_context(|| format!("{} cannot be written", file.display()))?;
        }
        if self.json {
            print(&serde_json::to_string_pretty(document)?)?
        } else {
            print(&text())?
        }
        Ok(if document.is_exact { 0 } else { NOT_EXACT })
    }
}

/// Whether it comes again as it was.
pub(super) fn summary(replay: &replay::Replay) -> String {
    let count = replay.events.len().saturating_add(replay.others);
    match replay.mismatches.len() {
        0 => format!("{count} of {count} transactions come to the byte as they were recorded"),
        1 => "1 thing does not come as it was recorded".to_owned(),
        many => format!("{many} things do not come as they were recorded"),
    }
}
