//! What was found, as a scenario that anybody can play: it says what the contract that ships does, so that it passes there, and
//! fails on the contract that was searched.

use adjudicator::abi::CHANNEL_MANAGER;
use toml::{Table, Value};

use super::{
    Mistake, Schedule, Step,
    setting::{DONOR, STRANGER},
};
use crate::{
    run::{Answer, Options, Standing, Told, play},
    scenario::{Action, Call, Moved, Shown, Touch, read_toml},
    stage::{Sources, Wrong},
};

/// A schedule as a scenario in TOML. `text` is the scenario that was searched, in TOML or JSON.
///
/// # Errors
/// If that scenario cannot be played.
pub fn scenario((text, claim): (&str, &str), schedule: &Schedule, sources: &dyn Sources) -> Result<String, Mistake> {
    let mut table = base(text)?;
    table.insert("claim".into(), claim.into());
    let mut acts = acts(schedule);
    let mut told = told(&table, &acts, sources)?;
    // By the rules the channel may not be over where it is on the contract that was searched.
    for standing in
        told.events.iter().rev().find(|event| !event.standings.is_empty()).into_iter().flat_map(|it| &it.standings)
    {
        let last = schedule.steps.last().map_or(0, |step| step.now);
        if let Some(time) = standing.final_time.filter(|_| standing.phase == "closing") {
            let settle = Call::Settle { state: None, channel: Some(standing.channel.clone()) };
            acts.push(act(acts.len(), Some(time.max(last.saturating_add(1))), STRANGER, &settle));
        }
    }
    if acts.len() > schedule.steps.len() {
        told = self::told(&table, &acts, sources)?;
    }
    for (index, act) in acts.iter_mut().enumerate() {
        let event = told.events.iter().find(|event| event.name.as_deref() == Some(&name(index)));
        if let Some(Answer::Refused { error, .. }) = event.map(|event| &event.answer) {
            act.insert("refused".into(), error.clone().into());
        }
    }
    // What holds behind each block of what the search is about.
    for (index, step) in schedule.steps.iter().enumerate() {
        let event = told.events.iter().find(|event| event.name.as_deref() == Some(&name(index)));
        let standings = event.map(|event| event.standings.as_slice()).unwrap_or_default();
        let channel = channel_of(&step.call);
        let standing = standings.iter().find(|it| channel.as_ref().is_none_or(|channel| *channel == it.channel));
        if let (Some(standing), Some(act)) = (standing, acts.get_mut(index)) {
            act.insert("channel".into(), standing.channel.clone().into());
            act.insert("then".into(), Value::Table(then(standing)));
        }
    }
    let ends = ends(&told);
    table.insert("acts".into(), Value::Array(acts.into_iter().map(Value::Table).collect()));
    table.insert("ends".into(), Value::Table(ends));
    Ok(table.to_string())
}

/// The scenario that was searched, without what happens in it.
fn base(text: &str) -> Result<Table, Mistake> {
    let unreadable = |what: String| Mistake::Scenario(Wrong::new(&crate::scenario::Path::default(), what));
    let parsed = text.parse::<Table>().map_err(|error| error.to_string());
    let parsed = parsed.or_else(|error| serde_json::from_str::<Table>(text).map_err(|_| error));
    let mut table = parsed.map_err(unreadable)?;
    for key in ["acts", "end", "ends", "watchers"] {
        table.remove(key);
    }
    let accounts = table.entry("accounts").or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(accounts) = accounts {
        for name in [STRANGER, DONOR] {
            accounts.entry(name).or_insert_with(|| Value::Table(Table::new()));
        }
    }
    Ok(table)
}

fn name(index: usize) -> String {
    format!("step {}", index.saturating_add(1))
}

/// The acts of a schedule: what is in one block has its time once.
fn acts(schedule: &Schedule) -> Vec<Table> {
    let mut last = 0;
    let mut acts = Vec::new();
    for (index, Step { now, by, call, .. }) in schedule.steps.iter().enumerate() {
        let at = (*now != last).then_some(*now);
        last = *now;
        acts.push(act(index, at, by, call));
    }
    acts
}

fn act(index: usize, at: Option<u64>, by: &str, call: &Call) -> Table {
    let mut table = Table::new();
    if let Some(at) = at {
        table.insert("at".into(), at.to_string().into());
    }
    table.insert("name".into(), name(index).into());
    table.insert("by".into(), by.into());
    table.insert("call".into(), Value::Table(one(call)));
    table
}

/// What comes of it on the contract that ships.
fn told(base: &Table, acts: &[Table], sources: &dyn Sources) -> Result<Told, Mistake> {
    let mut told = base.clone();
    told.insert("acts".into(), Value::Array(acts.iter().cloned().map(Value::Table).collect()));
    let unreadable = |misread: crate::scenario::Misread| {
        Mistake::Scenario(Wrong::new(&crate::scenario::Path::default(), misread.to_string()))
    };
    // Without ends it is no scenario: some are put in, and what fails by them is not looked at.
    let some = |channel: &Value| {
        let parties = channel.get("parties").and_then(Value::as_array).cloned();
        let parties = parties.unwrap_or_else(|| ["alice", "bob"].map(Value::from).into());
        let nothing = parties.iter().filter_map(Value::as_str).map(|party| (party.to_owned(), Value::from("0 wei")));
        Value::Table(table([("payouts", Some(Value::Table(nothing.collect())))]))
    };
    let several = told.get("channels").and_then(Value::as_table).cloned().unwrap_or_default();
    let only = told.get("channel").map(|channel| ("channel".to_owned(), channel.clone()));
    let ends = several.into_iter().chain(only).map(|(name, channel)| (name, some(&channel)));
    told.insert("ends".into(), Value::Table(ends.collect()));
    let scenario = read_toml(&told.to_string()).map_err(unreadable)?;
    let options = Options { code: CHANNEL_MANAGER.creation_code().clone(), with_twin: false, with_traces: false };
    Ok(play(&scenario, &options, sources)?)
}

/// The channel that a call names.
fn channel_of(call: &Call) -> Option<String> {
    match call {
        Call::Deposit { channel, .. } | Call::DepositById { channel, .. } | Call::Settle { channel, .. } => {
            channel.clone()
        }
        Call::SnapshotSolo(shown) | Call::Slash(shown) | Call::CloseSolo(shown) | Call::Consent(shown) => {
            shown.channel.clone()
        }
        _ => None,
    }
}

/// Where a channel stands.
fn then(standing: &Standing) -> Table {
    let time = |time: Option<u64>| time.map(|time| Value::from(time.to_string()));
    let shares = standing.payouts.iter().map(|(party, amounts)| {
        let amounts = amounts.iter().map(|money| Value::from(money.text.clone()));
        (party.clone(), Value::Array(amounts.collect()))
    });
    let shares: Table = shares.collect();
    table([
        ("status", Some(standing.phase.into())),
        ("round", i64::try_from(standing.round).ok().map(Value::from)),
        ("evidence_deadline", time(standing.evidence_deadline)),
        ("final_time", time(standing.final_time)),
        ("as_it_stands", (!shares.is_empty() && standing.phase != "closed").then_some(Value::Table(shares))),
    ])
}

/// What becomes of each channel.
fn ends(told: &Told) -> Table {
    let ends = told.endings.iter().map(|ending| {
        let payouts = ending.paid_out.iter().map(|(party, amounts)| {
            let amounts = amounts.iter().map(|money| Value::from(money.text.clone()));
            (party.clone(), Value::Array(amounts.collect()))
        });
        let mut end = Table::new();
        end.insert("status".into(), ending.standing.phase.into());
        end.insert("payouts".into(), Value::Table(payouts.collect()));
        (ending.channel.clone(), Value::Table(end))
    });
    ends.collect()
}

/// A table of one call.
fn one(call: &Call) -> Table {
    let (name, value) = written(call);
    [(name.to_owned(), Value::Table(value))].into_iter().collect()
}

fn table<const N: usize>(fields: [(&str, Option<Value>); N]) -> Table {
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn text(text: &Option<String>) -> Option<Value> {
    text.clone().map(Value::from)
}

/// A call as scenarios write it.
fn written(call: &Call) -> (&'static str, Table) {
    let deposit = |amount: &crate::scenario::Sum, party: &Option<String>, channel: &Option<String>| {
        table([("amount", Some(amount.to_string().into())), ("party", text(party)), ("channel", text(channel))])
    };
    match call {
        Call::Deposit { amount, party, channel } => ("deposit", deposit(amount, party, channel)),
        Call::DepositById { amount, party, channel } => ("deposit_by_id", deposit(amount, party, channel)),
        Call::Withdraw { withdrawal } => ("withdraw", table([("withdrawal", Some(withdrawal.clone().into()))])),
        Call::SnapshotSolo(shown) => ("snapshot_solo", evidence(shown)),
        Call::Slash(shown) => ("slash", evidence(shown)),
        Call::CloseSolo(shown) => ("close_solo", evidence(shown)),
        Call::Consent(shown) => ("consent", evidence(shown)),
        Call::CloseSoloAsDelegate { delegation, state, unsigned } => (
            "close_solo_as_delegate",
            table([
                ("delegation", Some(delegation.clone().into())),
                ("state", text(state)),
                ("unsigned", unsigned.then(|| true.into())),
            ]),
        ),
        Call::CloseMutual { close } => ("close_mutual", table([("close", Some(close.clone().into()))])),
        Call::ForceProgress(touch) => ("force_progress", touched(touch)),
        Call::Evaluate(touch) => ("evaluate", touched(touch)),
        Call::Settle { state, channel } => ("settle", table([("state", text(state)), ("channel", text(channel))])),
        Call::Claim { creditor, asset } => {
            ("claim", table([("creditor", text(creditor)), ("asset", Some(asset.clone().into()))]))
        }
        Call::RevokeDelegations { channel } => ("revoke_delegations", table([("channel", text(channel))])),
        Call::Reveal { preimage } => ("reveal", table([("preimage", Some(preimage.clone().into()))])),
        Call::Raw { to, data } => {
            ("raw", table([("to", Some(to.clone().into())), ("data", Some(data.clone().into()))]))
        }
        // No search sends any other.
        _ => ("raw", Table::new()),
    }
}

fn evidence(shown: &Shown) -> Table {
    table([
        ("state", text(&shown.state)),
        ("unsigned", shown.unsigned.then(|| true.into())),
        ("channel", text(&shown.channel)),
    ])
}

fn touched(touch: &Touch) -> Table {
    let after = touch.after.as_ref().map(|moved| Value::Array(moved.iter().map(said_by).collect()));
    table([
        ("state", Some(touch.state.clone().into())),
        ("unsigned", touch.unsigned.then(|| true.into())),
        ("instance", Some(touch.instance.clone().into())),
        ("copy", (touch.copy > 0).then(|| i64::from(touch.copy).into())),
        ("action", touch.action.as_ref().map(said)),
        ("signed_by", text(&touch.signed_by)),
        ("number", touch.number.map(|number| i64::from(number).into())),
        ("after", after),
    ])
}

fn said_by(moved: &Moved) -> Value {
    Value::Table(table([("by", Some(moved.by.clone().into())), ("action", Some(said(&moved.action)))]))
}

fn said(action: &Action) -> Value {
    let hidden = |hidden: &crate::scenario::Hidden| {
        Value::Table(table([("hand", Some(hidden.hand.clone().into())), ("salt", Some(hidden.salt.clone().into()))]))
    };
    let (name, value) = match action {
        Action::Place(square) => ("place", i64::from(*square).into()),
        Action::Commit(it) => ("commit", hidden(it)),
        Action::Show(hand) => ("show", hand.clone().into()),
        Action::Reveal(it) => ("reveal", hidden(it)),
        Action::Deliver(oracles) => ("deliver", oracles.clone().into()),
        Action::Reading { value, read_at, station } => {
            let reading = [
                ("value", Some((*value).into())),
                ("read_at", Some(read_at.to_string().into())),
                ("station", text(station)),
            ];
            ("reading", Value::Table(table(reading)))
        }
        Action::Raw(data) => ("raw", data.clone().into()),
    };
    Value::Table(table([(name, Some(value))]))
}
