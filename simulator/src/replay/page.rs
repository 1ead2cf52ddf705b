//! Replays as one page: nothing in it is fetched, and nothing runs.

use maud::{Markup, html};

use super::{Answer, Compared, End, Event, Replay, Row, print::difference, words::short_hash};
use crate::{
    report::frame,
    run::{grouped, since},
};

/// What a page shows.
#[derive(Debug, Clone, Copy)]
pub enum Page<'a> {
    /// A history as it was.
    Replay(&'a Replay),
    /// The same, and as it might have been.
    Compared(&'a Compared),
}

/// The page; its title names the file.
#[must_use]
pub fn page(file: &str, shown: Page<'_>) -> String {
    let (was, body) = match shown {
        Page::Replay(replay) => (replay, replayed(replay)),
        Page::Compared(compared) => (&compared.was, side_by_side(compared)),
    };
    let body = html! {
        article {
            h2 { (file) }
            p.file { (verdict(was)) }
            @for mismatch in &was.mismatches { p.failure { (mismatch) } }
            (body)
        }
        footer {
            "Played on the recorded bytecode, in a machine in memory. Times count from the first transaction. "
            "In a changed history, what others did meanwhile is as it really was."
        }
    };
    frame(file, &body)
}

fn verdict(was: &Replay) -> Markup {
    html! {
        @if was.is_exact() { span.good { "✓ to the byte as it was recorded" } } @else { span.bad { "✗ not as it was recorded" } }
    }
}

fn replayed(replay: &Replay) -> Markup {
    html! {
        div.cards { (ending("The channel", replay)) }
        table.timeline {
            thead { tr { th {} th { "when" } th { "block" } th { "who" } th { "what" } th.number { "gas" } th { "what came of it" } } }
            tbody {
                @for event in &replay.events {
                    tr {
                        td { (event.origin) }
                        td.when { (since(replay.start, event.time)) }
                        td { (event.block) }
                        td { (event.by) }
                        td { (event.what) @if let Some(hash) = event.hash { " " span.faint { "(" (short_hash(hash)) ")" } } }
                        td.number { (event.gas.map_or_else(String::new, grouped)) }
                        td { (answer(event)) @for effect in &event.effects { div.effect { (effect) } } }
                    }
                }
            }
        }
        @if replay.others > 0 {
            p.faint { "Transactions of others that came before these in their blocks: " (replay.others) "." }
        }
    }
}

fn answer(event: &Event) -> Markup {
    html! {
        @match &event.answer {
            Answer::Accepted => "accepted",
            Answer::Refused { error, reason } => span.refused { "refused " @if !error.is_empty() { b { (error) } ": " } (reason) }
            other => span.refused { (other) }
        }
        @if let Some(change) = &event.change { " " span.pill { (change) } }
    }
}

fn ending(title: &str, replay: &Replay) -> Markup {
    let End { paid, would_be_paid, besides, .. } = &replay.end;
    html! {
        div.card {
            h3 { (title) " is " (replay.end.stands(|time| since(replay.start, time))) }
            table {
                tr { th {} th { "party 0" } th { "party 1" } }
                @for paid in paid {
                    tr { th { "paid" } @for amount in paid.amounts { td.paid { (paid.text(amount)) } } }
                }
                @for paid in would_be_paid.iter().flatten() {
                    tr { th { "would be paid" } @for amount in paid.amounts { td { (paid.text(amount)) } } }
                }
            }
            @for text in besides { p { (text) } }
        }
    }
}

fn side_by_side(compared: &Compared) -> Markup {
    html! {
        div.cards {
            (ending("As it was, the channel", &compared.was))
            (ending("What if: the channel", &compared.what_if))
            (differences(compared))
        }
        table.timeline {
            thead { tr { th {} th { "as it was" } th { "what if" } } }
            tbody {
                @for row in compared.rows() { (side(compared, &row)) }
            }
        }
        @for missing in &compared.what_if.assumed {
            p.faint { "Nobody has recorded " (missing) ": it counts as empty." }
        }
    }
}

fn differences(compared: &Compared) -> Markup {
    let [was, what_if] = [&compared.was, &compared.what_if].map(|it| it.end.total());
    html! {
        div.card {
            h3 { "The difference" }
            table {
                tr { th {} th { "as it was" } th { "what if" } th { "difference" } }
                @for (was, what_if) in was.iter().zip(&what_if) {
                    @for (party, (one, other)) in was.amounts.into_iter().zip(what_if.amounts).enumerate() {
                        tr {
                            th { "party " (party) }
                            td { (was.text(one)) }
                            td { (was.text(other)) }
                            td class=(if other < one { "loss" } else { "profit" }) { (difference(was, one, other)) }
                        }
                    }
                }
            }
        }
    }
}

fn side(compared: &Compared, row: &Row<'_>) -> Markup {
    let origin = row.was.or(row.what_if).map(|event| event.origin.to_string()).unwrap_or_default();
    let cell = |event: Option<&Event>| {
        html! {
            @match event {
                None => span.faint { "—" }
                Some(event) => {
                    div.faint { (since(compared.was.start, event.time)) ", block " (event.block) ", " (event.by) }
                    div { (event.what) }
                    div { (answer(event)) }
                    @for effect in &event.effects { div.effect { (effect) } }
                }
            }
        }
    };
    html! {
        tr {
            td { (origin) @if row.differs() { " " span.pill { "differs" } } }
            td { (cell(row.was)) }
            td { (cell(row.what_if)) }
        }
    }
}
