//! The page needs nothing but itself.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::{fs, path::Path, process::Command};

/// Browsers that can be asked without a window.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

fn page() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let scenarios =
        ["stale-close", "reverting-payee-blocks-nobody", "close-is-taken-back-and-comes-back", "tic-tac-toe-is-won"];
    let files = scenarios.map(|name| root.join(format!("tests/scenarios/{name}.toml")));
    let run = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .args(["run", "--quiet", "--report", "page.html"])
        .args(files)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let text = fs::read_to_string(folder.path().join("page.html")).unwrap();
    (folder, text)
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let (_folder, page) = page();
    for forbidden in ["<script", " src=", "@import", "url(", "http:", "https:", "onload", "<iframe", "<object"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let targets = page.match_indices("href=\"").map(|(at, found)| &page[at + found.len()..]);
    for target in targets {
        assert!(target.starts_with('#') || target.starts_with("data:"), "{}", &target[..40]);
    }
}

#[test]
fn it_shows_who_gets_what_and_the_scenario() {
    let (_folder, page) = page();
    for shown in [
        "Bob closes on an old state.",
        "<td class=\"paid\">22 ether</td>",
        "call.slash = { state = &quot;r8&quot; }",
        "<svg",
        "RoundStale",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn a_browser_has_nothing_to_say_about_it() {
    let (folder, _) = page();
    let Some(browser) = BROWSERS.iter().find(|name| Command::new(name).arg("--version").output().is_ok()) else {
        eprintln!("skipped: there is no Chromium");
        return;
    };
    let file = format!("file://{}", folder.path().join("page.html").display());
    let seen = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&seen.stderr);
    assert!(!said.contains("CONSOLE"), "{said}");
    assert!(String::from_utf8_lossy(&seen.stdout).contains("Bob closes on an old state."));
}
