//! Every deadline, and every comparison with the clock.
//!
//! Deadlines are exclusive: at `now == deadline` it is too late; at `now == final time` one may settle. `valid_until` is
//! inclusive. Unix seconds.

use crate::error::require;
use crate::{Base, Progress, Record};

use super::{MAX_TIME, Result};

/// `E` of a dispute that starts now.
pub(super) fn evidence_deadline(now: u64, window: u32) -> Result<u64> {
    let deadline = now.saturating_add(window.into());
    require!(deadline <= MAX_TIME, TimeOutOfRange { max: MAX_TIME, actual: deadline });
    Ok(deadline)
}

/// The channel is open, or closing and takes newer states.
pub(super) fn require_evidence(record: &Record, now: u64) -> Result<()> {
    if let Some(deadline) = record.evidence_deadline {
        require!(now < deadline, EvidenceOver { deadline, now });
    }
    Ok(())
}

/// The channel is open, or closing and the instance may be touched.
pub(super) fn require_instance(record: &Record, touched: Option<&Progress>, window: u32, now: u64) -> Result<()> {
    if let Some(evidence_deadline) = record.evidence_deadline {
        let deadline = instance_deadline(evidence_deadline, touched, window);
        require!(now < deadline, InstanceOver { deadline, now });
    }
    Ok(())
}

/// The message may still be used.
pub(super) fn require_valid(valid_until: u64, now: u64) -> Result<()> {
    require!(now <= valid_until, Expired { valid_until, now });
    Ok(())
}

/// It is the final time, or later.
pub(super) fn require_final(final_time: u64, now: u64) -> Result<()> {
    require!(now >= final_time, NotFinal { final_time, now });
    Ok(())
}

/// The deadline of an instance of a closing channel, the same for whoever may move.
#[must_use]
pub fn instance_deadline(evidence_deadline: u64, touched: Option<&Progress>, window: u32) -> u64 {
    let from = touched.map_or(0, |touched| touched.last_touch.max(touched.matures));
    evidence_deadline.max(from).saturating_add(window.into())
}

/// The first second at which a closing channel may be settled.
///
/// `base` is what was forced on the recorded state, if that has instances: an untouched one of them has until `E + T`.
#[must_use]
pub fn final_time(evidence_deadline: u64, base: Option<&Base>, window: u32) -> u64 {
    let Some(base) = base else { return evidence_deadline };
    let touched = base.instances.values().map(|touched| instance_deadline(evidence_deadline, Some(touched), window));
    touched.fold(instance_deadline(evidence_deadline, None, window), u64::max)
}
