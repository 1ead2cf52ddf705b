//! An auditor follows the guide: each command prints what is written there, and ends as it is written there.
//!
//! With `CLI_PAGES=overwrite` the page is written anew.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// A piece of the page: a command, what it prints and its exit code; or text.
enum Piece {
    Text(String),
    Command { line: String, output: String, code: i32 },
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The page in pieces. Commands are in blocks of `console`, each behind `$`, and behind it what it prints; `? 1` is its exit code.
fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut is_console = false;
    for line in page.lines() {
        if line.starts_with("```") {
            is_console = line == "```console";
            pieces.push(Piece::Text(line.into()));
            continue;
        }
        match (is_console, line.strip_prefix("$ "), line.strip_prefix("? "), pieces.last_mut()) {
            (true, Some(line), _, _) => {
                pieces.push(Piece::Command { line: line.into(), output: String::new(), code: 0 });
            }
            (true, None, Some(found), Some(Piece::Command { code, .. })) => *code = found.parse().unwrap(),
            (true, None, None, Some(Piece::Command { output, .. })) => {
                output.push_str(line);
                output.push('\n');
            }
            _ => pieces.push(Piece::Text(line.into())),
        }
    }
    pieces
}

fn written(pieces: &[Piece]) -> String {
    let mut page = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(line) => page.push_str(&format!("{line}\n")),
            Piece::Command { line, output, code } => {
                page.push_str(&format!("$ {line}\n"));
                if *code != 0 {
                    page.push_str(&format!("? {code}\n"));
                }
                page.push_str(output);
            }
        }
    }
    page
}

#[test]
fn an_auditor_finds_an_attack_and_replays_a_dispute() {
    let file = root().join("docs/guide-auditor.md");
    let page = fs::read_to_string(&file).unwrap();
    let mut pieces = pieces(&page);
    // Nothing is left behind in the repository but what is compiled.
    let folder = tempfile::tempdir().unwrap();
    for name in ["tests", "scripts", "target"] {
        symlink(root().join(name), folder.path().join(name)).unwrap();
    }
    let programs = Path::new(env!("CARGO_BIN_EXE_simulator")).parent().unwrap();
    let mut path = programs.as_os_str().to_owned();
    path.push(":");
    path.push(env::var_os("PATH").unwrap());
    let mut commands = 0;
    for piece in &mut pieces {
        let Piece::Command { line, output, code } = piece else { continue };
        commands += 1;
        let done =
            Command::new("sh").args(["-c", line]).env("PATH", &path).current_dir(folder.path()).output().unwrap();
        *output = [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        *code = done.status.code().unwrap();
    }
    assert!(commands >= 8, "{commands} commands");
    let installs = page.lines().find_map(|line| line.strip_prefix("$ npm ")).unwrap();
    assert!(installs.ends_with("cargo install --locked --path simulator"), "the tests have done that: {installs}");
    let now = written(&pieces);
    if env::var("CLI_PAGES").is_ok_and(|how| how == "overwrite") {
        fs::write(&file, now).unwrap();
    } else {
        assert_eq!(now, page, "CLI_PAGES=overwrite writes it anew");
    }
}
