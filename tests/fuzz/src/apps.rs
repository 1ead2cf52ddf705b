//! App states and actions of the apps that ship.

use adjudicator::{
    Turn,
    apps::{
        App, AppError, Counter, Facts, HashTimeLock, OracleEscrow, RockPaperScissors, Rules, SignedFeed, TicTacToe,
    },
    eip712::Domain,
};
use alloy_primitives::{Address, B256, U256};

/// Where the apps are said to be.
const APP: Address = Address::repeat_byte(0xaa);

/// Everything was seen in the beginning, and everything was delivered.
struct Everything;

impl Facts for Everything {
    fn seen_at(&self, _: Address, _: B256) -> Result<U256, AppError> {
        Ok(U256::ONE)
    }

    fn is_delivered(&self, _: Address, _: B256) -> Result<bool, AppError> {
        Ok(true)
    }
}

/// An app state is what it was read from, can be printed, and is one again after a step. The first byte names the app, the
/// second the mover, the next two how long the app state is; the rest is the action.
pub fn apps(input: &[u8]) {
    let Some(([app, mover, length @ ..], rest)) = input.split_first_chunk::<4>() else { return };
    let (Some(app), Some(mover)) = (App::ALL.get(usize::from(*app)), turn(*mover)) else { return };
    let Some((app_state, action)) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))) else { return };
    let domain = Domain::new(U256::ONE, APP);
    let position = app.position(&Everything, app_state);
    assert_eq!(position.is_ok(), app.describe(app_state).is_ok_and(|text| !text.is_empty()));
    let is_exact = match app {
        App::Counter => Counter::decode(app_state).is_ok_and(|count| app_state.starts_with(&count.encode())),
        App::HashTimeLock => HashTimeLock::decode(app_state).is_ok_and(|lock| lock.encode() == app_state),
        App::OracleEscrow => OracleEscrow::decode(app_state).is_ok_and(|escrow| escrow.encode() == app_state),
        App::SignedFeed => SignedFeed::decode(app_state).is_ok_and(|policy| policy.encode() == app_state),
        App::TicTacToe => TicTacToe::decode(app_state).is_ok_and(|game| game.encode() == app_state),
        App::RockPaperScissors => RockPaperScissors::decode(app_state).is_ok_and(|game| game.encode() == app_state),
        _ => panic!("{app:?} is not looked at"),
    };
    assert_eq!(is_exact, position.is_ok());
    match app.transition(&domain, &Everything, app_state, action, mover) {
        Ok(next) => assert_eq!(app.position(&Everything, &next.app_state), Ok(next.position)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn turn(number: u8) -> Option<Turn> {
    [Turn::Party0, Turn::Party1, Turn::Anyone, Turn::Nobody].into_iter().find(|turn| *turn as u8 == number)
}
