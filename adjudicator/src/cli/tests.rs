//! Every command has a page in `tests/cli/` that shows what it prints; or where it asks nodes, a test in `tests/e2e/` that runs it.

use std::{fs, path::Path};

use clap::{Command, CommandFactory};

use super::Arguments;

#[test]
fn the_command_line_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn every_command_is_shown_to_work_and_to_refuse() {
    let (pages, online) = (pages(), online());
    let mut missing = Vec::new();
    for command in leaves(&Arguments::command(), "adjudicator") {
        let mut shown: Vec<bool> =
            steps(&pages).filter(|(line, _)| is_of(line, &command)).map(|(_, fails)| fails).collect();
        let words = command.trim_start_matches("adjudicator ");
        for (call, fails) in [("done", false), ("refused", true)] {
            let is_run =
                [format!("{call}(\"{words} "), format!("{call}(&format!(\"{words} "), format!("{call}(\"{words}\"")];
            shown.extend(is_run.iter().any(|run| online.contains(run)).then_some(fails));
        }
        if !shown.contains(&false) {
            missing.push(format!("{command}: no example"));
        }
        if !shown.contains(&true) {
            missing.push(format!("{command}: nothing that it refuses"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// All commands that have no commands of their own.
fn leaves(command: &Command, name: &str) -> Vec<String> {
    let inner: Vec<&Command> = command.get_subcommands().collect();
    if inner.is_empty() {
        return vec![name.to_owned()];
    }
    inner.into_iter().flat_map(|command| leaves(command, &format!("{name} {}", command.get_name()))).collect()
}

/// What runs against a node, without the spaces that a formatter puts in.
fn online() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e");
    let files = ["operations.rs", "lives.rs", "faults.rs", "world.rs"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap());
    let lines = files.iter().flat_map(|file| file.lines()).map(str::trim_start);
    lines.collect::<Vec<_>>().join("\n").replace("(\n", "(")
}

fn pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The commands of the pages, and whether each fails.
fn steps(pages: &[String]) -> impl Iterator<Item = (&str, bool)> {
    pages.iter().flat_map(|page| {
        let lines: Vec<&str> = page.lines().collect();
        let mut steps = Vec::new();
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("$ ")) {
            let mut behind = lines.iter().skip(index).skip_while(|line| line.ends_with('\\')).skip(1);
            steps.push((*line, behind.next().is_some_and(|line| line.starts_with("? "))));
        }
        steps
    })
}

/// Whether a line runs a command.
fn is_of(line: &str, command: &str) -> bool {
    let line = format!("{} ", line.replace("adjudicator --json ", "adjudicator "));
    line.contains(&format!("{command} "))
}
