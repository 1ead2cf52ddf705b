//! What a search found, for people and for programs.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;
use simulator::{
    explore::{Amount, Found, Plan, Schedule, Stop, Strategy},
    run::{grouped, plain, since, span},
};

/// What a search found, and what was searched.
pub(super) struct Text<'a> {
    pub(super) file: &'a str,
    pub(super) plan: &'a Plan,
    pub(super) found: &'a Found,
}

/// The same in JSON. All times are Unix seconds.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    file: &'a str,
    honest: &'a str,
    strategy: String,
    depth: u8,
    /// Whether everything was covered.
    complete: bool,
    stopped: Option<&'static str>,
    states: usize,
    transactions: u64,
    /// At least.
    schedules: f64,
    guaranteed: &'a [Amount],
    worst: Worst<'a>,
    attack: Option<AsAttack<'a>>,
}

#[derive(Serialize)]
struct Worst<'a> {
    gets: &'a [Amount],
    schedule: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct AsAttack<'a> {
    breaks: &'static str,
    how: String,
    /// How many transactions of it the hostile side sends.
    hostile: usize,
    /// What it leaves the honest party, if the channel can end then.
    leaves: Option<&'a [Amount]>,
    schedule: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    now: u64,
    by: &'a str,
    what: &'a str,
    hostile: bool,
    /// Whether it only shows how the channel ends, if nobody hostile does anything more.
    afterwards: bool,
    to: String,
    value: String,
    data: String,
}

impl Text<'_> {
    pub(super) fn document(&self) -> Document<'_> {
        let Self { file, plan, found } = self;
        Document {
            file,
            honest: &plan.honest,
            strategy: strategy(plan),
            depth: plan.depth,
            complete: found.stopped.is_none(),
            stopped: found.stopped.map(stopped),
            states: found.covered.states,
            transactions: found.covered.tried,
            schedules: found.covered.schedules,
            guaranteed: &found.guaranteed,
            worst: Worst { gets: &found.worst, schedule: steps(&found.worst_schedule) },
            attack: found.attack.as_ref().map(|attack| AsAttack {
                breaks: attack.broken.name(),
                how: attack.broken.to_string(),
                hostile: attack.schedule.hostile(),
                leaves: attack.leaves.as_deref(),
                schedule: steps(&attack.schedule),
            }),
        }
    }

    fn schedule(&self, formatter: &mut Formatter<'_>, schedule: &Schedule) -> fmt::Result {
        let width = schedule.steps.iter().map(|step| step.by.chars().count()).max().unwrap_or_default();
        for (index, step) in schedule.steps.iter().enumerate() {
            if index == schedule.until {
                writeln!(formatter, "    and if nobody hostile does anything more:")?;
            }
            let mark = if step.is_hostile { '>' } else { ' ' };
            let (time, by, what) = (since(self.found.start, step.now), plain(&step.by), plain(&step.title));
            writeln!(formatter, "  {mark} {time}  {by:width$}  {what}")?;
        }
        Ok(())
    }
}

impl Display for Text<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { file, plan, found } = self;
        let covered = &found.covered;
        writeln!(formatter, "{file}")?;
        writeln!(formatter, "  {} is honest: {}", plain(&plan.honest), strategy(plan))?;
        writeln!(formatter, "  guaranteed  {}", list(&found.guaranteed))?;
        if !found.worst.is_empty() {
            writeln!(formatter, "  worst       {}, after {}", list(&found.worst), hostile(&found.worst_schedule))?;
        }
        let (states, tried) = (grouped(u64::try_from(covered.states).unwrap_or(u64::MAX)), grouped(covered.tried));
        writeln!(
            formatter,
            "  covered     {states} states, {tried} transactions tried, {:.1e} schedules at least",
            covered.schedules
        )?;
        match (found.stopped, &found.attack) {
            (Some(Stop::Broken), Some(attack)) => {
                writeln!(formatter, "\nBROKEN by {}: {}", hostile(&attack.schedule), attack.broken)?;
                self.schedule(formatter, &attack.schedule)?;
                match &attack.leaves {
                    Some(leaves) => writeln!(formatter, "  {} has {} then", plain(&plan.honest), list(leaves)),
                    None => Ok(()),
                }
            }
            (Some(stop), _) => {
                let left = grouped(u64::try_from(covered.frontier).unwrap_or(u64::MAX));
                writeln!(
                    formatter,
                    "\nincomplete: {}, with {left} states left at depth {}",
                    stopped(stop),
                    covered.layer
                )
            }
            (None, _) => writeln!(formatter, "\ncomplete to depth {}, and nothing is broken", plan.depth),
        }
    }
}

fn steps(schedule: &Schedule) -> Vec<Step<'_>> {
    let steps = schedule.steps.iter().enumerate().map(|(index, step)| Step {
        now: step.now,
        by: &step.by,
        what: &step.title,
        hostile: step.is_hostile,
        afterwards: index >= schedule.until,
        to: step.transaction.to.map(|to| to.to_string()).unwrap_or_default(),
        value: step.transaction.value.to_string(),
        data: step.transaction.data.to_string(),
    });
    steps.collect()
}

fn hostile(schedule: &Schedule) -> String {
    match schedule.hostile() {
        1 => "1 hostile transaction".into(),
        count => format!("{count} hostile transactions"),
    }
}

fn list(amounts: &[Amount]) -> String {
    let texts: Vec<&str> = amounts.iter().map(|amount| amount.text.as_str()).collect();
    texts.join(", ")
}

fn strategy(plan: &Plan) -> String {
    let what = match plan.strategy {
        Strategy::LastMoment => "it shows its newest state once, in the last second".to_owned(),
        Strategy::Decide { late } => format!("it follows its adjudicator, and sees the chain {} late", span(late)),
        Strategy::Offline { before } => {
            format!("it looks {} before each deadline, and follows its adjudicator then", span(before))
        }
    };
    match plan.delay {
        0 => what,
        delay => format!("{what}; what it sends can be kept out for {}", span(delay)),
    }
}

const fn stopped(stop: Stop) -> &'static str {
    match stop {
        Stop::Broken => "something is broken",
        Stop::Asked => "it was told to stop",
        Stop::Memory => "it may take no more memory",
    }
}
