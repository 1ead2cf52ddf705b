//! A newcomer follows the guide from a fresh clone, against a real node, in one shell.

use std::{
    fs,
    io::Write,
    net::TcpListener,
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{examples, page::Page, root, shell};

/// What the guide says where the contract is.
fn planned() -> String {
    let plans = fs::read_to_string(root().join("deployments/planned.json")).unwrap();
    let plans: Value = serde_json::from_str(&plans).unwrap();
    let plan = plans["content"].as_array().unwrap().iter().find(|plan| plan["name"] == "prompt").unwrap();
    plan["address"].as_str().unwrap().to_owned()
}

#[test]
fn a_newcomer_wins_in_under_ten_commands() {
    let guide = root().join("docs/guide-submitter.md");
    let commands = Page::read(guide.clone(), "").session();
    assert!((5..10).contains(&commands.len()), "{} commands", commands.len());
    assert!(
        commands.iter().any(|command| command.contains(&planned())),
        "{}: --manager {}",
        guide.display(),
        planned()
    );
    let installs = commands[0].split(" && ").map(|part| part.split(' ').next().unwrap()).collect::<Vec<_>>();
    assert_eq!(installs, ["npm", "cargo", "cd"], "the tests have installed both, and are in a copy of that folder");

    let folder = examples("");
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port().to_string();
    let packages = fs::canonicalize(root().join("node_modules")).expect("npm ci --ignore-scripts brings anvil");
    let mut script = "set -e\n".to_owned();
    for command in &commands[1..] {
        let command = command.replace("8545", &port).replace("../../node_modules", packages.to_str().unwrap());
        script.push_str(&command);
        script.push('\n');
        if command.ends_with('&') {
            script.push_str("for i in $(seq 100); do grep -q Listening anvil.log && break; sleep 0.1; done\n");
        }
    }
    let file = folder.path().join("session.sh");
    fs::File::create(&file).unwrap().write_all(script.as_bytes()).unwrap();
    let mut session = shell(folder.path(), "sh session.sh > session.log 2>&1");
    session.env("XDG_STATE_HOME", folder.path().join("state")).stdin(Stdio::null());
    // The node and what has started it are stopped with the shell.
    let mut session = session.process_group(0).spawn().unwrap();
    let status = session.wait().unwrap();
    let group = format!("-{}", session.id());
    assert!(Command::new("kill").args(["-9", "--", &group]).status().unwrap().success());
    let said = fs::read_to_string(folder.path().join("session.log")).unwrap();
    assert!(status.success(), "{said}");
    let stands: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("stands")).map(str::trim).collect();
    let paid = "to pay 300000000000000000 and 700000000000000000 of asset 0";
    assert!(
        matches!(stands.as_slice(), [open, cheated, answered, closed]
        if open.starts_with("open at round 0") && cheated.starts_with("closing at round 0") && answered.ends_with(paid)
        && closed.starts_with("closed")),
        "{said}"
    );
    assert!(fs::metadata(folder.path().join("paid.json")).unwrap().len() > 0);
}
