//! The loop that goes on until nothing is left to do.

use super::{Event, Journal, Lane, Payer, SubmitError};
use crate::chain::{Chain, Clock};

impl<J: Journal, P: Payer> Lane<J, P> {
    /// Advances again and again, so many seconds apart, until all orders are final. That the chain cannot be read, or the journal
    /// not be written, is told and tried again.
    pub fn carry_out(
        &mut self,
        chain: &mut impl Chain,
        clock: &mut impl Clock,
        seconds: u64,
        mut tell: impl FnMut(Result<Event, SubmitError<J::Error>>),
    ) {
        while self.intents().next().is_some() {
            match self.advance(chain, clock.now()) {
                Ok(events) => events.into_iter().for_each(|event| tell(Ok(event))),
                Err(error) => tell(Err(error)),
            }
            if self.intents().next().is_some() {
                clock.wait(seconds);
            }
        }
    }
}
