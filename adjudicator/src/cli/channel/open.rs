//! `channel open`: a store for a channel, and money into it.

use std::path::PathBuf;

use adjudicator::{
    action::Deposit,
    eip712::Domain,
    evidence::{Dossier, store::Store, verify},
    types::{Amount, Asset, Identity, Side, Terms},
};
use alloy_primitives::Address;
use anyhow::Result;
use clap::Args;

use crate::cli::{
    answer::{Answer, Facts, note},
    build::{Built, index_of},
    failure::{heed, refused, wrong_use},
    files,
    operate::perform,
    rpc::{RpcOptions, read},
    send::{SendOptions, Sending},
    typed::address,
    view::PolicyOptions,
};

/// Which channel, where it is kept, and what goes into it.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `terms` document, which names the key's account as a party's signer.
    #[arg(value_name = "TERMS")]
    terms: PathBuf,
    /// The contract's address.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    manager: Address,
    /// The store that is to keep the evidence; made if there is none.
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// What the key's party pays in, in units of the asset [default: nothing].
    #[arg(long, value_name = "UNITS")]
    amount: Option<Amount>,
    /// The asset [default: the first one of the terms].
    #[arg(long, value_name = "ADDRESS")]
    asset: Option<Asset>,
    #[command(flatten)]
    send: SendOptions,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let terms: Terms = files::document(&self.terms)?;
        let send = Sending { options: &self.send, rpc: &self.rpc, policy: self.policy.get()? };
        let key = self.send.key()?;
        let account = key.address();
        let Some(party) = terms.party_of(account) else {
            return Err(refused(format!("{}: {account} signs for neither party", files::name(&self.terms))));
        };
        let index = index_of(&terms, self.asset)?;
        let mut nodes = send.connect(None)?;
        let identity = Identity::new(Domain::new(nodes.chain_id(), self.manager), terms);
        let dossier = Dossier::new(identity.clone());
        let reading = read(&mut nodes, &dossier, &[], self.rpc.depth())?;
        heed(verify(&dossier, &reading.view, &send.policy))?;

        let mut store =
            if self.store.exists() { Store::open(&self.store)? } else { Store::create(&self.store, account)? };
        if store.holder() != account {
            let (name, holder) = (files::name(&self.store), store.holder());
            return Err(wrong_use(format!("{name}: it is the store of {holder}, and the key is that of {account}")));
        }
        store.add_channel(&identity)?;
        drop(store);
        note(format!("{}: keeps channel {} of party {party}", files::name(&self.store), identity.channel_id()));
        let Some(amount) = self.amount else {
            let mut facts = Facts::default();
            facts.add("channel", identity.channel_id()).add("party", party);
            return facts.answer();
        };
        let deposit = Deposit::new(identity.terms(), Side::of(index, party)?, amount)?;
        perform(&send, account, Some(key), |_| Ok(Built::of(&identity, deposit)))
    }
}
