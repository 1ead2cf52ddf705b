//! Each scenario fails, and as it should, when one line breaks its claim; and nothing is told in it that may be left out.
//!
//! `breaks.toml` says for each scenario what is broken and what comes of it. There, `line` is a line of the scenario, the only
//! one like this or the first one behind another (`behind`), which `becomes` another; or, where it `drops`, the act with this
//! line is left out. One of the failures then contains `fails`. Acts that may be left out are `idle`, counted from 0: that they
//! change nothing is what the scenario shows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use adjudicator::abi::CHANNEL_MANAGER;
use rayon::prelude::*;
use serde::Deserialize;
use simulator::{
    run::{Options, play},
    scenario::{Scenario, read},
    stage::NoSources,
};

/// What is broken in a scenario, and what comes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Break {
    line: String,
    behind: Option<String>,
    becomes: Option<String>,
    #[serde(default)]
    drops: bool,
    fails: String,
    #[serde(default)]
    idle: BTreeSet<usize>,
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The scenarios, by their names.
fn scenarios() -> BTreeMap<String, String> {
    let files = fs::read_dir(tests().join("../../tests/scenarios")).unwrap().map(|entry| entry.unwrap().path());
    let tomls = files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    let named = tomls.map(|file| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(file).unwrap())
    });
    named.collect()
}

fn breaks() -> BTreeMap<String, Break> {
    toml::from_str(&fs::read_to_string(tests().join("breaks.toml")).unwrap()).unwrap()
}

/// What does not come as the scenario says.
fn failures(scenario: &Scenario) -> Vec<String> {
    let code = CHANNEL_MANAGER.creation_code().clone();
    match play(scenario, &Options { code, with_twin: false, with_traces: false }, &NoSources) {
        Ok(told) => told.failures.into_iter().map(|failure| failure.what).collect(),
        Err(wrong) => vec![format!("{:?} cannot be played: {}", wrong.path, wrong.what)],
    }
}

/// The same without an act; what comes behind it in its block is still mined then.
fn without(mut scenario: Scenario, index: usize) -> Scenario {
    let gone = scenario.acts.remove(index);
    if let Some(next) = scenario.acts.get_mut(index).filter(|next| next.at.is_none()) {
        next.at = gone.at;
    }
    scenario
}

impl Break {
    /// Where the line begins.
    fn place(&self, text: &str) -> usize {
        let from = self.behind.as_ref().map_or(0, |behind| text.find(behind).unwrap());
        let whole = format!("\n{}\n", self.line);
        let places: Vec<usize> = text.match_indices(&whole).map(|(place, _)| place).filter(|it| *it >= from).collect();
        assert!(!places.is_empty(), "there is no line {:?}", self.line);
        assert!(self.behind.is_some() || places.len() == 1, "there are several lines {:?}", self.line);
        places.first().unwrap().strict_add(1)
    }

    fn broken(&self, text: &str) -> Scenario {
        let (before, behind) = text.split_at(self.place(text));
        assert!(self.drops == self.becomes.is_none(), "a line `becomes` another, or its act `drops`");
        match &self.becomes {
            Some(other) => {
                let behind = behind.strip_prefix(&self.line).unwrap();
                read(&[before, other, behind].concat()).unwrap()
            }
            None => without(read(text).unwrap(), before.matches("[[acts]]").count().strict_sub(1)),
        }
    }
}

#[test]
fn every_scenario_is_broken_by_one_line() {
    let (scenarios, breaks) = (scenarios(), breaks());
    let [there, told]: [BTreeSet<&String>; 2] = [scenarios.keys().collect(), breaks.keys().collect()];
    assert_eq!(there, told);
    let wrong: Vec<String> = breaks
        .par_iter()
        .filter_map(|(name, broken)| {
            let failures = failures(&broken.broken(scenarios.get(name).unwrap()));
            let is_right = failures.iter().any(|failure| failure.contains(&broken.fails));
            (!is_right).then(|| format!("{name}: {:?} is expected, and there is {failures:#?}", broken.fails))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_but_what_is_idle_may_be_left_out() {
    let (scenarios, breaks) = (scenarios(), breaks());
    let wrong: Vec<String> = scenarios
        .par_iter()
        .filter_map(|(name, text)| {
            let scenario = read(text).unwrap();
            let happens = scenario.acts.iter().enumerate().filter(|(_, act)| {
                // What is refused, looked at or asked is an expectation itself: without it less is expected.
                (act.call.is_some() || act.fault.is_some()) && act.refused.is_none()
            });
            let indices: Vec<usize> = happens.map(|(index, _)| index).collect();
            let holds = |index: &usize| failures(&without(scenario.clone(), *index)).is_empty();
            let found: BTreeSet<usize> = indices.into_iter().filter(holds).collect();
            let expected = &breaks.get(name).unwrap().idle;
            (found != *expected).then(|| format!("{name}: {expected:?} may be left out, and {found:?} can be"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
