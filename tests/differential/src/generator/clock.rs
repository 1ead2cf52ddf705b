//! When things happen: in the same block most often, and at the very edges of deadlines.

use super::{Generator, channel};
use crate::twin::Twin;

impl Generator {
    /// Lets some time pass, or none.
    pub(super) fn pass_time(&mut self, twin: &Twin) {
        match self.dice.below(20) {
            0..14 => {}
            14..17 => self.now += self.dice.within(1, 30),
            _ => {
                let moments: Vec<u64> = self.moments(twin).into_iter().filter(|moment| *moment > self.now).collect();
                if !moments.is_empty() {
                    self.now = *self.dice.pick(&moments);
                }
            }
        }
    }

    /// Moments at which something ends, just before and just after; none that is too far away to wait for.
    fn moments(&self, twin: &Twin) -> Vec<u64> {
        let mut ends = Vec::new();
        for (at, plan) in self.plans.iter().enumerate() {
            let (channel, window) = (channel(twin, plan.id), u64::from(plan.window));
            let Some(evidence_deadline) = channel.record.evidence_deadline else { continue };
            ends.extend([evidence_deadline, evidence_deadline + window]);
            ends.extend(self.final_time(channel, at));
            for touched in channel.bases.values().flat_map(|base| base.instances.values()) {
                ends.push(touched.last_touch.max(touched.matures).max(evidence_deadline) + window);
            }
        }
        let soon = ends.into_iter().filter(|end| *end < self.now + 100_000);
        soon.flat_map(|end| [end - 1, end, end + 1]).collect()
    }
}
