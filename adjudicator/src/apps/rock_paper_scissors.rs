use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use alloy_primitives::{B256, I256, keccak256};
use alloy_sol_types::SolValue;

use super::{
    AppError, Facts, Rules, Setup,
    encoding::{Hands, byte, decode, pack_wagers, pay, unpack_wagers, word},
    setup::stakes_of,
};
use crate::{
    Turn,
    eip712::Domain,
    print::List,
    types::{AppGas, Instance, Invalid, Maturity, Stake, StepAction, Steps, text::serde_as_text},
};

/// What a party can show: each beats the one before it, and the first the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Hand {
    Rock = 1,
    Paper = 2,
    Scissors = 3,
}

impl Hand {
    /// All hands.
    pub const ALL: [Self; 3] = [Self::Rock, Self::Paper, Self::Scissors];

    /// Whether it wins against another one.
    #[must_use]
    pub fn beats(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Paper, Self::Rock) | (Self::Scissors, Self::Paper) | (Self::Rock, Self::Scissors)
        )
    }

    /// Who pays if party 0 has this hand and party 1 the other: 1 if party 0 does, -1 if party 1 does.
    pub(crate) fn sign_against(self, other: Self) -> i8 {
        match () {
            () if self == other => 0,
            () if self.beats(other) => -1,
            () => 1,
        }
    }

    fn to_word(self) -> B256 {
        B256::with_last_byte(self as u8)
    }

    /// That of a number; nothing for 0.
    fn read(number: u8) -> Result<Option<Self>, AppError> {
        let hand = Self::ALL.into_iter().find(|hand| *hand as u8 == number);
        if hand.is_none() && number != 0 { Err(AppError::ActionMalformed) } else { Ok(hand) }
    }

    /// That of a word of an action.
    fn shown(word: [u8; 32]) -> Result<Self, AppError> {
        Self::read(byte(word)?)?.ok_or(AppError::HandMissing)
    }
}

impl FromStr for Hand {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let hand = Self::ALL.into_iter().find(|hand| hand.to_string() == text);
        hand.ok_or_else(|| Invalid::Text { expected: "rock, paper or scissors", found: text.to_owned() })
    }
}

serde_as_text!(Hand);

impl Display for Hand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rock => "rock",
            Self::Paper => "paper",
            Self::Scissors => "scissors",
        })
    }
}

/// A game of rock paper scissors: party 0 commits, party 1 shows, party 0 reveals. Whoever is to move and does not loses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RockPaperScissors {
    progress: Progress,
    /// What the loser pays the winner, per asset.
    wagers: Vec<Stake>,
}

/// How far the game has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Begun,
    Committed(B256),
    Shown(B256, Hand),
    Over(B256, [Hand; 2]),
}

impl RockPaperScissors {
    /// A new game. `wagers` are what the loser pays the winner, per asset.
    #[must_use]
    pub const fn start(wagers: Vec<Stake>) -> Self {
        Self { progress: Progress::Begun, wagers }
    }

    /// What party 0 has committed to.
    #[must_use]
    pub const fn commitment(&self) -> Option<B256> {
        match self.progress {
            Progress::Begun => None,
            Progress::Committed(commitment) | Progress::Shown(commitment, _) | Progress::Over(commitment, _) => {
                Some(commitment)
            }
        }
    }

    /// What party 0 and party 1 have shown.
    #[must_use]
    pub const fn hands(&self) -> [Option<Hand>; 2] {
        match self.progress {
            Progress::Begun | Progress::Committed(_) => [None, None],
            Progress::Shown(_, hand1) => [None, Some(hand1)],
            Progress::Over(_, [hand0, hand1]) => [Some(hand0), Some(hand1)],
        }
    }

    /// What the loser pays the winner, per asset.
    #[must_use]
    pub fn wagers(&self) -> &[Stake] {
        &self.wagers
    }

    /// Who pays as it is: 1 if party 0 does, -1 if party 1 does.
    pub(crate) fn sign(&self) -> i8 {
        match self.progress {
            Progress::Over(_, [hand0, hand1]) => hand0.sign_against(hand1),
            Progress::Committed(_) => -1,
            Progress::Begun | Progress::Shown(..) => 1,
        }
    }

    /// An instance of this game, its stakes the wagers.
    ///
    /// # Errors
    /// If there is not a wager for each of 1 to 8 assets.
    pub fn instance(&self, setup: &Setup) -> Result<Instance, Invalid> {
        setup.instance(self, AppGas::new(50_000), Steps::new(3), Maturity::MIN, stakes_of(&self.wagers)?)
    }
}

/// What party 0 commits to: its hand, and a salt so that nobody can guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// The hand.
    pub hand: Hand,
    /// 32 random bytes, new for each game.
    pub salt: B256,
}

impl Secret {
    /// What tells nothing of the secret, and binds to it.
    #[must_use]
    pub fn commitment(&self) -> B256 {
        keccak256(self.encode())
    }

    fn encode(&self) -> Vec<u8> {
        [self.hand.to_word(), self.salt].concat()
    }
}

/// It is secret.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secret").field(&self.commitment()).finish()
    }
}

/// What a mover says, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandAction {
    /// Party 0 commits; not to zero.
    Commit(B256),
    /// Party 1 shows its hand.
    Show(Hand),
    /// Party 0 reveals.
    Reveal(Secret),
}

impl HandAction {
    /// The action that says it.
    #[must_use]
    pub fn to_action(self) -> StepAction {
        StepAction::fitting(match self {
            Self::Commit(commitment) => commitment.to_vec(),
            Self::Show(hand) => hand.to_word().to_vec(),
            Self::Reveal(secret) => secret.encode(),
        })
    }
}

impl Rules for RockPaperScissors {
    type Action = HandAction;

    fn decode(app_state: &[u8]) -> Result<Self, AppError> {
        let Hands { commitment, hand0, hand1, wagers } = decode(app_state)?;
        let hands = [hand0, hand1].map(Hand::read);
        let progress = match (commitment.is_zero(), hands) {
            (true, [Ok(None), Ok(None)]) => Progress::Begun,
            (false, [Ok(None), Ok(None)]) => Progress::Committed(commitment),
            (false, [Ok(None), Ok(Some(hand))]) => Progress::Shown(commitment, hand),
            (false, [Ok(Some(hand0)), Ok(Some(hand1))]) => Progress::Over(commitment, [hand0, hand1]),
            _ => return Err(AppError::AppStateMalformed),
        };
        Ok(Self { progress, wagers: unpack_wagers(&wagers)? })
    }

    fn encode(&self) -> Vec<u8> {
        let (commitment, hand0, hand1) = match self.progress {
            Progress::Begun => (B256::ZERO, 0, 0),
            Progress::Committed(commitment) => (commitment, 0, 0),
            Progress::Shown(commitment, hand1) => (commitment, 0, hand1 as u8),
            Progress::Over(commitment, [hand0, hand1]) => (commitment, hand0 as u8, hand1 as u8),
        };
        Hands { commitment, hand0, hand1, wagers: pack_wagers(&self.wagers) }.abi_encode()
    }

    fn turn(&self) -> Turn {
        match self.progress {
            Progress::Begun | Progress::Shown(..) => Turn::Party0,
            Progress::Committed(_) => Turn::Party1,
            Progress::Over(..) => Turn::Nobody,
        }
    }

    fn outcome(&self, _: &impl Facts) -> Result<Vec<I256>, AppError> {
        Ok(pay(&self.wagers, self.sign()))
    }

    fn decode_action(&self, action: &[u8]) -> Result<HandAction, AppError> {
        match self.progress {
            Progress::Begun => word(action).map(|commitment| HandAction::Commit(commitment.into())),
            Progress::Committed(_) => Hand::shown(word(action)?).map(HandAction::Show),
            Progress::Shown(..) | Progress::Over(..) => {
                let (words, rest) = action.as_chunks::<32>();
                let ([hand, salt], []) = (words, rest) else { return Err(AppError::length(64, action)) };
                Ok(HandAction::Reveal(Secret { hand: Hand::shown(*hand)?, salt: salt.into() }))
            }
        }
    }

    fn act(self, _: &Domain, action: HandAction) -> Result<Self, AppError> {
        let progress = match (self.progress, action) {
            (Progress::Begun, HandAction::Commit(B256::ZERO)) => return Err(AppError::CommitmentZero),
            (Progress::Begun, HandAction::Commit(commitment)) => Progress::Committed(commitment),
            (Progress::Committed(commitment), HandAction::Show(hand)) => Progress::Shown(commitment, hand),
            (Progress::Shown(expected, hand1), HandAction::Reveal(secret)) => {
                let actual = secret.commitment();
                if actual != expected {
                    return Err(AppError::CommitmentMismatch { expected, actual });
                }
                Progress::Over(expected, [secret.hand, hand1])
            }
            _ => return Err(AppError::ActionMalformed),
        };
        Ok(Self { progress, ..self })
    }
}

impl Display for RockPaperScissors {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let wagers = List(self.wagers.iter());
        match self.progress {
            Progress::Begun => write!(f, "for {wagers}, party 0 to commit"),
            Progress::Committed(commitment) => write!(f, "for {wagers}, against {commitment} party 1 to show a hand"),
            Progress::Shown(commitment, hand) => {
                write!(f, "for {wagers}, against {hand} party 0 to reveal {commitment}")
            }
            Progress::Over(_, [hand0, hand1]) => write!(f, "for {wagers}, {hand0} against {hand1}"),
        }
    }
}
