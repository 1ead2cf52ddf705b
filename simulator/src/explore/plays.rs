//! Where an instance can get by the rules of its app, and what a party could say there.

use std::collections::BTreeSet;

use adjudicator::{
    Turn,
    abi::IApp::{transitionCall, transitionReturn},
    apps::{App, OracleEscrow, Rules, SignedFeed},
    types::Party,
};
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_sol_types::SolCall;

use super::Mistake;
use crate::{
    scenario::{Action, Hidden, Moment, Moved, Name, Path, Term},
    stage::{DEPLOYER, Place, Running, Stage},
    world::World,
};

/// The most positions of an instance that a search knows.
const MOST_POSITIONS: usize = 512;
/// What hides the hands of whoever plays here.
const SALT: &str = "search";

/// A position of an instance, the actions that led there, and what may be said there.
#[derive(Debug, Clone)]
pub(super) struct Position {
    pub(super) moved: Vec<Moved>,
    pub(super) app_state: Bytes,
    pub(super) hash: B256,
    /// What each party may say there, and the position after it.
    pub(super) plays: Vec<Play>,
}

/// What somebody may say, and where that leads.
#[derive(Debug, Clone)]
pub(super) struct Play {
    pub(super) mover: Party,
    pub(super) action: Action,
    /// The hash of the app state after it.
    pub(super) leads_to: B256,
}

/// Every position that an instance can get to, as its app itself says, the first one first.
pub(super) fn positions(
    stage: &Stage,
    world: &mut World,
    (name, running): (&str, &Running),
    place: &Place,
) -> Result<Vec<Position>, Mistake> {
    let begin = Position {
        moved: Vec::new(),
        app_state: running.app_state.clone(),
        hash: keccak256(&running.app_state),
        plays: Vec::new(),
    };
    let mut known: BTreeSet<B256> = [begin.hash].into();
    let mut positions = vec![begin];
    let mut next = 0_usize;
    // One step more than there may be is enough to see that it is refused.
    let most = usize::from(running.instance.max_steps.get()).saturating_add(1);
    while let Some(position) = positions.get(next).cloned() {
        if position.moved.len() >= most {
            next = next.saturating_add(1);
            continue;
        }
        let mut plays = Vec::new();
        let at = Running { app_state: position.app_state.clone(), ..running.clone() };
        for action in actions(stage, &at) {
            let bytes = stage.action(&action, &at, &Path::default())?;
            for mover in Party::BOTH {
                let turn = if mover == Party::Zero { Turn::Party0 } else { Turn::Party1 };
                let Some(app_state) = transition(world, &at, &bytes, turn) else { continue };
                let hash = keccak256(&app_state);
                plays.push(Play { mover, action: action.clone(), leads_to: hash });
                if known.insert(hash) {
                    let by: Name = mover.of(&place.parties).clone();
                    let mut moved = position.moved.clone();
                    moved.push(Moved { by, action: action.clone() });
                    positions.push(Position { moved, app_state, hash, plays: Vec::new() });
                }
            }
        }
        if positions.len() > MOST_POSITIONS {
            return Err(Mistake::TooManyPositions { instance: name.to_owned(), most: MOST_POSITIONS });
        }
        if let Some(position) = positions.get_mut(next) {
            position.plays = plays;
        }
        next = next.saturating_add(1);
    }
    Ok(positions)
}

/// The app state after an action, if the app takes it.
fn transition(world: &mut World, at: &Running, action: &Bytes, mover: Turn) -> Option<Bytes> {
    let call = transitionCall { appState: at.app_state.clone(), action: action.clone(), mover: mover as u8 };
    let output = world.ask(DEPLOYER, at.instance.app, call.abi_encode().into())?;
    let answer: transitionReturn = transitionCall::abi_decode_returns(&output).ok()?;
    Some(answer.next)
}

/// What could be said to an app in some position, whether it takes that or not.
fn actions(stage: &Stage, at: &Running) -> Vec<Action> {
    let hands = ["rock", "paper", "scissors"].map(str::to_owned);
    let hidden = |hand: &String| Hidden { hand: hand.clone(), salt: SALT.into() };
    let name_of = |address| stage.name_of(address).map(str::to_owned);
    match at.app {
        Some(App::Counter) => vec![Action::Raw("0x".into())],
        Some(App::TicTacToe) => (0..9).map(Action::Place).collect(),
        Some(App::RockPaperScissors) => {
            let commits = hands.iter().map(|hand| Action::Commit(hidden(hand)));
            let reveals = hands.iter().map(|hand| Action::Reveal(hidden(hand)));
            commits.chain(hands.iter().cloned().map(Action::Show)).chain(reveals).collect()
        }
        Some(App::OracleEscrow) => {
            let escrow = OracleEscrow::decode(&at.app_state).ok();
            let counted = escrow.as_ref().and_then(|escrow| escrow.oracles.counted());
            let names = counted.map(|(threshold, oracles)| {
                oracles.iter().take(threshold.into()).filter_map(|oracle| name_of(*oracle)).collect()
            });
            names.map(Action::Deliver).into_iter().collect()
        }
        Some(App::SignedFeed) => {
            let Ok(feed) = SignedFeed::decode(&at.app_state) else { return Vec::new() };
            let ([_, most], [since, _]) = (feed.range(), feed.insured());
            let value = i64::try_from(most).ok().and_then(|most| most.checked_add(1));
            let read_at = Moment(vec![(true, Term::Unix(since.get()))]);
            value.map(|value| Action::Reading { value, read_at, station: None }).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
