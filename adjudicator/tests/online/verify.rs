//! `deployments verify`.

use std::{fs, path::Path};

use alloy_primitives::Bytes;
use serde_json::Value;

use super::{
    anvil::Anvil,
    program::{Ended, KEY, MANAGER, WINDOWS, deploy, folder, run, script},
    root,
};

fn verify(anvil: &Anvil, more: &[&str]) -> Ended {
    let url = anvil.url();
    run(&root(), &[&["deployments", "verify", "--json", "--rpc-url", &url], more].concat())
}

fn statuses(ended: &Ended) -> Vec<(String, String)> {
    let json = ended.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = json["deployments"].as_array().unwrap().iter();
    all.map(|each| (text(&each["name"]), text(&each["status"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, status)| ((*name).to_owned(), (*status).to_owned())).collect()
}

#[test]
fn what_is_planned_may_be_missing_but_not_be_another() {
    let (anvil, folder) = (Anvil::start(), folder());
    let none = verify(&anvil, &[]).with(0);
    assert_eq!(statuses(&none), pairs(&[("prompt", "not deployed here"), ("sequenced", "not deployed here")]));

    let deployed = deploy(&anvil, folder.path(), &KEY).with(0).json();
    let one = verify(&anvil, &[]).with(0);
    assert_eq!(statuses(&one), pairs(&[("prompt", "verified"), ("sequenced", "not deployed here")]));
    let prompt = &one.json()["deployments"][0];
    assert_eq!(prompt["codeHash"], deployed["codeHash"]);
    assert_eq!(prompt["domainSeparator"], deployed["domainSeparator"]);
    assert_eq!((&prompt["minWindow"], &prompt["maxWindow"]), (&"3600".into(), &"2592000".into()));

    let mut code = anvil.code(MANAGER.parse().unwrap()).to_vec();
    code.push(0);
    anvil.set_code(MANAGER.parse().unwrap(), &code.into());
    let other = verify(&anvil, &[]).with(1);
    assert_eq!(statuses(&other), pairs(&[("prompt", "other code"), ("sequenced", "not deployed here")]));
}

#[test]
fn a_manager_is_verified_by_its_windows_alone() {
    let (anvil, folder) = (Anvil::start(), folder());
    let missing = verify(&anvil, &WINDOWS).with(1);
    assert_eq!(statuses(&missing), pairs(&[("named", "not deployed here")]));
    deploy(&anvil, folder.path(), &KEY).with(0);
    let right = verify(&anvil, &WINDOWS).with(0);
    assert_eq!(statuses(&right), pairs(&[("named", "verified")]));
    let wrong = ["--min-window", "3601", "--max-window", "2592000", "--address", MANAGER];
    let wrong = verify(&anvil, &wrong).with(1);
    assert_eq!(statuses(&wrong), pairs(&[("named", "other code")]));
    // It is told what windows there really are.
    assert_eq!(wrong.json()["deployments"][0]["minWindow"], "3600");
}

/// A record as `./scripts/deploy record` makes it.
fn record(anvil: &Anvil, registry: &Path) {
    let registry = registry.to_str().unwrap();
    let url = anvil.url();
    let own = ["record", "--rpc-url", &url, "--chain-name", "anvil", "--forced-inclusion-delay", "0"];
    let arguments = [&own[..], &WINDOWS, &["--note", "a private chain", "--write"]].concat();
    script("deploy", &arguments, &[("RECOURSE_DEPLOYMENTS", registry)]).with(0);
}

#[test]
fn what_is_recorded_must_be_there_and_as_recorded() {
    let (anvil, folder) = (Anvil::start(), folder());
    deploy(&anvil, folder.path(), &KEY).with(0);
    let registry = folder.path().join("deployments");
    fs::create_dir(&registry).unwrap();
    fs::copy(root().join("deployments/planned.json"), registry.join("planned.json")).unwrap();
    record(&anvil, &registry);
    let named = ["--registry", registry.to_str().unwrap()];
    let right = verify(&anvil, &named).with(0);
    let expected = [("prompt", "verified"), ("sequenced", "not deployed here"), ("record, anvil", "verified")];
    assert_eq!(statuses(&right), pairs(&expected));

    let code = anvil.code(MANAGER.parse().unwrap());
    anvil.set_code(MANAGER.parse().unwrap(), &Bytes::new());
    let gone = verify(&anvil, &named).with(1);
    assert_eq!(statuses(&gone)[2], ("record, anvil".to_owned(), "not deployed here".to_owned()));

    // A record that lies is no better for what is on the chain.
    anvil.set_code(MANAGER.parse().unwrap(), &code);
    let path = registry.join("31337").join(format!("{}.json", MANAGER.to_lowercase()));
    let mut json: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    json["content"]["codeHash"] = format!("0x{}", "11".repeat(32)).into();
    fs::write(&path, json.to_string()).unwrap();
    let lied = verify(&anvil, &named).with(1);
    assert_eq!(statuses(&lied)[2], ("record, anvil".to_owned(), "other code".to_owned()));
}

#[test]
fn a_plan_of_another_build_is_told_and_hides_nothing_else() {
    let (anvil, folder) = (Anvil::start(), folder());
    let text = fs::read_to_string(root().join("deployments/planned.json")).unwrap();
    let mut json: Value = serde_json::from_str(&text).unwrap();
    json["content"][0]["initCodeHash"] = format!("0x{}", "11".repeat(32)).into();
    fs::write(folder.path().join("planned.json"), json.to_string()).unwrap();
    let found = verify(&anvil, &["--registry", folder.path().to_str().unwrap()]).with(1);
    assert_eq!(statuses(&found), pairs(&[("prompt", "other build"), ("sequenced", "not deployed here")]));
}
