//! A strip of the drawing: as many points in time as are side by side on a page.

use std::fmt::Write;

use maud::html;

/// Where the first column begins, behind the names.
pub(super) const LEFT: u32 = 140;
/// How wide a column is.
pub(super) const COLUMN: u32 = 168;
/// How many columns there are in a strip at most.
pub(super) const COLUMNS: usize = 7;
/// How many letters fit into a column.
const LETTERS: usize = 25;

/// Points in time, and what is drawn at them. It grows downwards.
pub(super) struct Strip<'a> {
    /// The points in time, at least one.
    pub(super) times: &'a [u64],
    /// For how many there is room.
    columns: usize,
    /// How high it is by now.
    pub(super) height: u32,
    svg: String,
}

impl<'a> Strip<'a> {
    /// Nothing but points in time, as wide as the widest strip.
    pub(super) const fn new(times: &'a [u64], columns: usize) -> Self {
        Self { times, columns, height: 0, svg: String::new() }
    }

    /// Where a time is from left to right: at the edges, if it is before or behind this strip.
    pub(super) fn x(&self, time: u64) -> u32 {
        let column = self.times.partition_point(|other| *other < time);
        match self.times.get(column) {
            None => self.width(),
            Some(_) if column == 0 && self.times.first() != Some(&time) => LEFT,
            Some(_) => LEFT.saturating_add(COLUMN.saturating_mul(count(column))).saturating_add(8),
        }
    }

    /// Whether this time has a column.
    pub(super) fn has(&self, time: u64) -> bool {
        self.times.contains(&time)
    }

    pub(super) fn width(&self) -> u32 {
        LEFT.saturating_add(COLUMN.saturating_mul(count(self.columns))).saturating_add(12)
    }

    /// Draws something.
    pub(super) fn draw(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing into a text does not fail.
        let _ = self.svg.write_fmt(element);
    }

    /// Writes something.
    pub(super) fn text(&mut self, class: &str, x: u32, y: u32, text: &str) {
        self.draw(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escape(text)));
    }

    /// The picture.
    pub(super) fn finish(self) -> String {
        let (width, height) = (self.width(), self.height.saturating_add(6));
        let lines = self.times.iter().map(|time| {
            let x = self.x(*time);
            format!("<line class=\"column\" x1=\"{x}\" x2=\"{x}\" y1=\"36\" y2=\"{height}\"/>")
        });
        let lines: String = lines.collect();
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">{lines}{}</svg>",
            self.svg
        )
    }
}

/// A number of things that are drawn.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A text that fits into a column beside so many other letters.
pub(super) fn cut(text: &str, others: usize) -> String {
    let most = LETTERS.saturating_sub(others);
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A text in one line, or in two.
pub(super) fn wrap(text: &str) -> Vec<String> {
    if text.chars().count() <= LETTERS {
        return vec![text.to_owned()];
    }
    let end = text.char_indices().nth(LETTERS).map_or(text.len(), |(end, _)| end);
    let (first, _) = text.split_at(end);
    let space = first.rfind(' ').unwrap_or(end);
    let (first, rest) = text.split_at(space);
    vec![first.to_owned(), cut(rest.trim_start(), 0)]
}

/// A text as it stands in a page.
pub(super) fn escape(text: &str) -> String {
    html! { (text) }.into_string()
}
