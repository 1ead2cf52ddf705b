//! What a mover could say to an app that ships, with what is held.

use alloy_primitives::{Address, B256};

use crate::{
    Turn,
    apps::{
        App, Counter, Deliveries, Hand, HandAction, OracleEscrow, RockPaperScissors, Rules, SignedFeed, SignedReading,
        TicTacToe,
    },
    evidence::Dossier,
    signature::Signature,
    types::{Party, StepAction},
};

/// Every action that this mover could show an app in this app state, of those that lead to different positions.
pub(super) fn plays(dossier: &Dossier, app: App, account: Address, app_state: &[u8], mover: Mover) -> Vec<StepAction> {
    played(dossier, app, account, app_state, mover).unwrap_or_default()
}

/// Who moves: a party, or whoever likes to where the app lets anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mover {
    Party(Party),
    Anyone,
}

impl Mover {
    /// Whose turn it must be. Where anyone may move, a party moves as anyone.
    const fn turn(self) -> Turn {
        match self {
            Self::Party(Party::Zero) => Turn::Party0,
            Self::Party(Party::One) => Turn::Party1,
            Self::Anyone => Turn::Anyone,
        }
    }
}

fn played(dossier: &Dossier, app: App, account: Address, app_state: &[u8], mover: Mover) -> Option<Vec<StepAction>> {
    let is_on = |turn: Turn| turn == mover.turn();
    Some(match app {
        App::HashTimeLock => Vec::new(),
        App::Counter => {
            Counter::decode(app_state).ok().filter(|count| is_on(count.turn()))?;
            vec![StepAction::default()]
        }
        App::OracleEscrow => {
            let escrow = OracleEscrow::decode(app_state).ok().filter(|escrow| is_on(escrow.turn()))?;
            let deliveries = deliveries(dossier, account, &escrow)?;
            deliveries.to_action().into_iter().collect()
        }
        App::SignedFeed => {
            let feed = SignedFeed::decode(app_state).ok().filter(|feed| is_on(feed.turn()))?;
            reading(dossier, account, &feed).map(|reading| reading.to_action()).into_iter().collect()
        }
        App::TicTacToe => {
            let game = TicTacToe::decode(app_state).ok().filter(|game| is_on(game.turn()))?;
            game.free().map(|square| square.to_action()).collect()
        }
        App::RockPaperScissors => {
            let game = RockPaperScissors::decode(app_state).ok().filter(|game| is_on(game.turn()))?;
            let actions: Vec<HandAction> = match (game.commitment(), game.hands()) {
                (None, _) => {
                    let commitments = dossier.secrets().map(|it| it.content.secret().commitment());
                    commitments.filter(|commitment| !is_used(dossier, *commitment)).map(HandAction::Commit).collect()
                }
                (Some(commitment), [None, Some(_)]) => {
                    dossier.secret(commitment).map(HandAction::Reveal).into_iter().collect()
                }
                _ => Hand::ALL.map(HandAction::Show).into(),
            };
            actions.into_iter().map(HandAction::to_action).collect()
        }
    })
}

/// As many deliveries as it takes, in the order of the oracles, if they are held.
pub(super) fn deliveries(dossier: &Dossier, account: Address, escrow: &OracleEscrow) -> Option<Deliveries> {
    let (threshold, oracles) = escrow.oracles.counted()?;
    let held: Vec<(Address, &Signature)> = dossier.deliveries(account, escrow.escrow_id).collect();
    let of = |oracle: &Address| held.iter().find(|(signer, _)| signer == oracle).map(|(_, signature)| **signature);
    let signatures: Vec<Signature> = oracles.iter().filter_map(of).take(threshold.into()).collect();
    (signatures.len() == usize::from(threshold)).then_some(Deliveries(signatures))
}

/// A reading by which the insurance is due, if one is held.
pub(super) fn reading(dossier: &Dossier, account: Address, feed: &SignedFeed) -> Option<SignedReading> {
    let ([least, greatest], [since, until]) = (feed.range(), feed.insured());
    let due = dossier.readings().find(|it| {
        let content = it.content;
        let is_meant = content.app == account && content.feed.get() == feed.feed();
        let is_signed = it.held.outsider() == Some(feed.station());
        let is_insured = (since..=until).contains(&content.read_at);
        is_meant && is_signed && is_insured && !(least..=greatest).contains(&content.value.get())
    })?;
    let content = due.content;
    Some(SignedReading { value: content.value.get(), read_at: content.read_at, signature: content.signature })
}

/// Whether a game that is held has this commitment already: who commits to it twice may have shown it.
fn is_used(dossier: &Dossier, commitment: B256) -> bool {
    dossier.app_states().any(|app_state| {
        RockPaperScissors::decode(app_state.content.get()).is_ok_and(|game| game.commitment() == Some(commitment))
    })
}
