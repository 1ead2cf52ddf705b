//! `channel status`: where a channel stands in the chain.

use adjudicator::{
    Channel,
    evidence::Dossier,
    rpc::Reading,
    types::{Document, Party},
};
use anyhow::Result;
use clap::Args;

use super::ChannelOptions;
use crate::cli::{
    answer::{Answer, Facts},
    rpc::{RpcOptions, read},
    submit::outcome,
};

/// Which channel, and who is asked.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    channel: ChannelOptions,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let dossier = self.channel.dossier()?;
        let mut nodes = self.rpc.connect(&[], Some(dossier.identity().domain().chain_id()))?;
        let reading = read(&mut nodes, &dossier, &[], self.rpc.depth())?;
        Answer::new(text(&dossier, &reading), &Document(reading.view))
    }
}

fn text(dossier: &Dossier, reading: &Reading) -> String {
    let (identity, view) = (dossier.identity(), &reading.view);
    let (latest, last_final) = (&view.latest.channel, &view.last_final.channel);
    let mut facts = Facts::default();
    facts.add("channel", identity.channel_id());
    facts.add("contract", format!("{} on chain {}", identity.domain().manager(), identity.domain().chain_id()));
    facts.add("block", format!("{} at {}", reading.head.number, view.latest.now));
    facts.add("stands", outcome(reading, dossier));
    if latest.record.round > 0 && reading.recorded.is_none() {
        facts.add("recorded", format!("round {}, a state that is not held here", latest.record.round));
    }
    for (index, asset) in identity.terms().assets().as_slice().iter().enumerate() {
        let (now, is_final) = (balances(latest, asset.get()), balances(last_final, asset.get()));
        let unfinal = if now == is_final { String::new() } else { format!("; final so far {is_final}") };
        facts.add(format!("asset {index} has"), format!("{now}{unfinal}"));
    }
    if latest.serial > 0 {
        facts.add("withdrawals", latest.serial);
    }
    if latest.record.consents != [false; 2] {
        let who = Party::BOTH.iter().filter(|party| *party.of(&latest.record.consents));
        facts.add("consent of", who.map(|party| format!("party {party}")).collect::<Vec<_>>().join(" and "));
    }
    if let Some(bounty) = latest.bounty {
        facts.add("bounty", bounty);
    }
    for (instance, progress) in latest.recorded_base().iter().flat_map(|base| &base.instances) {
        let deltas = progress.deltas.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let what = format!("{} steps, touched last at {}, deltas [{deltas}]", progress.steps, progress.last_touch);
        facts.add(format!("instance {instance}"), what);
    }
    for ((creditor, asset), amount) in &view.credits {
        facts.add(format!("credit of {creditor}"), format!("{amount} of {asset}"));
    }
    facts.text()
}

fn balances(channel: &Channel, asset: alloy_primitives::Address) -> String {
    channel.funds.get(&asset).map_or_else(
        || "nobody has paid in".to_owned(),
        |funds| {
            let [zero, one] = funds.balances;
            format!("{zero} and {one}")
        },
    )
}
