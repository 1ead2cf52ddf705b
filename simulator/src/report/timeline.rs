//! What happened, as a table.

use maud::{Markup, html};

use crate::{
    run::{Alike, Answer, Row, Told, grouped, since, trace},
    world::Trace,
};

/// More lines of one kind than these are folded.
const MOST: usize = 4;

/// What happened, row by row, and where the channels stand behind each block.
pub(super) fn table(told: &Told) -> Markup {
    let mut last = None;
    let has_places = told.endings.len() > 1;
    html! {
        table.timeline {
            thead { tr { th { "when" } th { "who" } @if has_places { th { "where" } } th { "what" } th.number { "gas" } th { "what came of it" } } }
            tbody {
                @for row in told.rows(true) {
                    @let event = row.event;
                    @let is_new = last.replace(event.now) != Some(event.now);
                    tr.undone[event.is_undone] {
                        td.when { @if is_new { (since(told.start, event.now)) } }
                        td { (event.by.as_deref().unwrap_or("")) }
                        @if has_places { td { (row.channel()) } }
                        td { (event.title) @if let Some(name) = &event.name { " " span.faint { "(" (name) ")" } } }
                        td.number { (event.gas.map_or_else(String::new, grouped)) }
                        td { (answer(told, &row)) }
                    }
                    (stands(told, &row))
                }
            }
        }
    }
}

/// Where the channels stand, those that stand alike together.
fn stands(told: &Told, row: &Row<'_>) -> Markup {
    let lines: Vec<String> = Alike::standings(&row.event.standings)
        .iter()
        .map(|kind| {
            let names = if told.endings.len() > 1 { format!("{}: ", kind.title()) } else { String::new() };
            format!("⇒ {names}{}", told.stands(kind.of))
        })
        .collect();
    html! {
        @if !lines.is_empty() {
            tr.stands.undone[row.event.is_undone] { td {} td colspan=(if told.endings.len() > 1 { 5 } else { 4 }) { (folded(&lines)) } }
        }
    }
}

fn answer(told: &Told, row: &Row<'_>) -> Markup {
    let event = row.event;
    let effects: Vec<String> = event.effects.iter().map(|effect| told.labels.effect(effect)).collect();
    html! {
        @match &event.answer {
            Answer::Refused { error, reason } => span.refused { "refused " @if !error.is_empty() { b { (error) } ": " } (reason) }
            Answer::Unmined(why) => span.refused { "not mined: " (why) }
            Answer::Accepted | Answer::Happened => {}
        }
        @if event.is_undone { " " span.faint { "taken back later" } }
        @if let Some(left) = &row.left { " " span.pill { (left) } }
        @if let Some(repeated) = row.repeated() { " " span.faint { (repeated) } }
        (folded(&effects))
        @if let Some(seen) = &event.trace {
            details {
                summary { "calls and storage" @if row.times > 1 { ", of the last" } }
                (tree(told, seen))
                @for change in trace::changes(seen, &told.labels, told.manager) { div.change { (change) } }
            }
        }
    }
}

/// Lines, of which the first are shown.
fn folded(lines: &[String]) -> Markup {
    let (shown, rest) = lines.split_at_checked(MOST).filter(|(_, rest)| rest.len() > 1).unwrap_or((lines, &[]));
    html! {
        @for line in shown { div.effect { (line) } }
        @if !rest.is_empty() {
            details {
                summary { (grouped(u64::try_from(rest.len()).unwrap_or(u64::MAX))) " more" }
                @for line in rest { div.effect { (line) } }
            }
        }
    }
}

fn tree(told: &Told, seen: &Trace) -> Markup {
    html! { ul.tree { (branch(&trace::Seen::of(&seen.call, &told.labels))) } }
}

fn branch(call: &trace::Seen) -> Markup {
    html! {
        li {
            span.faint { "[" (grouped(call.gas)) "] " } (call.call) span.faint { " — " (call.answer) }
            @if !call.within.is_empty() {
                ul {
                    @for within in &call.within {
                        @match within {
                            trace::Within::Call(call) => (branch(call)),
                            trace::Within::Event { event } => li.emits { (event) },
                        }
                    }
                }
            }
        }
    }
}
