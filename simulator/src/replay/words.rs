//! What people read of a history: who, what, and what came of it.

use std::collections::BTreeMap;

use adjudicator::{DisputeError, Effect, action::Action, types::Party};
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{Answer, Came};
use crate::{
    history::{Block, History},
    run::{plain, since},
    world::{Call, CallKind, Outcome},
};

/// The most characters of what is told of an operation: whoever sends it chooses their number.
const MOST: usize = 400;

/// Who is who.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    accounts: BTreeMap<Address, String>,
    manager: Address,
    channel_id: B256,
    /// The time of the first transaction of the channel, in Unix seconds.
    start: u64,
}

impl Names {
    pub(super) fn of(history: &History) -> Self {
        let mut accounts = BTreeMap::from([(history.manager, "the contract".to_owned())]);
        if let Some(terms) = &history.terms {
            for (index, asset) in terms.assets().as_slice().iter().enumerate().filter(|(_, it)| !it.is_native()) {
                accounts.insert(asset.get(), format!("the token of asset {index}"));
            }
            for party in Party::BOTH {
                let (it, number) = (terms.accounts(party), party.get());
                let role = |role: &str| format!("party {number}'s {role}");
                accounts.insert(it.payee, role("payee"));
                let name = if it.payee == it.signer { format!("party {number}") } else { role("signer") };
                accounts.insert(it.signer, name);
            }
        }
        let is_of_channel = |block: &&Block| block.transactions.iter().any(|it| it.is_of_channel);
        let start = history.blocks.iter().find(is_of_channel).map_or(0, |block| block.context.time);
        Self { accounts, manager: history.manager, channel_id: history.channel_id, start }
    }

    /// Who it is, in few characters.
    pub(super) fn account(&self, address: Address) -> String {
        self.accounts.get(&address).cloned().unwrap_or_else(|| short(address))
    }

    /// What was sent: the operations of the contract, or else who was called.
    pub(super) fn sent(&self, to: Option<Address>, data: &Bytes, came: &Came) -> String {
        let through = |operations: &[String]| match to {
            Some(to) => format!("through {}: {}", self.account(to), operations.join("; ")),
            None => format!("by creating a contract: {}", operations.join("; ")),
        };
        if to == Some(self.manager) {
            return self.operation(data);
        }
        let calls = self.calls(came);
        match (calls.as_slice(), to) {
            ([], Some(to)) => format!("call of {}", self.account(to)),
            ([], None) => "creation of a contract".to_owned(),
            (calls, _) => through(&calls.iter().map(|call| self.operation(&call.data)).collect::<Vec<_>>()),
        }
    }

    /// An operation of the contract.
    fn operation(&self, data: &Bytes) -> String {
        match Action::decode(data) {
            Ok(action) => {
                // What is indented is of the terms, which are told once for all.
                let text = action.to_string();
                let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("  ")).collect();
                self.told(&lines.join("; "))
            }
            Err(error) => self.told(&format!("no operation: {error}")),
        }
    }

    /// The calls of the contract from outside of it.
    fn calls<'a>(&self, came: &'a Came) -> Vec<&'a Call> {
        let mut found = Vec::new();
        if let Came::Mined { call, .. } = came {
            seek(call, self.manager, &mut found);
        }
        found
    }

    /// What came of it.
    pub(super) fn answer(&self, came: &Came) -> Answer {
        match came {
            Came::Mined { outcome: Outcome::Success { .. }, .. } => match self.inner_refusal(came) {
                Some((error, reason)) => Answer::RefusedWithin { error, reason },
                None => Answer::Accepted,
            },
            Came::Mined { outcome: Outcome::Revert { output, .. }, .. } => {
                let (error, reason) = self.inner_refusal(came).unwrap_or_else(|| self.refusal(output));
                Answer::Refused { error, reason }
            }
            Came::Mined { outcome: Outcome::Halt { reason, .. }, .. } => {
                Answer::BrokeOff { reason: format!("{reason:?}") }
            }
            Came::Impossible(reason) => Answer::Impossible { reason: plain(reason) },
        }
    }

    /// What the contract has refused, if somebody else has called it.
    fn inner_refusal(&self, came: &Came) -> Option<(String, String)> {
        let refused = self.calls(came).into_iter().find(|call| !call.is_success)?;
        Some(self.refusal(&refused.output))
    }

    fn refusal(&self, output: &Bytes) -> (String, String) {
        match DisputeError::abi_decode(output) {
            Ok(error) => (error.name().to_owned(), self.told(&self.timed(error.to_string(), &times(&error)))),
            Err(_) if output.is_empty() => (String::new(), "without a reason".to_owned()),
            Err(_) => (String::new(), self.told(&format!("for a reason of another contract: {output}"))),
        }
    }

    /// An event of the contract.
    pub(super) fn effect(&self, effect: &Effect) -> String {
        let time = match effect {
            Effect::Recorded { record, .. } => record.evidence_deadline,
            _ => None,
        };
        self.told(&self.timed(effect.to_string(), &time.map(U256::from).into_iter().collect::<Vec<_>>()))
    }

    /// A text in which these times are counted from the first transaction.
    fn timed(&self, text: String, times: &[U256]) -> String {
        let counted =
            |text: String, time: &U256| text.replace(&time.to_string(), &since(self.start, time.saturating_to()));
        times.iter().fold(text, counted)
    }

    /// A text in which accounts and the channel have their names.
    fn told(&self, text: &str) -> String {
        let mut text = text.replace(&format!("channel {}", self.channel_id), "the channel");
        for (address, name) in &self.accounts {
            text = text.replace(&address.to_string(), name);
        }
        let text = plain(&text);
        match text.char_indices().nth(MOST) {
            Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }
}

/// The times that an error of the contract tells.
fn times(error: &DisputeError) -> Vec<U256> {
    match error {
        DisputeError::Expired { valid_until: time, now }
        | DisputeError::EvidenceOver { deadline: time, now }
        | DisputeError::InstanceOver { deadline: time, now }
        | DisputeError::NotFinal { final_time: time, now } => vec![*time, *now],
        _ => Vec::new(),
    }
}

/// The outermost calls of the contract.
pub(crate) fn seek<'a>(call: &'a Call, manager: Address, found: &mut Vec<&'a Call>) {
    if call.callee == manager && call.kind == CallKind::Call {
        found.push(call);
        return;
    }
    call.calls().for_each(|call| seek(call, manager, found));
}

/// An address in few characters.
fn short(address: Address) -> String {
    let text = address.to_string();
    match (text.get(..6), text.get(38..)) {
        (Some(first), Some(last)) => format!("{first}..{last}"),
        _ => text,
    }
}

/// A hash in few characters: as many as name a transaction among those of a channel.
pub(super) fn short_hash(hash: B256) -> String {
    hash.to_string().get(..10).unwrap_or_default().to_owned()
}
