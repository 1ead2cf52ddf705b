//! Where a scenario takes place: contracts, accounts, channels.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Moment, Name, Span, Sum, Sums};

/// The bounds of windows that the contract is deployed with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Deployment {
    /// The shortest window.
    pub min_window: Span,
    /// The longest window.
    pub max_window: Span,
}

impl Default for Deployment {
    fn default() -> Self {
        Self { min_window: Span(60), max_window: Span(100_000_000) }
    }
}

/// A token. Everybody has plenty of it, and has approved the contract.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// How many digits behind the point an amount may have: 18 unless told, at most 36.
    #[serde(default)]
    pub decimals: Option<u8>,
    /// How it behaves.
    #[serde(default)]
    pub mood: TokenMood,
    /// Whom a picky token does not serve.
    #[serde(default)]
    pub target: Option<Name>,
    /// Whether it is an honest token that takes permits (EIP-2612), as OpenZeppelin makes it.
    #[serde(default)]
    pub permits: bool,
}

/// How a token behaves: `tests/contracts/tokens/ScriptedToken.sol`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum TokenMood {
    /// It moves money and says so.
    #[default]
    Honest = 0,
    /// It returns nothing.
    Silent,
    /// It returns two words.
    Wordy,
    /// A tenth of what is moved never arrives.
    Charging,
    /// It takes more gas than a push has.
    Hungry = 8,
    /// It reverts if it is to or from its target.
    Picky = 9,
    /// It does not tell balances.
    Mute = 10,
    /// It calls back while it moves.
    Reentering = 12,
    /// It says that it moved, and did not.
    Lying = 13,
    /// It returns false.
    Refusing = 14,
    /// It reverts.
    Reverting = 15,
    /// It reverts with 60,000 bytes.
    Bombing = 16,
    /// It leaves no gas.
    Burning = 17,
}

/// An account that is more than a key.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// A contract that is paid, and behaves like this.
    #[serde(default)]
    pub payee: Option<PayeeMood>,
    /// The account has a key, and code that its key has delegated to (EIP-7702), which behaves like this.
    #[serde(default)]
    pub delegated: Option<PayeeMood>,
}

/// How a payee behaves: `tests/contracts/actors/ScriptedPayee.sol`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum PayeeMood {
    /// It takes what it is paid.
    #[default]
    Accepting = 0,
    /// It returns 60,000 bytes.
    Flooding,
    /// It takes nearly all the gas of a push.
    Greedy,
    /// It takes more gas than a push has.
    Hungry,
    /// It calls back while it is paid.
    Reentering,
    /// It reverts.
    Reverting,
    /// It reverts with 60,000 bytes.
    Bombing,
    /// It leaves no gas.
    Burning,
}

/// A channel: its terms, and what is put into it before anything else happens.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Channel {
    /// Whose keys sign: party 0's, then party 1's.
    pub parties: [Name; 2],
    /// Who is paid, where it is not the party itself.
    pub payees: BTreeMap<Name, Name>,
    /// The challenge window T.
    pub window: Span,
    /// What a stale close costs its closer.
    pub bounty: Option<Sum>,
    /// How many rounds a close may be behind without being stale.
    pub stale_margin: Option<u16>,
    /// Tells channels of equal terms apart.
    pub salt: u64,
    /// What it holds: `ether`, and tokens. Without it, whatever it is funded with.
    pub assets: Option<Vec<Name>>,
    /// What each account puts in at the start.
    pub funding: BTreeMap<Name, Sums>,
    /// How many of them there are, at most 10,000, each with another salt: then the channel is named with its number behind it, beginning with 0,
    /// and so is each state of it.
    pub copies: Option<u32>,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            parties: ["alice".into(), "bob".into()],
            payees: BTreeMap::new(),
            window: Span(86_400),
            bounty: None,
            stale_margin: None,
            salt: 0,
            assets: None,
            funding: BTreeMap::new(),
            copies: None,
        }
    }
}

/// What runs within a channel.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Which app, and where it stands when the state is signed.
    pub app: App,
    /// In which channel.
    #[serde(default)]
    pub channel: Option<Name>,
    /// What each party can lose at most; what the app can cost it, unless told.
    #[serde(default)]
    pub stakes: Option<BTreeMap<Name, Sums>>,
    /// The gas that each call to the app gets; what the app needs, unless told.
    #[serde(default)]
    pub gas: Option<u32>,
    /// The most forced steps on one base; what the longest play takes, unless told.
    #[serde(default)]
    pub max_steps: Option<u8>,
    /// By when its outcome is decided; what the app says, unless told.
    #[serde(default)]
    pub matures: Option<Moment>,
    /// Whether the app may have any code; otherwise it is named by the code that it has.
    #[serde(default)]
    pub any_code: bool,
    /// How many of them there are, at most 10,000, each with an id of its own; the preimages of locks end with their number then.
    #[serde(default)]
    pub copies: Option<u32>,
}

/// How a scripted app answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Manner {
    /// As an app should.
    Well = 0,
    /// With 60,000 bytes.
    Flooding = 3,
    /// It reverts.
    Reverting = 4,
    /// It leaves no gas.
    Burning = 5,
}

/// An app, and where it stands.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum App {
    /// Counts its steps, and moves nothing.
    Counter {
        /// The steps so far.
        #[serde(default)]
        count: u64,
    },
    /// A game in turns: who leaves has lost.
    TicTacToe {
        /// Who moves next.
        mover: Name,
        /// What a won game moves.
        wager: Sums,
        /// The squares that each party has, 0 to 8 from the upper left.
        #[serde(default)]
        squares: BTreeMap<Name, Vec<u8>>,
    },
    /// A game with secrets.
    RockPaperScissors {
        /// What a won game moves.
        wager: Sums,
    },
    /// Money against a secret.
    HashTimeLock {
        /// What party 0 pays party 1 if the preimage is shown in time; negative the other way round.
        pays: Sums,
        /// The secret, in words.
        preimage: String,
        /// The last second in which it counts.
        valid_until: Moment,
    },
    /// Money against goods.
    OracleEscrow {
        /// What party 0 pays party 1 if they were delivered.
        pays: Sums,
        /// What is delivered, in words.
        goods: String,
        /// Whose word counts.
        oracles: Vec<Name>,
        /// How many of them must agree.
        threshold: u8,
    },
    /// Insurance by a signed feed.
    SignedFeed {
        /// What party 0 pays party 1 if a reading is out of range.
        pays: Sums,
        /// What is measured, in words.
        feed: String,
        /// Who measures.
        station: Name,
        /// The least value in range: only what is out of range pays.
        least: i64,
        /// The greatest value in range.
        most: i64,
        /// The first second that is insured.
        since: Moment,
        /// The last second that is insured.
        until: Moment,
    },
    /// An app that behaves as it is told: `tests/contracts/apps/ScriptedApp.sol`.
    Scripted {
        /// How it answers.
        manner: Manner,
        /// What party 0 pays party 1.
        #[serde(default)]
        pays: Sums,
    },
    /// Any other, as compiled.
    Artifact {
        /// The file that the compiler wrote, beside the scenario or in a folder there.
        file: String,
        /// The app state in hex.
        state: String,
    },
    /// Any other, in Solidity. It needs the feature `compile`.
    Source {
        /// The file, beside the scenario or in a folder there.
        file: String,
        /// The contract in it.
        contract: String,
        /// The app state in hex.
        state: String,
    },
}

impl App {
    /// What it is called in scenarios.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Counter { .. } => "counter",
            Self::TicTacToe { .. } => "tic_tac_toe",
            Self::RockPaperScissors { .. } => "rock_paper_scissors",
            Self::HashTimeLock { .. } => "hash_time_lock",
            Self::OracleEscrow { .. } => "oracle_escrow",
            Self::SignedFeed { .. } => "signed_feed",
            Self::Scripted { .. } => "scripted",
            Self::Artifact { .. } => "artifact",
            Self::Source { .. } => "source",
        }
    }
}
