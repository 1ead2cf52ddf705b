//! What the adjudicator says, with what a party holds and sees.

use std::collections::BTreeSet;

use adjudicator::{
    decide::{Advice, Transaction},
    evidence::Severity,
    types::Party,
};
use alloy_primitives::{Address, I256, U256};

use super::{Acted, Event, FailureKind, Play, expect::require_meaningful};
use crate::{
    scenario::{Act, Advised, Path},
    stage::{Built, Sight, Wrong},
};

impl Play {
    /// Sends what the adjudicator advises; nothing if that is to wait.
    pub(super) fn advised(&mut self, told: &Advised, act: &Act, path: Path) -> Result<Option<Acted>, Wrong> {
        let call_path = path.field("call").field("advised");
        let (by, name, party) = self.asking(act, told.channel.as_deref(), &path)?;
        let place = self.stage.place(Some(&name), &call_path)?.clone();
        let sight = Sight { channel: self.channel(place.id), at: self.now, app_states: &self.app_states };
        let at = (name.as_str(), &place);
        let advice = self.stage.advice(at, party, told, &sight, self.node.world_mut(), &call_path)?;
        self.compare_advice((&by, &name), told, &advice, &call_path)?;
        let first = advice.first().map(|first| first.transaction.clone());
        let does = first.as_ref().map_or("wait", Transaction::name);
        if let Some(expected) = told.does.as_ref().filter(|expected| *expected != does) {
            let what = format!("{by}: {expected} is to be advised, and it is {does}");
            self.fail(&call_path.field("does"), FailureKind::Expectation, what);
        } else if told.does.is_none() && first.is_none() {
            self.fail(&call_path, FailureKind::Expectation, format!("{by}: nothing better is advised than to wait"));
        }
        let Some(first) = first else {
            let idle = Act { call: None, by: None, ..act.clone() };
            require_meaningful(&idle, &path)?;
            if act.then.is_some() {
                return Err(Wrong::new(&path.field("then"), "`then` means nothing where nothing is sent"));
            }
            self.told.events.push(Event::fault(self.now, format!("{by} is advised to wait")));
            return self.mine_at(self.now, &path).map(|()| None);
        };
        let built = Built {
            to: first.to(self.stage.manager()),
            value: U256::ZERO,
            data: first.calldata(),
            title: format!("advised: {does}"),
            channel: Some(name),
        };
        self.post(built, act, path).map(Some)
    }

    /// Whether what is to be got, by when and for how much is what the scenario says.
    fn compare_advice(
        &mut self,
        (by, name): (&str, &str),
        told: &Advised,
        advice: &Advice,
        path: &Path,
    ) -> Result<(), Wrong> {
        let place = self.stage.place(Some(name), path)?.clone();
        let first = advice.first();
        let gets = first.map(|first| first.prospect.guaranteed.as_slice());
        for (field, expected, found) in
            [("idle", &told.idle, Some(advice.idle.undefended.as_slice())), ("gets", &told.gets, gets)]
        {
            let Some(expected) = expected else { continue };
            let expected = self.stage.per_asset(expected, &place, &path.field(field))?;
            let found = found.unwrap_or_default().iter().map(|it| I256::try_from(*it).unwrap_or(I256::MAX)).collect();
            if expected != found {
                let [expected, found] = [expected, found].map(|amounts| self.list(&place, &amounts));
                let what = format!("{by}: {field}: {expected} is expected, and it is {found}");
                self.fail(&path.field(field), FailureKind::Expectation, what);
            }
        }
        if let Some(until) = &told.until {
            let path = path.field("until");
            let expected = Some(self.stage.time(until, self.now, Some(name), &|id| self.deadlines(id), &path)?);
            let found = first.and_then(|first| first.until);
            if expected != found {
                let what = format!("{by}: until: {expected:?} is expected, and it is {found:?}");
                self.fail(&path, FailureKind::Expectation, what);
            }
        }
        if let Some(most) = &told.costs_at_most {
            let path = path.field("costs_at_most");
            let most = self.stage.coins(most, &path)?;
            let found = first.map_or(U256::ZERO, |first| first.cost);
            if found > most {
                let [most, found] = [most, found].map(|wei| self.stage.print_amount(Address::ZERO, wei));
                let what = format!("{by}: costs_at_most: at most {most} is expected, and it is {found}");
                self.fail(&path, FailureKind::Expectation, what);
            }
        }
        Ok(())
    }

    /// What a party finds before it signs, or in what it holds.
    pub(super) fn asked(&mut self, act: &Act, path: &Path) -> Result<(), Wrong> {
        let Some(asked) = &act.asked else { return Ok(()) };
        let (by, name, party) = self.asking(act, None, path)?;
        let path = path.field("asked");
        let place = self.stage.place(Some(&name), &path)?.clone();
        self.mine_at(self.now, &path)?;
        let sight = Sight { channel: self.channel(place.id), at: self.now, app_states: &self.app_states };
        let at = (name.as_str(), &place);
        let found = self.stage.findings(at, party, asked, &sight, self.node.world_mut(), &path)?;
        let errors = found.iter().filter(|finding| finding.severity() == Severity::Error);
        let codes: BTreeSet<&str> = errors.clone().map(|finding| finding.code.id()).collect();
        let expected: BTreeSet<&str> = asked.finds.iter().map(String::as_str).collect();
        let sentences: Vec<String> = errors.map(ToString::to_string).collect();
        if codes != expected {
            let what = format!("{by}: {expected:?} are to be found, and {codes:?} are: {sentences:?}");
            self.fail(&path.field("finds"), FailureKind::Expectation, what);
        }
        let verdict = if sentences.is_empty() { "nothing is wrong".into() } else { sentences.join("; ") };
        self.told.events.push(Event::fault(self.now, format!("{by} is asked: {verdict}")));
        Ok(())
    }

    /// Who asks, of which channel, as which party.
    fn asking(&self, act: &Act, channel: Option<&str>, path: &Path) -> Result<(String, String, Party), Wrong> {
        let by = act.by.as_ref().ok_or_else(|| Wrong::new(path, "who is it? `by` is missing"))?;
        let (name, place) = self.stage.named_place(channel.or(act.channel.as_deref()), &path.field("channel"))?;
        let party = Party::BOTH.into_iter().find(|party| party.of(&place.parties) == by);
        let party = party.ok_or_else(|| Wrong::new(&path.field("by"), format!("`{by}` is no party of {name}")))?;
        Ok((by.clone(), name.clone(), party))
    }
}
