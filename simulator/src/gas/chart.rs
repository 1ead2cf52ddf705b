//! Pictures of curves: axes with ticks and units, and nothing that runs.

use maud::{Markup, html};

use crate::run::grouped;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 300.0;
/// The most ticks of an axis that grows evenly.
const TICKS: u64 = 6;

/// A picture.
pub(super) struct Chart {
    /// What goes to the right.
    pub(super) across: Axis,
    /// What goes up.
    pub(super) up: Axis,
    /// The curves; there are colours for two.
    pub(super) lines: Vec<Line>,
    /// Heights that must not be exceeded, and what they are.
    pub(super) limits: Vec<(u64, &'static str)>,
}

/// A curve.
pub(super) struct Line {
    /// What it is.
    pub(super) name: &'static str,
    /// Its points: how far to the right, and how high.
    pub(super) points: Vec<(u64, u64)>,
}

/// One direction of a picture.
pub(super) struct Axis {
    /// What it counts, with its unit.
    label: &'static str,
    /// The numbers that are written, from the least to the greatest.
    ticks: Vec<u64>,
    /// Whether the same distance is always the same factor.
    is_growing: bool,
}

impl Axis {
    /// From zero on, at least as far as `most`.
    pub(super) fn even(label: &'static str, most: u64) -> Self {
        let steps = (0..18).flat_map(|zeros| [1, 2, 5].map(|digit: u64| digit.saturating_mul(10_u64.pow(zeros))));
        let step = steps.into_iter().find(|step| most.div_ceil(*step) <= TICKS).unwrap_or(u64::MAX);
        let ticks = (0..=most.div_ceil(step)).map(|tick| tick.saturating_mul(step)).collect();
        Self { label, ticks, is_growing: false }
    }

    /// By factors: from the first of these numbers to the last one.
    pub(super) const fn growing(label: &'static str, ticks: Vec<u64>) -> Self {
        Self { label, ticks, is_growing: true }
    }

    /// How far along the axis a number is, from 0 to 1.
    fn share(&self, number: u64) -> f64 {
        let along = |number: u64| if self.is_growing { (number.max(1) as f64).log2() } else { number as f64 };
        let (least, most) = (self.ticks.first().copied().unwrap_or(0), self.ticks.last().copied().unwrap_or(1));
        (along(number) - along(least)) / (along(most) - along(least)).max(f64::MIN_POSITIVE)
    }
}

impl Chart {
    /// The picture.
    pub(super) fn drawing(&self) -> Markup {
        let (middle, centre) = (f64::midpoint(LEFT, RIGHT), f64::midpoint(TOP, BOTTOM));
        html! {
            div.chart {
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" {
                    title { (self.up.label) " by " (self.across.label) }
                    @for tick in &self.across.ticks { (self.tick_across(*tick)) }
                    @for tick in &self.up.ticks { (self.tick_up(*tick)) }
                    text.unit x=(middle) y=(BOTTOM + 44.0) { (self.across.label) }
                    text.unit x="14" y=(centre) transform=(format!("rotate(-90 14 {centre})")) { (self.up.label) }
                    @for (gas, name) in &self.limits { (self.limit(*gas, name)) }
                    @for (index, line) in self.lines.iter().enumerate() { (self.curve(index, line)) }
                }
            }
        }
    }

    fn x(&self, number: u64) -> f64 {
        (RIGHT - LEFT).mul_add(self.across.share(number), LEFT)
    }

    fn y(&self, number: u64) -> f64 {
        (TOP - BOTTOM).mul_add(self.up.share(number), BOTTOM)
    }

    fn tick_across(&self, tick: u64) -> Markup {
        let x = place(self.x(tick));
        html! {
            line.grid x1=(x) x2=(x) y1=(TOP) y2=(BOTTOM) {}
            text.along x=(x) y=(BOTTOM + 18.0) { (grouped(tick)) }
        }
    }

    fn tick_up(&self, tick: u64) -> Markup {
        let y = self.y(tick);
        html! {
            line.grid x1=(LEFT) x2=(RIGHT) y1=(place(y)) y2=(place(y)) {}
            text.height x=(LEFT - 8.0) y=(place(y + 4.0)) { (grouped(tick)) }
        }
    }

    fn limit(&self, gas: u64, name: &str) -> Markup {
        let y = self.y(gas);
        html! {
            line.limit x1=(LEFT) x2=(RIGHT) y1=(place(y)) y2=(place(y)) {}
            text.limit x=(LEFT + 8.0) y=(place(y - 5.0)) { (name) ": " (grouped(gas)) }
        }
    }

    fn curve(&self, index: usize, line: &Line) -> Markup {
        let points = line.points.iter().map(|(across, up)| (place(self.x(*across)), place(self.y(*up)), *across, *up));
        let path = points.clone().map(|(x, y, ..)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
        let end = line.points.last().map_or(BOTTOM, |(_, up)| self.y(*up));
        html! {
            g class=(format!("curve{index}")) {
                polyline points=(path) {}
                @for (x, y, across, up) in points {
                    circle cx=(x) cy=(y) r="3.5" { title { (grouped(across)) ": " (grouped(up)) } }
                }
                text.curve x=(RIGHT + 8.0) y=(place(end + 4.0)) { (line.name) }
            }
        }
    }
}

/// A place in the picture; a tenth of its unit is seen by nobody.
fn place(at: f64) -> String {
    format!("{at:.1}")
}
