use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, B256, U256, keccak256};

use crate::{
    abi,
    apps::App,
    types::{AppCodeHash, Asset, ChannelId},
};

/// The numbers of a signer: what it takes a chain, an app and a risk to be.
///
/// The defaults are for Ethereum's main chain, on its bad days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The seconds between two blocks.
    pub block_seconds: u64,
    /// The gas of a block that is not too full to get into.
    pub block_gas: u64,
    /// A dispute must fit one of so many parts of the blocks in a window.
    pub parts_of_blocks: u64,
    /// The most gas that a transaction may have (EIP-7825).
    pub transaction_gas: u64,
    /// By how many hundredths a touch may become dearer by repricing.
    pub repricing_percent: u64,
    /// The gas of a touch at worst, without what the app gets.
    pub touch_gas: u64,
    /// The price of gas in times of stress, in wei.
    pub stress_gas_price: u64,
    /// What 10^18 units of each asset are worth at least, in wei.
    pub prices: BTreeMap<Asset, U256>,
    /// The most steps that an instance may allow.
    pub max_steps: u8,
    /// How far ahead an instance may mature, in seconds.
    pub max_maturity: u64,
    /// For how long a dispute may lock up the escrow, in seconds.
    pub max_lock_up: u64,
    /// The shortest window that outlasts congestion and outages, in seconds.
    pub min_window: u64,
    /// By how many rounds a state may be ahead of the newest that both have signed.
    pub max_jump: u64,
    /// How many rounds below the greatest that can be recorded are left alone.
    pub reserved_rounds: u64,
    /// For how long a close, a withdrawal or a delegation may be used, in seconds.
    pub max_validity: u64,
    /// The apps that were looked at, by the hash of their code: no delegatecall, no selfdestruct, no environment, no
    /// clock in a transition.
    pub apps: BTreeMap<AppCodeHash, Accepted>,
    /// The hashes of code that was looked at of registries, oracles, payees and signers, and is right in its place.
    pub codes: BTreeSet<B256>,
    /// Tokens that rebase, charge the sender, or can be frozen.
    pub awkward: BTreeSet<Asset>,
    /// Chains that a wrong signature may turn out to be for.
    pub other_chains: Vec<U256>,
    /// Contracts that a wrong signature may turn out to be for.
    pub other_managers: Vec<Address>,
    /// Channels in this contract that a wrong signature may turn out to be for.
    pub other_channels: Vec<ChannelId>,
}

/// What is known of an accepted app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Whether it is one that ships: then its rules are known, too, and the app state tells how long the play can be.
    pub app: Option<App>,
    /// The steps of the longest play from the start.
    pub longest_play: u8,
    /// The gas that it needs at worst.
    pub least_gas: u32,
    /// Whether a step of it may reveal a secret.
    pub reveals: bool,
}

impl Default for Policy {
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self {
            block_seconds: 12,
            block_gas: 30_000_000,
            parts_of_blocks: 10,
            transaction_gas: 1 << 24,
            repricing_percent: 50,
            touch_gas: 150_000,
            stress_gas_price: 300_000_000_000,
            prices: [(Asset::NATIVE, U256::from(1_000_000_000_000_000_000_u64))].into(),
            max_steps: 32,
            max_maturity: 90 * DAY,
            max_lock_up: 180 * DAY,
            min_window: DAY,
            max_jump: 1_000,
            reserved_rounds: 1 << 20,
            max_validity: 30 * DAY,
            apps: App::ALL.iter().map(|app| (app.code_hash(), Accepted::shipped(*app))).collect(),
            codes: [keccak256(abi::PREIMAGE_REGISTRY.runtime_code())].into(),
            awkward: BTreeSet::new(),
            other_chains: [1, 10, 56, 100, 137, 8_453, 31_337, 42_161, 43_114, 59_144, 11_155_111]
                .map(U256::from)
                .into(),
            other_managers: Vec::new(),
            other_channels: Vec::new(),
        }
    }
}

impl Accepted {
    /// An app that ships.
    #[must_use]
    pub const fn shipped(app: App) -> Self {
        let (longest_play, least_gas) = match app {
            App::Counter => (0, 20_000),
            App::HashTimeLock => (0, 40_000),
            App::OracleEscrow => (1, 40_000),
            App::SignedFeed => (1, 60_000),
            App::TicTacToe => (9, 60_000),
            App::RockPaperScissors => (3, 50_000),
        };
        Self { app: Some(app), longest_play, least_gas, reveals: matches!(app, App::RockPaperScissors) }
    }
}
