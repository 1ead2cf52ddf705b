//! What may be submitted now, what each leads to, and what happens if nothing is done.
//!
//! [`decide`] takes what a party holds of its channel and what is known of the chain, and lists every transaction that
//! anybody may send next: each is tried on the twin, so what it does is what the contract does, but for a preimage, which goes
//! elsewhere, and for one that is as another but for a signature that its sender leaves out. For each it says what the
//! party gets at least if it answers all that others do in time, what it gets at least if it does nothing more, what it gets if
//! nobody does, until when it may be sent, and what it costs. It has no clock and reads nothing: whoever asks says when
//! the next block comes.
//!
//! What is *guaranteed* assumes the worst of everybody else: that the peer shows every message that the party ever
//! signed, also those whose second signature it withholds; that it knows every secret, oracle and reading; and that it
//! plays without a mistake. It assumes that the payees take their money, and that what is sent is mined in time.
//!
//! Gas counts against an answer, but not in what is guaranteed: that is what the party has if it answers, whatever that
//! costs. A party must look at the chain at least once per window.
//!
//! Two transactions that do the same for one kind of sender are listed once, in the cheaper form. Deposits are not listed one by
//! one, for there is one for every amount: [`Advice::deposits`] says how much is taken. Nor is `claimTo`, for there is one for every
//! recipient, wherever a `claim` is listed; nor is a multicall of what is listed.

mod advice;
mod book;
mod candidates;
mod chances;
mod gas;
mod known;
mod loss;
mod plays;
mod prospect;
mod question;
mod rank;
mod scratch;
mod touched;
mod touches;
mod worst;

pub use advice::{Advice, Deposit, Move, Role, Transaction};
pub use known::Known;
pub use prospect::Prospect;
pub use question::{Goal, Question};

use book::Book;
use scratch::Scratch;

use crate::World;

/// What may be submitted now, the best for the party that asks first, and what happens if nothing is.
///
/// `world` answers for apps; [`Known`] is the one that follows from what is known anyway, and knows the apps that ship.
#[must_use]
pub fn decide(question: &Question<'_>, world: &mut impl World) -> Advice {
    let mut book = Book::open(question);
    let mut scratch = Scratch::new(question);
    let mut moves: Vec<Move> =
        candidates::all(&book).into_iter().flat_map(|candidate| scratch.tried(&mut book, world, candidate)).collect();
    moves.extend(candidates::reveals(&mut book));
    let idle = book.prospect_now();
    let better_than_waiting = rank::sort(&book, &idle, &mut moves);
    Advice {
        situation: book.situation(),
        idle,
        moves,
        better_than_waiting,
        deposits: book.deposits(),
        unknown_instances: book.unknown(),
    }
}
