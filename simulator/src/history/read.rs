//! How a history is read: strictly, for whoever made it may be anybody.

use alloy_primitives::{B256, keccak256};
use serde::Deserialize;

use super::{
    Block, History,
    written::{Document, KIND, VERSION},
};

/// Why a text is no history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// It is no JSON, or has another form.
    #[error("line {line}, column {column}: {what}")]
    Malformed {
        /// The line, from 1 on.
        line: usize,
        /// The column, from 1 on.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// It is another document.
    #[error("a document of type `{found}`, where `{KIND}` is expected")]
    OtherKind {
        /// What it says it is.
        found: String,
    },
    /// It is of another version.
    #[error("version `{found}` of the format, where this program reads `{VERSION}`")]
    OtherVersion {
        /// The version that it has.
        found: String,
    },
    /// Nothing happened in it.
    #[error("it has no block with a transaction of the channel, where at least one is expected")]
    Empty,
    /// A block is not behind the one before it.
    #[error("block {found} at {found_time} stands behind block {last} at {last_time}: number and time of blocks grow")]
    BlocksDisordered {
        /// The number of the block before.
        last: u64,
        /// The time of the block before, in Unix seconds.
        last_time: u64,
        /// The number of the block.
        found: u64,
        /// The time of the block, in Unix seconds.
        found_time: u64,
    },
    /// A code has not the hash that it is named by.
    #[error("the code named {named} has the hash {found}")]
    OtherCode {
        /// What it is named by.
        named: B256,
        /// Its hash.
        found: B256,
    },
    /// An account has a code that is not there.
    #[error("an account of block {block} has the code {code}, which is not among the codes")]
    CodeMissing {
        /// The number of the block.
        block: u64,
        /// The hash of the code.
        code: B256,
    },
    /// The terms are those of another channel.
    #[error("the terms are those of channel {found}, where those of {expected} are expected")]
    OtherTerms {
        /// The channel of the history.
        expected: B256,
        /// The channel that the terms make.
        found: B256,
    },
    /// A log has more topics than a log can have.
    #[error("a log of transaction {transaction} has {found} topics, where at most 4 are possible")]
    TooManyTopics {
        /// The transaction.
        transaction: B256,
        /// How many there are.
        found: usize,
    },
}

/// As much as tells what a document is.
#[derive(Deserialize)]
struct Title {
    recourse: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Reads a history.
///
/// # Errors
/// What is wrong with it, and what would be right.
pub fn read(text: &str) -> Result<History, HistoryError> {
    let Title { recourse, kind } = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    if kind != KIND {
        return Err(HistoryError::OtherKind { found: kind });
    }
    if recourse != VERSION {
        return Err(HistoryError::OtherVersion { found: recourse });
    }
    let Document { content, .. } = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    let history = content.into_owned();
    check(&history)?;
    Ok(history)
}

fn malformed(error: &serde_json::Error) -> HistoryError {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what).to_owned();
    HistoryError::Malformed { line: error.line(), column: error.column(), what }
}

fn check(history: &History) -> Result<(), HistoryError> {
    let is_of_channel = |block: &Block| block.transactions.iter().any(|it| it.is_of_channel);
    if !history.blocks.iter().any(is_of_channel) {
        return Err(HistoryError::Empty);
    }
    for (named, code) in &history.codes {
        let found = keccak256(code);
        if found != *named {
            return Err(HistoryError::OtherCode { named: *named, found });
        }
    }
    let found = history.terms.as_ref().map(|terms| terms.channel_id(&history.domain()).get());
    if let Some(found) = found.filter(|found| *found != history.channel_id) {
        return Err(HistoryError::OtherTerms { expected: history.channel_id, found });
    }
    let mut last: Option<&Block> = None;
    for block in &history.blocks {
        if let Some(last) = last {
            in_order(last, block)?;
        }
        check_block(history, block)?;
        last = Some(block);
    }
    Ok(())
}

fn in_order(last: &Block, block: &Block) -> Result<(), HistoryError> {
    let (last, found) = (&last.context, &block.context);
    if found.number > last.number && found.time >= last.time {
        return Ok(());
    }
    Err(HistoryError::BlocksDisordered {
        last: last.number,
        last_time: last.time,
        found: found.number,
        found_time: found.time,
    })
}

fn check_block(history: &History, block: &Block) -> Result<(), HistoryError> {
    let codes = block.before.accounts.values().filter_map(|account| account.code);
    if let Some(code) = codes.into_iter().find(|code| !history.codes.contains_key(code)) {
        return Err(HistoryError::CodeMissing { block: block.context.number, code });
    }
    for transaction in &block.transactions {
        if let Some(log) = transaction.receipt.logs.iter().find(|log| log.topics.len() > 4) {
            return Err(HistoryError::TooManyTopics { transaction: transaction.hash, found: log.topics.len() });
        }
    }
    Ok(())
}
