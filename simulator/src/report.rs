//! Scenarios as one page: nothing in it is fetched, and nothing runs.

mod balances;
mod drawing;
mod lanes;
mod outcome;
mod strip;
mod timeline;

use std::borrow::Cow;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{run::Told, scenario::Misread};

const STYLE: &str = include_str!("report/style.css");
/// The style of pages of figures and charts.
const FIGURES: &str = include_str!("report/figures.css");

/// A scenario, with its file.
#[derive(Debug)]
pub struct Chapter<'a> {
    /// The name of the file.
    pub file: Cow<'a, str>,
    /// What it says.
    pub text: &'a str,
    /// What came of it; or why it cannot be played.
    pub told: Result<&'a Told, &'a Misread>,
}

impl Chapter<'_> {
    /// Whether everything comes as it says.
    fn holds(&self) -> bool {
        self.told.is_ok_and(|told| told.failures.is_empty())
    }

    fn title(&self) -> &str {
        self.told.map_or(&self.file, |told| &told.claim)
    }
}

/// The page.
#[must_use]
pub fn page(chapters: &[Chapter<'_>]) -> String {
    let failed = chapters.iter().filter(|chapter| !chapter.holds()).count();
    let title = match (chapters, failed) {
        ([only], 0) => only.title().to_owned(),
        (_, 0) => format!("{} scenarios come as they say", chapters.len()),
        _ => format!("{failed} of {} scenarios do not come as they say", chapters.len()),
    };
    let body = html! {
        @if chapters.len() > 1 { (contents(chapters, &title)) }
        @for (index, chapter) in chapters.iter().enumerate() { (section(index, chapter)) }
        footer {
            "Played on the real bytecode, in a machine in memory. Times count from the first block. "
            "E is the evidence deadline: newer states are taken before it. "
            "From the final time on a channel can be settled."
        }
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

/// What there is; what does not come as it says, first.
fn contents(chapters: &[Chapter<'_>], title: &str) -> Markup {
    let numbered = || chapters.iter().enumerate();
    html! {
        nav {
            h1 { (title) }
            ul.bad { @for (index, chapter) in numbered().filter(|(_, chapter)| !chapter.holds()) { (entry(index, chapter)) } }
            ul { @for (index, chapter) in numbered().filter(|(_, chapter)| chapter.holds()) { (entry(index, chapter)) } }
        }
    }
}

fn entry(index: usize, chapter: &Chapter<'_>) -> Markup {
    html! { li { a href=(format!("#s{index}")) { (chapter.title()) } } }
}

fn verdict(chapter: &Chapter<'_>) -> Markup {
    html! {
        @if chapter.holds() { span.good { "✓ as it says" } } @else { span.bad { "✗ not as it says" } }
    }
}

fn section(index: usize, chapter: &Chapter<'_>) -> Markup {
    html! {
        article id=(format!("s{index}")) {
            h2 { (chapter.title()) }
            p.file { (verdict(chapter)) " " code { (chapter.file) } }
            @match chapter.told {
                Ok(told) => {
                    @for failure in &told.failures { p.failure { (failure.what) } }
                    (outcome::cards(told))
                    (drawing::drawing(told))
                    (timeline::table(told))
                }
                Err(misread) => p.failure { "It cannot be read. Line " (misread.line) ", column " (misread.column) ": " (misread.what) }
            }
            details.text { summary { "The scenario" } pre { (chapter.text) } }
        }
    }
}
