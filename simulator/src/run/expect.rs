//! Whether what was sent came as its act says.

use adjudicator::{DisputeError, abi::PermitDeposits::PermitDepositsErrors as PermitErrors};
use alloy_primitives::hex;
use alloy_sol_types::SolInterface;

use super::{
    Acted, Answer, FailureKind, Play,
    told::{BROKEN_OFF, OUT_OF_GAS},
};
use crate::{
    scenario::{Act, Call, Path},
    stage::Wrong,
};

impl Play {
    /// Whether a transaction came as its act says, whenever it was mined.
    pub(super) fn compare(&mut self, acted: &Acted, event: usize) -> Result<(), Wrong> {
        let Acted { act: Some(act), path, built, by, .. } = acted else { return Ok(()) };
        let Some(event) = self.told.events.get(event) else { return Ok(()) };
        let found = event.answer.clone();
        let gas = event.gas.unwrap_or_default();
        let failed = event.failed_calls.clone();
        match (&act.refused, &found) {
            (None, Answer::Accepted) => {}
            (Some(name), Answer::Refused { error, .. }) if name == error => {}
            (Some(name), found) => {
                let what = format!("{by}: {}: {name} is expected, and it is {found}", built.title);
                self.fail(&path.field("refused"), FailureKind::Expectation, what);
            }
            (None, found) => {
                let what = format!("{by}: {}: it should be accepted, and is {found}", built.title);
                self.fail(path, FailureKind::Expectation, what);
            }
        }
        if let Some(most) = act.gas_at_most.filter(|most| gas > *most) {
            let what = format!("{by}: {}: at most {most} gas is expected, and it takes {gas}", built.title);
            self.fail(&path.field("gas_at_most"), FailureKind::Expectation, what);
        }
        if let Some(Call::Multicall { refused, .. }) = act.call.as_ref().filter(|_| found == Answer::Accepted)
            && *refused != failed
        {
            let what = format!("{by}: {}: {refused:?} are to be refused, and {failed:?} are", built.title);
            self.fail(&path.field("call").field("multicall").field("refused"), FailureKind::Expectation, what);
        }
        Ok(())
    }
}

impl Play {
    /// What was never mined did not come as its act says, if that says more than that it waits.
    pub(super) fn require_answered(&mut self) {
        let waiting = self.acted.values().filter(|acted| self.node.is_waiting(acted.sent));
        let unanswered: Vec<_> = waiting
            .filter_map(|acted| {
                let act = acted.act.as_ref().filter(|act| act.refused.is_some() || act.gas_at_most.is_some())?;
                let field = if act.refused.is_some() { "refused" } else { "gas_at_most" };
                Some((
                    acted.path.field(field),
                    format!("{}: {}: it still waits at the end", acted.by, acted.built.title),
                ))
            })
            .collect();
        for (path, what) in unanswered {
            self.fail(&path, FailureKind::Expectation, what);
        }
    }
}

/// What an act says must mean something: a fault is nobody's, and only what is sent can be refused.
pub(super) fn require_meaningful(act: &Act, path: &Path) -> Result<(), Wrong> {
    let kinds = [act.call.is_some(), act.fault.is_some(), act.asked.is_some()];
    if kinds.iter().filter(|is_there| **is_there).count() > 1 {
        return Err(Wrong::new(path, "an act has one of `call`, `fault` and `asked`"));
    }
    if let Some(name) = &act.refused {
        require_error(name, &path.field("refused"))?;
    }
    if act.call.is_some() {
        return Ok(());
    }
    let idle = [
        ("by", act.by.is_some() && act.asked.is_none()),
        ("replaces", act.replaces.is_some()),
        ("refused", act.refused.is_some()),
        ("waits", act.waits),
        ("gas_at_most", act.gas_at_most.is_some()),
        ("value", act.value.is_some()),
        ("gas", act.gas.is_some()),
        ("max_fee", act.max_fee.is_some()),
        ("tip", act.tip.is_some()),
        ("then", act.then.is_some() && (act.fault.is_some() || act.asked.is_some())),
    ];
    match idle.into_iter().find(|(_, is_there)| *is_there) {
        Some((field, _)) => Err(Wrong::new(&path.field(field), format!("`{field}` means nothing without a `call`"))),
        None => Ok(()),
    }
}

fn require_error(name: &str, path: &Path) -> Result<(), Wrong> {
    let is_selector = name.strip_prefix("0x").is_some_and(|digits| hex::decode(digits).is_ok_and(|it| it.len() <= 4));
    let is_of_permits =
        PermitErrors::selectors().any(|selector| PermitErrors::name_by_selector(selector) == Some(name));
    let is_known = [OUT_OF_GAS, BROKEN_OFF, ""].contains(&name) || DisputeError::NAMES.contains(&name);
    if is_known || is_of_permits || is_selector {
        return Ok(());
    }
    let near = DisputeError::NAMES.iter().filter(|known| known.to_lowercase().contains(&name.to_lowercase()));
    let near: Vec<&str> = near.copied().collect();
    let meant = if near.is_empty() { String::new() } else { format!("; perhaps {}", near.join(" or ")) };
    Err(Wrong::new(path, format!("`{name}` is no error of the contract: `IChannelErrors` has them{meant}")))
}
