//! How a channel ends if nobody hostile does anything more, and what the honest party has then.

use std::sync::Arc;

use adjudicator::{Channel, decide::Goal};
use alloy_primitives::I256;

use super::{Channels, Deed, Worker, judge::reason};
use crate::{
    explore::{
        claims::{Broken, final_time_of},
        honest::{Answer, signed},
        node::{Node, State},
    },
    node::BLOCK_TIME,
    world::Outcome,
};

/// After so many turns of its own the honest party must have its money.
const MOST_TURNS: usize = 1_000;

impl Worker {
    /// What the honest party gets if nobody hostile does anything more, and strangers at most settle. Each deed on the way is
    /// told, if somebody listens.
    pub(in crate::explore) fn finish(
        &mut self,
        node: &Node,
        mut tell: Option<&mut dyn FnMut(Deed)>,
    ) -> Result<Vec<I256>, Broken> {
        let mut node = node.clone();
        let mut passed = Vec::new();
        for _ in 0..MOST_TURNS {
            let print = node.print();
            let known = self.ends.get(&print).filter(|_| tell.is_none()).cloned();
            self.load(&node);
            let channels = self.channels();
            let is_over = channels.get(&self.setting.channel).is_some_and(|own| own.is_closed);
            if let Some(gained) = known.or_else(|| is_over.then(|| self.setting.gained(&self.branches))) {
                self.ends.extend(passed.into_iter().map(|print| (print, gained.clone())));
                return Ok(gained);
            }
            passed.push(print);
            let mut deed = None;
            let next = self.turn(node, &channels, &mut deed);
            if let (Some(tell), Some(deed)) = (&mut tell, deed) {
                tell(deed);
            }
            node = next?;
        }
        Err(Broken::Stuck { why: format!("it is not over after {MOST_TURNS} turns") })
    }

    /// What comes next if nobody hostile does anything: what the honest party has sent is mined; or somebody settles; or time
    /// passes; or the honest party begins to close.
    fn turn(&mut self, node: Node, channels: &Channels, deed: &mut Option<Deed>) -> Result<Node, Broken> {
        let own = channels.get(&self.setting.channel).cloned().unwrap_or_default();
        if let Some((answer, _)) = node.mind.pending.clone() {
            *deed = Some(self.deed(&answer));
            self.mine(&answer, channels).map_or(Ok(()), Err)?;
            let mut node = self.here(node)?;
            self.honest.mined(&mut node.mind, node.now);
            let state = node.state.clone();
            self.wake(&mut node.mind, &state, Goal::GoOn);
            return Ok(node);
        }
        if self.final_time(&own).is_some_and(|time| node.now >= time) {
            self.settle(channels, deed)?;
            return self.here(node);
        }
        if own.record.is_closing() {
            let next = self.next_time(&node, channels);
            let stuck = || Broken::Stuck { why: format!("nothing happens any more after {}", node.now) };
            return next.map(|next| self.pass(&node, next, Goal::GoOn)).ok_or_else(stuck);
        }
        let later = node.now.saturating_add(self.honest.late().max(BLOCK_TIME));
        let later = self.pass(&node, later, Goal::GetOut);
        if later.mind.pending.is_some() {
            return Ok(later);
        }
        let answer = self.honest.close();
        *deed = Some(self.deed(&answer));
        self.mine(&answer, channels).map_or(Ok(()), Err)?;
        self.here(later)
    }

    /// The same with what is stored now.
    fn here(&self, node: Node) -> Result<Node, Broken> {
        let state = State::of(&self.branches, &self.begin, &self.spots);
        let state = state.ok_or_else(|| Broken::Stuck { why: "too many words have changed".into() })?;
        Ok(Node { state: Arc::new(state), ..node })
    }

    fn final_time(&self, own: &Channel) -> Option<u64> {
        let recorded = self.setting.stage.recorded(own, &self.setting.channel);
        final_time_of(own, recorded, self.setting.place.terms.window().get())
    }

    /// Somebody settles, at the final time of the rules, and that must go through.
    fn settle(&mut self, channels: &Channels, deed: &mut Option<Deed>) -> Result<(), Broken> {
        let own = channels.get(&self.setting.channel).cloned().unwrap_or_default();
        let recorded = self.setting.stage.recorded(&own, &self.setting.channel).map(|shown| shown.hash);
        let now = self.branches.now();
        let stuck = |why: String| Broken::Stuck { why };
        let sending = self.alphabet.settlement(&self.setting, recorded);
        let sending = sending.ok_or_else(|| stuck("nobody knows the recorded state".into()))?;
        *deed = Some(Deed {
            now,
            by: sending.by.clone(),
            title: sending.title.clone(),
            call: Some(sending.call.clone()),
            transaction: sending.transaction.clone(),
            is_hostile: false,
        });
        match self.branches.transact(&sending.transaction) {
            Ok(outcome) if outcome.is_success() => {
                self.check(&sending.transaction, Some(&outcome), channels).map_or(Ok(()), Err)
            }
            Ok(Outcome::Revert { output, .. }) => {
                Err(stuck(format!("at the final time {now} the settlement is refused: {}", reason(&output))))
            }
            other => Err(stuck(format!("at the final time {now} the settlement breaks off: {other:?}"))),
        }
    }

    pub(in crate::explore) fn deed(&self, answer: &Answer) -> Deed {
        Deed {
            now: self.branches.now(),
            by: self.setting.honest().clone(),
            title: answer.title.clone(),
            call: None,
            transaction: answer.transaction.clone(),
            is_hostile: false,
        }
    }

    /// Whether the honest party got less than it was promised.
    pub(in crate::explore) fn undercut(&self, gained: &[I256]) -> Option<Broken> {
        let promised = signed(&self.promised);
        let mut pairs = gained.iter().zip(promised);
        pairs
            .find(|(found, promised)| **found < *promised)
            .map(|(found, promised)| Broken::Guarantee { found: *found, promised })
    }
}
