//! Whether a scenario says enough that it could fail.

use std::collections::BTreeSet;

use crate::{
    scenario::{Channel, Check, Path, Scenario},
    stage::{Wrong, channel_path},
};

/// Each channel has an end, each check says something, and no two acts have one name.
pub(super) fn require_sound(scenario: &Scenario) -> Result<(), Wrong> {
    if scenario.all_channels().next().is_none() {
        return Err(Wrong::new(
            &Path::default().field("channel"),
            "the scenario has no `channel`, so it shows nothing",
        ));
    }
    let mut names = BTreeSet::new();
    for (index, act) in scenario.acts.iter().enumerate() {
        let path = Path::default().field("acts").index(index);
        if let Some(name) = act.name.as_ref().filter(|name| !names.insert(*name)) {
            return Err(Wrong::new(&path.field("name"), format!("there are two acts `{name}`")));
        }
        act.then.iter().try_for_each(|check| require_said(check, &path.field("then")))?;
    }
    for (name, check) in scenario.all_ends() {
        let path = name.map_or_else(|| Path::default().field("end"), |name| Path::default().field("ends").field(name));
        require_said(check, &path)?;
    }
    scenario.all_channels().try_for_each(|(name, channel)| require_end(scenario, name, channel))
}

/// A channel has an end, with what both parties are paid; of many copies it is enough where they stand.
fn require_end(scenario: &Scenario, name: &str, channel: &Channel) -> Result<(), Wrong> {
    let is_only = scenario.all_channels().count() == 1;
    let end = scenario.ends.get(name).map(|end| (end, Path::default().field("ends").field(name)));
    let only = scenario.end.as_ref().filter(|_| is_only).map(|end| (end, Path::default().field("end")));
    let example = "`payouts` of both parties, as in `payouts = { alice = \"38 ether\", bob = \"22 ether\" }`";
    let Some((end, path)) = end.or(only) else {
        let table = if is_only && channel.copies.is_none() { "end".into() } else { format!("ends.{name}") };
        let what = format!("nothing is said of the end of `{name}`: `[{table}]` needs {example}");
        return Err(Wrong::new(&channel_path(name), what));
    };
    let has_payouts = end.payouts.as_ref().is_some_and(|own| channel.parties.iter().all(|it| own.contains_key(it)));
    let has_status = channel.copies.is_some() && end.status.is_some();
    if has_payouts || has_status { Ok(()) } else { Err(Wrong::new(&path, format!("an end needs {example}"))) }
}

/// Nothing in a check is empty, and the check is not, either.
fn require_said(check: &Check, path: &Path) -> Result<(), Wrong> {
    let Check { payouts, as_it_stands, credits, gains, steps, .. } = check;
    let sums = [("payouts", payouts), ("as_it_stands", as_it_stands), ("credits", credits), ("gains", gains)];
    let empty = sums.into_iter().find(|(_, by_name)| by_name.as_ref().is_some_and(|it| it.is_empty()));
    let field = match empty {
        Some((field, _)) => Some(field),
        None => steps.as_ref().filter(|steps| steps.is_empty()).map(|_| "steps"),
    };
    match field {
        Some(field) => Err(Wrong::new(&path.field(field), format!("`{field}` says nothing: whose?"))),
        None if *check == Check::default() => Err(Wrong::new(path, "it says nothing: what should hold?")),
        None => Ok(()),
    }
}
