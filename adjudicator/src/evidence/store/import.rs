//! Streams of documents, checked on many cores.

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use super::{
    Identity, Result, Store, StoreError, begin,
    line::{self, Checked},
    write::{self, Writer},
};
use crate::evidence::Key;

/// The lines that are checked at once by one core.
const BATCH: usize = 256;
/// The lines that are written by one transaction.
const GROUP: usize = 16_384;
/// How many batches each core may be behind the reader.
const AHEAD: usize = 4;

/// What came of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// The lines that were read, empty ones included.
    pub lines: u64,
    /// The items among them.
    pub items: u64,
    /// How many of those were news.
    pub news: u64,
}

/// Why an import has stopped. All lines before that are kept, and may be imported again.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ImportError {
    /// The number of the line, from 1 on.
    pub line: u64,
    /// Why.
    pub reason: LineError,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// It is no document of its type.
    #[error("{field}: {reason} (column {column})")]
    Unreadable {
        /// The field that was read last.
        field: String,
        /// Where in the line.
        column: usize,
        /// What was found, and what would be right.
        reason: String,
    },
    /// A signature is not right.
    #[error("{key}: {reason}")]
    Flawed {
        /// The item.
        key: Key,
        /// Whose signature, and what is wrong with it.
        reason: String,
    },
    /// No line has said which channel it is of.
    #[error("an item of no channel: a `channel` document must come first")]
    NoChannel,
    /// The stream cannot be read.
    #[error("the input cannot be read: {0}")]
    Input(#[from] io::Error),
    /// The file cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lines that follow each other, of one channel.
struct Batch {
    number: u64,
    identity: Arc<Identity>,
    lines: Vec<(u64, String)>,
}

/// The same, checked as far as there was nothing wrong.
struct Outcome {
    identity: Arc<Identity>,
    checked: Vec<(u64, Checked)>,
    error: Option<ImportError>,
}

impl Store {
    /// Keeps the items of a stream: one JSON document per line, those of a channel behind its `channel` document.
    ///
    /// So many threads check signatures; besides, one reads and one writes. What is in memory does not grow with the
    /// stream. `progress` is told now and then how many lines are kept.
    ///
    /// # Errors
    /// At the first line that is wrong. The lines before it are kept.
    pub fn import(
        &mut self,
        input: impl BufRead,
        threads: NonZeroUsize,
        progress: impl Fn(u64) + Send,
    ) -> Result<Imported, ImportError> {
        let ahead = threads.get().saturating_mul(AHEAD);
        let (to_check, batches) = sync_channel::<Batch>(ahead);
        let (to_write, outcomes) = sync_channel::<(u64, Outcome)>(ahead);
        let (permit, permits) = sync_channel::<()>(ahead);
        (0..ahead).for_each(|_| {
            let _ = permit.try_send(());
        });
        let batches = Mutex::new(batches);
        thread::scope(|scope| {
            for _ in 0..threads.get() {
                let (batches, to_write) = (&batches, to_write.clone());
                scope.spawn(move || check(batches, &to_write));
            }
            drop(to_write);
            let store = &*self;
            let writer = scope.spawn(move || store.write(&outcomes, &permit, progress));
            let read = read(input, &to_check, &permits);
            drop(to_check);
            let written = writer
                .join()
                .unwrap_or_else(|_| Err(ImportError { line: 0, reason: StoreError::WriterStopped.into() }));
            let (mut imported, lines) = (written?, read?);
            imported.lines = lines;
            Ok(imported)
        })
    }

    /// Writes what was checked, in the order of the lines.
    fn write(
        &self,
        outcomes: &Receiver<(u64, Outcome)>,
        permit: &SyncSender<()>,
        progress: impl Fn(u64),
    ) -> Result<Imported, ImportError> {
        let mut queue = Queue { outcomes, permit, early: BTreeMap::new(), next: 0 };
        let mut imported = Imported::default();
        loop {
            let (is_over, found) = self.write_group(&mut queue, &mut imported)?;
            progress(imported.lines);
            match found {
                Some(error) => return Err(error),
                None if is_over => return Ok(imported),
                None => {}
            }
        }
    }

    /// Writes a group in one transaction. Whether it was the last one, and what was wrong with the line behind it.
    fn write_group(
        &self,
        queue: &mut Queue<'_>,
        imported: &mut Imported,
    ) -> Result<(bool, Option<ImportError>), ImportError> {
        let at = |line, error: StoreError| ImportError { line, reason: error.into() };
        let begun = imported.lines;
        let transaction = begin(&self.database).map_err(|error| at(begun, error))?;
        let mut writer = Writer::new(&transaction).map_err(|error| at(begun, error))?;
        let (mut channel, mut written, mut is_over, mut found) = (None, 0_usize, false, None);
        while written < GROUP && found.is_none() {
            let Some(Outcome { identity, checked, error }) = queue.next() else {
                is_over = true;
                break;
            };
            found = error;
            written = written.saturating_add(checked.len());
            if channel != Some(identity.channel_id()) {
                channel = Some(identity.channel_id());
                write::channel(&transaction, &identity).map_err(|error| at(imported.lines, error))?;
            }
            for (line, Checked { held, json }) in checked {
                let is_news = writer.put(&identity, self.holder, held, &json).map_err(|error| at(line, error))?;
                imported.lines = line;
                imported.items = imported.items.saturating_add(1);
                imported.news = imported.news.saturating_add(u64::from(is_news));
            }
        }
        drop(writer);
        transaction.commit().map_err(|error| at(imported.lines, error.into()))?;
        Ok((is_over, found))
    }
}

/// What was checked, put in order again.
struct Queue<'a> {
    outcomes: &'a Receiver<(u64, Outcome)>,
    permit: &'a SyncSender<()>,
    early: BTreeMap<u64, Outcome>,
    next: u64,
}

impl Queue<'_> {
    /// The outcome of the next batch, if there is another one.
    fn next(&mut self) -> Option<Outcome> {
        loop {
            if let Some(outcome) = self.early.remove(&self.next) {
                self.next = self.next.saturating_add(1);
                // Whoever reads may be done: then nobody waits for it.
                let _ = self.permit.try_send(());
                return Some(outcome);
            }
            let (number, outcome) = self.outcomes.recv().ok()?;
            self.early.insert(number, outcome);
        }
    }
}

/// Cuts the stream into batches. The number of its lines.
fn read(input: impl BufRead, to_check: &SyncSender<Batch>, permits: &Receiver<()>) -> Result<u64, ImportError> {
    let mut reader = Reader { to_check, permits, number: 0, identity: None, lines: Vec::new() };
    let read = reader.read(input);
    // Also before a line that is wrong.
    reader.send();
    read
}

/// The lines that were read and not sent yet.
struct Reader<'a> {
    to_check: &'a SyncSender<Batch>,
    permits: &'a Receiver<()>,
    /// That of the next batch.
    number: u64,
    identity: Option<Arc<Identity>>,
    lines: Vec<(u64, String)>,
}

impl Reader<'_> {
    fn read(&mut self, mut input: impl BufRead) -> Result<u64, ImportError> {
        for line in 1_u64.. {
            let at = |reason| ImportError { line, reason };
            let mut text = String::new();
            if input.read_line(&mut text).map_err(|error| at(error.into()))? == 0 {
                return Ok(line.saturating_sub(1));
            }
            text.truncate(text.trim_end().len());
            if text.is_empty() {
                continue;
            }
            if let Some(channel) = line::channel(&text) {
                let channel = Arc::new(channel.map_err(at)?);
                self.send();
                self.identity = Some(channel);
                // Even a channel without items is kept.
                self.send_batch();
                continue;
            }
            if self.identity.is_none() {
                return Err(at(LineError::NoChannel));
            }
            self.lines.push((line, text));
            if self.lines.len() >= BATCH && !self.send() {
                return Ok(line);
            }
        }
        Ok(u64::MAX)
    }

    fn send(&mut self) -> bool {
        self.lines.is_empty() || self.send_batch()
    }

    /// Whether somebody goes on with it. If not, the writer has given up, and says why.
    fn send_batch(&mut self) -> bool {
        let lines = std::mem::take(&mut self.lines);
        let Some(identity) = &self.identity else { return true };
        let batch = Batch { number: self.number, identity: Arc::clone(identity), lines };
        self.number = self.number.saturating_add(1);
        self.permits.recv().is_ok() && self.to_check.send(batch).is_ok()
    }
}

/// Checks batch after batch.
fn check(batches: &Mutex<Receiver<Batch>>, to_write: &SyncSender<(u64, Outcome)>) {
    loop {
        let batch = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Batch { number, identity, lines }) = batch else { return };
        let mut outcome = Outcome { identity, checked: Vec::with_capacity(lines.len()), error: None };
        for (line, text) in lines {
            match line::check(&outcome.identity, &text) {
                Ok(checked) => outcome.checked.push((line, checked)),
                Err(reason) => {
                    outcome.error = Some(ImportError { line, reason });
                    break;
                }
            }
        }
        if to_write.send((number, outcome)).is_err() {
            return;
        }
    }
}
