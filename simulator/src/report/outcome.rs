//! Who gets what, what it cost, and how much time was left.

use maud::{Markup, html};

use crate::run::{Alike, Deadline, Ending, Money, TimeLeft, Told, ether, gains, grouped, list, row_of_names, span};

/// Who gets what, what it cost, and how much time was left, side by side.
pub(super) fn cards(told: &Told) -> Markup {
    html! {
        div.cards {
            @for kind in Alike::endings(&told.endings) { (ending(&kind)) }
            @if let Some(left) = told.time_left() { (time_left(&left, told.endings.len())) }
            @if !told.credits.is_empty() {
                div.card {
                    h3 { "May be claimed" }
                    table { @for (name, money) in &told.credits { tr { th { (name) } td { (list(money)) } } } }
                }
            }
            div.card {
                h3 { "What it cost" }
                table {
                    tr { th {} th.number { "gas" } th.number { "paid for it" } }
                    @for (name, (gas, fee)) in told.costs() {
                        tr { th { (name) } td.number { (grouped(gas)) } td.number { (ether(fee)) } }
                    }
                }
            }
        }
    }
}

fn ending(kind: &Alike<'_, Ending>) -> Markup {
    let Ending { standing, paid_in, paid_out, gains: own, .. } = kind.of;
    let is_closed = standing.phase == "closed";
    let (are, each) = if kind.is_many() { ("are", ", each") } else { ("is", "") };
    html! {
        div.card {
            h3 { (kind.title()) " " (are) " " (standing.phase) (each) }
            table {
                tr { th {} th { "put in" } th { "is paid" } th { @if is_closed { "gain" } @else { "would be paid" } } }
                @for (name, paid) in paid_out {
                    tr {
                        th { (name) }
                        td { (paid_in.get(name).map_or_else(String::new, |money| list(money))) }
                        td.paid { (list(paid)) }
                        @if is_closed {
                            td { (gain(own.get(name).map_or(&[], Vec::as_slice))) }
                        } @else {
                            td { (standing.payouts.get(name).map_or_else(String::new, |money| list(money))) }
                        }
                    }
                }
            }
        }
    }
}

/// What somebody has more, or less.
fn gain(money: &[Money]) -> Markup {
    let gains = gains(money);
    html! {
        @for (index, gain) in gains.iter().enumerate() {
            @if index > 0 { " and " }
            span class=(if gain.starts_with('-') { "loss" } else { "profit" }) { (gain) }
        }
        @if gains.is_empty() { "nothing" }
    }
}

fn time_left(left: &TimeLeft, channels: usize) -> Markup {
    let (what, _) = left.what.split_once(": ").unwrap_or((&left.what, ""));
    html! {
        div.card.left {
            h3 { "Time left" }
            p.big { (span(left.seconds)) }
            p {
                @match left.before {
                    Deadline::EvidenceDeadline => "before the evidence deadline E",
                    Deadline::FinalTime => "before the final time",
                }
                @if channels > 1 { " in " (row_of_names(&left.channels)) }
            }
            p { "at " (left.by) "'s " (what) }
        }
    }
}
