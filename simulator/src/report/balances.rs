//! What each party would get behind each block, or was paid: a stack for each asset.

use super::strip::{Strip, cut, escape};
use crate::run::{Money, Standing, Told, grouped};

/// How high a stack is at most.
const STACK: u32 = 66;
/// How wide it is.
const WIDE: u32 = 132;
/// More kinds of channels than these are not drawn.
const MOST: usize = 4;

/// What the parties of channels would get, those of the same history together.
pub(super) struct Balances<'a> {
    kinds: Vec<Kind<'a>>,
}

/// Channels of the same history.
struct Kind<'a> {
    first: &'a str,
    more: u64,
    behind: Vec<(u64, Shares<'a>)>,
}

/// What each party would get of each asset, in order.
type Shares<'a> = Vec<(&'a str, &'a [Money])>;

impl<'a> Balances<'a> {
    /// All that was told and not taken back.
    pub(super) fn of(told: &'a Told) -> Self {
        let mut kinds: Vec<Kind<'a>> = Vec::new();
        for (index, ending) in told.endings.iter().enumerate() {
            let channel = ending.channel.as_str();
            let standings = told.lasting().filter_map(|event| {
                // They are always in the same order.
                let standing = event.standings.get(index).filter(|standing| standing.channel == channel)?;
                Some((event.now, shares(told, index, standing)))
            });
            let behind: Vec<(u64, Shares<'a>)> = standings.collect();
            match kinds.iter_mut().find(|kind| kind.behind == behind) {
                Some(kind) => kind.more = kind.more.saturating_add(1),
                None => kinds.push(Kind { first: channel, more: 0, behind }),
            }
        }
        Self { kinds }
    }

    /// How many kinds are not drawn.
    pub(super) const fn left_out(&self) -> usize {
        self.kinds.len().saturating_sub(MOST)
    }

    /// Draws the stacks.
    pub(super) fn draw(&self, strip: &mut Strip<'_>) {
        for kind in self.kinds.iter().take(MOST) {
            let assets = kind.behind.first().and_then(|(_, shares)| shares.first()).map_or(0, |(_, own)| own.len());
            (0..assets).for_each(|asset| kind.draw(strip, asset));
        }
    }
}

/// What the parties would get of a channel; of one that is closed, what they were paid.
fn shares<'a>(told: &'a Told, index: usize, standing: &'a Standing) -> Shares<'a> {
    let paid = told.endings.get(index).map(|ending| &ending.paid_out);
    let of = if standing.phase == "closed" { paid } else { Some(&standing.payouts) };
    of.into_iter().flatten().map(|(name, money)| (name.as_str(), money.as_slice())).collect()
}

impl Kind<'_> {
    fn draw(&self, strip: &mut Strip<'_>, asset: usize) {
        let total = |shares: &Shares<'_>| shares.iter().map(|(_, own)| units(own, asset)).sum::<f64>();
        let most = self.behind.iter().map(|(_, shares)| total(shares)).fold(1.0, f64::max);
        // Where nobody told anything, it is as it was.
        let last = |time: u64| self.behind.iter().rfind(|(now, _)| *now <= time);
        let shown: Vec<_> = strip.times.iter().filter_map(|time| Some((*time, last(*time)?))).collect();
        let Some((_, (_, first))) = shown.first() else { return };
        let top = strip.height;
        let symbol = first.first().and_then(|(_, own)| own.get(asset)).map_or("", |money| money.asset.as_str());
        let more = if self.more > 0 { format!(", {} more", grouped(self.more)) } else { String::new() };
        let name = format!("{}{more}", cut(self.first, more.chars().count().saturating_add(6)));
        strip.text("name", 8, top.saturating_add(13), &name);
        strip.text("faint", 8, top.saturating_add(28), &format!("in {symbol}"));
        for (line, (party, _)) in (0_u32..).zip(first) {
            let y = top.saturating_add(45).saturating_add(line.saturating_mul(16));
            strip.draw(format_args!(
                "<rect class=\"party{line}\" x=\"8\" y=\"{}\" width=\"10\" height=\"10\" rx=\"2\"/>",
                y.saturating_sub(9)
            ));
            strip.text("label", 24, y, &cut(party, 8));
        }
        for (time, (now, shares)) in shown {
            strip.draw(format_args!("<g class=\"{}\">", if time == *now { "told" } else { "still" }));
            stack(strip, time, shares, asset, most);
            strip.draw(format_args!("</g>"));
        }
        strip.height = top.saturating_add(STACK).saturating_add(18);
    }
}

/// Draws what is behind a block: the first party on top.
fn stack(strip: &mut Strip<'_>, now: u64, shares: &Shares<'_>, asset: usize, most: f64) {
    let (x, mut y) = (strip.x(now), f64::from(strip.height));
    let total: f64 = shares.iter().map(|(_, own)| units(own, asset)).sum();
    y += f64::from(STACK) * (1.0 - total / most);
    if total == 0.0 {
        strip.text("faint", x.saturating_add(4), strip.height.saturating_add(STACK).saturating_sub(4), "nothing");
    }
    for (index, (party, own)) in shares.iter().enumerate() {
        let height = units(own, asset) / most * f64::from(STACK);
        let text = own.get(asset).map_or("", |money| money.text.as_str());
        strip.draw(format_args!(
            "<g><title>{}: {}</title><rect class=\"party{index}\" x=\"{x}\" y=\"{y:.1}\" width=\"{WIDE}\" height=\"{height:.1}\"/>",
            escape(party),
            escape(text)
        ));
        if height > 12.0 {
            let (middle, base) = (x.saturating_add(WIDE.wrapping_div(2)), y + height / 2.0 + 4.0);
            strip.draw(format_args!(
                "<text class=\"share\" x=\"{middle}\" y=\"{base:.1}\">{}</text>",
                escape(&cut(text, 6))
            ));
        }
        strip.draw(format_args!("</g>"));
        y += height;
    }
}

/// An amount as a number to draw with: it need not be exact.
fn units(money: &[Money], asset: usize) -> f64 {
    money.get(asset).map_or(0.0, |money| money.units.parse().unwrap_or_default())
}
