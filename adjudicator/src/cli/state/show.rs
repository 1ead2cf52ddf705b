//! `state show`.

use std::path::PathBuf;

use adjudicator::{
    eip712::{close_hash, withdraw_hash},
    evidence::{Held, Item},
    types::{Amount, Close, Identity, Net, Party, PerAsset, State, Terms, Withdraw},
};
use alloy_primitives::B256;
use anyhow::Result;
use clap::Args;

use super::sign::agreement;
use crate::cli::{
    answer::{Answer, Facts},
    channel::ChannelOptions,
    failure::wrong_use,
    files,
    terms::asset_name,
};

/// What both parties sign.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `state`, `close` or `withdraw` document, or the same with signatures.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    channel: ChannelOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let identity = self.channel.dossier()?.identity().clone();
        let held = Held::check(&identity, agreement(&self.file)?);
        let found = match held.item() {
            Item::State(it) => it.message.nets().asset_count(),
            Item::Close(it) => it.message.nets().asset_count(),
            Item::Withdraw(it) => it.message.amounts().asset_count(),
            _ => return Err(wrong_use(format!("{}: it is not signed by both parties", files::name(&self.file)))),
        };
        let expected = identity.terms().assets().asset_count();
        if found != expected {
            let name = files::name(&self.file);
            return Err(wrong_use(format!("{name}: for {found} assets, where the terms have {expected}")));
        }
        let mut facts = Facts::default();
        let hash = match held.item() {
            Item::State(it) => state(&mut facts, &identity, &it.message),
            Item::Close(it) => close(&mut facts, &identity, &it.message),
            Item::Withdraw(it) => withdraw(&mut facts, &identity, &it.message),
            _ => B256::ZERO,
        };
        hashes(&mut facts, &identity, hash);
        for party in Party::BOTH {
            let standing = if held.is_signed_by(party) { "signed" } else { "not signed" };
            facts.add(format!("party {party}"), standing);
        }
        facts.answer()
    }
}

fn state(facts: &mut Facts, identity: &Identity, state: &State) -> B256 {
    let round = state.round();
    let proposer = if round.get() % 2 == 1 { Party::Zero } else { Party::One };
    facts.add("type", "State").add("round", round).add("proposed by", format!("party {proposer}, as its parity says"));
    nets(facts, identity.terms(), state.nets());
    facts.add("instances root", state.instances_root());
    state.hash(identity.channel_id()).get()
}

fn close(facts: &mut Facts, identity: &Identity, close: &Close) -> B256 {
    let (round, valid_until) = (close.round(), close.valid_until());
    facts.add("type", "Close").add("round", round).add("valid until", valid_until);
    nets(facts, identity.terms(), close.nets());
    let nets = close.nets().as_slice().iter().copied().map(Net::get);
    close_hash(identity.channel_id().get(), round.get(), nets, valid_until.get())
}

fn withdraw(facts: &mut Facts, identity: &Identity, withdraw: &Withdraw) -> B256 {
    let (serial, valid_until) = (withdraw.serial(), withdraw.valid_until());
    facts.add("type", "Withdraw").add("serial", serial).add("valid until", valid_until);
    let assets = identity.terms().assets().as_slice();
    for (asset, [amount0, amount1]) in assets.iter().zip(withdraw.amounts().as_pairs()) {
        let amounts = format!("{amount0} of party 0's, {amount1} of party 1's");
        facts.add(format!("takes of {}", asset_name(*asset)), amounts);
    }
    for (party, recipient) in Party::BOTH.into_iter().zip(withdraw.recipients()) {
        facts.add(format!("recipient {party}"), recipient);
    }
    let amounts = withdraw.amounts().as_slice().iter().copied().map(Amount::to_word);
    let recipients = withdraw.recipients();
    withdraw_hash(identity.channel_id().get(), serial.get(), amounts, recipients, valid_until.get())
}

fn nets(facts: &mut Facts, terms: &Terms, nets: &PerAsset<Net>) {
    for (asset, net) in terms.assets().as_slice().iter().zip(nets.as_slice()) {
        facts.add(format!("net of {}", asset_name(*asset)), format!("{net} from party 0 to party 1"));
    }
}

/// What a hardware wallet shows of what it signs.
pub(super) fn hashes(facts: &mut Facts, identity: &Identity, struct_hash: B256) {
    let domain = identity.domain();
    facts
        .add("channel", identity.channel_id())
        .add("chain", domain.chain_id())
        .add("contract", domain.manager())
        .add("domain separator", domain.separator())
        .add("struct hash", struct_hash)
        .add("digest", domain.digest(struct_hash));
}
