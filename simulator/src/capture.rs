//! What a channel has gone through, read from nodes, so that it can be gone through again without them.

mod answers;
mod error;
mod found;
mod machine;
mod reader;
mod search;
mod times;

use adjudicator::rpc::Nodes;
use alloy_primitives::{Address, B256};

pub use self::error::CaptureError;
use self::reader::Reader;
use crate::{
    history::History,
    replay::{Mismatch, replay},
};

/// How often a capture begins again because the chain was reorganized while it was read.
const TRIES: u32 = 3;

/// What is captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The channel.
    pub channel_id: B256,
    /// The contract; whoever has logged something of the channel if that is not said.
    pub manager: Option<Address>,
    /// The block before which nothing happened in the channel.
    pub from_block: u64,
    /// The last block that is searched for transactions that were refused; the last one with a log if that is not said.
    pub until_block: Option<u64>,
    /// Whether transactions are searched for that were refused, for they leave no logs: all blocks between are read.
    pub with_refused: bool,
}

/// A history, and whether it comes again as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The history.
    pub history: History,
    /// Where it does not come again as it was recorded, to the byte.
    pub mismatches: Vec<Mismatch>,
}

/// Reads what a channel has gone through. `tell` hears how far it is.
///
/// # Errors
/// If nodes do not tell enough, nothing is found or too much, or the chain is reorganized again and again.
pub fn capture(nodes: &mut Nodes, request: &Request, tell: &mut dyn FnMut(&str)) -> Result<Captured, CaptureError> {
    for _ in 0..TRIES {
        nodes.look()?;
        let mut reader = Reader::new(nodes, tell);
        let history = match history(&mut reader, request) {
            // A node forgets blocks that are not in the chain any more, and so may refuse for that.
            Err(CaptureError::Moved) => continue,
            Err(error) if reader.is_settled()? => return Err(error),
            Ok(history) if reader.is_settled()? => history,
            Ok(_) | Err(_) => continue,
        };
        let mismatches = replay(&history, None).mismatches;
        return Ok(Captured { history, mismatches });
    }
    Err(CaptureError::Reorganized { tries: TRIES })
}

fn history(reader: &mut Reader<'_>, request: &Request) -> Result<History, CaptureError> {
    let found = search::search(reader, request)?;
    let mut history = found::record(reader, request.channel_id, found)?;
    machine::reproduce(reader, &mut history)?;
    Ok(history)
}
