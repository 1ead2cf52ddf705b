//! The rules of `Counter`, the copy of `tests/contracts/apps/ScriptedApp.sol`, and how the contract reads an answer.

use adjudicator::{
    AppFailure, Position, Transition, Turn,
    apps::{App, NoFacts},
};
use alloy_primitives::{Address, Bytes, I256, U256};

use crate::scene::Scene;

/// Less than this is not even enough for an app to see what it was called with.
const LEAST_GAS: u32 = 250;
/// The longest app state, in bytes.
const MAX_APP_STATE: usize = 4096;

type Answer<T> = Result<T, AppFailure>;

pub(super) fn transition(
    scene: &Scene,
    app: Address,
    gas: u32,
    app_state: &[u8],
    action: &[u8],
    mover: Turn,
) -> Answer<Transition> {
    if gas < LEAST_GAS {
        Err(AppFailure::Failed)
    } else if app == scene.counter {
        Ok(App::Counter.transition(&scene.domain, &NoFacts, app_state, action, mover)?)
    } else if scene.apps.contains(&app) {
        act(action, mover)
    } else {
        Err(AppFailure::Failed)
    }
}

pub(super) fn position(scene: &Scene, app: Address, gas: u32, app_state: &[u8]) -> Answer<Position> {
    if gas < LEAST_GAS {
        Err(AppFailure::Failed)
    } else if app == scene.counter {
        Ok(App::Counter.position(&NoFacts, app_state)?)
    } else if scene.apps.contains(&app) {
        stand(app_state)
    } else {
        Err(AppFailure::Failed)
    }
}

/// In which manner the scripted app answers, by its number.
mod manner {
    pub(super) const WELL: u8 = 0;
    pub(super) const PADDED: u8 = 1;
    pub(super) const RAW: u8 = 2;
    pub(super) const FLOODING: u8 = 3;
}

fn stand(app_state: &[u8]) -> Answer<Position> {
    let [manner, _, raw @ ..] = app_state else { return Err(AppFailure::Failed) };
    match *manner {
        manner::WELL | manner::PADDED => standing(app_state),
        manner::RAW => read_position(raw),
        manner::FLOODING => Err(AppFailure::Malformed),
        _ => Err(AppFailure::Failed),
    }
}

fn act(action: &[u8], mover: Turn) -> Answer<Transition> {
    let [manner, allowed, next @ ..] = action else { return Err(AppFailure::Failed) };
    if *allowed != 3 && *allowed != mover as u8 {
        return Err(AppFailure::Failed);
    }
    match *manner {
        manner::WELL => {
            let (app_state, position) = (Bytes::copy_from_slice(next), standing(next)?);
            Ok(Transition { app_state, position })
        }
        // The app state is too long, if the app gets so far.
        manner::PADDED => standing(next).and(Err(AppFailure::Malformed)),
        manner::RAW => read_transition(next),
        manner::FLOODING => Err(AppFailure::Malformed),
        _ => Err(AppFailure::Failed),
    }
}

/// Where the app state says that the app stands.
fn standing(app_state: &[u8]) -> Answer<Position> {
    let [_, turn, deltas @ ..] = app_state else { return Err(AppFailure::Failed) };
    Ok(Position { turn: read_turn(U256::from(*turn))?, deltas: read_deltas(deltas) })
}

/// What `position` returned, if it is exactly what it should be.
fn read_position(answer: &[u8]) -> Answer<Position> {
    let (words, rest) = answer.as_chunks::<32>();
    let [turn, offset, count, deltas @ ..] = words else { return Err(AppFailure::Malformed) };
    let is_exact = rest.is_empty() && is_number(offset, 64) && is_number(count, deltas.len());
    if !is_exact {
        return Err(AppFailure::Malformed);
    }
    Ok(Position { turn: read_turn(U256::from_be_bytes(*turn))?, deltas: read_deltas(deltas.as_flattened()) })
}

/// What `transition` returned, if it is exactly what it should be.
fn read_transition(answer: &[u8]) -> Answer<Transition> {
    let (words, rest) = answer.as_chunks::<32>();
    let [next_at, turn, deltas_at, length, behind @ ..] = words else { return Err(AppFailure::Malformed) };
    let length = usize::try_from(U256::from_be_bytes(*length)).unwrap_or(usize::MAX);
    if length > MAX_APP_STATE || !rest.is_empty() || !is_number(next_at, 96) {
        return Err(AppFailure::Malformed);
    }
    let Some((next, list)) = behind.split_at_checked(length.div_ceil(32)) else { return Err(AppFailure::Malformed) };
    let [count, deltas @ ..] = list else { return Err(AppFailure::Malformed) };
    if !is_number(deltas_at, 128 + 32 * next.len()) || !is_number(count, deltas.len()) {
        return Err(AppFailure::Malformed);
    }
    let app_state = Bytes::copy_from_slice(&next.as_flattened()[..length]);
    let turn = read_turn(U256::from_be_bytes(*turn))?;
    Ok(Transition { app_state, position: Position { turn, deltas: read_deltas(deltas.as_flattened()) } })
}

fn is_number(word: &[u8; 32], number: usize) -> bool {
    U256::from_be_bytes(*word) == U256::from(number)
}

fn read_turn(turn: U256) -> Answer<Turn> {
    let turns = [Turn::Party0, Turn::Party1, Turn::Anyone, Turn::Nobody];
    turns.into_iter().find(|it| U256::from(*it as u8) == turn).ok_or(AppFailure::Malformed)
}

fn read_deltas(words: &[u8]) -> Vec<I256> {
    words.as_chunks::<32>().0.iter().map(|word| I256::from_be_bytes(*word)).collect()
}
