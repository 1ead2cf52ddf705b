//! Until when the contract takes a call.

use super::{call::is_newer, parts::Parts};
use crate::{
    Base, Channel,
    action::{Action, CloseSolo},
    rules::final_time,
    types::Identity,
};

/// The last second at which the contract takes a single call, if there is one, as the channel is.
pub(super) fn last_second(call: &Action, parts: &Parts, identity: &Identity, channel: &Channel) -> Option<u64> {
    let close = parts.close.as_ref().map(|close| close.message.valid_until());
    let withdraw = parts.withdraw.as_ref().map(|withdraw| withdraw.message.valid_until());
    let delegation = parts.delegation.as_ref().map(|delegation| delegation.message.valid_until);
    let inclusive = [close, withdraw, delegation].into_iter().flatten().map(|time| time.get());
    // A newer state, or consent to the recorded one, is taken before the evidence deadline; a touch before the instance's.
    let is_evidence = is_newer(parts, channel) || matches!(call, Action::CloseSolo(CloseSolo { consent: true, .. }));
    let evidence = channel.record.evidence_deadline.filter(|_| is_evidence && !matches!(call, Action::Settle(_)));
    let exclusive = [evidence, instance_deadline(parts, identity, channel)].into_iter().flatten();
    inclusive.chain(exclusive.map(|deadline| deadline.saturating_sub(1))).min()
}

/// The first second at which the instance cannot be touched any more: the final time of a state that has it alone.
fn instance_deadline(parts: &Parts, identity: &Identity, channel: &Channel) -> Option<u64> {
    let (evidence_deadline, instance) = (channel.record.evidence_deadline?, parts.instance.as_ref()?.hash().get());
    let state = parts.state.as_ref()?.message.hash(identity.channel_id()).get();
    let touched = channel.bases.get(&state).and_then(|base| base.instances.get(&instance)).cloned();
    let base = Base { instances: touched.map(|touched| (instance, touched)).into_iter().collect() };
    Some(final_time(evidence_deadline, Some(&base), identity.terms().window().get()))
}
