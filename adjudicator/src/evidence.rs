//! What one party knows of a channel: everything that it could show to the contract, what is wrong with it, and what may
//! be signed on top of it.
//!
//! A [`Dossier`] holds the evidence of one channel in memory, each signature checked once, when it comes in.

mod dossier;
mod held;
mod item;
mod key;
mod lookup;

pub use dossier::{Dossier, OtherChannel};
pub use held::{Held, Standing};
pub use item::Item;
pub use key::{Key, Kind};
pub use lookup::Entry;
