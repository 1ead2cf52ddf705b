//! Many lives, one after the other.

use crate::{
    compare::Mismatch,
    counts::Counts,
    dice::Dice,
    duel::{Duel, Verdict},
    generator::Generator,
    shrink::shrink,
    step::Step,
};

/// How many calls a life has.
const CALLS_OF_A_LIFE: u64 = 150;

/// A life in which the sides disagree in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What happened; the last of it is what they disagree on.
    pub steps: Vec<Step>,
    /// On what.
    pub mismatch: Mismatch,
}

/// Leads lives until there were so many calls, or until `found` says that it has seen enough.
pub fn lead(duel: &mut Duel, calls: u64, seed: u64, mut found: impl FnMut(&mut Duel, Finding) -> bool) -> Counts {
    let (mut counts, mut seeds) = (Counts::default(), Dice::new(seed));
    while counts.calls() < calls {
        let left = calls - counts.calls();
        let finding = lead_one(duel, seeds.number(), left.min(CALLS_OF_A_LIFE), &mut counts);
        if finding.is_some_and(|finding| !found(duel, finding)) {
            break;
        }
    }
    counts
}

fn lead_one(duel: &mut Duel, seed: u64, calls: u64, counts: &mut Counts) -> Option<Finding> {
    duel.begin();
    let mut generator = Generator::new(duel.bytecode().scene(), seed);
    let (mut steps, mut made) = (Vec::new(), 0);
    while made < calls {
        let step = generator.next_step(duel.twin());
        steps.push(step.clone());
        match duel.step(&step) {
            Ok(verdict) => {
                counts.count(&verdict);
                made += u64::from(matches!(verdict, Verdict::Acted { .. }));
            }
            Err(mismatch) => return Some(Finding { steps, mismatch }),
        }
    }
    duel.read_channels().err().map(|mismatch| Finding { steps, mismatch })
}

impl Finding {
    /// The same disagreement after as few steps as can be found.
    #[must_use]
    pub fn shrunk(self, duel: &mut Duel) -> Self {
        let steps = shrink(self.steps, |steps| is_same(duel, steps, &self.mismatch.kind));
        let (_, mismatch) = duel.live(&steps).expect_err("a shrunk life ends in the same disagreement");
        Self { steps, mismatch }
    }
}

/// Whether a life ends in a disagreement of this kind, with its last step.
fn is_same(duel: &mut Duel, steps: &[Step], kind: &str) -> bool {
    duel.live(steps).is_err_and(|(_, mismatch)| mismatch.kind == kind)
}
