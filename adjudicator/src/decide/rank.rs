//! Which transaction is best for the party that asks.

use std::cmp::Reverse;

use alloy_primitives::U256;

use super::{Goal, Move, Prospect, Question, Role, Transaction, book::Book};
use crate::{Status, action::Action};

/// Puts what is best for the party first, and what only others may send last. How many are better than to wait.
pub(super) fn sort(book: &Book<'_>, idle: &Prospect, moves: &mut Vec<Move>) -> usize {
    let idle = Idle {
        guaranteed: book.question.worth(&idle.guaranteed),
        undefended: book.question.worth(&idle.undefended),
        as_it_is: book.question.worth(idle.as_it_is.as_deref().unwrap_or_default()),
        paid_at: idle.paid_at,
    };
    let mut keys: Vec<_> = moves
        .iter_mut()
        .enumerate()
        .map(|(index, each)| {
            let benefit = Benefit::of(book, &idle, each);
            let is_better = benefit.is_worth(each.cost);
            each.worth = if is_better { Question::wei_worth(benefit.greatest) } else { U256::ZERO };
            let each = &*each;
            let rank = match each.by {
                Role::Party(party) if party == book.question.party => 0_u8,
                Role::Anyone => 0,
                Role::Party(_) => 2,
                Role::Payee(_) | Role::Delegate(_) => 1,
            };
            (!is_better, rank, each.warning().is_some(), Score::of(book, each), each.by, index)
        })
        .collect();
    keys.sort_unstable();
    let better = keys.iter().take_while(|(is_no_better, ..)| !is_no_better).count();
    let mut unsorted: Vec<Option<Move>> = std::mem::take(moves).into_iter().map(Some).collect();
    moves.extend(keys.iter().filter_map(|(.., index)| unsorted.get_mut(*index)?.take()));
    better
}

/// What it is worth for the party to wait.
#[derive(Debug, Clone, Copy)]
struct Idle {
    guaranteed: U256,
    undefended: U256,
    as_it_is: U256,
    paid_at: Option<u64>,
}

/// What the party gets by a transaction: the lesser the score, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    guaranteed: Reverse<U256>,
    undefended: Reverse<U256>,
    as_it_is: Reverse<U256>,
    alive: Reverse<U256>,
    saved: Reverse<U256>,
    paid_at: u64,
    cost: U256,
}

impl Score {
    fn of(book: &Book<'_>, each: &Move) -> Self {
        let worth = |amounts: &[U256]| Reverse(book.question.worth(amounts));
        let prospect = &each.prospect;
        Self {
            guaranteed: worth(&prospect.guaranteed),
            undefended: worth(&prospect.undefended),
            as_it_is: worth(prospect.as_it_is.as_deref().unwrap_or_default()),
            alive: worth(each.keeps_alive.as_deref().unwrap_or_default()),
            saved: Reverse(saved(book, each)),
            paid_at: prospect.paid_at.unwrap_or(u64::MAX),
            cost: each.cost,
        }
    }
}

/// What would be lost if the transaction were not sent in time.
fn saved(book: &Book<'_>, each: &Move) -> U256 {
    let worth = |amounts: &[U256]| book.question.worth(amounts);
    each.missed.as_ref().map_or(U256::ZERO, |missed| worth(&each.prospect.guaranteed).saturating_sub(worth(missed)))
}

/// Why it is better for the party to send it than to wait, if it is.
#[derive(Debug, Clone, Copy, Default)]
struct Benefit {
    /// All that speaks for it, of which some may be the same money.
    all: U256,
    /// The greatest part of that.
    greatest: U256,
    /// Whether nobody knows what it brings, but that it brings an end.
    is_unknown: bool,
}

impl Benefit {
    fn of(book: &Book<'_>, idle: &Idle, each: &Move) -> Self {
        let question = &book.question;
        let is_own = each.by == Role::Anyone || each.by == Role::Party(question.party);
        let worth = |amounts: &[U256]| question.worth(amounts);
        let (before, after) = (idle.guaranteed, worth(&each.prospect.guaranteed));
        if !is_own || each.warning().is_some() || after < before {
            return Self::default();
        }
        let Prospect { undefended, as_it_is, paid_at, .. } = &each.prospect;
        let grown = |now: U256, then: U256| now.saturating_sub(then);
        let is = worth(as_it_is.as_deref().unwrap_or_default());
        let safer = grown(worth(undefended), idle.undefended);
        let richer = grown(is, idle.as_it_is);
        let is_ending = book.channel().record.is_closing() || question.goal == Goal::GetOut;
        // In a channel that goes on, a preimage is the peer's business first, as long as there is time.
        let is_hurried = is_ending || each.until.is_none_or(|until| !book.may_wait_until(until));
        let mut benefit = Self::default();
        benefit.add(grown(after, before));
        if is_hurried {
            benefit.add(saved(book, each));
        }
        if is_ending {
            let alive = each.keeps_alive.as_deref().map_or(U256::ZERO, worth);
            [alive, safer, richer].into_iter().for_each(|part| benefit.add(part));
        }
        let is_sooner = paid_at.unwrap_or(u64::MAX) < idle.paid_at.unwrap_or(u64::MAX);
        if is_ending && (each.situation.status == Status::Closed || is_sooner) {
            // Nobody is paid while a channel is open: that is worth what it pays if the peer is gone, too.
            benefit.at_least(after.max(is));
            benefit.is_unknown = as_it_is.is_none();
        }
        if let Transaction::Operation(Action::Withdraw(_) | Action::Claim(_)) = &each.transaction {
            benefit.at_least(richer);
        }
        benefit
    }

    fn add(&mut self, part: U256) {
        self.all = self.all.saturating_add(part);
        self.greatest = self.greatest.max(part);
    }

    fn at_least(&mut self, part: U256) {
        self.all = self.all.max(part);
        self.greatest = self.greatest.max(part);
    }

    fn is_worth(&self, cost: U256) -> bool {
        self.is_unknown || self.all > Question::worth_of_wei(cost)
    }
}
