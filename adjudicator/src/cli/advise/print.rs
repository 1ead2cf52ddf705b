//! Advice, for people and for programs.

use adjudicator::{
    Status,
    apps::hash_of,
    bundle::Outcome,
    decide::{Advice, Move, Prospect, Question, Role, Transaction},
    types::Asset,
};
use alloy_primitives::U256;
use serde_json::{Value, json};

use crate::cli::answer::Facts;

/// The most transactions that are shown to people of those that are better than to wait, and of the rest; programs are told
/// all.
const MAX_SHOWN: usize = 12;

/// What was asked, and the answer.
pub(super) struct Page<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) advice: &'a Advice,
}

impl Page<'_> {
    /// For people.
    pub(super) fn text(&self) -> String {
        let Self { question, advice } = self;
        let mut facts = Facts::default();
        let outcome = Outcome { situation: advice.situation.clone(), settled: None };
        facts.add("channel", question.dossier.identity().channel_id());
        facts.add("for", format!("party {}, in a block at {}", question.party, question.at));
        facts.add("stands", outcome);
        if let Status::Closing { evidence_deadline, final_time } = advice.situation.status {
            facts.add("newer states", self.left(evidence_deadline, "none is taken any more"));
            facts.add("settlement", self.left(final_time, "now"));
        }
        facts.add("if you send nothing more", format!("at least {}", self.amounts(&advice.idle.undefended)));
        facts.add("if you answer all in time", format!("at least {}", self.amounts(&advice.idle.guaranteed)));
        let best = advice.moves.iter().take(advice.better_than_waiting).take(MAX_SHOWN).count();
        let answer = match (best, advice.situation.status) {
            (1.., _) => "Send this now, the sooner the better:",
            (0, Status::Closed) => "The channel is closed.",
            (0, Status::Open) => "Nobody is closing, and nothing has to be sent.",
            (0, Status::Closing { .. }) => "Nothing is better now than to wait.",
        };
        if advice.unknown_instances > 0 {
            let lost = "of apps that are not known here; what is staked on them counts as lost";
            facts.add("instances", format!("{} {lost}", advice.unknown_instances));
        }
        let mut parts = vec![facts.text(), answer.to_owned()];
        let mut numbered = (1..).zip(&advice.moves);
        for (number, each) in numbered.by_ref().take(best) {
            parts.push(format!("{number}. {}\n{}", self.title(each), self.details(each)));
        }
        let rest: Vec<String> =
            numbered.by_ref().take(MAX_SHOWN).map(|(number, each)| format!("{number}. {}", self.line(each))).collect();
        if !rest.is_empty() {
            parts.push(format!("What else may be sent:\n{}", rest.join("\n")));
        }
        match numbered.count() {
            0 => {}
            hidden => parts.push(format!("and {hidden} more: --json has them all")),
        }
        parts.join("\n\n")
    }

    fn title(&self, each: &Move) -> String {
        let by = match each.by {
            Role::Party(party) if party == self.question.party => "by you".to_owned(),
            Role::Party(party) => format!("by party {party}"),
            Role::Payee(party) => format!("by the payee of party {party}"),
            Role::Delegate(delegate) => format!("by the delegate {delegate}"),
            Role::Anyone => "by anyone".to_owned(),
        };
        format!("{}, {by}", what(each))
    }

    /// All that there is room for.
    fn line(&self, each: &Move) -> String {
        let warning = each.warning().map(|warning| format!("; beware: {warning}")).unwrap_or_default();
        format!("{}: then at least {}{warning}", self.title(each), self.amounts(&each.prospect.guaranteed))
    }

    fn details(&self, each: &Move) -> String {
        let mut facts = Facts::default();
        let Prospect { guaranteed, undefended, .. } = &each.prospect;
        let settled = (each.situation.status == Status::Closed).then(|| self.settled(each)).flatten();
        facts.add("   comes to", Outcome { situation: each.situation.clone(), settled });
        facts.add("   then at least", self.amounts(guaranteed));
        if undefended != guaranteed {
            facts.add("   and if you do no more", self.amounts(undefended));
        }
        if let Some(missed) = &each.missed {
            facts.add("   if it is missed", format!("at least {}", self.amounts(missed)));
        }
        if let Some(until) = each.until {
            facts.add("   until", self.left(until.saturating_add(1), "now"));
        }
        facts.add("   takes", format!("at most {} gas, {} wei; sent with {}", each.gas, each.cost, each.gas_limit));
        if let Some(alive) = &each.keeps_alive {
            facts.add("   keeps within reach", self.amounts(alive));
        }
        if let Transaction::Reveal { registry, .. } = &each.transaction {
            facts.add("   goes to", registry).add("   calldata", each.transaction.calldata());
        }
        facts.text()
    }

    /// What a channel pays at once.
    fn settled(&self, each: &Move) -> Option<Vec<[U256; 2]>> {
        let payouts = each.effects.iter().filter_map(|effect| match effect {
            adjudicator::Effect::Settled { payouts, .. } => Some(*payouts),
            _ => None,
        });
        Some(payouts.collect::<Vec<_>>()).filter(|payouts| !payouts.is_empty())
    }

    /// How long it is until a time.
    fn left(&self, time: u64, over: &str) -> String {
        match time.checked_sub(self.question.at).filter(|left| *left > 0) {
            Some(left) => format!("for {left} s, before {time}"),
            None => over.to_owned(),
        }
    }

    fn amounts(&self, amounts: &[U256]) -> String {
        let assets = self.question.dossier.identity().terms().assets().as_slice();
        let name = |asset: &Asset| match *asset {
            Asset::NATIVE => "wei".to_owned(),
            token => format!("of {token}"),
        };
        let all = amounts.iter().zip(assets).map(|(amount, asset)| format!("{amount} {}", name(asset)));
        all.collect::<Vec<_>>().join(", ")
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let Self { question, advice } = self;
        let deposits = advice
            .deposits
            .iter()
            .map(|deposit| json!({ "side": deposit.side.to_string(), "most": deposit.most.to_string() }));
        json!({
            "channelId": question.dossier.identity().channel_id(),
            "party": question.party,
            "at": question.at.to_string(),
            "stands": Outcome { situation: advice.situation.clone(), settled: None },
            "idle": prospect(&advice.idle),
            "betterThanWaiting": advice.better_than_waiting.to_string(),
            "moves": advice.moves.iter().map(|each| self.move_json(each)).collect::<Vec<_>>(),
            "unknownInstances": advice.unknown_instances.to_string(),
            "deposits": deposits.collect::<Vec<_>>(),
        })
    }

    fn move_json(&self, each: &Move) -> Value {
        let (role, account) = match each.by {
            Role::Party(party) => (format!("party {party}"), Some(each.submitter)),
            Role::Payee(party) => (format!("payee {party}"), Some(each.submitter)),
            Role::Delegate(delegate) => ("delegate".to_owned(), Some(delegate)),
            Role::Anyone => ("anyone".to_owned(), None),
        };
        json!({
            "operation": each.transaction.name(),
            "by": role,
            "from": account.map(|account| format!("{account:#x}")),
            "to": format!("{:#x}", each.transaction.to(self.question.dossier.identity().domain().manager())),
            "data": each.transaction.calldata(),
            "comesTo": Outcome { situation: each.situation.clone(), settled: self.settled(each) },
            "prospect": prospect(&each.prospect),
            "missed": each.missed.as_deref().map(texts),
            "until": each.until.map(|until| until.to_string()),
            "keepsAlive": each.keeps_alive.as_deref().map(texts),
            "gas": each.gas.to_string(),
            "gasLimit": each.gas_limit.to_string(),
            "cost": each.cost.to_string(),
            "isStale": each.is_stale,
            "isSecond": each.is_second,
            "revealsEarly": each.reveals_early,
        })
    }
}

/// What is done, and with which state.
fn what(each: &Move) -> String {
    let action = match &each.transaction {
        Transaction::Operation(action) => action.to_string(),
        Transaction::Reveal { preimage, .. } => format!("reveal the preimage of {}", hash_of(preimage.get())),
    };
    let first = action.lines().next().unwrap_or_default();
    first.split(", nets").next().unwrap_or_default().to_owned()
}

fn prospect(prospect: &Prospect) -> Value {
    json!({
        "guaranteed": texts(&prospect.guaranteed),
        "undefended": texts(&prospect.undefended),
        "asItIs": prospect.as_it_is.as_deref().map(texts),
        "paidAt": prospect.paid_at.map(|time| time.to_string()),
    })
}

fn texts(amounts: &[U256]) -> Vec<String> {
    amounts.iter().map(U256::to_string).collect()
}
