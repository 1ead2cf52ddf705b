//! Whether what was touched on the chain is carried on.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{B256, I256};

use super::Review;
use crate::{
    Progress,
    evidence::Code,
    types::{Instance, InstanceId, Party, State},
};

impl Review<'_> {
    /// A newer state voids the steps on the recorded one, so it has each touched instance where it is, or resolved.
    pub(super) fn carried(
        &mut self,
        party: Party,
        state: &State,
        instances: &[Instance],
        resolved: &BTreeSet<InstanceId>,
    ) {
        let touched = self.touched();
        let mut outcome = vec![I256::ZERO; state.nets().asset_count()];
        let mut is_any_resolved = false;
        for (before, progress) in &touched {
            if instances.iter().any(|after| is_carried(before, progress, after)) {
                continue;
            }
            if resolved.contains(&before.id) {
                is_any_resolved = true;
                let sums = outcome.iter_mut().zip(&progress.deltas);
                sums.for_each(|(sum, delta)| *sum = sum.saturating_add(*delta));
                continue;
            }
            let found = format!(
                "the instance {} was touched, {} steps to {}, and is neither carried on there nor named as resolved",
                before.id, progress.steps, progress.app_state_hash
            );
            self.find(Code::TouchedNotCarried, [], found);
        }
        if is_any_resolved {
            self.resolved(party, state, &outcome);
        }
    }

    /// The nets move by at least what this party has won on the chain.
    fn resolved(&mut self, party: Party, state: &State, outcome: &[I256]) {
        let record = *self.record();
        let Some(base) = self.dossier.state_recorded(record.round.into(), record.state_hash) else { return };
        let before = &base.content.message;
        let key = base.key();
        let for_party = |value: I256| if party == Party::Zero { value.saturating_neg() } else { value };
        let nets = before.nets().as_slice().iter().zip(state.nets().as_slice());
        for (index, ((before, after), outcome)) in nets.zip(outcome).enumerate() {
            let gained = for_party(after.get().saturating_sub(before.get()));
            let won = for_party(*outcome);
            if gained < won {
                let found = format!("party {party} gains {gained} of asset {index}, where the chain gives it {won}");
                self.find(Code::ResolvedShort, [key], found);
            }
        }
    }

    /// The instances that were touched on the recorded state. One that is not held cannot be carried on.
    fn touched(&mut self) -> Vec<(Instance, Progress)> {
        let record = *self.record();
        let Some(base) = self.dossier.state_recorded(record.round.into(), record.state_hash) else { return Vec::new() };
        let Some(forced) = self.view.latest.channel.bases.get(&base.key().hash) else { return Vec::new() };
        let held = self.dossier.instances(&base.content.message).unwrap_or_default();
        let held: BTreeMap<B256, &Instance> = held.iter().map(|instance| (instance.hash().get(), instance)).collect();
        let mut touched = Vec::new();
        for (hash, progress) in &forced.instances {
            if let Some(instance) = held.get(hash) {
                touched.push(((*instance).clone(), progress.clone()));
            } else {
                let found = format!("the instance {hash} was touched on the recorded state, and is not held");
                self.find(Code::TreeNotHeld, [base.key()], found);
            }
        }
        touched
    }
}

/// Whether an instance goes on as another one does after its steps.
fn is_carried(before: &Instance, progress: &Progress, after: &Instance) -> bool {
    let steps_left = before.max_steps.get().saturating_sub(progress.steps);
    before.id == after.id
        && before.app == after.app
        && before.app_code_hash == after.app_code_hash
        && before.stakes == after.stakes
        && before.matures == after.matures
        && after.max_steps.get() >= steps_left
        && after.app_state_hash.get().starts_with(progress.app_state_hash.as_slice())
}
