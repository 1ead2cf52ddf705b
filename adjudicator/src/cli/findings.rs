//! How findings are printed: the gravest first, each with its code, a sentence, and what would be right.

use adjudicator::evidence::{Finding, Severity};
use anyhow::Result;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::answer::Answer;

/// Findings as JSON.
pub(super) struct Findings<'a>(pub(super) &'a [Finding]);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.iter().map(|finding| {
            json!({
                "code": finding.code.id(),
                "severity": severity(finding),
                "found": finding.found,
                "right": finding.code.right(),
                "proof": finding.proof.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        });
        json!({ "findings": findings.collect::<Vec<_>>() }).serialize(output)
    }
}

/// Two lines for each finding: what was found, and what would be right.
pub(super) fn text(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let (code, severity) = (finding.code.id(), severity(finding));
        format!("{code} {severity:7}  {}\n  right would be: {}", finding.found, finding.code.right())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Findings as a result: a refusal if there is an error among them.
pub(super) fn answer(findings: &[Finding]) -> Result<Answer> {
    let text = if findings.is_empty() { "nothing found".to_owned() } else { text(findings) };
    let is_refusal = findings.iter().any(|finding| finding.severity() == Severity::Error);
    Ok(Answer::new(text, &Findings(findings))?.refused_if(is_refusal))
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    }
}
