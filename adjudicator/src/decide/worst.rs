//! The worst that may still end up recorded.

use alloy_primitives::{I256, U256};

use super::{
    book::{Book, Line},
    loss::{Loss, add_to},
    touched::Touched,
};
use crate::{Channel, types::Bounty};

/// The worst of several states, as losses per asset: of those that make a bounty due, and of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Worst {
    pub(super) due: Option<Vec<I256>>,
    pub(super) others: Option<Vec<I256>>,
}

impl Worst {
    /// Takes one more state into account.
    pub(super) fn add(&mut self, losses: &[I256], is_due: bool) {
        match if is_due { &mut self.due } else { &mut self.others } {
            Some(worst) => worst.iter_mut().zip(losses).for_each(|(worst, loss)| *worst = (*worst).max(*loss)),
            none => *none = Some(losses.to_vec()),
        }
    }
}

impl Book<'_> {
    /// What the party gets at least if the time for newer states passes.
    pub(super) fn missed_evidence(&self) -> Option<Vec<U256>> {
        let channel = self.channel();
        channel.record.evidence_deadline?;
        Some(self.at_worst(channel, &self.worst_if(channel, &[], true, false), &self.nothing()))
    }

    /// The same if the time for an instance passes, or that for newer states where its state is not recorded.
    pub(super) fn missed_touch(&self, line: usize, index: usize) -> Option<Vec<U256>> {
        let line = self.lines.get(line)?;
        if !line.is_recorded {
            return self.without_evidence.clone();
        }
        let loss = line.instances.as_ref()?.losses.get(index)?;
        let nothing = vec![I256::ZERO; loss.defended.len()];
        let over = loss.as_it_is.iter().zip(&loss.defended).map(|(is, was)| is.saturating_sub(*was)).collect();
        let change = Loss { defended: over, undefended: nothing.clone(), as_it_is: nothing };
        let touched = [Touched { hash: line.hash, change, latest: 0 }];
        Some(self.at_worst(self.channel(), &self.worst(self.channel(), &touched, true), &self.nothing()))
    }

    fn nothing(&self) -> Vec<U256> {
        vec![U256::ZERO; self.terms().assets().asset_count()]
    }

    /// The worst of all states that may end up recorded: see [`Prospect`].
    pub(super) fn worst(&self, channel: &Channel, touched: &[Touched], is_defended: bool) -> Worst {
        let is_in_time = channel.record.evidence_deadline.is_none_or(|deadline| self.question.at < deadline);
        self.worst_if(channel, touched, is_defended, is_defended && is_in_time)
    }

    /// The same, if the party records its newest state, or does not. Others may have recorded what they could since the
    /// newest block that is known.
    fn worst_if(&self, channel: &Channel, touched: &[Touched], is_defended: bool, is_recording: bool) -> Worst {
        let record = &channel.record;
        let assets = self.terms().assets().asset_count();
        let party = self.question.party;
        let loss_of = |line: &Line<'_>| {
            let mut losses = if is_defended { line.loss.defended.clone() } else { line.loss.undefended.clone() };
            for touched in touched.iter().filter(|touched| touched.hash == line.hash) {
                add_to(&mut losses, if is_defended { &touched.change.defended } else { &touched.change.undefended });
            }
            losses
        };
        let due_from = self.due_from(channel, is_defended);
        let mut worst = Worst::default();
        let recorded = self.recorded(channel);
        let since = self.question.view.latest.now.min(self.question.at);
        let is_replaceable = record.evidence_deadline.is_none_or(|deadline| since < deadline);
        let newest = self.newest.and_then(|newest| self.lines.get(newest)).filter(|_| is_recording);
        let newest_round = newest.map_or(0, Line::round);
        // What is recorded now stays unless the party records something newer; or both agree on it at once.
        let may_stay = newest_round <= record.round
            || (*party.of(&record.consents) && recorded.is_none_or(|line| !line.has_instances()));
        if may_stay {
            let known = match recorded {
                Some(line) => loss_of(line),
                None if record.round == 0 => vec![I256::ZERO; assets],
                None => vec![I256::MAX; assets],
            };
            worst.add(&known, channel.bounty.is_some_and(|bounty| bounty.prover.is_some()));
        }
        if !is_replaceable {
            return worst;
        }
        let from = |round: u64| self.lines.partition_point(|line| line.round() < round);
        let first = from(record.round.saturating_add(1).max(newest_round));
        let due = due_from.map_or(self.lines.len(), from).max(first);
        // Of the states that make no bounty due there are few, if one can be due.
        // What a touch or a preimage changes, it makes no worse for who does nothing: there the losses before it will do.
        let is_of_recorded = |touched: &Touched| recorded.is_some_and(|line| line.hash == touched.hash);
        let is_known = !is_defended || touched.iter().all(is_of_recorded);
        let (others, last) = if is_known && due_from.is_none() { (first..first, first) } else { (first..due, due) };
        let last = if is_known { last..last } else { last..self.lines.len() };
        for (range, is_due) in [(others, false), (last.clone(), due_from.is_some())] {
            for line in self.lines.get(range).unwrap_or_default().iter().filter(|line| line.is_signed_by(party)) {
                worst.add(&loss_of(line), is_due);
            }
        }
        if let (true, Some(Some([defended, undefended]))) = (is_known, self.signed_from.get(last.start)) {
            worst.add(if is_defended { defended } else { undefended }, due_from.is_some());
        }
        worst
    }

    /// From which round on a state that is recorded makes the bounty due.
    fn due_from(&self, channel: &Channel, is_defended: bool) -> Option<u64> {
        let margin = u64::from(self.terms().stale_margin().get());
        let closed_round = match channel.bounty {
            Some(bounty) if bounty.prover.is_some() => return Some(0),
            Some(bounty) => bounty.closed_round,
            // Whoever closes, the party will have to if nobody else does; or a delegate does it in its name.
            None if !channel.record.is_closing() && self.terms().bounty() != Bounty::MIN => {
                let own = is_defended.then(|| self.newest_round().max(channel.record.round));
                own.into_iter().chain(self.delegated_rounds(channel)).min()?
            }
            None => return None,
        };
        Some(closed_round.saturating_add(margin))
    }

    /// On which rounds others may close in the party's name.
    fn delegated_rounds(&self, channel: &Channel) -> impl Iterator<Item = u64> {
        let (party, at, recorded) = (self.question.party, self.question.at, channel.record.round);
        let epoch = *party.of(&channel.epochs);
        let usable = self.question.dossier.delegations().filter(move |delegation| {
            let message = &delegation.content.message;
            message.party == party && message.epoch.get() == epoch && message.valid_until.get() >= at
        });
        usable.map(move |delegation| delegation.content.message.min_round.get().max(recorded))
    }
}
