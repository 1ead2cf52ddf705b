//! What somebody might send: more than the contract takes, and nothing that it would take is left out.

use alloy_primitives::{Address, Bytes, U256, address};

use super::{
    Move, Role, Transaction,
    advice::Asked,
    book::{Book, Line},
    gas, touches,
};
use crate::{
    action::{
        Action, Claim, CloseMutual, CloseSolo, CloseSoloAsDelegate, RevokeDelegations, Settle, Slash, SnapshotSolo,
        Withdraw,
    },
    types::{Agreement, Bounty, Evidence, Invalid, Party, Signatures},
};

/// Somebody without a part in any channel.
const STRANGER: Address = address!("0x5718a9e7000000000000000000000000005718a9");

/// A transaction that may be possible.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) by: Role,
    pub(super) submitter: Address,
    pub(super) action: Action,
    /// The instance that it touches.
    pub(super) touch: Option<Touch>,
    pub(super) until: Option<u64>,
    /// The same by others, of which all is true that is true of this one, but for what it costs.
    pub(super) likewise: Vec<Candidate>,
}

/// The touch of an instance, by its place in the book.
#[derive(Debug, Clone)]
pub(super) struct Touch {
    pub(super) line: usize,
    pub(super) index: usize,
    /// Where the instance is before.
    pub(super) app_state: Bytes,
}

impl Candidate {
    pub(super) fn new(book: &Book<'_>, by: Role, action: impl Into<Action>, until: Option<u64>) -> Self {
        let accounts = |party| book.terms().accounts(party);
        let submitter = match by {
            Role::Party(party) => accounts(party).signer,
            Role::Payee(party) => accounts(party).payee,
            Role::Delegate(delegate) => delegate,
            Role::Anyone => STRANGER,
        };
        Self { by, submitter, action: action.into(), touch: None, until, likewise: Vec::new() }
    }
}

/// All of them.
pub(super) fn all(book: &Book<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let channel = book.channel();
    let mut add = |by, action: Result<Action, Invalid>, until| {
        candidates.extend(action.ok().map(|action| Candidate::new(book, by, action, until)));
    };
    for (creditor, asset) in book.question.view.credits.keys() {
        add(Role::Anyone, Ok(Claim { creditor: *creditor, asset: *asset }.into()), None);
    }
    for party in Party::BOTH {
        add(Role::Party(party), Ok(RevokeDelegations::new(book.terms()).into()), None);
    }
    if channel.is_closed {
        return candidates;
    }
    cooperative(book, &mut add);
    closes(book, &mut add);
    let recorded = book.recorded(channel).map(Line::state);
    if channel.record.is_closing() && (recorded.is_some() || channel.record.round == 0) {
        add(Role::Anyone, Settle::new(book.terms(), recorded).map(Into::into), None);
    }
    candidates.extend(book.lines.iter().filter(|line| !line.is_recorded).flat_map(|line| records(book, line)));
    candidates.extend(touches::all(book));
    candidates
}

type Add<'a> = dyn FnMut(Role, Result<Action, Invalid>, Option<u64>) + 'a;

/// Those who may show what both parties signed, and with which signatures: a party leaves its own out.
pub(super) fn shown_by<T>(agreement: &Agreement<T>, signed_by: impl Fn(Party) -> bool) -> Vec<(Role, Signatures)> {
    let mut shown = Vec::new();
    let good = |party: Party| party.of(&agreement.signatures).filter(|_| signed_by(party));
    if let [Some(zero), Some(one)] = Party::BOTH.map(good) {
        shown.push((Role::Anyone, Signatures::Both([zero, one])));
    }
    shown.extend(
        Party::BOTH.into_iter().filter_map(|party| Some((Role::Party(party), Signatures::OfPeer(good(party.peer())?)))),
    );
    shown
}

/// The last second in which a newer state is taken.
fn evidence_until(book: &Book<'_>) -> Option<u64> {
    book.channel().record.evidence_deadline.map(|deadline| deadline.saturating_sub(1))
}

/// The hand-in of a state, by everybody who can show it. Without a bounty it does not matter who does.
fn records(book: &Book<'_>, line: &Line<'_>) -> Vec<Candidate> {
    let is_closing = book.channel().record.is_closing();
    let shown = shown_by(line.entry.content, |party| line.is_signed_by(party));
    let mut candidates: Vec<Candidate> = shown
        .into_iter()
        .filter_map(|(role, signatures)| {
            let evidence = Evidence::Signed(line.state().clone(), signatures);
            let action: Action = if is_closing {
                Slash::new(book.terms(), &evidence).ok()?.into()
            } else {
                SnapshotSolo::new(book.terms(), &evidence).ok()?.into()
            };
            Some(Candidate::new(book, role, action, evidence_until(book)))
        })
        .collect();
    if book.terms().bounty() == Bounty::MIN && candidates.len() > 1 {
        let mut first = candidates.remove(0);
        first.likewise = candidates;
        return vec![first];
    }
    candidates
}

/// Everything that starts closing, or consents.
fn closes(book: &Book<'_>, add: &mut Add<'_>) {
    let (terms, channel) = (book.terms(), book.channel());
    let is_closing = channel.record.is_closing();
    let recorded = match book.recorded(channel) {
        Some(line) => Some(Evidence::Recorded(line.state().clone())),
        None if channel.record.round == 0 => Some(Evidence::RoundZero),
        // A lower round closes with what is recorded, even if nobody here knows what that is.
        None if !is_closing => Some(Evidence::RoundZero),
        None => None,
    };
    let handed_in = |role: Role| {
        let lines = book.lines.iter().filter(|line| !line.is_recorded);
        lines.flat_map(move |line| {
            let shown = shown_by(line.entry.content, |party| line.is_signed_by(party));
            let evidence = shown.into_iter().filter(move |(by, _)| *by == role);
            evidence.map(|(_, signatures)| Evidence::Signed(line.state().clone(), signatures))
        })
    };
    for party in Party::BOTH {
        for evidence in recorded.clone().into_iter().chain(handed_in(Role::Party(party))) {
            // While it is closing, without consent it is a slash.
            for consent in [false, true].into_iter().filter(|consent| *consent || !is_closing) {
                add(
                    Role::Party(party),
                    CloseSolo::new(terms, &evidence, consent).map(Into::into),
                    evidence_until(book),
                );
            }
        }
        if is_closing {
            continue;
        }
        for evidence in recorded.clone().into_iter().chain(handed_in(Role::Anyone)) {
            add(Role::Payee(party), CloseSolo::new(terms, &evidence, false).map(Into::into), None);
        }
    }
    if is_closing {
        return;
    }
    for delegation in book.question.dossier.delegations() {
        let content = delegation.content;
        let until = Some(content.message.valid_until.get());
        for evidence in recorded.clone().into_iter().chain(handed_in(Role::Anyone)) {
            let action = CloseSoloAsDelegate::new(terms, &evidence, &content.message, &content.signature);
            add(Role::Delegate(content.message.delegate), action.map(Into::into), until);
        }
    }
}

fn cooperative(book: &Book<'_>, add: &mut Add<'_>) {
    let terms = book.terms();
    for close in book.question.dossier.closes() {
        let until = Some(close.content.message.valid_until().get());
        for (role, signatures) in shown_by(close.content, |party| close.held.is_signed_by(party)) {
            add(role, CloseMutual::new(terms, &close.content.message, signatures).map(Into::into), until);
        }
    }
    for withdraw in book.question.dossier.withdrawals() {
        let until = Some(withdraw.content.message.valid_until().get());
        for (role, signatures) in shown_by(withdraw.content, |party| withdraw.held.is_signed_by(party)) {
            add(role, Withdraw::new(terms, &withdraw.content.message, signatures).map(Into::into), until);
        }
    }
}

/// Preimages that a lock still waits for.
pub(super) fn reveals(book: &mut Book<'_>) -> Vec<Move> {
    if book.channel().is_closed {
        return Vec::new();
    }
    book.waiting().into_iter().filter_map(|(asked, until)| reveal(book, asked, until)).collect()
}

fn reveal(book: &mut Book<'_>, (registry, hash): Asked, until: u64) -> Option<Move> {
    let preimage = book.question.dossier.preimage(hash)?;
    let transaction = Transaction::Reveal { registry, preimage };
    let channel = book.channel();
    let (seen, late) = (book.by_preimage((registry, hash), true), book.by_preimage((registry, hash), false));
    let (prospect, situation) = book.prospect(channel, &seen, &[]);
    let missed = Some(book.prospect(channel, &late, &[]).0.guaranteed).filter(|missed| *missed != prospect.guaranteed);
    let gas = gas::reveal();
    let cost = U256::from(gas).saturating_mul(U256::from(book.question.gas_price));
    let effects = Vec::new();
    let by = Role::Anyone;
    let reveals_early = book.is_outstanding(book.newest_round()) && book.may_wait_until(until);
    Some(Move {
        by,
        submitter: STRANGER,
        transaction,
        effects,
        situation,
        prospect,
        until: Some(until),
        missed,
        keeps_alive: None,
        gas,
        gas_limit: gas.saturating_mul(2),
        cost,
        worth: U256::ZERO,
        is_stale: false,
        is_second: false,
        reveals_early,
    })
}
