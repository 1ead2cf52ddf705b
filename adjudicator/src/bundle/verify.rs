//! What is wrong with a bundle.

use alloy_primitives::Bytes;

use super::{
    Bundle, Unreadable,
    build::code_hash_of,
    call::{Call, NotTaken},
    read::read,
};
use crate::{
    DisputeError, World,
    action::Action,
    evidence::{Code, Finding, Held, Item, Policy, View, finding::gravest_first},
};

/// Everything that is wrong with a bundle, as far as this view of the chain tells; the gravest first.
///
/// All of it is computed again: nothing that the bundle says is taken for true but what is to be sent, by whom, and what
/// gas that will need. What comes of it is asked as of the bundle's own time, whether the contract takes it as of the view's.
/// A deadline that is earlier than it must be is nobody's harm.
#[must_use]
pub fn verify(bundle: &Bundle, view: &View, policy: &Policy, world: &mut impl World) -> Vec<Finding> {
    let mut check = Check { bundle, view, findings: Vec::new() };
    check.place();
    check.code(world);
    check.gas(policy);
    check.times();
    if let Some(action) = check.action() {
        match Call::read(&bundle.channel, &action, bundle.submitter, view, world) {
            Ok(call) => check.call(&action, &call, world),
            Err(reason) => check.unreadable(&reason),
        }
    }
    gravest_first(check.findings)
}

struct Check<'a> {
    bundle: &'a Bundle,
    view: &'a View,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn find(&mut self, code: Code, found: String) {
        self.findings.push(Finding { code, found, proof: Vec::new() });
    }

    /// Chain, contract and sender are those of the channel.
    fn place(&mut self) {
        let Bundle { channel, to, party, submitter, .. } = self.bundle;
        let (here, there) = (channel.domain(), &self.view.deployment.domain);
        if here.chain_id() != there.chain_id() {
            let found =
                format!("a bundle for chain {}, where the contract is on {}", here.chain_id(), there.chain_id());
            self.find(Code::OtherChain, found);
        }
        if here.manager() != there.manager() {
            let found = format!("a bundle for the contract {}, where {} is asked", here.manager(), there.manager());
            self.find(Code::OtherContract, found);
        }
        if *to != here.manager() {
            self.find(Code::BundleMisdirected, format!("it goes to {to}, where the contract is {}", here.manager()));
        }
        let expected = channel.terms().party_of(*submitter);
        if *party != expected {
            let name = |party: Option<_>| party.map_or("no party".to_owned(), |party| format!("party {party}"));
            let found = format!("{submitter} is {}, where the bundle says {}", name(expected), name(*party));
            self.find(Code::SenderOther, found);
        }
    }

    /// The contract is what the bundle was built for.
    fn code(&mut self, world: &mut impl World) {
        let (manager, expected) = (self.bundle.channel.domain().manager(), self.bundle.code_hash);
        match code_hash_of(self.view, world, manager) {
            Some(found) if found == expected => {}
            Some(found) => {
                let found =
                    format!("{manager} has code of the hash {found}, where the bundle was built for {expected}");
                self.find(Code::BundleCode, found);
            }
            None => self.find(Code::BundleCode, format!("nobody has seen the code of a ChannelManager at {manager}")),
        }
    }

    fn gas(&mut self, policy: &Policy) {
        let (expected, limit) = (self.bundle.gas.expected, self.bundle.gas.limit);
        if limit < expected {
            self.find(Code::GasWrong, format!("a limit of {limit}, where {expected} is expected"));
        }
        if limit.get() > policy.transaction_gas {
            let found = format!("a limit of {limit}, where a transaction has at most {}", policy.transaction_gas);
            self.find(Code::GasWrong, found);
        }
    }

    fn times(&mut self) {
        let (built, now) = (self.bundle.now.get(), self.view.latest.now);
        if built > now {
            self.find(
                Code::BundleAhead,
                format!("it was built as of {built}, where the newest block here is of {now}"),
            );
        }
        if let Some(deadline) = self.bundle.deadline.filter(|deadline| deadline.get() < now) {
            self.find(Code::DeadlineOver, format!("it can be mined until {deadline}, and now is {now}"));
        }
    }

    /// The calldata as an operation, if it is one.
    fn action(&mut self) -> Option<Action> {
        let action = read(&self.bundle.calldata);
        if let Err(reason) = &action {
            self.unreadable(reason);
        }
        action.ok()
    }

    fn unreadable(&mut self, reason: &Unreadable) {
        let code = match reason {
            Unreadable::NoParty { .. } => Code::SignatureBad,
            _ => Code::CalldataUnreadable,
        };
        self.find(code, reason.to_string());
    }

    /// What the bundle says of its calldata is what the calldata is.
    fn call(&mut self, action: &Action, call: &Call<'_>, world: &mut impl World) {
        let bundle = self.bundle;
        if action.name() != bundle.operation {
            self.find(Code::OperationOther, format!("{}, where the bundle says {}", action.name(), bundle.operation));
        }
        if let Some(found) = call.elsewhere() {
            let expected = bundle.channel.channel_id();
            let found = format!("a call for the channel {found}, where the bundle says {expected}");
            self.find(Code::CalldataOtherChannel, found);
        }
        let (found, expected) = (bundle.value.get(), action.value());
        if found != expected {
            self.find(Code::ValueOther, format!("{found} comes along, where the call takes {expected}"));
        }
        self.shown(call);
        let latest = call.deadline(&self.view.latest.channel);
        if let Some(latest) = latest.filter(|latest| bundle.deadline.is_none_or(|it| it.get() > *latest)) {
            let says = bundle.deadline.map_or("none".to_owned(), |deadline| deadline.to_string());
            self.find(Code::DeadlineLate, format!("a deadline of {says}, where the contract takes it until {latest}"));
        }
        self.outcome(call, world);
    }

    /// Evidence, hashes, and the signatures that are there and those that are not.
    fn shown(&mut self, call: &Call<'_>) {
        let bundle = self.bundle;
        let items = call.items();
        if items != bundle.evidence {
            let [shown, found] = [&items, &bundle.evidence].map(|items| list(call, items));
            let found = if found == shown { "the same with other signatures".to_owned() } else { found };
            self.find(Code::EvidenceOther, format!("the calldata shows {shown}; the bundle {found}"));
        }
        for held in items.into_iter().map(|item| Held::check(&bundle.channel, item)) {
            let key = held.key();
            if let Some(flaw) = held.flaw() {
                let found = format!("{key}: {flaw}");
                self.findings.push(Finding { code: Code::SignatureBad, found, proof: vec![key] });
            }
        }
        let hashes = call.hashes();
        if hashes != bundle.hashes {
            let wrong = bundle.hashes.iter().find(|it| !hashes.contains(it));
            let what =
                wrong.map_or("a message is left out".to_owned(), |it| format!("a {}: {}", it.message, it.digest));
            self.find(Code::HashOther, format!("not the hashes of what the calldata carries: {what}"));
        }
        if call.wanted != bundle.wanted {
            let [wanted, found] = [&call.wanted, &bundle.wanted].map(|wanted| wanted.len());
            let found = format!("{found} signatures are wanted, which are not the {wanted} that the calldata lacks");
            self.find(Code::HashOther, found);
        }
        for wanted in &call.wanted {
            let found =
                format!("party {} is to sign a {}: {}", wanted.party, wanted.hashes.message, wanted.hashes.digest);
            self.find(Code::BundleUnsigned, found);
        }
    }

    /// The contract takes it now, and it comes to what it came to when the bundle was built.
    fn outcome(&mut self, call: &Call<'_>, world: &mut impl World) {
        let (bundle, now) = (self.bundle, self.view.latest.now);
        let value = bundle.value.get();
        if let Err(reason) = call.outcome(self.view, (value, now), world) {
            self.find(Code::Refused, told(reason));
            return;
        }
        let expected = &bundle.expected;
        match call.outcome(self.view, (value, bundle.now.get()), world) {
            Ok(found) if found == *expected => {}
            Ok(found) => self.find(Code::OutcomeOther, format!("the channel: {found}; the bundle: {expected}")),
            Err(reason) => self.find(Code::OutcomeOther, format!("at {}: {}", bundle.now, told(reason))),
        }
    }
}

fn told(reason: NotTaken) -> String {
    match reason {
        NotTaken::Refused(reason) => reason.to_string(),
        NotTaken::CallFails { index, reason } => format!("call {index} fails: {}", reason_of(&reason)),
    }
}

fn reason_of(reason: &Bytes) -> String {
    DisputeError::abi_decode(reason).map_or_else(|_| reason.to_string(), |reason| reason.to_string())
}

/// Items by their keys.
fn list(call: &Call<'_>, items: &[Item]) -> String {
    let keys = items.iter().map(|item| Held::check(call.identity, item.clone()).key());
    let keys: Vec<String> = keys.map(|key| key.to_string()).collect();
    if keys.is_empty() { "nothing".to_owned() } else { keys.join(", ") }
}
