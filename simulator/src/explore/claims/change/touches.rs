//! Whether steps and evaluations may count as they do.

use adjudicator::{Progress, action::Action, rules::instance_deadline, wire};
use alloy_primitives::{B256, Bytes};

use super::{super::Broken, Change};
use crate::stage::short;

impl Change<'_> {
    pub(super) fn touches(&self) -> Result<(), Broken> {
        for (state, base) in &self.after.bases {
            for (leaf, after) in &base.instances {
                let before = self.before.bases.get(state).and_then(|base| base.instances.get(leaf));
                if before != Some(after) {
                    self.touch((*state, *leaf), before, after)?;
                }
            }
        }
        let is_lost = self.before.bases.iter().any(|(state, base)| {
            let kept = self.after.bases.get(state).map(|base| &base.instances);
            base.instances.keys().any(|leaf| kept.is_none_or(|kept| !kept.contains_key(leaf)))
        });
        if is_lost { Err(Broken::touch("what was forced before is forgotten")) } else { Ok(()) }
    }

    fn touch(&self, at: (B256, B256), before: Option<&Progress>, after: &Progress) -> Result<(), Broken> {
        if let Some(evidence) = self.before.record.evidence_deadline {
            let deadline = instance_deadline(evidence, before, self.window());
            if self.of.now >= deadline {
                return Err(Broken::LateTouch { now: self.of.now, deadline });
            }
        }
        let steps = before.map_or(0, |progress| progress.steps);
        match self.action {
            Some(Action::Evaluate(_)) => {
                if after.steps != steps {
                    return Err(Broken::touch("an evaluation uses up a step"));
                }
                if before.is_some_and(|before| before.last_touch != after.last_touch) {
                    return Err(Broken::touch("an evaluation extends"));
                }
                if before.is_some_and(|before| before.app_state_hash != after.app_state_hash) {
                    return Err(Broken::touch("an evaluation moves the instance"));
                }
                Ok(())
            }
            Some(Action::ForceProgress(call)) => self.step(at, (before, steps), after, &call.step),
            _ => Err(Broken::touch("a call changes what was forced that forces nothing")),
        }
    }

    fn step(
        &self,
        (state, leaf): (B256, B256),
        (before, steps): (Option<&Progress>, u8),
        after: &Progress,
        step: &Bytes,
    ) -> Result<(), Broken> {
        if after.steps != steps.saturating_add(1) {
            return Err(Broken::touch(format!("{steps} steps are {} after one more", after.steps)));
        }
        let most = self.setting.stage.instances().flat_map(|(_, copies)| copies);
        let most =
            most.filter(|running| running.instance.hash().get() == leaf).map(|it| it.instance.max_steps.get()).max();
        if most.is_some_and(|most| after.steps > most) {
            return Err(Broken::touch(format!("{} steps are made, and there are {most:?}", after.steps)));
        }
        let positions = self.alphabet.positions(state, leaf);
        let is_before = |hash: &B256| match before {
            Some(before) => short(*hash) == before.app_state_hash,
            None => positions.first().is_some_and(|first| first.hash == *hash),
        };
        let Some(position) = positions.iter().find(|position| is_before(&position.hash)) else { return Ok(()) };
        let is_unsigned = wire::Step::new(step).is_some_and(|step| step.signature().is_empty());
        let mover = self.sender_party().filter(|_| is_unsigned);
        let is_play = position.plays.iter().any(|play| {
            let is_his = mover.is_none_or(|mover| mover == play.mover);
            is_his && short(play.leads_to) == after.app_state_hash
        });
        if is_play {
            Ok(())
        } else {
            Err(Broken::touch("the app does not allow it from where the instance was, by this mover"))
        }
    }
}
