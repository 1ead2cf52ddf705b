//! `submit`: a bundle into the chain, before its deadline.

use std::path::PathBuf;

use adjudicator::{
    Effect,
    action::Action,
    bundle::{Bundle, Outcome, Transaction, verify},
    decide::Known,
    evidence::{Dossier, Severity, View},
    rpc::{Block, Nodes, Reading, Simulated},
    submit::Order,
};
use alloy_primitives::U256;
use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::{
    answer::{Answer, Facts, note},
    explain::reason_of,
    failure::{Failure, refused},
    files, findings,
    rpc::read,
    send::{SendOptions, mined},
};

/// Which transaction, and who sends it.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `bundle` document in which no signature is wanted any more [default: go on with what the journal holds].
    #[arg(value_name = "BUNDLE")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    send: SendOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let Some(path) = &self.bundle else { return go_on(&self.send) };
        let bundle: Bundle = files::document(path)?;
        submit(&self.send, &files::name(path), &bundle, None)
    }
}

/// Goes on with what was begun.
fn go_on(send: &SendOptions) -> Result<Answer> {
    let mut nodes = send.connect(None)?;
    let mut lane = send.lane(send.sender()?, nodes.chain_id())?;
    let count = lane.intents().count();
    let ends = send.insist(&mut nodes, &mut lane, Vec::new())?;
    let done = ends.into_values().map(|end| end.done("what was begun")).collect::<Result<Vec<_>>>()?;
    let text = match count {
        0 => "nothing was left to do".to_owned(),
        _ => done.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    Answer::new(text, &json!({ "transactions": done }))
}

/// Brings a bundle into the chain; `first` are transactions that it needs before.
pub(crate) fn submit(
    send: &SendOptions,
    name: &str,
    bundle: &Bundle,
    first: Option<Vec<Transaction>>,
) -> Result<Answer> {
    let (transaction, dossier) = (bundle.transaction(), bundle.dossier());
    let order = |at_stake| Order {
        transaction: transaction.clone(),
        deadline: bundle.deadline.map(adjudicator::types::Timestamp::get),
        at_stake,
    };
    let mut nodes = send.connect(Some(transaction.chain_id))?;
    if send.is_dry_run() {
        let reading = checked(send, name, bundle, &dossier, &mut nodes)?;
        return dry_run(&mut nodes, &transaction, &reading.head, Some(bundle));
    }
    let sender = send.sender()?;
    let (expected, found) = (bundle.submitter, sender.account);
    if found != expected {
        return Err(refused(format!("{name}: {expected} is to send it, and the key is that of {found}")));
    }
    let mut lane = send.lane(sender, transaction.chain_id)?;
    let id = order(U256::ZERO).id();
    let is_begun = lane.intents().any(|intent| intent.order.id() == id);
    let mut orders = Vec::new();
    if is_begun {
        note(format!("{name}: it was begun before, and is gone on with"));
    } else {
        let Reading { view, .. } = checked(send, name, bundle, &dossier, &mut nodes)?;
        let (value, gas_limit) = (transaction.value, transaction.gas_limit);
        let at_stake = send.at_stake(&bundle.channel, &view, value, gas_limit)?;
        let first = first.into_iter().flatten();
        orders.extend(first.map(|transaction| Order { transaction, deadline: None, at_stake }));
        orders.push(order(at_stake));
    }
    let ends = send.insist(&mut nodes, &mut lane, orders)?;
    let end = ends.get(&id).copied().ok_or_else(|| refused(format!("{name}: nothing is known of it any more")))?;
    let hash = end.done(name)?;
    let transaction = mined(&mut nodes, hash)?;
    let reading = read(&mut nodes, &dossier, send.rpc.depth())?;
    let outcome = outcome(&reading, &dossier);
    let mut facts = Facts::default();
    facts.add("transaction", hash).add("operation", &bundle.operation).add("block", transaction.block);
    facts.add("gas", format!("{} at {} wei", transaction.gas_used, transaction.gas_price));
    facts.add("stands", outcome);
    facts.answer()
}

/// The channel as it is now, if the bundle may be sent.
fn checked(send: &SendOptions, name: &str, bundle: &Bundle, dossier: &Dossier, nodes: &mut Nodes) -> Result<Reading> {
    let reading = read(nodes, dossier, send.rpc.depth())?;
    let view: &View = &reading.view;
    let found = verify(bundle, view, &send.policy()?, &mut Known::of(view));
    if found.iter().any(|finding| finding.severity() == Severity::Error) {
        return Err(Failure::Findings(found).into());
    }
    if !found.is_empty() {
        note(findings::text(&found));
    }
    match bundle.wanted.first() {
        Some(wanted) => {
            Err(refused(format!("{name}: party {} is still to sign: `sign` gives its signature", wanted.party)))
        }
        None => Ok(reading),
    }
}

/// What a channel comes to that was read.
pub(crate) fn outcome(reading: &Reading, dossier: &Dossier) -> Outcome {
    let channel = &reading.view.latest.channel;
    let situation = adjudicator::Situation::of(channel, dossier.identity().terms(), reading.recorded.as_ref());
    Outcome { situation, settled: None }
}

/// What would come of it, on the real bytecode.
pub(crate) fn dry_run(
    nodes: &mut Nodes,
    transaction: &Transaction,
    head: &Block,
    bundle: Option<&Bundle>,
) -> Result<Answer> {
    let (logs, gas) = match nodes.simulate(transaction, head)? {
        Simulated::Done { logs, gas } => (logs, gas),
        Simulated::Refused(data) => {
            let reason = reason_of(&data).unwrap_or_else(|| format!("without a reason that is known: {data}"));
            return Err(refused(format!("in the next block it would be {reason}")));
        }
    };
    let mut facts = Facts::default();
    facts.add("behind block", head.number);
    if let Some(bundle) = bundle {
        facts.add("comes to", &bundle.expected);
    }
    facts.add("gas", gas.map_or_else(|| "the nodes do not tell".to_owned(), |gas| gas.to_string()));
    let own = logs.into_iter().flatten().filter(|(address, _)| *address == transaction.to);
    for (index, (_, log)) in own.enumerate() {
        let what = Effect::from_log(&log).map_or_else(|reason| reason.to_string(), |effect| effect.to_string());
        facts.add(format!("log {index}"), what);
    }
    if let Ok(action) = Action::decode(&transaction.data) {
        facts.add("asks for", action.name());
    }
    facts.answer()
}
