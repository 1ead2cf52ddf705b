//! A state, before it is signed, and once it was.

use std::collections::BTreeSet;

use super::{Review, money::Claim};
use crate::{
    evidence::{Code, Key},
    types::{Instance, InstanceId, Instances, Party, State},
};

impl Review<'_> {
    /// A state that a party is about to sign.
    pub(super) fn state(
        &mut self,
        party: Party,
        state: &State,
        instances: &[Instance],
        resolved: &BTreeSet<InstanceId>,
    ) {
        self.round(party, state);
        self.outstanding_close(party);
        self.recorded();
        let Some(instances) = self.tree(state, instances, &[]) else { return };
        self.carried(party, state, &instances, resolved);
        self.content(state, &instances, &[party], &[]);
    }

    /// A state that is held, and may be shown.
    pub(in crate::evidence) fn shown(&mut self, state: &State, key: Key) {
        if let Some(instances) = self.tree(state, &[], &[key]) {
            self.content(state, &instances, &Party::BOTH, &[key]);
        }
    }

    /// What holds of a state whenever it is shown.
    fn content(&mut self, state: &State, instances: &[Instance], signers: &[Party], proof: &[Key]) {
        let expected = self.dossier.identity().terms().assets().asset_count();
        let counts = instances.iter().map(|instance| instance.stakes.asset_count());
        let wrong: BTreeSet<_> =
            counts.chain([state.nets().asset_count()]).filter(|count| *count != expected).collect();
        if !wrong.is_empty() {
            let found = format!("a state or an instance for {wrong:?} assets, where the terms have {expected}");
            return self.find(Code::AssetCount, proof.iter().copied(), found);
        }
        self.solvent(&Claim { nets: state.nets(), instances, signers, keeps_bounty: true }, proof);
        self.each_instance(instances, proof);
        self.dispute(instances, proof);
    }

    /// The whole tree of a state: as it is given, else as it is held.
    fn tree(&mut self, state: &State, given: &[Instance], proof: &[Key]) -> Option<Vec<Instance>> {
        let mut ids = BTreeSet::new();
        if let Some(twice) = given.iter().find(|instance| !ids.insert(instance.id)) {
            self.find(Code::IdTwice, proof.iter().copied(), format!("two instances have the id {}", twice.id));
            return None;
        }
        let root = state.instances_root();
        let held = self.dossier.instances(state);
        if given.is_empty()
            && let Some(held) = held
        {
            return Some(held.to_vec());
        }
        let found = Instances::new(given.to_vec()).map(|instances| instances.root());
        if found == Ok(root) {
            return Some(given.to_vec());
        }
        let found = match found {
            Ok(_) if given.is_empty() => format!("the instances under the root {root} are not held"),
            Ok(found) => format!("the instances have the root {found}, where the state has {root}"),
            Err(reason) => reason.to_string(),
        };
        self.find(Code::TreeNotHeld, proof.iter().copied(), found);
        None
    }
}
