//! `evidence import`.

use std::{
    fs::File,
    io::{BufReader, Read},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use adjudicator::evidence::store::{Imported, Store};
use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::FileOptions;
use crate::cli::{answer::Answer, files};

/// The stream, and where it is kept.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A stream: a document per line, those of a channel behind its `channel` document; - for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How many threads check signatures [default: one per core].
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
    #[command(flatten)]
    store: FileOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let threads = self.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
        let name = || files::name(&self.file);
        let imported = if self.file == Path::new("-") {
            import(&mut self.store.open()?, std::io::stdin(), None, threads)
        } else {
            let file = File::open(&self.file).with_context(name)?;
            let length = file.metadata().with_context(name)?.len();
            import(&mut self.store.open()?, file, Some(length), threads)
        };
        let Imported { lines, items, news } = imported.with_context(name)?;
        let json = json!({ "lines": lines.to_string(), "items": items.to_string(), "news": news.to_string() });
        Answer::new(format!("{items} items in {lines} lines, {news} of them new"), &json)
    }
}

/// Keeps a stream, with a bar as long as what was read of it; on a terminal only.
fn import(store: &mut Store, input: impl Read, length: Option<u64>, threads: NonZeroUsize) -> Result<Imported> {
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    let template = if length.is_some() {
        "{wide_bar} {bytes} of {total_bytes}, {msg}, {eta} left"
    } else {
        "{spinner} {bytes}, {msg}"
    };
    bar.set_style(ProgressStyle::with_template(template)?);
    let kept = bar.clone();
    let imported = store.import(BufReader::new(bar.wrap_read(input)), threads, move |lines| {
        kept.set_message(format!("{lines} lines kept"));
    });
    bar.finish_and_clear();
    Ok(imported?)
}
