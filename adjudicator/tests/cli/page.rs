//! Pages of commands: what is written behind `$ ` is run by a shell, one command after the other, in one folder with the
//! examples; behind it stands all that it prints, standard output before standard error, and `? 1` first if it ends with
//! that code. `[..]` is anything within a line, and a line `...` any lines.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{examples, shell};

const BLOCK: &str = "```console";

/// What is to be typed into a shell of one's own, without what it prints.
const SESSION: &str = "```shell-session";

pub(super) struct Page {
    path: PathBuf,
    lines: Vec<String>,
    /// The story of whose examples it is; empty for all that belong to none.
    story: &'static str,
}

/// A command, and the lines of the page that tell of its output.
struct Step {
    command: String,
    first: usize,
    end: usize,
}

impl Page {
    /// All pages of a folder.
    pub(super) fn all(folder: &Path, story: &'static str) -> Vec<Self> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
        paths.sort();
        paths.into_iter().map(|path| Self::read(path, story)).collect()
    }

    /// One page.
    pub(super) fn read(path: PathBuf, story: &'static str) -> Self {
        let lines = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
        Self { path, lines, story }
    }

    /// What is printed otherwise than the page says.
    pub(super) fn failures(&self) -> Vec<String> {
        let folder = examples(self.story);
        let mut failures = Vec::new();
        let mut lines = self.lines.clone();
        let mut moved = 0_isize;
        for Step { command, first, end } in self.steps() {
            let actual = run(folder.path(), &command);
            let expected = self.lines.get(first..end).unwrap_or_default();
            if is_as_expected(expected, &actual) {
                continue;
            }
            let (expected, printed) = (expected.join("\n"), actual.join("\n"));
            failures.push(format!(
                "{}:{first}\n$ {command}\n-- expected\n{expected}\n-- printed\n{printed}\n",
                self.path.display()
            ));
            let start = first.checked_add_signed(moved).unwrap();
            lines.splice(start..end.checked_add_signed(moved).unwrap(), actual.iter().cloned());
            moved += isize::try_from(actual.len()).unwrap() - isize::try_from(end - first).unwrap();
        }
        if !failures.is_empty() && is_to_overwrite() {
            fs::write(&self.path, lines.join("\n") + "\n").unwrap();
        }
        failures
    }

    /// The commands of its sessions.
    pub(super) fn session(&self) -> Vec<String> {
        self.steps_in(SESSION).into_iter().map(|step| step.command).collect()
    }

    fn steps(&self) -> Vec<Step> {
        self.steps_in(BLOCK)
    }

    fn steps_in(&self, block: &str) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut is_inside = false;
        let mut is_open = false;
        for (index, line) in self.lines.iter().enumerate() {
            if line.starts_with("```") {
                (is_inside, is_open) = (line == block, false);
                continue;
            }
            if !is_inside {
                continue;
            }
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { command: command.to_owned(), first: index + 1, end: index + 1 });
                is_open = command.ends_with('\\');
            } else if let Some(step) = steps.last_mut() {
                step.end = index + 1;
                if is_open {
                    step.command.push('\n');
                    step.command.push_str(line);
                    step.first = index + 1;
                    is_open = line.ends_with('\\');
                }
            }
        }
        steps
    }
}

/// Whether pages and examples are to be written anew.
pub(super) fn is_to_overwrite() -> bool {
    std::env::var_os("CLI_PAGES").is_some_and(|wish| wish == "overwrite")
}

/// What a command prints, as a page has it.
fn run(folder: &Path, command: &str) -> Vec<String> {
    let output = shell(folder, command).stdin(Stdio::null()).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    if command.contains("--json") && !command.contains(['>', '|']) && !stdout.is_empty() {
        assert!(
            serde_json::from_str::<serde_json::Value>(&stdout).is_ok(),
            "$ {command}\nis not one JSON document:\n{stdout}"
        );
    }
    let code = output.status.code().unwrap();
    let code = (code != 0).then(|| format!("? {code}"));
    code.into_iter().chain([stdout, stderr].iter().flat_map(|text| text.lines()).map(str::to_owned)).collect()
}

fn is_as_expected(expected: &[String], actual: &[String]) -> bool {
    match (expected, actual) {
        ([], []) => true,
        ([any, rest @ ..], _) if any == "..." => {
            (0..=actual.len()).any(|skipped| is_as_expected(rest, actual.get(skipped..).unwrap_or_default()))
        }
        ([line, expected @ ..], [printed, actual @ ..]) => is_line(line, printed) && is_as_expected(expected, actual),
        _ => false,
    }
}

/// Whether a line is as expected, where `[..]` is anything.
fn is_line(expected: &str, printed: &str) -> bool {
    let Some((before, behind)) = expected.split_once("[..]") else { return expected == printed };
    let Some(rest) = printed.strip_prefix(before) else { return false };
    let starts = rest.char_indices().map(|(start, _)| start).chain([rest.len()]);
    starts.into_iter().any(|start| rest.get(start..).is_some_and(|rest| is_line(behind, rest)))
}
