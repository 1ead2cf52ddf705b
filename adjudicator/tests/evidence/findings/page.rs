//! `docs/FINDINGS.md` lists the codes as they are, and each has a test here.

use adjudicator::evidence::Code;

#[test]
fn the_page_lists_every_code() {
    let page = include_str!("../../../../docs/FINDINGS.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `E")).collect();
    let expected = Code::ALL.iter().map(|code| {
        let severity = format!("{:?}", code.severity()).to_lowercase();
        format!("| `{}` | {severity} | {} | {} |", code.id(), code.meaning(), code.right())
    });
    assert_eq!(rows, expected.collect::<Vec<_>>());
}

#[test]
fn codes_are_unique_and_in_order() {
    assert!(Code::ALL.is_sorted_by(|one, other| one.id() < other.id() && one < other));
}

#[test]
fn every_code_is_reached_by_a_test() {
    let tests = [
        include_str!("bundles.rs"),
        include_str!("cooperative.rs"),
        include_str!("instances.rs"),
        include_str!("money.rs"),
        include_str!("rounds.rs"),
        include_str!("signatures.rs"),
        include_str!("steps.rs"),
        include_str!("terms.rs"),
    ]
    .concat();
    for code in Code::ALL {
        let named = tests.contains(&format!("fn {}_", code.id().to_lowercase()));
        assert!(named && tests.contains(&format!("Code::{code:?},")), "{code:?}");
    }
}
