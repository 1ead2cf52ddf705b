//! The program, by all that it prints: each page beside this file is a list of commands with their whole output.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod cast;
mod newcomer;
mod page;
mod secrets;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use adjudicator::{abi::CHANNEL_MANAGER, evidence::View, types::Document};
use tempfile::TempDir;

use page::Page;

/// Anvil's account 3, whom everybody knows: Alice, party 0 of the examples.
const ALICE_KEY: &str = "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";

#[test]
fn every_page_holds() {
    let mut pages = Page::all(&here(), "");
    assert!(!pages.is_empty());
    pages.push(Page::read(root().join("docs/guide-submitter.md"), "cheated"));
    let failed: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = pages.iter().map(|page| scope.spawn(move || page.failures())).collect();
        running.into_iter().flat_map(|page| page.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "{}\nCLI_PAGES=overwrite writes what is printed into the pages", failed.join("\n"));
}

#[test]
fn the_examples_are_those_of_the_page_of_formats() {
    let page = fs::read_to_string(root().join("docs/FORMATS.md")).unwrap();
    let documents = page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    for document in documents {
        let name = document.split("\"type\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let name: String = name
            .chars()
            .map(|c| if c.is_uppercase() { format!("-{}", c.to_lowercase()) } else { c.to_string() })
            .collect();
        let path = root().join(format!("tests/examples/{name}.json"));
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), document, "{}", path.display());
    }
}

/// The folder of the pages.
fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli")
}

/// The folder of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_example_of_a_cheat_has_the_contracts_code() {
    let path = root().join("tests/examples/cheated/view.json");
    let Document(mut view) = serde_json::from_str::<Document<View>>(&fs::read_to_string(&path).unwrap()).unwrap();
    view.codes.insert(view.deployment.domain.manager(), CHANNEL_MANAGER.runtime_code().clone());
    let expected = serde_json::to_string_pretty(&Document(view)).unwrap() + "\n";
    if page::is_to_overwrite() {
        fs::write(&path, &expected).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), expected, "CLI_PAGES=overwrite writes it");
}

/// A folder with the examples, or with those of one story, which goes away; and with `view-seen.json`, for which somebody has also looked at the code of
/// the contract.
fn examples(story: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(root().join("tests/examples").join(story)).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    if !story.is_empty() {
        return folder;
    }
    let funded = fs::read_to_string(folder.path().join("view-funded.json")).unwrap();
    let Document(mut view) = serde_json::from_str::<Document<View>>(&funded).unwrap();
    view.codes.insert(view.deployment.domain.manager(), CHANNEL_MANAGER.runtime_code().clone());
    fs::write(folder.path().join("view-seen.json"), serde_json::to_string(&Document(view)).unwrap()).unwrap();
    folder
}

/// A shell in a folder in which `adjudicator` is this program, and nothing is known of other keys.
fn shell(folder: &Path, command: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_adjudicator")).parent().unwrap().to_owned();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(program).chain(std::env::split_paths(&paths));
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).current_dir(folder).env("PATH", std::env::join_paths(paths).unwrap());
    for name in ["ETH_KEYSTORE", "ETH_PASSWORD", "ETH_RPC_URL", "ETH_FROM", "ETH_CONFIRMATIONS"] {
        shell.env_remove(name);
    }
    shell
}
