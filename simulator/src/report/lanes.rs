//! A lane for everybody, with what they did.

use super::strip::{LEFT, Strip, count, cut, escape, wrap};
use crate::run::{Answer, Row, Told, grouped};

/// How high a line of a lane is.
const LINE: u32 = 17;
/// How far the second line of a text is below its first.
const LINE_WITHIN: u32 = 13;
/// So many are shown of what somebody did in a block.
const MOST: usize = 5;

/// The lanes.
pub(super) struct Lanes<'a> {
    names: Vec<&'a str>,
    rows: Vec<Row<'a>>,
}

impl<'a> Lanes<'a> {
    /// Those who did something, in the order in which they began.
    pub(super) fn of(told: &'a Told) -> Self {
        let rows = told.rows(true);
        let mut names: Vec<&str> = Vec::new();
        for row in &rows {
            let name = lane(row);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Self { names, rows }
    }

    /// Draws the lanes of those who do something in a strip.
    pub(super) fn draw(&self, strip: &mut Strip<'_>) {
        for name in &self.names {
            let rows: Vec<&Row<'_>> =
                self.rows.iter().filter(|row| lane(row) == *name && strip.has(row.event.now)).collect();
            if rows.is_empty() {
                continue;
            }
            let (top, mut lines) = (strip.height, 0);
            strip.draw(format_args!(
                "<line class=\"lane\" x1=\"0\" x2=\"{}\" y1=\"{top}\" y2=\"{top}\"/>",
                strip.width()
            ));
            strip.text("name", 8, top.saturating_add(17), &cut(name, 5));
            for time in strip.times {
                let own: Vec<&Row<'_>> = rows.iter().copied().filter(|row| row.event.now == *time).collect();
                lines = lines.max(cell(strip, *time, &own));
            }
            strip.height = top.saturating_add(LINE.saturating_mul(lines)).saturating_add(10);
        }
        let bottom = strip.height;
        strip.draw(format_args!(
            "<line class=\"lane\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{bottom}\" y2=\"{bottom}\"/>",
            strip.width()
        ));
        strip.height = bottom.saturating_add(10);
    }
}

fn lane<'a>(row: &Row<'a>) -> &'a str {
    row.event.by.as_deref().unwrap_or("the chain")
}

/// What somebody did in a block, one below the other. How many lines that needs.
fn cell(strip: &mut Strip<'_>, time: u64, rows: &[&Row<'_>]) -> u32 {
    let most = if rows.len() > MOST { MOST.saturating_sub(1) } else { MOST };
    let (x, top) = (strip.x(time), strip.height);
    let y = |line: u32| top.saturating_add(LINE.saturating_mul(line)).saturating_add(13);
    let mut line: u32 = 0;
    for row in rows.iter().take(most) {
        line = line.saturating_add(marker(strip, x, y(line), row));
    }
    let rest = rows.len().saturating_sub(most);
    if rest > 0 {
        strip.text("label", x.saturating_add(10), y(line).saturating_add(4), &format!("and {rest} more"));
        line = line.saturating_add(1);
    }
    line
}

/// Something that somebody did. How many lines it needs.
fn marker(strip: &mut Strip<'_>, x: u32, y: u32, row: &Row<'_>) -> u32 {
    let event = row.event;
    let class = match event.answer {
        _ if event.is_undone => "undone",
        Answer::Accepted => "accepted",
        Answer::Refused { .. } | Answer::Unmined(_) => "refused",
        Answer::Happened => "fault",
    };
    let times = if row.times > 1 { format!("{} × ", grouped(row.times)) } else { String::new() };
    let text = format!("{times}{}", event.title);
    let whole = escape(&format!("{text}: {}", event.answer));
    strip.draw(format_args!("<g class=\"{class}\"><title>{whole}</title><circle cx=\"{x}\" cy=\"{y}\" r=\"5.5\"/>"));
    let lines = wrap(&text);
    for (index, line) in (0_u32..).zip(&lines) {
        let y = y.saturating_add(LINE_WITHIN.saturating_mul(index)).saturating_add(4);
        strip.text("label", x.saturating_add(10), y, line);
    }
    strip.draw(format_args!("</g>"));
    count(lines.len())
}
