//! What was found, as a test for Foundry: it wants what the contract that ships does, so that it passes on its sources, and fails
//! on those of the contract that was searched.

use std::collections::BTreeSet;

use adjudicator::{
    abi::CHANNEL_MANAGER,
    storage::{Names, delta_sum},
    types::Party,
};
use alloy_primitives::{Address, Bytes, I256, U256};

use super::{
    Mistake, Plan, Schedule,
    alphabet::{Alphabet, Sending},
    claims::final_time_of,
    foundry::{End, Expected, Export, Step},
    setting::Setting,
};
use crate::{
    scenario::Scenario,
    stage::{DEPLOYER, Sources},
    world::{Branches, Spot, Transaction, World},
};

/// A schedule as a test for Foundry: one file, for a project with the contract's sources.
///
/// # Errors
/// If the scenario cannot be set.
pub fn as_foundry(
    (name, claim): (&str, &str),
    (scenario, plan): (&Scenario, &Plan),
    schedule: &Schedule,
    sources: &dyn Sources,
) -> Result<String, Mistake> {
    let mut setting = Setting::new(scenario, plan, CHANNEL_MANAGER.creation_code(), sources)?;
    let alphabet = Alphabet::new(&mut setting, scenario)?;
    // What is asked of a world leaves traces in it that no contract sees; so does this, of a copy.
    let mut world = Branches::of(&setting.world);
    let manager = setting.stage.manager();
    let mut steps = Vec::new();
    for step in &schedule.steps {
        let note = format!("{}: {}", step.by, step.title);
        steps.push(played((&mut world, manager), step.now, note, &step.transaction));
    }
    let channel = setting.own_channel(&world);
    let recorded = setting.stage.recorded(&channel, &setting.channel);
    let window = setting.place.terms.window().get();
    if let Some(final_time) = final_time_of(&channel, recorded, window)
        && let Some(settlement) = alphabet.settlement(&setting, recorded.map(|shown| shown.hash))
    {
        let Sending { by, title, transaction, .. } = &*settlement;
        let now = final_time.max(world.now().saturating_add(1));
        steps.push(played((&mut world, manager), now, format!("{by}: {title}"), transaction));
    }
    let changed = steps.iter().flat_map(|step| step.words.iter().map(|(slot, _)| *slot));
    let named = setting.names.values().flat_map(Names::slots);
    let sums = setting.names.values().flat_map(|names| {
        let of_base = |base| (0..names.assets.len()).map(move |index| delta_sum(base, index));
        names.instances.keys().copied().flat_map(of_base)
    });
    let credits = setting.debts.iter().flat_map(|(.., credits)| credits).filter_map(|spot| match spot {
        Spot::Word(_, slot) => Some(*slot),
        _ => None,
    });
    let watched: Vec<U256> =
        changed.chain(named).chain(sums).chain(credits).collect::<BTreeSet<U256>>().into_iter().collect();
    let ends = ends(&setting, &world);
    let export = Export {
        name,
        claim,
        world: &setting.world,
        deployment: &setting.stage.deployment,
        deployer: (DEPLOYER, 0),
        watched: &watched,
        steps: &steps,
        ends: &ends,
    };
    Ok(export.to_string())
}

fn played((world, manager): (&mut Branches, Address), now: u64, note: String, transaction: &Transaction) -> Step {
    world.set_now(now);
    let mark = world.mark();
    let outcome = world.transact(transaction);
    let words = world.changes_since(&mark).into_iter().filter_map(|change| match change.spot {
        Spot::Word(account, slot) if account == manager => Some((slot, change.after)),
        _ => None,
    });
    let words = words.collect();
    let Transaction { sender, to, value, data, .. } = transaction.clone();
    let expected = outcome.map_or_else(|_| Expected::Refused(Bytes::new()), |outcome| Expected::of(&outcome, manager));
    Step { note, now, sender, to: to.unwrap_or_default(), value, data, expected, words }
}

/// What both parties have more than in the beginning.
fn ends(setting: &Setting, world: &Branches) -> Vec<End> {
    let begin: &World = &setting.world;
    let accounts = Party::BOTH.iter().map(|party| setting.place.terms.accounts(*party).payee);
    let assets: Vec<Address> = setting.place.terms.assets().as_slice().iter().map(|asset| asset.get()).collect();
    let signed = |amount: U256| I256::try_from(amount).unwrap_or(I256::MAX);
    let ends = accounts.flat_map(|account| assets.iter().map(move |asset| (account, *asset)));
    let ends = ends.map(|(account, asset)| {
        let spot = setting.balance(asset, account);
        let before = Branches::of(begin).read(spot);
        End { account, asset, gained: signed(world.read(spot)).saturating_sub(signed(before)) }
    });
    ends.collect()
}
