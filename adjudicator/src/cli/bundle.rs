//! `sign`, `verify` and `safe`: what is done with a transaction that was built elsewhere.

mod print;
mod safe;
mod sign;
mod transaction;
mod verify;

pub(super) use print::{add_bundle, sentences};
pub(super) use safe::Arguments as Safe;
pub(super) use sign::Arguments as Sign;
pub(super) use transaction::Arguments as Transaction;
pub(super) use verify::Arguments as Verify;
