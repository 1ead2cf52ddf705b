//! Times, as a scenario tells them.

use alloy_primitives::B256;

use super::{LAST_SECOND, Result, Stage, Wrong};
use crate::scenario::{self, Path};

impl Stage {
    /// A time that is told without one of a dispute.
    pub(super) fn early(&self, moment: &scenario::Moment, path: &Path) -> Result<u64> {
        self.time(moment, self.start, None, &|_| None, path)
    }

    /// When it is. `now` is the time of the last block, `channel` the one that is meant where none is named; `deadlines` tells the evidence deadline and the final time of a channel
    /// that is closing.
    ///
    /// # Errors
    /// If it depends on what is not there.
    pub fn time(
        &self,
        moment: &scenario::Moment,
        now: u64,
        channel: Option<&str>,
        deadlines: &dyn Fn(B256) -> Option<[u64; 2]>,
        path: &Path,
    ) -> Result<u64> {
        use scenario::Term;
        let closing = |name: &Option<String>| {
            let place = self.place(name.as_deref().or(channel), path)?;
            deadlines(place.id)
                .ok_or_else(|| Wrong::new(path, format!("nobody is closing the channel, so `{moment}` is no time")))
        };
        let mut sum: i128 = 0;
        for (is_added, term) in &moment.0 {
            let seconds = match term {
                Term::Unix(seconds) | Term::Span(seconds) => *seconds,
                Term::Start => self.start,
                Term::Now => now,
                Term::Evidence(name) => closing(name)?[0],
                Term::Final(name) => closing(name)?[1],
                Term::Window(name) => self.place(name.as_deref().or(channel), path)?.terms.window().get().into(),
            };
            let seconds = i128::from(seconds);
            sum = sum.saturating_add(if *is_added { seconds } else { seconds.saturating_neg() });
        }
        match u64::try_from(sum) {
            Ok(time) if time <= LAST_SECOND => Ok(time),
            Ok(time) => Err(Wrong::new(path, format!("`{moment}` is no time: {}", too_late(time)))),
            Err(_) => Err(Wrong::new(path, format!("`{moment}` is {sum}, which is no time"))),
        }
    }
}

pub(super) fn too_late(time: u64) -> String {
    format!("{time} is later than the last second that there may be, {LAST_SECOND}")
}
