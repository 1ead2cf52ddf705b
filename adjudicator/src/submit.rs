//! Getting transactions into the chain before a deadline.
//!
//! A [`Lane`] is one account that sends: it gives out nonces, and keeps what it was told to send until that is so deep in the
//! chain that nobody takes it back. What it has not written down before in its [`Journal`] it does not send, so a process that
//! dies at any moment goes on where it was. It takes chain and time from whoever calls it, and so runs as well in a simulation.

mod batch;
mod fees;
mod file;
mod intent;
mod journal;
mod lane;
mod payer;
mod raw;
mod run;

pub use batch::orders;
pub use fees::Fees;
pub use file::{FileError, FileJournal};
pub use intent::{Attempt, Intent, Order};
pub use journal::{Journal, Memory};
pub use lane::{Event, Happened, Lane, Settings, SubmitError};
pub use payer::{NotSigned, Payer};
pub use raw::{Raw, Unreadable, Unsignable, read, sign};
