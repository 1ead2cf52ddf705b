//! The tool on a small project of its own, with this project's compiler and settings.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use serde_json::Value;
use tempfile::TempDir;

const INTERFACE: &str = "
    pragma solidity 0.8.34;
    interface ILamp { function isLit() external view returns (bool); }
";

const LIBRARY: &str = "
    pragma solidity 0.8.34;
    library Switch { function flip(bool state) internal pure returns (bool) { return !state; } }
";

const CONTRACT: &str = "
    pragma solidity 0.8.34;
    import {ILamp} from \"./interfaces/ILamp.sol\";
    import {Switch} from \"./libraries/Switch.sol\";
    abstract contract Fixture is ILamp { bool public isLit; }
    contract Lamp is Fixture {
        uint256 public immutable watts;
        constructor(uint256 watts_) { watts = watts_; }
        function flip() external { isLit = Switch.flip(isLit); }
    }
";

const ACTOR: &str = "
    pragma solidity 0.8.34;
    import {ILamp} from \"../../../contracts/interfaces/ILamp.sol\";
    contract ScriptedLamp is ILamp { function isLit() external pure returns (bool) { return true; } }
";

/// A project with one contract, its interface and a library; removed when dropped.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(TempDir::new().unwrap());
        let settings = fs::read_to_string(repository().join("foundry.toml")).unwrap();
        let solc = repository().join("scripts/solc").display().to_string();
        project.write("foundry.toml", &settings.replace("scripts/solc", &solc));
        project.write("contracts/Lamp.sol", CONTRACT);
        project.write("contracts/interfaces/ILamp.sol", INTERFACE);
        project.write("contracts/libraries/Switch.sol", LIBRARY);
        project
    }

    /// A new project with its artifacts, which are compiled once for all tests.
    fn built() -> Self {
        static ARTIFACTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| Project::new().build());
        let project = Self::new();
        for (name, contents) in &*ARTIFACTS {
            project.write(&format!("adjudicator/abi/{name}"), contents);
        }
        project
    }

    fn build(&self) -> BTreeMap<String, String> {
        let output = self.run(&[]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        self.artifacts()
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, contents: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    fn read_json(&self, file: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path(file)).unwrap()).unwrap()
    }

    fn artifacts(&self) -> BTreeMap<String, String> {
        self.artifacts_in("adjudicator/abi")
    }

    fn artifacts_in(&self, folder: &str) -> BTreeMap<String, String> {
        let entries = fs::read_dir(self.path(folder)).unwrap().map(Result::unwrap);
        let contents = |path: PathBuf| fs::read_to_string(path).unwrap();
        entries.map(|entry| (entry.file_name().into_string().unwrap(), contents(entry.path()))).collect()
    }

    /// Runs the tool somewhere inside of the project.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_build-contracts"));
        tool.args(arguments).current_dir(self.path("contracts")).output().unwrap()
    }

    #[track_caller]
    fn assert_check(&self, code: i32, drifted: &str) {
        let output = self.run(&["--check"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(drifted), "{said}");
        assert_eq!(code == 1, said.contains("cargo run -p build-contracts"), "{said}");
    }
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn what_was_written_passes_the_check() {
    let project = Project::built();
    assert!(project.artifacts().keys().eq(["ILamp.json", "Lamp.input.json", "Lamp.json"]));
    project.assert_check(0, "");
}

#[test]
fn artifacts_do_not_depend_on_the_folder() {
    assert_eq!(Project::new().build(), Project::built().artifacts());
}

#[test]
fn an_artifact_has_what_calling_deploying_and_recognising_need() {
    let artifact = Project::built().read_json("adjudicator/abi/Lamp.json");
    assert_eq!(artifact["contractName"], "Lamp");
    assert_eq!(artifact["sourceName"], "contracts/Lamp.sol");
    assert_eq!(artifact["compiler"], "0.8.34+commit.80d5c536");
    assert_eq!(artifact["settings"]["evmVersion"], "cancun");
    assert_eq!(artifact["abi"][0]["type"], "constructor");
    assert_eq!(artifact["storageLayout"]["storage"][0]["label"], "isLit");
    let immutables = artifact["deployedBytecode"]["immutableReferences"].as_object().unwrap();
    assert_eq!(immutables.len(), 1);
    let runtime = artifact["deployedBytecode"]["object"].as_str().unwrap();
    assert!(runtime.starts_with("0x6080") && artifact["bytecode"]["object"].as_str().unwrap().len() > runtime.len());
}

#[test]
fn the_kept_input_makes_the_kept_bytecode() {
    let project = Project::built();
    let mut solc = Command::new(repository().join("scripts/solc"))
        .arg("--standard-json")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = fs::read(project.path("adjudicator/abi/Lamp.input.json")).unwrap();
    solc.stdin.take().unwrap().write_all(&input).unwrap();
    let output: Value = serde_json::from_slice(&solc.wait_with_output().unwrap().stdout).unwrap();
    let made = output["contracts"]["contracts/Lamp.sol"]["Lamp"]["evm"]["bytecode"]["object"].as_str().unwrap();
    assert_eq!(project.read_json("adjudicator/abi/Lamp.json")["bytecode"]["object"], format!("0x{made}"));
}

#[test]
fn a_changed_artifact_is_drift_until_written_again() {
    let project = Project::built();
    let artifact = project.artifacts()["Lamp.json"].replace("0x6080", "0x6081");
    project.write("adjudicator/abi/Lamp.json", &artifact);
    project.assert_check(1, "changed  Lamp.json");
    project.build();
    project.assert_check(0, "");
}

#[test]
fn a_changed_source_is_drift() {
    let project = Project::built();
    project.write("contracts/Lamp.sol", &CONTRACT.replace("watts", "lumens"));
    project.assert_check(1, "changed  Lamp.json");
}

#[test]
fn a_changed_setting_is_drift() {
    let project = Project::built();
    let settings = fs::read_to_string(project.path("foundry.toml")).unwrap();
    project.write("foundry.toml", &settings.replace("cancun", "shanghai"));
    project.assert_check(1, "changed  Lamp.input.json");
}

#[test]
fn a_missing_artifact_is_drift() {
    let project = Project::built();
    fs::remove_file(project.path("adjudicator/abi/ILamp.json")).unwrap();
    project.assert_check(1, "missing  ILamp.json");
}

#[test]
fn an_artifact_of_no_contract_is_drift_until_removed() {
    let project = Project::built();
    project.write("adjudicator/abi/Torch.json", "{}\n");
    project.assert_check(1, "stale    Torch.json");
    project.build();
    project.assert_check(0, "");
}

#[test]
fn actors_have_a_folder_of_their_own() {
    let project = Project::built();
    assert!(!project.path("simulator").exists());
    project.write("tests/contracts/actors/ScriptedLamp.sol", ACTOR);
    project.write("tests/contracts/Lamp.t.sol", "this is no Solidity");
    project.assert_check(1, "missing  ScriptedLamp.json");
    project.build();
    assert!(project.artifacts_in("simulator/abi").keys().eq(["ScriptedLamp.json"]));
    assert_eq!(
        project.read_json("simulator/abi/ScriptedLamp.json")["sourceName"],
        "tests/contracts/actors/ScriptedLamp.sol"
    );
    project.assert_check(0, "");
    project.write("tests/contracts/actors/ScriptedLamp.sol", &ACTOR.replace("true", "false"));
    project.assert_check(1, "changed  ScriptedLamp.json");
}

#[test]
fn bytecode_that_forge_did_not_make_is_drift() {
    let project = Project::built();
    let artifact = &project.artifacts()["Lamp.json"];
    project.write("out/Lamp.sol/Lamp.json", artifact);
    assert_eq!(project.run(&["--check", "--forge-out", "../out"]).status.code(), Some(0));
    project.write("out/Lamp.sol/Lamp.json", &artifact.replace("\"0x60", "\"0x61"));
    let output = project.run(&["--check", "--forge-out", "../out"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().ends_with("is not what the compiler makes: Lamp\n"));
}

#[test]
fn refused_sources_leave_the_artifacts_alone() {
    let project = Project::built();
    let before = project.artifacts();
    for refused in [
        CONTRACT.replace("0.8.34", "0.8.33"),
        CONTRACT.replace("isLit;", "isLit"),
        CONTRACT.replace("contract Lamp", "contract ILamp"),
        CONTRACT.replace("/Switch.sol", "/Absent.sol"),
    ] {
        project.write("contracts/Lamp.sol", &refused);
        let output = project.run(&[]);
        assert_eq!(output.status.code(), Some(1), "{output:?}\n{refused}");
    }
    project.write("contracts/Lamp.sol", CONTRACT);
    project.write("contracts/libraries/Switch.sol", &LIBRARY.replace("internal", "external"));
    assert_eq!(project.run(&[]).status.code(), Some(1));
    assert_eq!(project.artifacts(), before);
}

#[test]
fn wrong_use_and_a_missing_compiler_have_their_own_exit_codes() {
    let project = Project::new();
    assert_eq!(project.run(&["--chek"]).status.code(), Some(2));
    project.write("foundry.toml", "[profile.default]\n");
    assert_eq!(project.run(&[]).status.code(), Some(2));
    let settings = fs::read_to_string(repository().join("foundry.toml")).unwrap();
    project.write("foundry.toml", &settings);
    assert_eq!(project.run(&[]).status.code(), Some(3));
    fs::remove_file(project.path("foundry.toml")).unwrap();
    assert_eq!(project.run(&[]).status.code(), Some(2));
}
