//! Scenarios as one page: nothing in it is fetched, and nothing runs.

mod lanes;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::run::{Event, Told, grouped, list, since, span, trace};

const STYLE: &str = include_str!("report/style.css");
/// That of tables of numbers, and of curves.
const FIGURES: &str = include_str!("report/figures.css");

/// A scenario that was played, with its file.
#[derive(Debug)]
pub struct Chapter<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// What it says.
    pub text: &'a str,
    /// What came of it.
    pub told: &'a Told,
}

/// The page.
#[must_use]
pub fn page(chapters: &[Chapter<'_>]) -> String {
    let failed = chapters.iter().filter(|chapter| !chapter.told.failures.is_empty()).count();
    let title = match (chapters, failed) {
        ([only], 0) => only.told.claim.clone(),
        (_, 0) => format!("{} scenarios come as they say", chapters.len()),
        _ => format!("{failed} of {} scenarios do not come as they say", chapters.len()),
    };
    let body = html! {
        @if chapters.len() > 1 { (contents(chapters, &title)) }
        @for (index, chapter) in chapters.iter().enumerate() { (section(index, chapter)) }
        footer { "Played on the real bytecode, in a machine in memory. Times count from the first block; E is the evidence deadline: newer states are taken before it." }
    };
    frame(&title, &body)
}

/// A page that fetches nothing.
pub(crate) fn frame(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(FIGURES)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

fn contents(chapters: &[Chapter<'_>], title: &str) -> Markup {
    html! {
        nav {
            h1 { (title) }
            ol {
                @for (index, chapter) in chapters.iter().enumerate() {
                    li { (verdict(chapter.told)) " " a href=(format!("#s{index}")) { (chapter.told.claim) } }
                }
            }
        }
    }
}

fn verdict(told: &Told) -> Markup {
    html! {
        @if told.failures.is_empty() { span.good { "✓" } } @else { span.bad { "✗" } }
    }
}

fn section(index: usize, chapter: &Chapter<'_>) -> Markup {
    let told = chapter.told;
    html! {
        article id=(format!("s{index}")) {
            h2 { (told.claim) }
            p.file { (verdict(told)) " " code { (chapter.file) } }
            @for failure in &told.failures { p.failure { (failure.what) } }
            (outcome(told))
            (lanes::drawing(told))
            (timeline(told))
            details.text { summary { "The scenario" } pre { (chapter.text) } }
        }
    }
}

/// Who gets what, and what it cost.
fn outcome(told: &Told) -> Markup {
    let costs = told.costs();
    html! {
        div.cards {
            @for ending in &told.endings {
                div.card {
                    h3 { (ending.channel) " is " (ending.standing.phase) }
                    table {
                        tr { th {} th { "put in" } th { "is paid" } th { "may claim" } }
                        @for (name, paid) in &ending.paid_out {
                            tr {
                                th { (name) }
                                td { (ending.paid_in.get(name).map_or_else(String::new, |money| list(money))) }
                                td.paid { (list(paid)) }
                                td { (told.credits.get(name).map_or_else(String::new, |money| list(money))) }
                            }
                        }
                    }
                }
            }
            div.card {
                h3 { "Gas" }
                table {
                    tr { th {} th { "gas" } th { "in gwei" } }
                    @for (name, (gas, fee)) in &costs {
                        tr { th { (name) } td { (grouped(*gas)) } td { (grouped(fee.wrapping_div(alloy_primitives::U256::from(1_000_000_000)).saturating_to())) } }
                    }
                }
            }
            @if let Some(left) = narrowest(told) {
                div.card { h3 { "Time left" } p.big { (left) } p { "before the deadline, at the last answer that was taken" } }
            }
        }
    }
}

/// How much time was left at the last transaction that changed a dispute before its evidence deadline.
fn narrowest(told: &Told) -> Option<String> {
    let mut deadline = None;
    let mut least: Option<u64> = None;
    for event in told.events.iter().filter(|event| !event.is_undone) {
        if let Some(evidence) =
            deadline.filter(|evidence| event.now < *evidence && event.answer == crate::run::Answer::Accepted)
        {
            least = Some(evidence.saturating_sub(event.now));
        }
        if let Some(standing) = event.standings.first() {
            deadline = standing.evidence_deadline;
        }
    }
    least.map(span)
}

fn timeline(told: &Told) -> Markup {
    let mut last = None;
    html! {
        table.timeline {
            thead { tr { th { "when" } th { "who" } th { "what" } th { "gas" } th { "what came of it" } } }
            tbody {
                @for event in &told.events {
                    @let is_new = last.replace(event.now) != Some(event.now);
                    tr.undone[event.is_undone] {
                        td.when { @if is_new { (since(told.start, event.now)) } }
                        td { (event.by.as_deref().unwrap_or("")) }
                        td { (event.title) }
                        td.gas { (event.gas.map_or_else(String::new, grouped)) }
                        td { (answer(told, event)) }
                    }
                }
            }
        }
    }
}

fn answer(told: &Told, event: &Event) -> Markup {
    let effects: Vec<String> = event.effects.iter().map(|effect| told.labels.tell(&effect.to_string())).collect();
    html! {
        @if event.answer.is_refused() { span.refused { (told.labels.tell(&event.answer.to_string())) } }
        @else if event.is_undone { span.undone { "taken back later" } }
        @for effect in &effects { div.effect { (effect) } }
        @if let Some(seen) = &event.trace {
            details {
                summary { "calls and storage" }
                (tree(told, seen))
                @for change in trace::changes(seen, &told.labels, told.manager) { div.change { (change) } }
            }
        }
    }
}

fn tree(told: &Told, seen: &crate::world::Trace) -> Markup {
    let mut lines = Vec::new();
    trace::walk(seen, &told.labels, &mut |depth, line| lines.push((depth, line)));
    html! {
        div.tree { @for (depth, line) in &lines { div style=(format!("padding-left: {}em", depth.saturating_mul(2))) { (line) } } }
    }
}
