//! What must hold whatever anybody does: `docs/PROTOCOL.md`, sections 5 to 9.

mod broken;
mod change;
mod state;

use std::collections::BTreeMap;

use adjudicator::{
    Channel, DisputeError, Effect, Record,
    abi::ChannelManager::{EvidenceOver, Expired, InstanceOver, NotFinal},
    action::Action,
    rules::final_time,
};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolError;

pub use self::broken::Broken;
use self::change::Change;
pub(super) use self::state::check_state;
use super::{alphabet::Alphabet, setting::Setting};
use crate::{scenario::Name, stage::Shown};

/// What was done, and what there was before and after it.
pub(super) struct Transition<'a> {
    pub(super) sender: Address,
    pub(super) data: &'a Bytes,
    pub(super) now: u64,
    pub(super) effects: &'a [Effect],
    pub(super) before: &'a BTreeMap<Name, Channel>,
    pub(super) after: &'a BTreeMap<Name, Channel>,
}

impl Transition<'_> {
    /// Whether it may be.
    pub(super) fn check(&self, setting: &Setting, alphabet: &Alphabet) -> Result<(), Broken> {
        let action = Action::decode(self.data).ok();
        for (name, after) in self.after {
            let nothing = Channel::default();
            let before = self.before.get(name).unwrap_or(&nothing);
            let Some((_, place)) = setting.stage.places().find(|(other, _)| *other == name) else { continue };
            if before != after {
                Change { of: self, action: action.as_ref(), setting, alphabet, name, place, before, after }.check()?;
            }
        }
        Ok(())
    }
}

/// Whether another state is recorded than before.
fn is_other_state(before: &Record, after: &Record) -> bool {
    (before.round, before.state_hash) != (after.round, after.state_hash)
}

/// The first second at which a closing channel may be settled, by the rules.
pub(super) fn final_time_of(channel: &Channel, recorded: Option<&Shown>, window: u32) -> Option<u64> {
    let untouched = adjudicator::Base::default();
    let has_instances = recorded.is_some_and(|shown| !shown.instances.is_empty());
    let base = has_instances.then(|| channel.recorded_base().unwrap_or(&untouched));
    channel.record.evidence_deadline.map(|evidence| final_time(evidence, base, window))
}

/// A call that is refused for its time has come too late, or too early.
pub(super) fn check_refusal(output: &[u8]) -> Result<(), Broken> {
    // Most refusals are others.
    let of_time = [Expired::SELECTOR, EvidenceOver::SELECTOR, InstanceOver::SELECTOR, NotFinal::SELECTOR];
    if !output.first_chunk::<4>().is_some_and(|selector| of_time.contains(selector)) {
        return Ok(());
    }
    let Ok(error) = DisputeError::abi_decode(output) else { return Ok(()) };
    let is_so = match error {
        DisputeError::Expired { valid_until, now } => now > valid_until,
        DisputeError::EvidenceOver { deadline, now } | DisputeError::InstanceOver { deadline, now } => now >= deadline,
        DisputeError::NotFinal { final_time, now } => now < final_time,
        _ => true,
    };
    if is_so { Ok(()) } else { Err(Broken::WrongRefusal { reason: format!("{}: {error}", error.name()) }) }
}
