//! When the blocks of a history are: those that nobody has recorded lie evenly between the others.

use std::collections::BTreeMap;

use super::{ChangeError, Delay};
use crate::history::History;

/// A block, as far as its place goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) number: u64,
    pub(super) time: u64,
}

/// In the order of time.
impl Ord for At {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.time, self.number).cmp(&(other.time, other.number))
    }
}

impl PartialOrd for At {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The blocks whose times are recorded.
pub(super) struct When {
    times: BTreeMap<u64, u64>,
}

impl When {
    pub(super) fn of(history: &History) -> Self {
        let mut times = history.times.clone();
        times.extend(history.blocks.iter().map(|block| (block.context.number, block.context.time)));
        Self { times }
    }

    /// The block of this number.
    pub(super) fn block(&self, number: u64) -> Result<At, ChangeError> {
        let before = self.times.range(..=number).next_back();
        let (&left, &time) = before.ok_or_else(|| self.too_early(number))?;
        let beyond = number.saturating_sub(left);
        let (across, seconds) = match self.times.range(number..).next() {
            Some((&right, &end)) => (right.saturating_sub(left), end.saturating_sub(time)),
            None => (1, self.spacing()),
        };
        Ok(At { number, time: time.saturating_add(share(beyond, seconds, across)) })
    }

    /// The block so much later than another one. One so many seconds later is a block of its own, unless there is one then.
    pub(super) fn later(&self, than: At, delay: Delay) -> Result<At, ChangeError> {
        let seconds = match delay {
            Delay::Blocks(count) => return self.block(than.number.saturating_add(count)),
            Delay::Seconds(seconds) => seconds,
        };
        let time = than.time.saturating_add(seconds);
        if let Some((&number, _)) = self.times.iter().find(|(_, it)| **it == time) {
            return Ok(At { number, time });
        }
        let before = self.times.iter().rfind(|(_, it)| **it < time);
        let (&left, &begin) = before.ok_or_else(|| self.too_early(than.number))?;
        let (across, seconds) = match self.times.iter().find(|(_, it)| **it > time) {
            Some((&right, &end)) => (right.saturating_sub(left), end.saturating_sub(begin)),
            None => (1, self.spacing()),
        };
        let more = share(time.saturating_sub(begin), across, seconds);
        Ok(At { number: left.saturating_add(more), time })
    }

    /// The least time between blocks, in seconds.
    fn spacing(&self) -> u64 {
        let pairs = self.times.iter().zip(self.times.iter().skip(1));
        let spacings = pairs.filter_map(|((left, begin), (right, end))| {
            end.saturating_sub(*begin).checked_div(right.saturating_sub(*left))
        });
        spacings.filter(|seconds| *seconds > 0).min().unwrap_or(USUAL_SPACING)
    }

    fn too_early(&self, found: u64) -> ChangeError {
        let first = self.times.first_key_value().map_or(0, |(first, _)| *first);
        ChangeError::TooEarly { found, first }
    }
}

/// The time between blocks where nothing says another one, in seconds.
const USUAL_SPACING: u64 = 12;

/// `part` of `of`, as a share of `whole`; nothing of nothing.
fn share(part: u64, whole: u64, of: u64) -> u64 {
    let share = u128::from(part).saturating_mul(whole.into()).checked_div(of.into());
    share.and_then(|share| u64::try_from(share).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when() -> When {
        When { times: BTreeMap::from([(10, 1_000), (12, 1_024), (20, 1_200)]) }
    }

    fn at(number: u64, time: u64) -> Result<At, ChangeError> {
        Ok(At { number, time })
    }

    #[test]
    fn blocks_lie_evenly_between_recorded_ones() {
        assert_eq!(when().block(11), at(11, 1_012));
        assert_eq!(when().block(12), at(12, 1_024));
        assert_eq!(when().block(16), at(16, 1_112));
        assert_eq!(when().block(22), at(22, 1_224));
        assert_eq!(when().block(9), Err(ChangeError::TooEarly { found: 9, first: 10 }));
    }

    #[test]
    fn delays_in_seconds_are_exact() {
        let from = At { number: 10, time: 1_000 };
        assert_eq!(when().later(from, Delay::Blocks(2)), at(12, 1_024));
        assert_eq!(when().later(from, Delay::Seconds(24)), at(12, 1_024));
        assert_eq!(when().later(from, Delay::Seconds(13)), at(11, 1_013));
        assert_eq!(when().later(from, Delay::Seconds(212)), at(21, 1_212));
    }
}
