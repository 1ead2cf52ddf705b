//! Histories of real chains, gone through again: as they were, to the last unit of gas, or as they might have been.

mod change;
mod compare;
mod engine;
mod money;
mod page;
mod parse;
mod plan;
mod print;
mod side_by_side;
mod swap;
mod told;
mod track;
mod when;
mod words;

pub use self::change::{Change, ChangeError, Delay, Move, Named, Place};
pub use self::compare::{Field, Mismatch};
pub use self::money::{End, Paid};
pub use self::page::{Page, page};
pub use self::side_by_side::{Compared, Row, what_if};
pub use self::swap::{SwapError, swap};
pub use self::told::{Answer, Event, Origin, Replay, replay};
#[cfg(not(feature = "capture"))]
use self::{compare::compare, engine::Came};
#[cfg(feature = "capture")]
pub(crate) use self::{
    compare::compare,
    engine::{Came, play_block, tell},
    words::seek,
};
