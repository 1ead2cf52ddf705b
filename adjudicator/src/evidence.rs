//! What one party knows of a channel: everything that it could show to the contract, what is wrong with it, and what may
//! be signed on top of it.
//!
//! A [`Dossier`] holds the evidence of one channel in memory, each signature checked once, when it comes in. [`verify`]
//! finds what is wrong with it; [`may_sign`] refuses what the contract cannot refuse and a signer must, by the rules of
//! `docs/PROTOCOL.md`, section 10. Each [`Finding`] has a [`Code`], which `docs/FINDINGS.md` lists.

mod dossier;
pub(crate) mod finding;
mod held;
mod item;
mod key;
mod lookup;
mod policy;
mod proposal;
mod review;
#[cfg(feature = "store")]
pub mod store;
mod trail;
mod verify;
mod view;

pub use dossier::{Dossier, OtherChannel};
pub use finding::{Code, Finding, Severity};
pub use held::{Held, Standing};
pub use item::Item;
pub use key::{Key, Kind};
pub use lookup::Entry;
pub use policy::{Accepted, Policy};
pub use proposal::{Draft, Proposal};
pub use review::{longest_lock_up, may_sign, review};
pub use trail::Trail;
pub use verify::verify;
pub use view::{Sight, View};
