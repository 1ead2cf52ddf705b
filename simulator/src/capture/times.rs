//! The times of blocks, as few as tell all of them.

use std::collections::BTreeMap;

/// The times of blocks that follow each other.
#[derive(Debug, Default)]
pub(super) struct Times {
    knots: BTreeMap<u64, u64>,
    /// The last two.
    last: [Option<(u64, u64)>; 2],
}

impl Times {
    /// The next block, and its time in Unix seconds.
    pub(super) fn push(&mut self, number: u64, time: u64) {
        if let [Some((_, before)), Some((middle, at))] = self.last
            && at.saturating_sub(before) != time.saturating_sub(at)
        {
            self.knots.insert(middle, at);
        }
        if let [_, None] = self.last {
            self.knots.insert(number, time);
        }
        self.last = [self.last[1], Some((number, time))];
    }

    /// Those between which all others lie evenly.
    pub(super) fn knots(mut self) -> BTreeMap<u64, u64> {
        self.knots.extend(self.last[1]);
        self.knots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_even_is_kept() {
        let mut times = Times::default();
        for (number, time) in [(1, 12), (2, 24), (3, 36), (4, 60), (5, 72), (6, 84)] {
            times.push(number, time);
        }
        assert_eq!(times.knots(), BTreeMap::from([(1, 12), (3, 36), (4, 60), (6, 84)]));
    }
}
