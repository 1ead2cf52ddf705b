//! `delegate`: the power to close in a party's name.

use adjudicator::{
    evidence::{
        Draft, review,
        store::{Order, Signer},
    },
    types::{Delegation, Epoch, Party, Round, Signed, Timestamp},
};
use alloy_primitives::Address;
use anyhow::Result;
use clap::Args;

use super::{
    answer::Answer,
    channel::{StoreOptions, party_in},
    failure::heed,
    key::AccountOptions,
    typed::address,
    view::ViewOptions,
};

/// Who may close, on what, and until when.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Who may close: the address from which it will send.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    to: Address,
    /// The last second at which it may.
    #[arg(long, value_name = "UNIX SECONDS")]
    valid_until: Timestamp,
    /// The least round that must be recorded then [default: the newest that both have signed].
    #[arg(long, value_name = "NUMBER")]
    min_round: Option<Round>,
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    key: AccountOptions,
    #[command(flatten)]
    view: ViewOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let (store, channel_id) = self.store.open()?;
        let mut dossier = store.dossier(channel_id)?;
        let party = party_in(&store, dossier.identity())?;
        let (view, policy) = (self.view.view(&mut dossier)?, self.view.policy()?);
        let [epoch0, epoch1] = view.latest.channel.epochs;
        let message = Delegation {
            party,
            delegate: self.to,
            epoch: Epoch::new(if party == Party::Zero { epoch0 } else { epoch1 }),
            min_round: self.min_round.unwrap_or_else(|| dossier.newest_round()),
            valid_until: self.valid_until,
        };
        let draft = Draft::Delegation(message);
        heed(review(&dossier, &view, &policy, &draft.clone().by(party)))?;
        let mut signer = Signer::new(store, self.key.open()?)?;
        let signature = signer.sign(&Order { channel_id, draft, view: &view, policy: &policy })?;
        Answer::document(Signed { message, signature })
    }
}
