//! What the contract remembers of a channel.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, FixedBytes, I256};

/// The first 192 bits of a hash: as much as the record keeps of a state, and an instance of its app state.
pub type Hash192 = FixedBytes<24>;

/// The first 192 bits of a hash.
pub(crate) fn short(hash: B256) -> Hash192 {
    Hash192::from(hash.0.first_chunk().copied().unwrap_or_default())
}

/// One channel. Evidence may be recorded before the first deposit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channel {
    /// The money, by asset. One that is not in it was never validated; the first asset of a closed channel always is.
    pub funds: BTreeMap<Address, Funds>,
    /// The number of withdrawals made so far.
    pub serial: u64,
    /// Whether the channel is closed, for ever.
    pub is_closed: bool,
    /// What is recorded.
    pub record: Record,
    /// Who started closing, on which round, and who proved it stale; in channels with a bounty.
    pub bounty: Option<Bounty>,
    /// How often each party has revoked its delegations.
    pub epochs: [u64; 2],
    /// What was forced, by the hash of the state that it stands on.
    pub bases: BTreeMap<B256, Base>,
}

impl Channel {
    /// What was forced on the recorded state.
    #[must_use]
    pub fn recorded_base(&self) -> Option<&Base> {
        let recorded = self.record.state_hash;
        self.bases.iter().find(|(state_hash, _)| state_hash.starts_with(recorded.as_slice())).map(|(_, base)| base)
    }

    /// The same without what was forced, of which there may be much.
    pub(crate) fn without_bases(&self) -> Self {
        Self { funds: self.funds.clone(), bases: BTreeMap::new(), ..*self }
    }
}

/// The money of a channel in one asset: what each party put in less what it took out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Funds {
    /// The asset's index in the terms.
    pub index: u8,
    /// Party 0's and party 1's, in units of the asset; each may be negative, their sum never is.
    pub balances: [I256; 2],
}

/// The newest co-signed state that the chain was shown, and how far its dispute is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record {
    /// Its round.
    pub round: u64,
    /// The first 192 bits of its hash; zero for round 0.
    pub state_hash: Hash192,
    /// `E`, the first second at which no newer state is accepted; `None` while the channel is open.
    pub evidence_deadline: Option<u64>,
    /// Which parties have consented to settle it at once.
    pub consents: [bool; 2],
}

impl Record {
    /// Whether closing has started.
    #[must_use]
    pub const fn is_closing(&self) -> bool {
        self.evidence_deadline.is_some()
    }
}

/// What a stale close costs, and whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounty {
    /// The party in whose name closing was started: 0 or 1.
    pub closer: u8,
    /// The recorded round at that time.
    pub closed_round: u64,
    /// Who was first to record a state that made the bounty due.
    pub prover: Option<Address>,
}

/// The touched instances of one co-signed state, by their hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// Each instance that had a step or an evaluation.
    pub instances: BTreeMap<B256, Progress>,
}

/// Where forced steps and evaluations have brought one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The first 192 bits of the hash of its app state.
    pub app_state_hash: Hash192,
    /// The steps made.
    pub steps: u8,
    /// When it was last extended, in Unix seconds.
    pub last_touch: u64,
    /// Its signed maturity, in Unix seconds.
    pub matures: u64,
    /// Its outcome, per asset, within the stakes.
    pub deltas: Vec<I256>,
}
