//! Whether each instance can be played to its end.

use alloy_primitives::{Address, I256, U256, keccak256};

use super::Review;
use crate::{
    Turn,
    apps::{App, AppError, Counter, HashTimeLock, OracleEscrow, RockPaperScissors, Rules, SignedFeed, TicTacToe},
    evidence::{Accepted, Code, Key},
    types::{AppCodeHash, AppState, Instance, Party, Stake},
};

impl Review<'_> {
    pub(super) fn each_instance(&mut self, instances: &[Instance], proof: &[Key]) {
        for instance in instances {
            self.limits(instance, proof);
            let app_state = self.dossier.app_state(instance.app_state_hash);
            if app_state.is_none() {
                let found = format!("instance {}: the app state {} is not held", instance.id, instance.app_state_hash);
                self.find(Code::AppStateNotHeld, proof.iter().copied(), found);
            }
            self.is_there(instance, proof);
            match self.policy.apps.get(&instance.app_code_hash) {
                Some(accepted) => self.accepted(instance, accepted, app_state, proof),
                None => {
                    let found = format!("instance {}: an app with code {}", instance.id, instance.app_code_hash);
                    self.find(Code::AppNotAccepted, proof.iter().copied(), found);
                }
            }
        }
    }

    /// The app has the code that the instance names: nobody can touch it otherwise.
    fn is_there(&mut self, instance: &Instance, proof: &[Key]) {
        let &Instance { id, app, app_code_hash: expected, .. } = instance;
        match self.view.codes.get(&app) {
            None => {
                let found = format!("instance {id}: nobody has looked whether the app is at {app}");
                self.find(Code::AppUnseen, proof.iter().copied(), found);
            }
            Some(code) if expected != AppCodeHash::ANY && keccak256(code) != expected.get() => {
                let found = format!("instance {id}: {app} has other code than {expected}");
                self.find(Code::AppNotAccepted, proof.iter().copied(), found);
            }
            Some(_) => {}
        }
    }

    /// What holds whatever the app is.
    fn limits(&mut self, instance: &Instance, proof: &[Key]) {
        let Instance { id, max_steps, matures, .. } = instance;
        let (most, now) = (self.policy.max_steps, self.view.latest.now);
        if max_steps.get() > most {
            let found = format!("instance {id}: {max_steps} steps, where at most {most} are accepted");
            self.find(Code::StepsMany, proof.iter().copied(), found);
        }
        let latest = now.saturating_add(self.policy.max_maturity);
        if matures.get() > latest {
            let found = format!("instance {id} matures at {matures}, where {latest} is the latest that is accepted");
            self.find(Code::MaturesFar, proof.iter().copied(), found);
        }
    }

    fn accepted(&mut self, instance: &Instance, accepted: &Accepted, app_state: Option<&AppState>, proof: &[Key]) {
        let id = instance.id;
        if instance.app_gas.get() < accepted.least_gas {
            let found = format!("instance {id}: {} gas, where the app needs {}", instance.app_gas, accepted.least_gas);
            self.find(Code::AppGasShort, proof.iter().copied(), found);
        }
        let mut longest = accepted.longest_play;
        if let Some((app, app_state)) = accepted.app.zip(app_state) {
            match ahead(app, app_state.get()) {
                Ok(ahead) => {
                    longest = ahead.steps;
                    self.shipped(instance, &ahead, proof);
                }
                Err(reason) => {
                    let found = format!("instance {id}: {reason}");
                    self.find(Code::AppStateRefused, proof.iter().copied(), found);
                }
            }
        }
        if instance.max_steps.get() < longest {
            let found = format!("instance {id}: {} steps, where the longest play has {longest}", instance.max_steps);
            self.find(Code::StepsShort, proof.iter().copied(), found);
        }
    }

    /// What the rules of an app that ships tell.
    fn shipped(&mut self, instance: &Instance, ahead: &Ahead, proof: &[Key]) {
        let Instance { id, matures, stakes, .. } = instance;
        if matures.get() < ahead.decided {
            let found =
                format!("instance {id} matures at {matures}, where its outcome is decided at {}", ahead.decided);
            self.find(Code::MaturesShort, proof.iter().copied(), found);
        }
        if let Some(account) = ahead.asks {
            let code = self.view.codes.get(&account).filter(|code| !code.is_empty());
            if !code.is_some_and(|code| self.policy.codes.contains(&keccak256(code))) {
                let found = format!("instance {id} asks {account}, whose code is not known or not accepted");
                self.find(Code::OutsideNotAccepted, proof.iter().copied(), found);
            }
        }
        for (index, (delta, pair)) in ahead.most.iter().zip(stakes.as_pairs()).enumerate() {
            for party in Party::BOTH {
                let (lost, stake) = (*party.of(delta), party.of(pair).to_word());
                if lost > stake {
                    let found = format!(
                        "instance {id}: party {party} may lose {lost} of asset {index}, where its stake is {stake}"
                    );
                    self.find(Code::OutcomeAboveStakes, proof.iter().copied(), found);
                }
            }
        }
    }
}

/// What may still happen in an instance of an app that ships.
struct Ahead {
    /// The most steps.
    steps: u8,
    /// When the outside world has decided, in Unix seconds.
    decided: u64,
    /// The contract that is asked.
    asks: Option<Address>,
    /// The most that party 0 and party 1 can lose, per asset.
    most: Vec<[U256; 2]>,
}

fn ahead(app: App, app_state: &[u8]) -> Result<Ahead, AppError> {
    let nothing = |steps| Ahead { steps, decided: 0, asks: None, most: Vec::new() };
    Ok(match app {
        App::Counter => {
            Counter::decode(app_state)?;
            nothing(0)
        }
        App::HashTimeLock => {
            let HashTimeLock { registry, valid_until, deltas, .. } = HashTimeLock::decode(app_state)?;
            Ahead { steps: 0, decided: valid_until.get(), asks: Some(registry), most: by_deltas(&deltas) }
        }
        App::OracleEscrow => {
            let escrow = OracleEscrow::decode(app_state)?;
            let steps = u8::from(escrow.turn() != Turn::Nobody);
            Ahead { steps, decided: 0, asks: escrow.oracles.asked(), most: by_deltas(&escrow.deltas) }
        }
        App::SignedFeed => {
            let feed = SignedFeed::decode(app_state)?;
            let [_, until] = feed.insured();
            let (steps, most) = (u8::from(!feed.is_due()), by_deltas(feed.deltas()));
            Ahead { steps, decided: until.get(), asks: None, most }
        }
        App::TicTacToe => {
            let game = TicTacToe::decode(app_state)?;
            let taken = game.board(Party::Zero).count_ones().saturating_add(game.board(Party::One).count_ones());
            let steps = u8::try_from(9_u32.saturating_sub(taken)).unwrap_or(u8::MAX);
            let steps = if game.turn() == Turn::Nobody { 0 } else { steps };
            Ahead { most: by_wagers(game.wagers()), ..nothing(steps) }
        }
        App::RockPaperScissors => {
            let game = RockPaperScissors::decode(app_state)?;
            let steps = match (game.commitment(), game.hands()) {
                (None, _) => 3,
                (_, [_, None]) => 2,
                (_, [None, _]) => 1,
                _ => 0,
            };
            Ahead { most: by_wagers(game.wagers()), ..nothing(steps) }
        }
    })
}

/// The outcome is these deltas or nothing.
fn by_deltas(deltas: &[I256]) -> Vec<[U256; 2]> {
    let losses = |delta: &I256| match delta.unsigned_abs() {
        lost if delta.is_negative() => [U256::ZERO, lost],
        lost => [lost, U256::ZERO],
    };
    deltas.iter().map(losses).collect()
}

/// Either may lose its wager.
fn by_wagers(wagers: &[Stake]) -> Vec<[U256; 2]> {
    wagers.iter().map(|wager| [wager.to_word(); 2]).collect()
}
