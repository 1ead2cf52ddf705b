//! `submit`: a bundle into the chain, before its deadline.

use std::path::PathBuf;

use adjudicator::{
    Effect,
    action::Action,
    bundle::{Bundle, Outcome, Transaction, verify},
    decide::Known,
    evidence::{Dossier, Severity, View},
    rpc::{Block, Nodes, Reading, Simulated},
    signature::SigningKey,
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
    rpc::{RpcOptions, read},
    send::{End, SendOptions, Sending, mined},
    view::PolicyOptions,
};

/// Which transaction, and who sends it.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `bundle` document in which no signature is wanted any more [default: go on with what the journal holds].
    #[arg(value_name = "BUNDLE")]
    bundle: Option<PathBuf>,
    /// Send nothing: show what would come of it in the next block, on the real bytecode.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    send: SendOptions,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let sending = Sending { options: &self.send, rpc: &self.rpc, policy: self.policy.get()? };
        let Some(path) = &self.bundle else { return go_on(&sending) };
        let (bundle, name): (Bundle, _) = (files::document(path)?, files::name(path));
        if self.dry_run {
            return dry_run_of(
                &sending,
                &name,
                &bundle,
                &mut sending.connect(Some(bundle.channel.domain().chain_id()))?,
            );
        }
        submit(&sending, &name, &bundle, Vec::new(), self.send.key()?)
    }
}

/// Goes on with what was begun.
fn go_on(send: &Sending<'_>) -> Result<Answer> {
    let mut nodes = send.connect(None)?;
    let mut lane = send.lane(send.options.key()?, nodes.chain_id())?;
    let count = lane.intents().count();
    let ends = send.insist(&mut nodes, &mut lane, Vec::new())?;
    let done = ends.into_values().map(|end| end.done("what was begun")).collect::<Result<Vec<_>>>()?;
    let text = match count {
        0 => "nothing was left to do".to_owned(),
        _ => done.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    Answer::new(text, &json!({ "transactions": done }))
}

/// What would come of a bundle.
pub(crate) fn dry_run_of(send: &Sending<'_>, name: &str, bundle: &Bundle, nodes: &mut Nodes) -> Result<Answer> {
    let reading = checked(send, name, bundle, &bundle.dossier(), nodes)?;
    dry_run(nodes, &bundle.transaction(), &reading.head, Some(bundle))
}

/// Brings a bundle into the chain; `first` are transactions that it needs before.
pub(crate) fn submit(
    send: &Sending<'_>,
    name: &str,
    bundle: &Bundle,
    first: Vec<Transaction>,
    key: SigningKey,
) -> Result<Answer> {
    let (transaction, dossier) = (bundle.transaction(), bundle.dossier());
    let order = |at_stake| Order {
        transaction: transaction.clone(),
        deadline: bundle.deadline.map(adjudicator::types::Timestamp::get),
        at_stake,
    };
    let mut nodes = send.connect(Some(transaction.chain_id))?;
    let (expected, found) = (bundle.submitter, key.address());
    if found != expected {
        return Err(refused(format!("{name}: {expected} is to send it, and the key is that of {found}")));
    }
    let mut lane = send.lane(key, transaction.chain_id)?;
    let id = order(U256::ZERO).id();
    let is_begun = lane.intents().any(|intent| intent.order.id() == id);
    let mut orders = Vec::new();
    if is_begun {
        note(format!("{name}: it was begun before, and is gone on with"));
    } else {
        let Reading { view, head, .. } = checked(send, name, bundle, &dossier, &mut nodes)?;
        if first.is_empty() && changes_nothing(&mut nodes, &transaction, &head)? {
            let text = "nothing is left to do: the contract would change nothing by it";
            return Answer::new(text, &json!({ "transaction": null }));
        }
        let at_stake = send.at_stake(&bundle.channel, &view, &transaction);
        orders.extend(first.into_iter().map(|transaction| Order { transaction, deadline: None, at_stake }));
        orders.push(order(at_stake));
    }
    let ends = send.insist(&mut nodes, &mut lane, orders)?;
    let end = ends.get(&id).copied().ok_or_else(|| refused(format!("{name}: nothing is known of it any more")))?;
    told(send, name, &mut nodes, end, &dossier)
}

/// Brings an order of a channel into the chain.
pub(crate) fn deliver(
    send: &Sending<'_>,
    name: &str,
    order: Order,
    dossier: &Dossier,
    key: SigningKey,
) -> Result<Answer> {
    let chain_id = dossier.identity().domain().chain_id();
    let mut nodes = send.connect(Some(chain_id))?;
    let end = send.insist_on(&mut nodes, key, order, name)?;
    told(send, name, &mut nodes, end, dossier)
}

/// How it ended, and what the channel comes to.
fn told(send: &Sending<'_>, name: &str, nodes: &mut Nodes, end: End, dossier: &Dossier) -> Result<Answer> {
    let hash = end.done(name)?;
    let transaction = mined(nodes, hash)?;
    let reading = read(nodes, dossier, &[], send.rpc.depth())?;
    let mut facts = Facts::default();
    facts.add("transaction", hash).add("operation", name).add("block", transaction.block);
    facts.add("gas", format!("{} at {} wei", transaction.gas_used, transaction.gas_price));
    facts.add("stands", outcome(&reading, dossier));
    facts.answer()
}

/// The channel as it is now, if the bundle may be sent.
fn checked(send: &Sending<'_>, name: &str, bundle: &Bundle, dossier: &Dossier, nodes: &mut Nodes) -> Result<Reading> {
    let reading = read(nodes, dossier, &bundle.instances(), send.rpc.depth())?;
    let view: &View = &reading.view;
    let found = verify(bundle, view, &send.policy, &mut Known::of(view));
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

/// Whether the contract would take a transaction and change nothing, so that it only costs gas.
fn changes_nothing(nodes: &mut Nodes, transaction: &Transaction, head: &Block) -> Result<bool> {
    match nodes.simulate(transaction, head) {
        Ok(Simulated::Done { logs, .. }) => Ok(logs.is_some_and(|logs| logs.is_empty())),
        Ok(Simulated::Refused(data)) => {
            let reason = reason_of(&data).unwrap_or_else(|| format!("refused without a reason that is known: {data}"));
            Err(refused(format!("in the next block it would be {reason}")))
        }
        // What is due is not left undone because no node can try it.
        Err(reason) => {
            note(format!("it was not tried before: {reason}"));
            Ok(false)
        }
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
    if let Ok(action) = Action::decode(&transaction.data) {
        facts.add("operation", action.name());
    }
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
    facts.answer()
}
