//! What was tried, and what came of it.

use alloy_primitives::U256;
use anyhow::Result;
use serde::Serialize;
use serde_json::json;

use crate::cli::answer::Answer;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Verdict {
    Ok,
    /// Somebody must look at it, and decide.
    Warning,
    /// No money is to be put there.
    Failed,
}

/// One thing that was tried.
#[derive(Serialize)]
struct Check {
    name: String,
    verdict: Verdict,
    reason: String,
}

/// All that was tried.
#[derive(Default)]
pub(super) struct Report(Vec<Check>);

impl Report {
    pub(super) fn add(&mut self, name: impl Into<String>, verdict: Verdict, reason: impl Into<String>) {
        self.0.push(Check { name: name.into(), verdict, reason: reason.into() });
    }

    pub(super) fn ok(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.add(name, Verdict::Ok, reason);
    }

    pub(super) fn warning(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.add(name, Verdict::Warning, reason);
    }

    pub(super) fn failed(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.add(name, Verdict::Failed, reason);
    }

    /// What has failed, with the reasons.
    pub(super) fn failures(&self) -> impl Iterator<Item = String> + '_ {
        let failed = self.0.iter().filter(|check| check.verdict == Verdict::Failed);
        failed.map(|Check { name, reason, .. }| format!("{name}: {reason}"))
    }

    /// A line each, and the same as JSON; a refusal if one has failed.
    pub(super) fn answer(&self, chain_id: U256, window: u64) -> Result<Answer> {
        let width = self.0.iter().map(|check| check.name.chars().count()).max().unwrap_or_default();
        let lines = self.0.iter().map(|Check { name, verdict, reason }| {
            let verdict = match verdict {
                Verdict::Ok => "ok",
                Verdict::Warning => "warning",
                Verdict::Failed => "failed",
            };
            format!("{verdict:7}  {name:width$}  {reason}")
        });
        let count = |wanted| self.0.iter().filter(|check| check.verdict == wanted).count();
        let (failed, warnings) = (count(Verdict::Failed), count(Verdict::Warning));
        let sum = format!("chain {chain_id}, for windows of {window} seconds: {failed} failed, {warnings} warnings");
        let text = lines.chain([sum]).collect::<Vec<_>>().join("\n");
        let json = json!({
            "chainId": chain_id.to_string(), "window": window.to_string(), "checks": self.0,
            "failed": failed, "warnings": warnings,
        });
        Ok(Answer::new(text, &json)?.refused_if(failed > 0))
    }
}
