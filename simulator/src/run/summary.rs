//! How a scenario ends, in a few lines: who gets what, what it cost, and how much time was left.

use std::{
    collections::BTreeMap,
    fmt::{self, Formatter},
};

use alloy_primitives::U256;

use super::{
    Ending, Money, Standing, TimeLeft, Told,
    print::{columns, ether, gains, grouped, list, plain, span},
};

/// What each party has, by its name.
type Amounts = BTreeMap<String, Vec<Money>>;

/// Channels that are alike.
#[derive(Debug)]
pub struct Alike<'a, T> {
    /// Their names.
    pub names: Vec<&'a str>,
    /// What they have in common.
    pub of: &'a T,
}

impl<'a, T> Alike<'a, T> {
    /// Gathers what is alike.
    pub fn gather(all: &'a [T], name: impl Fn(&'a T) -> &'a str, is_alike: impl Fn(&T, &T) -> bool) -> Vec<Self> {
        let mut kinds: Vec<Self> = Vec::new();
        for each in all {
            match kinds.iter_mut().find(|kind| is_alike(kind.of, each)) {
                Some(kind) => kind.names.push(name(each)),
                None => kinds.push(Self { names: vec![name(each)], of: each }),
            }
        }
        kinds
    }

    /// The names, or how many there are.
    #[must_use]
    pub fn title(&self) -> String {
        row_of_names(&self.names)
    }

    /// Whether there are several.
    #[must_use]
    pub const fn is_many(&self) -> bool {
        self.names.len() > 1
    }
}

impl<'a> Alike<'a, Standing> {
    /// Where channels stand, those that stand alike together.
    #[must_use]
    pub fn standings(standings: &'a [Standing]) -> Vec<Self> {
        let stands = |it: &Standing| (it.phase, it.round, it.evidence_deadline, it.final_time);
        Self::gather(
            standings,
            |standing| &standing.channel,
            move |one, two| stands(one) == stands(two) && (&one.escrow, &one.payouts) == (&two.escrow, &two.payouts),
        )
    }
}

impl<'a> Alike<'a, Ending> {
    /// The endings, those that are alike together.
    #[must_use]
    pub fn endings(endings: &'a [Ending]) -> Vec<Self> {
        Self::gather(
            endings,
            |ending| &ending.channel,
            |one, two| {
                (&one.paid_in, &one.paid_out, one.standing.phase, &one.standing.payouts)
                    == (&two.paid_in, &two.paid_out, two.standing.phase, &two.standing.payouts)
            },
        )
    }
}

/// Names in a row, or how many there are.
#[must_use]
pub fn row_of_names<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let first = names.iter().min_by_key(|name| numbered(name));
    let last = names.iter().max_by_key(|name| numbered(name));
    match (first, last) {
        (Some(first), Some(last)) if names.len() > 4 => {
            let count = grouped(u64::try_from(names.len()).unwrap_or(u64::MAX));
            format!("{first} ... {last} ({count} channels)")
        }
        _ => names.join(", "),
    }
}

/// What a copy is one of, and its number.
pub(super) fn numbered(name: &str) -> (&str, Option<u64>) {
    let parts = name.rsplit_once(' ').and_then(|(family, number)| Some((family, number.parse().ok()?)));
    parts.map_or((name, None), |(family, number)| (family, Some(number)))
}

impl TimeLeft {
    /// At which answer it was, and in which channels, where there are several.
    #[must_use]
    pub fn told(&self, channels: usize) -> String {
        let channel = if channels > 1 { format!(" in {}", row_of_names(&self.channels)) } else { String::new() };
        let (what, _) = self.what.split_once(": ").unwrap_or((&self.what, ""));
        format!("{} before {}{channel}, at {}'s {what}", span(self.seconds), self.before.name(), self.by)
    }
}

impl Told {
    /// Who gets what, what it cost, and how much time was left.
    pub(super) fn summary(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let kinds = Alike::endings(&self.endings);
        for kind in &kinds {
            let (are, each) = if kind.is_many() { ("are", ", each") } else { ("is", "") };
            writeln!(formatter, "  {} {are} {}{each}:", plain(&kind.title()), kind.of.standing.phase)?;
            for line in columns(&self.table(kind.of, kinds.len() == 1)) {
                writeln!(formatter, "    {}", plain(&line))?;
            }
        }
        for (name, money) in &self.credits {
            writeln!(formatter, "  {} may claim {}.", plain(name), list(money))?;
        }
        if kinds.len() != 1 {
            let costs = self.costs();
            let costs = costs.iter().map(|(name, (gas, fee))| format!("{name} {} ({})", grouped(*gas), ether(*fee)));
            writeln!(formatter, "  Gas: {}.", plain(&costs.collect::<Vec<_>>().join(", ")))?;
        }
        match self.time_left() {
            Some(left) => writeln!(formatter, "  Time left: {}.", plain(&left.told(self.endings.len()))),
            None => Ok(()),
        }
    }

    /// A line for each party of a channel, below a headline; and one for whoever else paid for gas, if that is told.
    fn table(&self, ending: &Ending, has_gas: bool) -> Vec<Vec<String>> {
        let is_closed = ending.standing.phase == "closed";
        let last = if is_closed { "gain" } else { "would be paid" };
        let mut table = vec![vec![String::new(), "put in".into(), "is paid".into(), last.into()]];
        for (name, paid) in &ending.paid_out {
            let of = |amounts: &Amounts| amounts.get(name).map_or_else(String::new, |own| list(own));
            let last = match ending.gains.get(name) {
                Some(own) if is_closed => {
                    Some(gains(own).join(" and ")).filter(|it| !it.is_empty()).unwrap_or("nothing".into())
                }
                _ => of(&ending.standing.payouts),
            };
            table.push(vec![name.clone(), of(&ending.paid_in), list(paid), last]);
        }
        if has_gas {
            let mut costs = self.costs();
            for (index, row) in table.iter_mut().enumerate() {
                let cost = row.first().and_then(|name| costs.remove(name.as_str()));
                let cost = cost.map_or_else(String::new, |(gas, fee)| cost_of(gas, fee));
                row.push(if index == 0 { "gas".into() } else { cost });
            }
            for (name, (gas, fee)) in costs {
                let empty = String::new;
                table.push(vec![name.to_owned(), empty(), empty(), empty(), cost_of(gas, fee)]);
            }
        }
        table
    }
}

fn cost_of(gas: u64, fee: U256) -> String {
    format!("{:>9} ({})", grouped(gas), ether(fee))
}
