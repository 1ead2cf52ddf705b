//! What one touch of an instance changes.

use alloy_primitives::{B256, U256};

use super::{advice::Asked, book::Book, loss::Loss};
use crate::{Channel, Progress};

/// What the touch of an instance changes.
#[derive(Debug, Clone)]
pub(super) struct Touched {
    /// The hash of the state that the instance is of.
    pub(super) hash: B256,
    /// By how much the losses grow.
    pub(super) change: Loss,
    /// When it was touched, or matures, whatever is later.
    pub(super) latest: u64,
}

impl Book<'_> {
    /// What the touch of an instance changes.
    pub(super) fn touched(
        &mut self,
        line: usize,
        index: usize,
        progress: &Progress,
        app_state: &[u8],
    ) -> Option<Touched> {
        let instances = self.lines.get(line)?.instances.as_ref()?;
        let (instance, before) = (instances.list.get(index)?, instances.losses.get(index)?.clone());
        let (hash, instance_hash) = (self.lines.get(line)?.hash, *instances.hashes.get(index)?);
        let mut change = self.chance((hash, instance_hash), instance, Some(progress), Some(app_state));
        change.subtract(&before);
        Some(Touched { hash, change, latest: progress.last_touch.max(progress.matures) })
    }

    /// What it changes if a preimage is seen now, or if it comes too late, wherever it is waited for.
    pub(super) fn by_preimage(&mut self, asked: Asked, is_seen: bool) -> Vec<Touched> {
        self.chances.settle_locks(asked, is_seen);
        let mut changes = Vec::new();
        for (at, index) in self.locks.get(&asked).cloned().unwrap_or_default() {
            changes.extend(self.changed(at, index));
        }
        self.chances.forget_locks();
        changes
    }

    /// What has changed of an instance that nobody touched.
    fn changed(&mut self, at: usize, index: usize) -> Option<Touched> {
        let line = self.lines.get(at)?;
        let instances = line.instances.as_ref()?;
        let (hash, instance_hash) = (line.hash, *instances.hashes.get(index)?);
        let (instance, before) = (instances.list.get(index)?, instances.losses.get(index)?.clone());
        let progress = self.channel().bases.get(&hash).and_then(|base| base.instances.get(&instance_hash));
        let mut change = self.chance((hash, instance_hash), instance, progress, None);
        change.subtract(&before);
        Some(Touched { hash, change, latest: 0 })
    }

    /// What a first touch keeps within reach, per asset: what facts may still bring after the time for first touches.
    pub(super) fn keeps_alive(&self, channel: &Channel, line: usize, index: usize) -> Option<Vec<U256>> {
        let evidence_deadline = channel.record.evidence_deadline?;
        let state = self.lines.get(line)?;
        let instances = state.instances.as_ref()?;
        let (instance, hash) = (instances.list.get(index)?, instances.hashes.get(index)?);
        let is_touched = self.channel().bases.get(&state.hash).is_some_and(|base| base.instances.contains_key(hash));
        if is_touched || instance.matures.get() <= evidence_deadline {
            return None;
        }
        let app_state = self.app_state(instance, None)?;
        let hoped = self.chances.hoped(instance, self.app_of(instance), app_state);
        Some(hoped).filter(|hoped| hoped.iter().any(|amount| !amount.is_zero()))
    }
}
