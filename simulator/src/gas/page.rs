//! The figures as one page: nothing in it is fetched, and nothing runs.

use maud::{Markup, html};

use super::{
    ByInstances, Curves, Measured,
    chart::{Axis, Chart, Line},
    print::{Cells, batch, by_channels, by_instances, is_of_numbers, lives, most_slashed, most_touched, operations},
};
use crate::report::frame;

const INSTANCES: &str = "instances of the state";
const CHANNELS: &str = "channels in the multicall";
const GAS: &str = "gas";

/// The page.
#[must_use]
pub fn page(measured: &Measured) -> String {
    let Measured { table, curves } = measured;
    let body = html! {
        h1 { "The gas of whole lives" }
        p { "All transactions from the first deposit until both parties are paid in full." }
        (figures(&lives(table)))
        p { (batch(table)) "." }
        article { h2 { "A dispute, by the instances of its state" } (disputes(curves)) }
        article { h2 { "Slashes in one multicall" } (slashes(curves)) }
        article {
            h2 { "Operations" }
            (figures(&operations("operation", &table.steps)))
            (figures(&operations("step of an app", &table.apps)))
        }
        footer {
            "Measured on the real bytecode, in a machine in memory, to the unit as on a real node. Nothing is told of a life in "
            "which a transaction failed, a payee was not paid exactly, or the channel was not closed in the end."
        }
    };
    frame("The gas of whole lives", &body)
}

fn disputes(curves: &Curves) -> Markup {
    let line = |name, gas: fn(&ByInstances) -> u64| {
        let points = curves.by_instances.iter().map(|it| (it.instances.into(), gas(it)));
        Line { name, points: points.collect() }
    };
    let across = || Axis::growing(INSTANCES, curves.by_instances.iter().map(|it| it.instances.into()).collect());
    let dispute = curves.by_instances.iter().map(|it| it.dispute).max().unwrap_or_default();
    let one = Chart {
        across: across(),
        up: Axis::even(GAS, dispute),
        lines: vec![line("whole dispute", |it| it.dispute), line("its forced step", |it| it.step)],
        limits: Vec::new(),
    };
    let all = Chart {
        across: across(),
        up: Axis::growing(GAS, powers_of_ten(4, 8)),
        lines: vec![line("all touched", |it| it.touch_all)],
        limits: limits(curves),
    };
    html! {
        p { "Both deposits, closeSolo on a state with so many instances, a forced step of one of them with its proof, settle. The "
            "proof has a sibling more each time that the instances double, and nothing else grows." }
        (one.drawing())
        p { "All of them evaluated instead, in one multicall. " (most_touched(curves)) }
        (all.drawing())
        (figures(&by_instances(curves)))
    }
}

fn slashes(curves: &Curves) -> Markup {
    // There is no room for 300 beside 256.
    let ticks = || curves.by_channels.iter().map(|it| u64::from(it.channels)).filter(|tick| *tick != 300).collect();
    let points = |gas: fn(&super::ByChannels) -> u64| {
        curves.by_channels.iter().map(|it| (it.channels.into(), gas(it))).collect::<Vec<(u64, u64)>>()
    };
    let dearest = curves.by_channels.iter().map(|it| it.per_channel).max().unwrap_or_default();
    let each = Chart {
        across: Axis::growing(CHANNELS, ticks()),
        up: Axis::even("gas for each", dearest),
        lines: vec![Line { name: "each slash", points: points(|it| it.per_channel) }],
        limits: Vec::new(),
    };
    let whole = Chart {
        across: Axis::growing(CHANNELS, ticks()),
        up: Axis::growing(GAS, powers_of_ten(4, 8)),
        lines: vec![Line { name: "whole transaction", points: points(|it| it.total) }],
        limits: limits(curves),
    };
    html! {
        p { "Channels that nothing else in the transaction has touched. " (most_slashed(curves)) }
        (each.drawing())
        (whole.drawing())
        (figures(&by_channels(curves)))
    }
}

/// What ends the curves.
fn limits(curves: &Curves) -> Vec<(u64, &'static str)> {
    vec![(curves.transaction_gas, "the most of a transaction"), (curves.block_gas, "the most of a block")]
}

fn powers_of_ten(least: u32, most: u32) -> Vec<u64> {
    (least..=most).map(|zeros| 10_u64.saturating_pow(zeros)).collect()
}

/// Cells as a table.
fn figures(cells: &Cells) -> Markup {
    let row = |row: &[String], is_head: bool| {
        html! {
            tr {
                @for (column, cell) in row.iter().enumerate() {
                    @let is_word = !is_of_numbers(cells, column);
                    @if is_head { th.word[is_word] { (cell) } } @else { td.word[is_word] { (cell) } }
                }
            }
        }
    };
    let Some((head, rows)) = cells.split_first() else { return Markup::default() };
    html! {
        table.figures {
            thead { (row(head, true)) }
            tbody { @for each in rows { (row(each, false)) } }
        }
    }
}
