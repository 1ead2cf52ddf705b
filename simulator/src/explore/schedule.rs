//! Who sends what when: from the beginning to what is told of.

use alloy_primitives::I256;

use super::{
    Mistake,
    node::Via,
    worker::{Deed, Worker},
};
use crate::{
    scenario::{Call, Name},
    world::Transaction,
};

/// A transaction of a schedule.
#[derive(Debug, Clone)]
pub struct Step {
    /// The time of its block, in Unix seconds.
    pub now: u64,
    /// Who sends it.
    pub by: Name,
    /// What it is, for people.
    pub title: String,
    /// What it is, in the words of scenarios.
    pub call: Call,
    /// What is sent.
    pub transaction: Transaction,
    /// Whether it is of the hostile side.
    pub is_hostile: bool,
}

/// Who sends what when.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// The transactions in their order.
    pub steps: Vec<Step>,
    /// How many of them lead to what is told of; what comes behind is how the channel ends if nobody hostile does anything more.
    pub until: usize,
    /// What the honest party has at its end, per asset; nothing is known where the channel cannot end.
    pub(super) gained: Option<Vec<I256>>,
}

impl Schedule {
    /// What is done on a path, and then until the honest party has its money.
    pub(super) fn of(worker: &mut Worker, path: &[Via], last: Option<Via>) -> Result<Self, Mistake> {
        let mut node = worker.root()?;
        let mut deeds = Vec::new();
        for via in path.iter().copied().chain(last) {
            let (next, deed) = worker.follow(&node, via)?;
            deeds.extend(deed);
            let Some(next) = next else { break };
            node = next;
        }
        let until = deeds.len();
        // Where it cannot end is told by what is broken.
        let gained = worker.finish(&node, Some(&mut |deed| deeds.push(deed))).ok();
        let steps = deeds.into_iter().map(|deed| step(worker, deed)).collect();
        Ok(Self { steps, until, gained })
    }

    /// How many transactions the hostile side sends.
    #[must_use]
    pub fn hostile(&self) -> usize {
        self.steps.iter().filter(|step| step.is_hostile).count()
    }
}

/// A deed in the words of scenarios: of the same calldata, or in bytes where it has no name.
fn step(worker: &mut Worker, deed: Deed) -> Step {
    let Deed { now, by, title, call, transaction, is_hostile } = deed;
    let call = call.or_else(|| worker.named(&transaction));
    // In scenarios a settlement that names no state is by the recorded one, and here it is by round 0.
    let call = call
        .filter(|call| !matches!(call, Call::Settle { state: None, .. }))
        .unwrap_or_else(|| Call::Raw { to: "manager".into(), data: transaction.data.to_string() });
    Step { now, by, title, call, transaction, is_hostile }
}
