//! The commands of the deployer's guide that run this program.

use std::{fs, path::Path, process::Command};

use super::{
    anvil::Anvil,
    program::{ended, folder},
    root,
};

/// Each `$ adjudicator` line of the guide, with what it is shown to begin with.
fn commands() -> Vec<(String, Vec<String>)> {
    let guide = fs::read_to_string(root().join("docs/guide-deployer.md")).unwrap();
    let blocks = guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), Vec::new())),
            (None, Some((_, shown))) => shown.push(line.to_owned()),
            (None, None) => panic!("{line}: what prints this?"),
        }
    }
    commands
}

#[test]
fn the_guide_shows_what_the_program_prints() {
    let (anvil, folder, commands) = (Anvil::start(), folder(), commands());
    assert!(commands.len() > 2, "{commands:?}");
    let program = Path::new(env!("CARGO_BIN_EXE_adjudicator")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    for (command, shown) in commands {
        let mut shell = Command::new("bash");
        shell.args(["-c", &command]).current_dir(root()).env("PATH", &path).env("XDG_STATE_HOME", folder.path());
        shell.env("keys", folder.path()).env("URL", anvil.url());
        let found = ended(&mut shell).with(0);
        let printed: Vec<&str> = found.stdout.lines().collect();
        let mut printed = printed.iter();
        for line in shown.iter().filter(|line| *line != "...") {
            assert!(
                printed.any(|it| is_like(line, it)),
                "$ {command}\nshows {line:?}, which is not printed: {found:?}"
            );
        }
    }
}

/// Whether a line is as shown, where `[..]` is anything.
fn is_like(shown: &str, printed: &str) -> bool {
    match shown.split_once("[..]") {
        None => shown == printed,
        Some((before, behind)) => printed.starts_with(before) && printed.ends_with(behind),
    }
}
