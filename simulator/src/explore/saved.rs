//! What is kept of a search that was stopped, to go on later.

use alloy_primitives::{B256, Bytes, I256, keccak256};
use serde::{Deserialize, Serialize};

use super::{Mistake, Plan, node::Via, search::Id};

/// The first bytes of a checkpoint: what it is, and of which form.
const MAGIC: &[u8] = b"recourse explore 1\n";

/// The points of a search, and those that are still to be expanded. What stands in each follows from how it was reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Saved {
    pub(super) tree: Vec<(Id, Via)>,
    pub(super) ways: Vec<f64>,
    pub(super) prints: Vec<u128>,
    pub(super) fresh: Vec<Id>,
    pub(super) ripe: Vec<Id>,
    pub(super) next: Vec<Id>,
    pub(super) layer: u8,
    pub(super) tried: u64,
    pub(super) worst: Option<(Vec<I256>, Id)>,
}

/// What tells searches apart: the scenario, the contract, and what is asked. Threads and memory are of no matter.
pub(super) fn key(scenario: &str, code: &Bytes, plan: &Plan) -> B256 {
    let Plan { honest, channel, strategy, delay, seed, depth, .. } = plan;
    keccak256(format!("{scenario}\n{}\n{honest} {channel:?} {strategy:?} {delay} {seed} {depth}", keccak256(code)))
}

/// A checkpoint as a file.
pub(super) fn write(saved: &Saved, key: B256) -> Result<Vec<u8>, Mistake> {
    let content = postcard::to_stdvec(saved);
    let content = content.map_err(|error| Mistake::CheckpointBroken { reason: error.to_string() })?;
    Ok([MAGIC, key.as_slice(), keccak256(&content).as_slice(), &content].concat())
}

/// Reads a checkpoint of this search.
pub(super) fn read(bytes: &[u8], key: B256) -> Result<Saved, Mistake> {
    let rest = bytes.strip_prefix(MAGIC);
    let rest = rest.ok_or_else(|| Mistake::CheckpointBroken { reason: "it is no checkpoint of a search".into() })?;
    let rest = rest.strip_prefix(key.as_slice()).ok_or(Mistake::CheckpointForeign)?;
    let broken = || Mistake::CheckpointBroken { reason: "its hash is another".into() };
    let (hash, content) = rest.split_at_checked(32).ok_or_else(broken)?;
    if keccak256(content).as_slice() != hash {
        return Err(broken());
    }
    postcard::from_bytes(content).map_err(|error| Mistake::CheckpointBroken { reason: error.to_string() })
}
