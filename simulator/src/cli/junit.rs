//! What came of scenarios, for machines that read JUnit.

use anyhow::Result;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use simulator::run::FailureKind;

use super::run::Played;

/// A report with a case for each file.
pub(super) fn report(played: &[Played]) -> Result<String> {
    let mut suite = TestSuite::new("scenarios");
    for each in played {
        let status = match &each.told {
            Ok(told) if told.failures.is_empty() => TestCaseStatus::success(),
            Ok(told) => {
                let kind = told.failures.iter().map(|failure| failure.kind).max();
                let kind = if kind == Some(FailureKind::Disagreement) { "disagreement" } else { "expectation" };
                let what: Vec<String> = each.failures(told).map(|failure| failure.to_string()).collect();
                not_good(NonSuccessKind::Failure, kind, &what.join("\n"))
            }
            Err(misread) => not_good(NonSuccessKind::Error, "mistake", &misread.to_string()),
        };
        suite.add_test_case(TestCase::new(each.file.display().to_string(), status));
    }
    let mut report = Report::new("simulator");
    report.add_test_suite(suite);
    Ok(report.to_string()?)
}

fn not_good(how: NonSuccessKind, kind: &str, what: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(how);
    status.set_type(kind).set_message(what);
    status
}
