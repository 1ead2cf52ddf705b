//! The figures in columns, for people.

use std::fmt::{self, Display, Formatter};

use super::{Curves, Measured, Rows, Table};
use crate::run::grouped;

/// Rows of cells, the first of them the head.
pub(super) type Cells = Vec<Vec<String>>;

impl Display for Measured {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { table, curves } = self;
        writeln!(formatter, "{}", columns(&lives(table)))?;
        writeln!(formatter, "{}\n", batch(table))?;
        for cells in [operations("operation", &table.steps), operations("step of an app", &table.apps)] {
            writeln!(formatter, "{}", columns(&cells))?;
        }
        writeln!(formatter, "{}{}\n", columns(&by_instances(curves)), most_touched(curves))?;
        write!(formatter, "{}{}", columns(&by_channels(curves)), most_slashed(curves))
    }
}

/// The whole lives.
pub(super) fn lives(table: &Table) -> Cells {
    let names = table.eth.0.iter().map(|row| row.name.to_owned());
    let row = |name: &str, rows: &Rows| -> Vec<String> {
        let numbers = rows.0.iter().map(|row| grouped(row.number)).chain(std::iter::repeat(String::new()));
        [name.to_owned()].into_iter().chain(numbers.take(table.eth.0.len())).collect()
    };
    vec![
        ["whole life".to_owned()].into_iter().chain(names).collect(),
        row("native coin", &table.eth),
        row("ERC-20 token", &table.erc20),
    ]
}

/// The batch in a sentence.
pub(super) fn batch(table: &Table) -> String {
    format!("{} gas for each of 32 slashes in one multicall", grouped(table.slash_per_channel_batch32))
}

/// One transaction each.
pub(super) fn operations(head: &str, rows: &Rows) -> Cells {
    let row = |row: &super::Row| vec![row.name.to_owned(), grouped(row.number), row.what.replace('`', "")];
    [vec![head.to_owned(), "gas".into(), "what".into()]].into_iter().chain(rows.0.iter().map(row)).collect()
}

/// How a dispute grows.
pub(super) fn by_instances(curves: &Curves) -> Cells {
    let head = ["instances", "siblings in a proof", "whole dispute", "its forced step", "all touched in a multicall"];
    let row = |it: &super::ByInstances| {
        let siblings = it.siblings.to_string();
        vec![grouped(it.instances.into()), siblings, grouped(it.dispute), grouped(it.step), grouped(it.touch_all)]
    };
    [head.map(String::from).to_vec()].into_iter().chain(curves.by_instances.iter().map(row)).collect()
}

/// Where that ends, in a sentence.
pub(super) fn most_touched(curves: &Curves) -> String {
    let (most, limit) = (grouped(curves.most_touched.into()), grouped(curves.transaction_gas));
    format!("A transaction, of at most {limit} gas, can touch all instances of a state if there are up to {most}.")
}

/// How a batch grows.
pub(super) fn by_channels(curves: &Curves) -> Cells {
    let head = ["slashes in a multicall", "whole transaction", "each"];
    let row = |it: &super::ByChannels| vec![grouped(it.channels.into()), grouped(it.total), grouped(it.per_channel)];
    [head.map(String::from).to_vec()].into_iter().chain(curves.by_channels.iter().map(row)).collect()
}

/// Where that ends, in a sentence.
pub(super) fn most_slashed(curves: &Curves) -> String {
    format!("A transaction can slash up to {} channels.", grouped(curves.most_slashed.into()))
}

/// Whether a column is one of numbers, by its first row below the head.
pub(super) fn is_of_numbers(cells: &Cells, column: usize) -> bool {
    let first = cells.get(1).and_then(|row| row.get(column));
    first.is_some_and(|cell| cell.chars().all(|letter| letter.is_ascii_digit() || letter == ','))
}

/// The cells below each other, numbers to the right.
fn columns(cells: &Cells) -> String {
    let width = |column: usize| {
        let lengths = cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        lengths.max().unwrap_or_default()
    };
    let cell = |(column, cell): (usize, &String)| {
        let width = width(column);
        if is_of_numbers(cells, column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
    };
    let line = |row: &Vec<String>| {
        let padded: Vec<String> = row.iter().enumerate().map(cell).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    cells.iter().map(line).collect()
}
