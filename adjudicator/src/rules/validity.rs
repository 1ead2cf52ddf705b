//! Which windows a deployment may allow, and which terms a channel may have.

use alloy_primitives::{Address, U256};

use super::Result;
use crate::error::require;
use crate::{Deployment, eip712::Domain, wire};

/// The longest window a deployment may allow, in seconds: about three years.
pub const GREATEST_WINDOW: u64 = 100_000_000;

/// The least stale margin where there is a bounty.
pub const MIN_STALE_MARGIN: u16 = 3;

impl Deployment {
    /// A contract on a chain, with the bounds of its windows in seconds.
    ///
    /// # Errors
    /// [`WindowBoundsInvalid`](crate::DisputeError::WindowBoundsInvalid), as its constructor.
    pub fn new(chain_id: U256, manager: Address, min_window: U256, max_window: U256) -> Result<Self> {
        let is_valid = !min_window.is_zero() && min_window <= max_window && max_window <= U256::from(GREATEST_WINDOW);
        require!(is_valid, WindowBoundsInvalid { min_window, max_window, greatest: GREATEST_WINDOW });
        let (min_window, max_window) = (min_window.saturating_to(), max_window.saturating_to());
        Ok(Self { domain: Domain::new(chain_id, manager), min_window, max_window })
    }

    /// Money paid into terms that break these rules might never come out.
    pub(super) fn require_valid(&self, terms: &wire::Terms<'_>) -> Result<()> {
        for party in [0u8, 1] {
            require!(!terms.signer(party).is_zero(), SignerZero { party });
            let payee = terms.payee(party);
            require!(!payee.is_zero() && payee != self.domain.manager(), PayeeInvalid { party, payee });
        }
        let signer = terms.signer(0);
        require!(signer != terms.signer(1), SignersEqual { signer });
        let (min, max, actual) = (self.min_window, self.max_window, terms.window());
        require!((min..=max).contains(&actual.into()), WindowOutOfRange { min, max, actual });
        let (min, actual) = (MIN_STALE_MARGIN, terms.stale_margin());
        require!(terms.bounty() == 0 || actual >= min, StaleMarginTooSmall { min, actual });
        for (index, (previous, actual)) in (1u8..).zip(terms.assets().zip(terms.assets().skip(1))) {
            require!(actual > previous, AssetsNotAscending { index, previous, actual });
        }
        Ok(())
    }
}
