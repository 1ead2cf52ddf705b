//! What may be signed: the rules of `docs/PROTOCOL.md`, section 10.

mod apps;
mod cooperative;
mod dispute;
mod instances;
mod money;
mod rounds;
mod states;
mod steps;
mod terms;

use super::{Code, Dossier, Draft, Finding, Key, Policy, Proposal, Severity, View, finding::gravest_first};

pub use dispute::longest_lock_up;

/// Whether a party may sign, or send, what is proposed.
///
/// # Errors
/// All findings, the gravest first, if one of them is an [error](Severity::Error).
pub fn may_sign(dossier: &Dossier, view: &View, policy: &Policy, proposal: &Proposal) -> Result<(), Vec<Finding>> {
    let findings = review(dossier, view, policy, proposal);
    let is_refused = findings.first().is_some_and(|finding| finding.severity() == Severity::Error);
    if is_refused { Err(findings) } else { Ok(()) }
}

/// Everything that is to be said before a party signs, or sends, what is proposed; the gravest first.
#[must_use]
pub fn review(dossier: &Dossier, view: &View, policy: &Policy, proposal: &Proposal) -> Vec<Finding> {
    let mut review = Review::new(dossier, view, policy);
    review.place();
    review.alive();
    match &proposal.draft {
        Draft::State { state, instances, resolved } => {
            review.terms();
            review.state(proposal.party, state, instances, resolved);
        }
        Draft::Close(close) => review.close(proposal.party, close),
        Draft::Withdraw(withdraw) => review.withdraw(proposal.party, withdraw),
        Draft::Delegation(delegation) => review.delegation(proposal.party, delegation),
        Draft::Step { base, instance, step } => review.step(proposal.party, *base, *instance, step),
        Draft::CloseSolo(evidence) => review.close_solo(evidence),
    }
    review.done()
}

/// A look at one dossier, and what it found so far.
pub(super) struct Review<'a> {
    pub(super) dossier: &'a Dossier,
    pub(super) view: &'a View,
    pub(super) policy: &'a Policy,
    findings: Vec<Finding>,
}

impl<'a> Review<'a> {
    pub(super) const fn new(dossier: &'a Dossier, view: &'a View, policy: &'a Policy) -> Self {
        Self { dossier, view, policy, findings: Vec::new() }
    }

    pub(super) fn find(&mut self, code: Code, proof: impl IntoIterator<Item = Key>, found: String) {
        self.findings.push(Finding { code, found, proof: proof.into_iter().collect() });
    }

    /// All findings, each once, the gravest first.
    pub(super) fn done(self) -> Vec<Finding> {
        gravest_first(self.findings)
    }
}
