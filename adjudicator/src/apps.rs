//! The apps that ship: what their instances remember, what their movers say, and what their contracts would answer.
//!
//! Each app has a type for its app state, which is valid by construction, reads and writes the very bytes that the
//! contract takes, and builds an [`Instance`](crate::types::Instance) with settings that suit it. [`Rules`] are those of
//! its contract as pure functions: what an answer depends on besides comes in as [`Facts`]. Where an oracle or a station
//! signs, [`Delivered`] and [`Reading`] are what it signs. Source: `contracts/apps/`.
//!
//! What a step would lead to, before it is signed or sent:
//!
//! ```
//! use adjudicator::{
//!     Turn,
//!     apps::{App, NoFacts, Rules, Square, TicTacToe},
//!     eip712::Domain,
//!     types::{Party, Stake},
//! };
//! use alloy_primitives::{Address, I256, U256};
//!
//! let game = TicTacToe::start(Party::Zero, vec![Stake::new(100)?]);
//! let here = Domain::new(U256::from(1), Address::repeat_byte(0xaa));
//! let action = Square::new(4)?.to_action();
//! let answer = App::TicTacToe.transition(&here, &NoFacts, &game.encode(), action.get(), Turn::Party0)?;
//! // Whoever is to move has walked away: as it stands, party 0 has won the 100.
//! assert_eq!(answer.position.turn, Turn::Party1);
//! assert_eq!(answer.position.deltas, [I256::unchecked_from(-100)]);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod counter;
mod encoding;
mod error;
mod hash_time_lock;
mod oracle_escrow;
mod rock_paper_scissors;
mod setup;
mod signed_feed;
mod tic_tac_toe;

use std::fmt::Display;

use alloy_primitives::{Address, B256, I256, U256};

pub use counter::Counter;
pub use error::AppError;
pub use hash_time_lock::{HashTimeLock, hash_of};
pub use oracle_escrow::{Delivered, Deliveries, OracleEscrow, Oracles};
pub use rock_paper_scissors::{Hand, HandAction, RockPaperScissors, Secret};
pub use setup::Setup;
pub use signed_feed::{Reading, SignedFeed, SignedReading};
pub(crate) use tic_tac_toe::{Bound, KnownGames};
pub use tic_tac_toe::{Square, TicTacToe};

use crate::{
    Position, Transition, Turn,
    abi::{self, Artifact},
    eip712::Domain,
    types::AppCodeHash,
};

/// What apps read of other contracts.
pub trait Facts {
    /// When `registry` first saw the preimage of `hash`, in Unix seconds; 0 if never.
    ///
    /// # Errors
    /// If the account answers nothing of the kind.
    fn seen_at(&self, registry: Address, hash: B256) -> Result<U256, AppError>;

    /// Whether the contract `oracle` says that the goods of an escrow were delivered.
    ///
    /// # Errors
    /// If the account answers nothing of the kind.
    fn is_delivered(&self, oracle: Address, escrow_id: B256) -> Result<bool, AppError>;
}

/// Nothing is known: no account answers anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn seen_at(&self, registry: Address, _: B256) -> Result<U256, AppError> {
        Err(AppError::NoAnswer { account: registry })
    }

    fn is_delivered(&self, oracle: Address, _: B256) -> Result<bool, AppError> {
        Err(AppError::NoAnswer { account: oracle })
    }
}

/// The rules of an app, as its contract has them; the value is an app state.
pub trait Rules: Display + Sized {
    /// What a mover tells the app.
    type Action;

    /// Reads an app state.
    ///
    /// # Errors
    /// If the contract would refuse it.
    fn decode(app_state: &[u8]) -> Result<Self, AppError>;

    /// The app state, as the contract takes it.
    ///
    /// It may be longer than any channel takes: [`AppState::new`](crate::types::AppState::new) tells.
    fn encode(&self) -> Vec<u8>;

    /// Who moves next.
    fn turn(&self) -> Turn;

    /// What holds if the channel settles now, not yet clamped to the stakes: per asset, positive from party 0 to party 1.
    ///
    /// # Errors
    /// If what the app asks gives no answer.
    fn outcome(&self, facts: &impl Facts) -> Result<Vec<I256>, AppError>;

    /// Reads the action of a mover whose turn it is.
    ///
    /// # Errors
    /// If it is none in this app state.
    fn decode_action(&self, action: &[u8]) -> Result<Self::Action, AppError>;

    /// The app state after the action of a mover whose turn it is. `domain` is that of the app: its chain and address.
    ///
    /// # Errors
    /// If the rules do not allow it.
    fn act(self, domain: &Domain, action: Self::Action) -> Result<Self, AppError>;

    /// Where the app stands.
    ///
    /// # Errors
    /// As of [`outcome`](Self::outcome).
    fn position(&self, facts: &impl Facts) -> Result<Position, AppError> {
        Ok(Position { turn: self.turn(), deltas: self.outcome(facts)? })
    }
}

/// Declares the apps: the type of their app state, which has the app's name, and their artifact.
macro_rules! apps {
    ($($(#[$doc:meta])* $name:ident = $artifact:ident;)*) => {
        /// One of the apps that ship.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum App {
            $($(#[$doc])* $name,)*
        }

        impl App {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The app's contract.
            #[must_use]
            pub fn artifact(self) -> &'static Artifact {
                match self { $(Self::$name => &abi::$artifact,)* }
            }

            /// Where the app stands in an app state, as its contract would say.
            ///
            /// # Errors
            /// If the contract would refuse to say.
            pub fn position(self, facts: &impl Facts, app_state: &[u8]) -> Result<Position, AppError> {
                match self { $(Self::$name => $name::decode(app_state)?.position(facts),)* }
            }

            /// What the app makes of a step, as its contract would say. `domain` is that of the app: its chain and address.
            ///
            /// # Errors
            /// If the contract would refuse the step.
            pub fn transition(
                self,
                domain: &Domain,
                facts: &impl Facts,
                app_state: &[u8],
                action: &[u8],
                mover: Turn,
            ) -> Result<Transition, AppError> {
                match self { $(Self::$name => transition::<$name>(domain, facts, app_state, action, mover),)* }
            }

            /// An app state in words, for people.
            ///
            /// # Errors
            /// If the contract would refuse it.
            pub fn describe(self, app_state: &[u8]) -> Result<String, AppError> {
                match self { $(Self::$name => Ok($name::decode(app_state)?.to_string()),)* }
            }
        }
    };
}

apps! {
    /// Counts its steps: the simplest app imaginable.
    Counter = COUNTER;
    /// Money against a secret.
    HashTimeLock = HASH_TIME_LOCK;
    /// Money against goods.
    OracleEscrow = ORACLE_ESCROW;
    /// Insurance by a signed feed.
    SignedFeed = SIGNED_FEED;
    /// A game in turns.
    TicTacToe = TIC_TAC_TOE;
    /// A game with secrets.
    RockPaperScissors = ROCK_PAPER_SCISSORS;
}

impl App {
    /// The hash of the code that the app has wherever it is deployed.
    #[must_use]
    pub fn code_hash(self) -> AppCodeHash {
        AppCodeHash::new(self.artifact().runtime_code_hash())
    }

    /// The app with this code.
    #[must_use]
    pub fn by_code_hash(code_hash: AppCodeHash) -> Option<Self> {
        Self::ALL.iter().copied().find(|app| app.code_hash() == code_hash)
    }
}

fn transition<S: Rules>(
    domain: &Domain,
    facts: &impl Facts,
    app_state: &[u8],
    action: &[u8],
    mover: Turn,
) -> Result<Transition, AppError> {
    let before = S::decode(app_state)?;
    let turn = before.turn();
    if turn == Turn::Nobody || (turn != mover && turn != Turn::Anyone) {
        return Err(AppError::NotYourTurn { turn, mover });
    }
    let action = before.decode_action(action)?;
    let next = before.act(domain, action)?;
    let position = next.position(facts)?;
    Ok(Transition { app_state: next.encode().into(), position })
}
