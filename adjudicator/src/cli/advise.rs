//! `advise`: what may be sent now, what each leads to, and what happens if nothing is done.

mod print;

use std::path::PathBuf;

use adjudicator::{
    bundle::{Bundle, Gas},
    decide::{Advice, Goal, Known, Move, Question, Role, Transaction, decide},
    evidence::View,
    submit::orders,
    types::{Document, GasUnits, Party},
};
use alloy_primitives::Address;
use anyhow::Result;
use clap::Args;
use serde_json::json;

use self::print::Page;
use super::{
    answer::{Answer, note},
    channel::{ChannelOptions, party_of},
    failure::{refused, wrong_use},
    files,
    send::{SendOptions, Sending},
    submit::deliver,
    typed::address,
    view::ViewOptions,
};

/// Who asks, about what, and when.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    channel: ChannelOptions,
    /// Who asks [default: the holder of the store].
    #[arg(long, value_name = "0|1")]
    party: Option<Party>,
    #[command(flatten)]
    view: ViewOptions,
    /// Get the money out as soon as that costs nothing of it; otherwise an open channel is left alone.
    #[arg(long)]
    get_out: bool,
    /// The time of the block that the transaction gets into [default: a block after the view's]. Who verifies a bundle that is
    /// possible only from then on needs a view of then.
    #[arg(long, value_name = "UNIX SECONDS")]
    at: Option<u64>,
    /// What a unit of gas costs, in wei [default: the policy's price in times of stress].
    #[arg(long, value_name = "WEI")]
    gas_price: Option<u128>,
    /// Make a bundle of the transaction with this number, the first one unless --pick says another.
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Who is to send what anyone may send [default: the party itself].
    #[arg(long, value_name = "ADDRESS", value_parser = address, requires = "bundle")]
    from: Option<Address>,
    /// Which transaction of the list goes into the bundle, or is submitted.
    #[arg(long, value_name = "NUMBER")]
    pick: Option<usize>,
    /// Send the best one that the key's account may send, unless --pick says another, and insist until it is final; nothing, if it
    /// is better to wait.
    #[arg(long, conflicts_with = "bundle")]
    submit: bool,
    #[command(flatten)]
    send: SendOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let (mut dossier, holder) = self.channel.dossier_and_holder()?;
        let party = match self.party {
            Some(party) => party,
            None => party_of(holder, dossier.identity())?,
        };
        let (view, policy) = (self.view.given(&mut dossier)?, self.view.policy()?);
        if view.deployment.domain != *dossier.identity().domain() {
            return Err(wrong_use(format!(
                "--view is of the contract {} on chain {}, where the channel is in {} on chain {}",
                view.deployment.domain.manager(),
                view.deployment.domain.chain_id(),
                dossier.identity().domain().manager(),
                dossier.identity().domain().chain_id(),
            )));
        }
        let at = self.at.unwrap_or_else(|| view.latest.now.saturating_add(policy.block_seconds));
        if at < view.latest.now {
            let now = view.latest.now;
            return Err(wrong_use(format!("--at {at}: the view is of a block at {now}, and the next one comes later")));
        }
        let gas_price = self.gas_price.unwrap_or_else(|| policy.stress_gas_price.into());
        let goal = if self.get_out { Goal::GetOut } else { Goal::GoOn };
        let question = Question { dossier: &dossier, view: &view, policy: &policy, party, goal, at, gas_price };
        let advice = decide(&question, &mut Known::new(&dossier, &view));
        if let Some(file) = &self.bundle {
            let chosen = self.chosen(&advice)?;
            if let Some(warning) = chosen.warning() {
                note(format!("beware, this is never advised: {warning}"));
            }
            let own = dossier.identity().terms().accounts(party).signer;
            let submitter = if chosen.by == Role::Anyone { self.from.unwrap_or(own) } else { chosen.submitter };
            let bundle = bundle(&question, chosen, submitter)?;
            files::create(file, &serde_json::to_string_pretty(&Document(bundle))?)?;
            note(format!("{}: {}", files::name(file), chosen.transaction.name()));
        }
        if self.submit {
            return self.submit(&question, &advice);
        }
        let page = Page { question: &question, advice: &advice };
        Answer::new(page.text(), &page.json())
    }

    /// Brings the best answer into the chain, for no more gas than it is worth.
    fn submit(&self, question: &Question<'_>, advice: &Advice) -> Result<Answer> {
        let key = self.send.key()?;
        let may_send = |each: &&Move| each.by == Role::Anyone || each.submitter == key.address();
        let chosen = match self.pick {
            Some(_) => Some(self.chosen(advice)?),
            None => advice.moves.iter().take(advice.better_than_waiting).find(may_send),
        };
        let Some(chosen) = chosen else {
            return match advice.first() {
                None => Answer::new("nothing is better now than to wait", &json!({ "transaction": null })),
                Some(first) => {
                    let (name, by, account) = (first.transaction.name(), first.submitter, key.address());
                    Err(refused(format!("{account} may send nothing that is advised; a {name} must come from {by}")))
                }
            };
        };
        if !may_send(&chosen) {
            let (name, by, account) = (chosen.transaction.name(), chosen.submitter, key.address());
            return Err(refused(format!("this {name} must come from {by}, and the key is that of {account}")));
        }
        let domain = question.dossier.identity().domain();
        let mut orders = orders([chosen], key.address(), domain, question.policy.transaction_gas);
        let sending = Sending { options: &self.send, rpc: self.view.rpc(), policy: question.policy.clone() };
        let name = chosen.transaction.name();
        note(format!("{name}: worth up to {} wei of gas", chosen.worth));
        let order = orders.pop().ok_or_else(|| refused(format!("{name}: no transaction has so much gas")))?;
        deliver(&sending, name, order, question.dossier, key)
    }

    /// The transaction that a bundle is made of.
    fn chosen<'a>(&self, advice: &'a Advice) -> Result<&'a Move> {
        let Some(pick) = self.pick else {
            let reason =
                "there is nothing that is better than to wait, and --pick NUMBER says what to send all the same";
            return advice.first().ok_or_else(|| refused(reason.to_owned()));
        };
        let count = advice.moves.len();
        let index = pick.checked_sub(1).and_then(|index| advice.moves.get(index));
        index.ok_or_else(|| wrong_use(format!("--pick {pick}: the list has the numbers 1 to {count}")))
    }
}

/// The transaction with everything to check it by, as of the newest block, or the one that it is to get into.
fn bundle(question: &Question<'_>, chosen: &Move, submitter: Address) -> Result<Bundle> {
    let Question { dossier, view, at, .. } = *question;
    let Transaction::Operation(action) = &chosen.transaction else {
        let reason = "a preimage is shown to a registry: a bundle is for operations of the contract alone";
        return Err(refused(reason.to_owned()));
    };
    let gas = Gas { expected: GasUnits::new(chosen.gas), limit: GasUnits::new(chosen.gas_limit) };
    let built =
        |view: &View| Bundle::build(dossier.identity(), action, submitter, view, &mut Known::new(dossier, view), gas);
    // What can be sent only from the next block on is built as of that.
    let built = built(view).or_else(|_| {
        let mut then = view.clone();
        then.latest.now = at;
        built(&then)
    });
    built.map_err(|reason| refused(reason.to_string()))
}
