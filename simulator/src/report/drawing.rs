//! The drawing: a lane for everybody, windows as bars, and what each party would get.

use std::collections::BTreeSet;

use maud::{Markup, PreEscaped, html};

use super::{
    balances::Balances,
    lanes::Lanes,
    strip::{COLUMNS, LEFT, Strip, cut},
};
use crate::run::{Part, Told, Window, grouped, since};

/// How high a window is, with the room below it.
const BAR: u32 = 26;
/// More windows than these are not drawn.
const MOST: usize = 8;

/// A window that channels have in common.
struct Bar {
    channels: Vec<String>,
    window: Window,
}

/// The drawing of a scenario, in as many strips as it needs.
pub(super) fn drawing(told: &Told) -> Markup {
    let windows = told.windows();
    let deadlines = windows.iter().flat_map(|window| [window.evidence_deadline, window.final_time]);
    let times: BTreeSet<u64> = told.events.iter().map(|event| event.now).chain(deadlines).collect();
    let times: Vec<u64> = times.into_iter().collect();
    let (lanes, bars, balances) = (Lanes::of(told), bars(windows), Balances::of(told));
    let columns = times.len().min(COLUMNS);
    let strips = times.chunks(COLUMNS).map(|times| {
        let mut strip = Strip::new(times, columns);
        headline(&mut strip, told.start, &bars);
        lanes.draw(&mut strip);
        bars.iter().take(MOST).for_each(|bar| bar.draw(&mut strip));
        balances.draw(&mut strip);
        strip.finish()
    });
    html! {
        @for strip in strips { div.drawing { (PreEscaped(strip)) } }
        p.legend {
            span { b.accepted { "●" } " taken" }
            span { b.refused { "○" } " refused" }
            @if told.events.iter().any(|event| event.by.is_none()) { span { b.fault { "●" } " happens to the chain" } }
            @if told.events.iter().any(|event| event.is_undone) { span { b.faint { s { "●" } } " taken back later" } }
            @if !bars.is_empty() { span { b.evidence { "■" } " newer states are taken" } }
            @if bars.iter().any(|bar| bar.window.evidence_deadline < bar.window.final_time) {
                span { b.touches { "■" } " only instances can be touched" }
            }
            @if !told.endings.is_empty() { span { "Stacks: what each party would get if nothing more happened, or was paid; pale, where nothing changed." } }
            @if bars.len() > MOST { span { "Windows that are not drawn: " (bars.len().saturating_sub(MOST)) "." } }
            @if balances.left_out() > 0 { span { "Kinds of channels whose stacks are not drawn: " (balances.left_out()) "." } }
        }
    }
}

/// The times, and which of them are deadlines.
fn headline(strip: &mut Strip<'_>, start: u64, bars: &[Bar]) {
    for time in strip.times {
        let x = strip.x(*time).saturating_sub(2);
        strip.text("time", x, 14, &since(start, *time));
        let is_evidence = bars.iter().any(|bar| bar.window.evidence_deadline == *time);
        let is_final = bars.iter().any(|bar| bar.window.final_time == *time);
        let deadline = match (is_evidence, is_final) {
            (true, true) => "E and final time",
            (true, false) => "E",
            (false, true) => "final time",
            (false, false) => continue,
        };
        strip.text("deadline", x, 29, deadline);
    }
    strip.height = 40;
}

fn bars(windows: Vec<Window>) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    for window in windows {
        let times = |it: &Window| [it.opened, it.evidence_deadline, it.final_time];
        match bars.iter_mut().find(|bar| times(&bar.window) == times(&window)) {
            Some(bar) => bar.channels.push(window.channel),
            None => bars.push(Bar { channels: vec![window.channel.clone()], window }),
        }
    }
    bars
}

impl Bar {
    fn draw(&self, strip: &mut Strip<'_>) {
        let Window { opened, evidence_deadline, final_time, .. } = self.window;
        let [opened, evidence, last] = [opened, evidence_deadline, final_time].map(|time| strip.x(time));
        if opened >= last || last <= LEFT {
            return;
        }
        let y = strip.height;
        let name = match self.channels.as_slice() {
            [first, rest @ ..] if rest.len() > 1 => {
                format!("{}, {} more", cut(first, 15), grouped(u64::try_from(rest.len()).unwrap_or(u64::MAX)))
            }
            few => cut(&few.join(", "), 5),
        };
        strip.text("name", 8, y.saturating_add(14), &name);
        let parts = [
            ("evidence", opened, evidence, "newer states, until E", Part::Evidence),
            ("touches", evidence, last, "touches of instances", Part::Touches),
        ];
        for (class, from, to, text, part) in parts {
            let width = to.saturating_sub(from);
            if width > 0 {
                strip.draw(format_args!(
                    "<rect class=\"{class}\" x=\"{from}\" y=\"{y}\" width=\"{width}\" height=\"18\" rx=\"3\"><title>{}</title></rect>",
                    part.who_may_act()
                ));
                strip.text("bar", from.saturating_add(6), y.saturating_add(13), text);
            }
        }
        strip.height = y.saturating_add(BAR);
    }
}
