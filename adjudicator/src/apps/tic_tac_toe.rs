use std::{
    collections::HashMap,
    fmt::{self, Display, Formatter},
};

use alloy_primitives::{B256, I256};
use alloy_sol_types::SolValue;

use super::{
    AppError, Facts, Rules, Setup,
    encoding::{Boards, byte, decode, pack_wagers, pay, unpack_wagers, word},
    setup::stakes_of,
};
use crate::{
    Turn,
    eip712::Domain,
    print::List,
    types::{AppGas, Instance, Invalid, Maturity, Party, Stake, Step, StepAction, Steps},
};

/// How many squares there are, which is also how many moves the longest game has.
const SQUARES: u8 = 9;
/// A board on which every square is taken.
const FULL: u16 = 0x1ff;
/// Rows, columns, diagonals.
const LINES: [u16; 8] = [0x007, 0x038, 0x1c0, 0x049, 0x092, 0x124, 0x111, 0x054];

/// A game of tic-tac-toe. Whoever is to move and does not loses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicTacToe {
    /// The squares that each party has taken, a bit each.
    boards: [u16; 2],
    mover: Party,
    wagers: Vec<Stake>,
}

/// What was found out about games, by boards, mover, whom it is for and whether that party is passive, and moves left.
pub(crate) type KnownGames = HashMap<([u16; 2], Party, (Party, bool), u8), i8>;

/// The moves that a party has signed, by the boards that they are made on.
#[derive(Debug, Default)]
pub(crate) struct Bound(HashMap<[u16; 2], Vec<Square>>);

impl Bound {
    /// Those among these steps.
    pub(crate) fn new(steps: &[&Step]) -> Self {
        let mut bound = Self::default();
        for step in steps {
            let game = TicTacToe::decode(step.app_state.get());
            if let Some((game, square)) = game.ok().and_then(|game| {
                let square = game.decode_action(step.action.get()).ok()?;
                Some((game, square))
            }) {
                bound.0.entry(game.boards).or_default().push(square);
            }
        }
        bound
    }

    /// Whether there are none.
    pub(crate) fn is_free(&self) -> bool {
        self.0.is_empty()
    }
}

impl TicTacToe {
    /// A new game. `wagers` are what the loser pays the winner, per asset.
    #[must_use]
    pub const fn start(first: Party, wagers: Vec<Stake>) -> Self {
        Self { boards: [0, 0], mover: first, wagers }
    }

    /// The game with these squares taken by party 0 and by party 1, a bit each, where it is `mover`'s turn.
    ///
    /// # Errors
    /// [`AppError::AppStateMalformed`] if no game can come to that.
    pub fn new(boards: [u16; 2], mover: Party, wagers: Vec<Stake>) -> Result<Self, AppError> {
        let game = Self { boards, mover, wagers };
        let (mine, theirs) = (game.board(mover), game.board(mover.peer()));
        let [my_count, their_count] = [mine, theirs].map(u16::count_ones);
        let is_in_turn = my_count == their_count || my_count.checked_add(1) == Some(their_count);
        let is_sound = mine & theirs == 0 && mine | theirs <= FULL && !has_line(mine) && is_in_turn;
        if is_sound { Ok(game) } else { Err(AppError::AppStateMalformed) }
    }

    /// An instance of this game, its stakes the wagers, with as many steps as the longest game has.
    ///
    /// # Errors
    /// If there is not a wager for each of 1 to 8 assets.
    pub fn instance(&self, setup: &Setup) -> Result<Instance, Invalid> {
        setup.instance(self, AppGas::new(60_000), Steps::new(SQUARES), Maturity::MIN, stakes_of(&self.wagers)?)
    }

    /// The squares that a party has taken, a bit each.
    #[must_use]
    pub const fn board(&self, party: Party) -> u16 {
        *party.of(&self.boards)
    }

    /// The party that is to move next, or would be if the game were not over.
    #[must_use]
    pub const fn mover(&self) -> Party {
        self.mover
    }

    /// What the loser pays the winner, per asset.
    #[must_use]
    pub fn wagers(&self) -> &[Stake] {
        &self.wagers
    }

    /// The squares that nobody has taken.
    pub fn free(&self) -> impl Iterator<Item = Square> {
        let taken = self.board(Party::Zero) | self.board(Party::One);
        (0..SQUARES).map(Square).filter(move |square| taken & square.bit() == 0)
    }

    /// The outcome that a party can bring about, whatever its peer does, if at most so many moves are made: 1 if party 0
    /// pays, -1 if party 1 does, 0 for a draw. A party that is passive makes no move; one that has signed a move has no
    /// other, and its peer may make it.
    pub(crate) fn forced(&self, who: (Party, bool), bound: &Bound, moves: u8, known: &mut KnownGames) -> i8 {
        let key = (self.boards, self.mover, who, moves);
        if let Some(known) = known.get(&key) {
            return *known;
        }
        let (party, is_passive) = who;
        let is_own = self.mover == party;
        let signed = bound.0.get(&self.boards).filter(|_| is_own).map(Vec::as_slice).unwrap_or_default();
        let is_stuck = self.turn() == Turn::Nobody || moves == 0 || (is_passive && is_own && signed.is_empty());
        let rest = moves.saturating_sub(1);
        let squares: Vec<Square> = match signed {
            _ if is_stuck => Vec::new(),
            [] => self.free().collect(),
            signed => self.free().filter(|square| signed.contains(square)).collect(),
        };
        // Whoever moves may also stop here. Party 0 wants the least, party 1 the most; but what is signed, the peer chooses.
        let wants_least = (self.mover == Party::Zero) == signed.is_empty();
        let mut best = self.sign();
        for square in squares {
            if best == if wants_least { -1 } else { 1 } {
                break;
            }
            let forced = self.after(square).forced(who, bound, rest, known);
            best = if wants_least { best.min(forced) } else { best.max(forced) };
        }
        known.insert(key, best);
        best
    }

    /// The boards after a move on a free square, for which nothing is wagered.
    fn after(&self, square: Square) -> Self {
        let [mut zero, mut one] = self.boards;
        *(if self.mover == Party::Zero { &mut zero } else { &mut one }) |= square.bit();
        Self { boards: [zero, one], mover: self.mover.peer(), wagers: Vec::new() }
    }

    /// Who pays as it is: 1 if party 0 does, -1 if party 1 does.
    fn sign(&self) -> i8 {
        match self.mover {
            _ if self.is_full() && !self.is_won() => 0,
            Party::Zero => 1,
            Party::One => -1,
        }
    }

    /// Whether the last move has won: the party that is to move cannot have.
    fn is_won(&self) -> bool {
        has_line(self.board(self.mover.peer()))
    }

    const fn is_full(&self) -> bool {
        self.board(Party::Zero) | self.board(Party::One) == FULL
    }
}

fn has_line(board: u16) -> bool {
    LINES.iter().any(|line| board & line == *line)
}

/// A square, from 0 at the top left to 8 at the bottom right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Square(u8);

impl Square {
    /// Checks the number.
    ///
    /// # Errors
    /// [`AppError::SquareInvalid`] if it is not on the board.
    pub const fn new(square: u8) -> Result<Self, AppError> {
        if square < SQUARES { Ok(Self(square)) } else { Err(AppError::SquareInvalid { square }) }
    }

    /// The action that takes it.
    #[must_use]
    pub fn to_action(self) -> StepAction {
        StepAction::fitting(B256::with_last_byte(self.0).to_vec())
    }

    fn bit(self) -> u16 {
        1_u16.wrapping_shl(self.0.into())
    }
}

impl Rules for TicTacToe {
    type Action = Square;

    fn decode(app_state: &[u8]) -> Result<Self, AppError> {
        let Boards { boards, mover, wagers } = decode(app_state)?;
        let mover = Party::try_from(mover).map_err(|_| AppError::AppStateMalformed)?;
        Self::new(boards, mover, unpack_wagers(&wagers)?)
    }

    fn encode(&self) -> Vec<u8> {
        let wagers = pack_wagers(&self.wagers);
        Boards { boards: self.boards, mover: self.mover.get(), wagers }.abi_encode()
    }

    fn turn(&self) -> Turn {
        match self.mover {
            _ if self.is_won() || self.is_full() => Turn::Nobody,
            Party::Zero => Turn::Party0,
            Party::One => Turn::Party1,
        }
    }

    fn outcome(&self, _: &impl Facts) -> Result<Vec<I256>, AppError> {
        Ok(pay(&self.wagers, self.sign()))
    }

    fn decode_action(&self, action: &[u8]) -> Result<Square, AppError> {
        Square::new(byte(word(action)?)?)
    }

    fn act(self, _: &Domain, square: Square) -> Result<Self, AppError> {
        let Self { mut boards, mover, wagers } = self;
        let [zero, one] = &mut boards;
        if (*zero | *one) & square.bit() != 0 {
            return Err(AppError::SquareInvalid { square: square.0 });
        }
        *(if mover == Party::Zero { zero } else { one }) |= square.bit();
        Self::new(boards, mover.peer(), wagers)
    }
}

impl Display for TicTacToe {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mark = |square: Square| match () {
            () if self.board(Party::Zero) & square.bit() != 0 => '0',
            () if self.board(Party::One) & square.bit() != 0 => '1',
            () => '.',
        };
        let squares: String = (0..SQUARES).map(|square| mark(Square(square))).collect();
        let rows: Vec<_> = [squares.get(..3), squares.get(3..6), squares.get(6..)].into_iter().flatten().collect();
        write!(f, "{} for {}, ", rows.join("/"), List(self.wagers.iter()))?;
        match self.turn() {
            Turn::Nobody if self.is_won() => write!(f, "won by party {}", self.mover.peer()),
            Turn::Nobody => f.write_str("a draw"),
            _ => write!(f, "party {} to move", self.mover),
        }
    }
}
