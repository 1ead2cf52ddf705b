//! The drawing: a lane for everybody, windows as bars, and what each party would get.

use std::{collections::BTreeSet, fmt::Write};

use maud::{Markup, PreEscaped, html};

use crate::run::{Answer, Event, Standing, Told, since};

const LEFT: u32 = 120;
const COLUMN: u32 = 150;
const LANE: u32 = 46;
const BAR: u32 = 26;
const STACK: u32 = 90;
const TOP: u32 = 34;

/// Where everything is.
struct Grid {
    /// The times that have a column.
    times: Vec<u64>,
    /// Who has a lane.
    lanes: Vec<String>,
    start: u64,
}

/// A window of a channel: between these times.
struct Window {
    channel: String,
    opened: u64,
    evidence: u64,
    last: u64,
}

impl Grid {
    fn of(told: &Told, windows: &[Window]) -> Self {
        let events = told.events.iter().map(|event| event.now);
        let deadlines = windows.iter().flat_map(|window| [window.evidence, window.last]);
        let times: BTreeSet<u64> = events.chain(deadlines).collect();
        let mut lanes: Vec<String> = Vec::new();
        for event in &told.events {
            let name = event.by.clone().unwrap_or_else(|| "the chain".into());
            if !lanes.contains(&name) {
                lanes.push(name);
            }
        }
        Self { times: times.into_iter().collect(), lanes, start: told.start }
    }

    fn x(&self, time: u64) -> u32 {
        let column = self.times.partition_point(|other| *other < time);
        let column = u32::try_from(column).unwrap_or(u32::MAX);
        LEFT.saturating_add(COLUMN.saturating_mul(column)).saturating_add(COLUMN.wrapping_div(2))
    }

    fn y(&self, lane: &str) -> u32 {
        let index = self.lanes.iter().position(|other| other == lane).unwrap_or_default();
        TOP.saturating_add(LANE.saturating_mul(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    fn lanes_end(&self) -> u32 {
        TOP.saturating_add(LANE.saturating_mul(u32::try_from(self.lanes.len()).unwrap_or(u32::MAX)))
    }

    fn width(&self) -> u32 {
        let columns = u32::try_from(self.times.len()).unwrap_or(u32::MAX);
        LEFT.saturating_add(COLUMN.saturating_mul(columns))
    }
}

/// The drawing of a scenario.
pub(super) fn drawing(told: &Told) -> Markup {
    let windows = windows(told);
    let grid = Grid::of(told, &windows);
    let channels: Vec<&str> = told.endings.iter().map(|ending| ending.channel.as_str()).take(4).collect();
    let bars_end =
        grid.lanes_end().saturating_add(BAR.saturating_mul(u32::try_from(windows.len()).unwrap_or(u32::MAX)));
    let stacks = u32::try_from(channels.len()).unwrap_or(u32::MAX).saturating_mul(STACK.saturating_add(24));
    let height = bars_end.saturating_add(stacks).saturating_add(16);
    let mut svg = String::new();
    // Writing into a text does not fail.
    let _ =
        write!(svg, "<svg viewBox=\"0 0 {0} {height}\" width=\"{0}\" height=\"{height}\" role=\"img\">", grid.width());
    columns(&mut svg, &grid, height);
    lanes(&mut svg, &grid, told);
    bars(&mut svg, &grid, &windows);
    for (index, channel) in (0_u32..).zip(&channels) {
        let top = bars_end.saturating_add(index.saturating_mul(STACK.saturating_add(24))).saturating_add(20);
        stack(&mut svg, &grid, told, channel, top);
    }
    svg.push_str("</svg>");
    html! { div.drawing { (PreEscaped(svg)) } }
}

fn columns(svg: &mut String, grid: &Grid, height: u32) {
    for time in &grid.times {
        let x = grid.x(*time);
        let _ = write!(svg, "<line class=\"column\" x1=\"{x}\" x2=\"{x}\" y1=\"22\" y2=\"{height}\"/>");
        let _ = write!(svg, "<text class=\"time\" x=\"{x}\" y=\"14\">{}</text>", since(grid.start, *time));
    }
}

fn lanes(svg: &mut String, grid: &Grid, told: &Told) {
    for lane in &grid.lanes {
        let y = grid.y(lane).saturating_add(20);
        let _ = write!(svg, "<line class=\"lane\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>", grid.width());
        let _ = write!(svg, "<text class=\"name\" x=\"8\" y=\"{}\">{}</text>", y.saturating_add(4), escape(lane));
    }
    let mut before: Vec<(u64, &str, u32)> = Vec::new();
    for event in &told.events {
        let lane = event.by.as_deref().unwrap_or("the chain");
        // Several of one lane and one block stand side by side.
        let same = before.iter().filter(|(now, other, _)| (*now, *other) == (event.now, lane)).count();
        let same = u32::try_from(same).unwrap_or(u32::MAX);
        before.push((event.now, lane, same));
        marker(svg, grid, event, lane, same);
    }
}

fn marker(svg: &mut String, grid: &Grid, event: &Event, lane: &str, same: u32) {
    let (x, y) = (grid.x(event.now).saturating_add(same.saturating_mul(14)), grid.y(lane).saturating_add(20));
    let class = match event.answer {
        _ if event.is_undone => "undone",
        Answer::Accepted => "accepted",
        Answer::Refused { .. } | Answer::Unmined(_) => "refused",
        Answer::Happened => "fault",
    };
    let _ = write!(
        svg,
        "<g class=\"{class}\"><title>{}: {}</title><circle cx=\"{x}\" cy=\"{y}\" r=\"6\"/>",
        escape(&event.title),
        escape(&event.answer.to_string())
    );
    if same == 0 {
        let text: String = event.title.chars().take(24).collect();
        let _ = write!(svg, "<text x=\"{x}\" y=\"{}\">{}</text>", y.saturating_sub(11), escape(&text));
    }
    svg.push_str("</g>");
}

fn bars(svg: &mut String, grid: &Grid, windows: &[Window]) {
    for (index, window) in (0_u32..).zip(windows) {
        let y = grid.lanes_end().saturating_add(BAR.saturating_mul(index));
        let [opened, evidence, last] = [window.opened, window.evidence, window.last].map(|time| grid.x(time));
        let _ = write!(
            svg,
            "<text class=\"name\" x=\"8\" y=\"{}\">{}</text>",
            y.saturating_add(14),
            escape(&window.channel)
        );
        for (class, from, to, text) in [
            ("evidence", opened, evidence, "newer states, before E"),
            ("touches", evidence, last, "answers within instances"),
        ] {
            let width = to.saturating_sub(from);
            if width > 0 {
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{from}\" y=\"{y}\" width=\"{width}\" height=\"18\" rx=\"3\"/>"
                );
                let _ = write!(
                    svg,
                    "<text class=\"bar\" x=\"{}\" y=\"{}\">{text}</text>",
                    from.saturating_add(6),
                    y.saturating_add(13)
                );
            }
        }
    }
}

/// What each party of a channel would get, or was paid, behind each block.
fn stack(svg: &mut String, grid: &Grid, told: &Told, channel: &str, top: u32) {
    let behind = told.events.iter().filter(|event| !event.is_undone);
    let behind: Vec<(u64, &Standing)> = behind
        .flat_map(|event| event.standings.iter().map(|standing| (event.now, standing)))
        .filter(|(_, it)| it.channel == channel)
        .collect();
    let paid = told.endings.iter().find(|ending| ending.channel == channel);
    let first = |money: Option<&Vec<crate::run::Money>>| {
        money.and_then(|money| money.first()).map_or(0.0, |money| money.units.parse::<f64>().unwrap_or_default())
    };
    let shares = |standing: &Standing| -> Vec<(String, f64, String)> {
        let of = if standing.phase == "closed" { paid.map(|ending| &ending.paid_out) } else { Some(&standing.payouts) };
        let pairs = of.into_iter().flatten();
        pairs.map(|(name, money)| (name.clone(), first(Some(money)), crate::run::list(money))).collect()
    };
    let most =
        behind.iter().map(|(_, it)| shares(it).iter().map(|(_, units, _)| units).sum::<f64>()).fold(1.0, f64::max);
    let _ =
        write!(svg, "<text class=\"name\" x=\"8\" y=\"{}\">{} pays</text>", top.saturating_add(14), escape(channel));
    for (now, standing) in behind {
        let x = grid.x(now).saturating_sub(34);
        let mut y = f64::from(top.saturating_add(STACK));
        for (index, (name, units, text)) in shares(standing).into_iter().enumerate() {
            let height = units / most * f64::from(STACK);
            y -= height;
            let class = if index == 0 { "party0" } else { "party1" };
            let _ = write!(
                svg,
                "<g><title>{0}: {1}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y:.1}\" width=\"68\" height=\"{height:.1}\"/>",
                escape(&name),
                escape(&text)
            );
            if height > 13.0 {
                let _ = write!(
                    svg,
                    "<text class=\"share\" x=\"{}\" y=\"{:.1}\">{}</text>",
                    x.saturating_add(34),
                    y + height / 2.0 + 4.0,
                    escape(&text)
                );
            }
            svg.push_str("</g>");
        }
    }
}

/// The windows that were opened, each as it was last.
fn windows(told: &Told) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for event in told.events.iter().filter(|event| !event.is_undone) {
        for standing in &event.standings {
            let (Some(evidence), Some(last)) = (standing.evidence_deadline, standing.final_time) else { continue };
            let known =
                windows.iter_mut().find(|window| window.channel == standing.channel && window.evidence == evidence);
            match known {
                Some(window) => window.last = last,
                None => windows.push(Window { channel: standing.channel.clone(), opened: event.now, evidence, last }),
            }
        }
    }
    windows
}

fn escape(text: &str) -> String {
    html! { (text) }.into_string()
}
