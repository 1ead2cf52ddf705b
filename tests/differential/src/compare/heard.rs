//! What is read of a channel by its logs alone, in whatever order, how often and among which inventions they come.

use std::{collections::BTreeMap, convert::Infallible};

use adjudicator::{
    Channel, Effect, Hash192, Progress, Record,
    eip712::state_hash,
    evidence::{Dossier, Trail},
    rules::final_time,
    types::{Identity, Terms},
};
use alloy_primitives::{B256, I256};

use super::{Known, Mismatch};
use crate::{bytecode::Bytecode, dice::Dice, twin::Twin};

/// Compares the channels as somebody reads them who holds nothing, and heard these logs badly.
///
/// # Errors
/// Where that is not what the twin has.
pub fn channels_as_heard(
    bytecode: &mut Bytecode,
    twin: &Twin,
    known: &BTreeMap<B256, Known>,
    logs: &[Effect],
) -> Result<(), Mismatch> {
    let told = told_badly(logs, &mut Dice::new(logs.len() as u64));
    for (id, known) in known {
        // What the library takes for no terms, nobody holds.
        let Ok(terms) = Terms::unpack(&known.terms) else { continue };
        let identity = Identity::new(twin.manager.deployment.domain, terms);
        let mut trail = Trail::new(identity.channel_id());
        for log in &told {
            trail.hear(log);
        }
        let names = trail.names(&Dossier::new(identity));
        let Ok(read) = names.read(|slot| Ok::<_, Infallible>(bytecode.load(slot)));
        if let Some(channel) = twin.manager.channels.get(id) {
            as_it_is(&read, channel, known.window)?;
            app_states(&trail, &read)?;
        }
    }
    Ok(())
}

/// All but the maturities of instances that nobody holds is read; by them the final time is right, and no deadline too early.
fn as_it_is(read: &Channel, channel: &Channel, window: u32) -> Result<(), Mismatch> {
    let mut matured = read.clone();
    for (hash, base) in &mut matured.bases {
        let instances = channel.bases.get(hash).map(|base| &base.instances);
        for (hash, progress) in &mut base.instances {
            progress.matures = instances.and_then(|it| it.get(hash)).map_or(progress.matures, |it| it.matures);
        }
    }
    same("channel as heard", &matured, channel)?;
    if let Some(deadline) = channel.record.evidence_deadline {
        let [found, expected] = [read, channel].map(|it| final_time(deadline, it.recorded_base(), window));
        same("final time as heard", &found, &expected)?;
    }
    Ok(())
}

/// Whatever a step has led to is known, too.
fn app_states(trail: &Trail, read: &Channel) -> Result<(), Mismatch> {
    let touched = || read.bases.values().flat_map(|base| base.instances.values());
    let stepped = touched().filter(|progress: &&Progress| progress.steps > 0).count();
    let heard = trail.app_states(read).count();
    if heard < stepped {
        return Err(Mismatch::new("app states as heard", heard.to_string(), stepped.to_string()));
    }
    Ok(())
}

/// In another order, some twice, and some that nobody has logged.
fn told_badly(logs: &[Effect], dice: &mut Dice) -> Vec<Effect> {
    let mut told: Vec<Effect> = Vec::new();
    for log in logs {
        told.extend(invented(log, dice));
        told.extend(std::iter::repeat_n(log.clone(), 1 + usize::from(dice.permille(500))));
    }
    for index in (1..told.len()).rev() {
        told.swap(index, dice.below(index as u64 + 1) as usize);
    }
    told
}

/// Something like it, half of the time such that nobody can tell.
fn invented(log: &Effect, dice: &mut Dice) -> Option<Effect> {
    match log.clone() {
        Effect::Recorded { channel_id, record, nets, .. } => {
            let instances_root = dice.word();
            let nets = vec![I256::unchecked_from(dice.below(1_000)); nets.len().max(1)];
            let hash = state_hash(channel_id, record.round, &nets, instances_root);
            let state_hash = if dice.permille(500) { Hash192::from_slice(&hash[..24]) } else { record.state_hash };
            Some(Effect::Recorded { channel_id, record: Record { state_hash, ..record }, nets, instances_root })
        }
        Effect::Progressed { channel_id, number, .. } => {
            let (instance_hash, app_state) = (dice.word(), dice.word().to_vec().into());
            Some(Effect::Progressed { channel_id, instance_hash, number, app_state })
        }
        Effect::Evaluated { channel_id, deltas, .. } => {
            Some(Effect::Evaluated { channel_id, instance_hash: dice.word(), deltas })
        }
        _ => None,
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), Mismatch> {
    if found == expected {
        return Ok(());
    }
    Err(Mismatch::new(what, format!("{found:?}"), format!("{expected:?}")))
}
