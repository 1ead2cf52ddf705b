//! What came of scenarios, for machines that read JUnit.

use anyhow::Result;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::run::Played;

/// A report with a case for each file.
pub(super) fn report(played: &[Played]) -> Result<String> {
    let mut suite = TestSuite::new("scenarios");
    for each in played {
        let status = match &each.told {
            Ok(told) if told.failures.is_empty() => TestCaseStatus::success(),
            Ok(told) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                let what: Vec<&str> = told.failures.iter().map(|failure| failure.what.as_str()).collect();
                status.set_message(what.join("\n"));
                status
            }
            Err(misread) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(misread.to_string());
                status
            }
        };
        suite.add_test_case(TestCase::new(each.file.display().to_string(), status));
    }
    let mut report = Report::new("simulator");
    report.add_test_suite(suite);
    Ok(report.to_string()?)
}
