//! What is measured in memory is what was measured on a real node.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    process::{Command, Output},
    sync::LazyLock,
};

use simulator::gas::{Curves, Measured, Row, page};

const PAGE: &str = include_str!("../../docs/GAS.md");
const README: &str = include_str!("../README.md");

static MEASURED: LazyLock<Measured> = LazyLock::new(|| Measured::measure().unwrap());

fn gas(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_simulator")).arg("gas").args(arguments).output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = gas(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The rows of the tables in a section of the page, without their heads.
fn rows(section: &str) -> Vec<Vec<String>> {
    let text = PAGE.split("\n## ").find(|text| text.starts_with(section)).unwrap();
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    let tables = text.split("\n\n").filter(|part| part.starts_with('|'));
    tables.flat_map(|table| table.lines().skip(2)).map(cells).collect()
}

fn number(cell: &str) -> u64 {
    cell.replace(',', "").parse().unwrap()
}

#[test]
fn whole_lives_come_to_the_same_gas() {
    let table = &MEASURED.table;
    let ours = rows("Whole lives").into_iter().filter(|row| row.first().unwrap() == "**Recourse**");
    let ours: Vec<Vec<u64>> = ours.map(|row| row.iter().skip(1).map(|cell| number(cell)).collect()).collect();
    let of = |rows: &[Row]| rows.iter().map(|row| row.number).collect::<Vec<_>>();
    assert_eq!(ours, [of(&table.eth.0), of(&table.erc20.0), vec![table.slash_per_channel_batch32]]);
}

#[test]
fn operations_and_apps_come_to_the_same_gas_and_are_called_the_same() {
    for (section, measured) in [("Operations", &MEASURED.table.steps), ("Apps", &MEASURED.table.apps)] {
        let shown = rows(section);
        let shown: Vec<_> = shown.iter().map(|row| (row[0].as_str(), number(&row[1]), row[2].as_str())).collect();
        let measured: Vec<_> = measured.0.iter().map(|row| (row.name, row.number, row.what)).collect();
        assert_eq!(measured, shown, "{section}");
    }
}

#[test]
fn contracts_are_as_large() {
    let shown = rows("Runtime code");
    let shown: Vec<_> = shown.iter().map(|row| (row[0].as_str(), number(&row[1]))).collect();
    let measured: Vec<_> = MEASURED.table.runtime_bytes.0.iter().map(|row| (row.name, row.number)).collect();
    assert_eq!(measured, shown);
}

#[test]
fn a_dispute_grows_by_a_sibling_when_the_instances_double() {
    let curves = &MEASURED.curves;
    for pair in curves.by_instances.windows(2) {
        assert_eq!(pair[1].siblings, pair[0].siblings + 1);
        let more = pair[1].dispute - pair[0].dispute;
        assert!((600..800).contains(&more), "{more} more for {} instances", pair[1].instances);
    }
}

#[test]
fn what_is_most_is_below_the_limit_and_nearly_there() {
    let Curves { transaction_gas, by_instances, most_touched, by_channels, most_slashed, .. } = &MEASURED.curves;
    let last = by_channels.last().unwrap();
    assert_eq!(last.channels, *most_slashed);
    assert!(last.total <= *transaction_gas && last.total + 200_000 > *transaction_gas, "{last:?}");
    let fits = |it: &&simulator::gas::ByInstances| it.touch_all <= *transaction_gas;
    let fitting = by_instances.iter().rfind(fits).unwrap().instances;
    assert!((fitting..2 * fitting).contains(most_touched), "{most_touched}");
}

#[test]
fn the_document_has_the_figures_under_the_names_that_the_script_gives_them() {
    let document: serde_json::Value = serde_json::from_str(&printed(&["--json"])).unwrap();
    assert_eq!(document, serde_json::to_value(&*MEASURED).unwrap());
    assert_eq!(document["eth"]["forced"], MEASURED.table.eth.0[3].number);
    assert_eq!(document["curves"]["by_instances"].as_array().unwrap().len(), MEASURED.curves.by_instances.len());
    for name in ["eth", "erc20", "slash_per_channel_batch32", "steps", "apps", "runtime_bytes"] {
        assert!(document.get(name).is_some(), "{name}");
    }
}

#[test]
fn the_page_fetches_nothing_and_shows_the_curves_and_the_limits() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gas.html");
    printed(&["--report", file.to_str().unwrap()]);
    let text = fs::read_to_string(file).unwrap();
    assert_eq!(text, page(&MEASURED));
    for forbidden in ["<script", " src=", "@import", "url(", "http:", "https:", "onload", "<iframe", "<object"] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    for shown in ["263,885", "instances of the state", "channels in the multicall", "the most of a block: 60,000,000"] {
        assert!(text.contains(shown), "{shown}");
    }
    assert_eq!(text.matches("<svg").count(), 4);
}

#[test]
fn a_page_that_cannot_be_written_is_a_failure_of_the_machine() {
    assert_eq!(gas(&["--report", "/there/is/no/such/folder/gas.html"]).status.code(), Some(3));
}

#[test]
fn the_readme_shows_what_is_printed() {
    let (_, shown) = README.split_once("$ simulator gas\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let printed = printed(&[]);
    let mut left = printed.as_str();
    for part in shown.split("...\n") {
        let (_, behind) = left.split_once(part).unwrap_or_else(|| panic!("not printed so: {part}"));
        left = behind;
    }
}
