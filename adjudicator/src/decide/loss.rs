//! What a party loses, per asset.

use alloy_primitives::I256;

use crate::types::Party;

/// What an instance costs a party, per asset: negative is a gain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    /// At worst, if the party plays as well as it can with what it holds.
    pub(super) defended: Vec<I256>,
    /// At worst, if the party does nothing more.
    pub(super) undefended: Vec<I256>,
    /// If nobody does anything more.
    pub(super) as_it_is: Vec<I256>,
}

impl Loss {
    pub(super) fn add(&mut self, other: &Self) {
        self.each(other, I256::saturating_add);
    }

    pub(super) fn subtract(&mut self, other: &Self) {
        self.each(other, I256::saturating_sub);
    }

    fn each(&mut self, other: &Self, change: fn(I256, I256) -> I256) {
        let lists = [
            (&mut self.defended, &other.defended),
            (&mut self.undefended, &other.undefended),
            (&mut self.as_it_is, &other.as_it_is),
        ];
        for (mine, others) in lists {
            mine.iter_mut().zip(others).for_each(|(mine, other)| *mine = change(*mine, *other));
        }
    }
}

/// Adds to each loss what it grows by.
pub(super) fn add_to(losses: &mut [I256], more: &[I256]) {
    losses.iter_mut().zip(more).for_each(|(loss, more)| *loss = loss.saturating_add(*more));
}

/// What a party loses by a net, or by a delta.
pub(super) fn loss(party: Party, net: I256) -> I256 {
    if party == Party::Zero { net } else { net.saturating_neg() }
}
