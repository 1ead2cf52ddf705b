//! A chain as several nodes tell it, over JSON-RPC.
//!
//! No single node is trusted where money depends on it: what [`Nodes`] tells of the chain, more than half of the nodes that
//! follow it have said, and at least as many as [`Settings::quorum`] asks for. All that is read between two looks at the
//! [head](crate::chain::Chain::head) is of that one block. Logs are an exception: a single node may tell of one, since they
//! are only hints as to which storage to read, and none can hide what another one tells. What is sent goes to all.

mod block;
mod chain;
mod channel;
mod clock;
mod error;
mod mined;
mod node;
mod nodes;
mod probe;
mod send;
mod simulate;
mod vote;

pub use block::Block;
pub use channel::{Depth, Logged, Reading};
pub use clock::SystemClock;
pub use error::RpcError;
pub use mined::MinedTransaction;
pub use nodes::{Nodes, Settings};
pub use probe::{Each, Probed};
pub use simulate::Simulated;
