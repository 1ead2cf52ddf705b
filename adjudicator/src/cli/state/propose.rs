//! `state propose`.

use adjudicator::{
    evidence::{Dossier, Draft, View, review},
    types::{Instances, Net, Party, PerAsset, Round, State},
};
use anyhow::Result;
use clap::Args;

use super::InstanceOptions;
use crate::cli::{
    answer::Answer,
    channel::{StoreOptions, party_in},
    failure::{heed, wrong_use},
    view::ViewOptions,
};

/// The content of the next state.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What party 0 has transferred to party 1 so far, in units of the asset; once for each asset of the terms.
    #[arg(long = "net", value_name = "UNITS", required = true, allow_negative_numbers = true)]
    nets: Vec<Net>,
    /// The round [default: this party's next one].
    #[arg(long, value_name = "NUMBER")]
    round: Option<Round>,
    #[command(flatten)]
    instances: InstanceOptions,
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    view: ViewOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let (store, channel_id) = self.store.open()?;
        let mut dossier = store.dossier(channel_id)?;
        let party = party_in(&store, dossier.identity())?;
        let view = self.view.view(&mut dossier)?;
        let list = self.instances.list()?;
        let root = Instances::new(list.clone())?.root();
        let nets = PerAsset::new(self.nets).map_err(|reason| wrong_use(format!("--net: {reason}")))?;
        let round = self.round.unwrap_or_else(|| next_round(&dossier, &view, party));
        let state = State::new(round, root, nets).map_err(|reason| wrong_use(reason.to_string()))?;
        let resolved = self.instances.resolved.into_iter().collect();
        let proposal = Draft::State { state: state.clone(), instances: list, resolved }.by(party);
        heed(review(&dossier, &view, &self.view.policy()?, &proposal))?;
        Answer::document(state)
    }
}

/// The least round of this party above everything that anybody may show: party 0 has the odd ones, party 1 the even.
fn next_round(dossier: &Dossier, view: &View, party: Party) -> Round {
    let states = dossier.states().map(|state| state.content.message.round().get());
    let highest = states.chain([view.latest.channel.record.round]).max().unwrap_or_default();
    let next = highest.saturating_add(1);
    let is_own = (next % 2 == 1) == (party == Party::Zero);
    Round::new(if is_own { next } else { next.saturating_add(1) })
}
