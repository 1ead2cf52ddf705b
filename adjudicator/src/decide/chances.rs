//! What an instance may cost a party: at worst, and at worst if the party does nothing more.

use alloy_primitives::{I256, U256};

use super::{
    Question,
    advice::Asked,
    loss::{Loss, loss},
    plays,
};
use crate::{
    Progress,
    apps::{
        App, Bound, Counter, HashTimeLock, KnownGames, OracleEscrow, RockPaperScissors, Rules, SignedFeed, TicTacToe,
    },
    types::{Instance, Party, Stake, Step},
};

/// What the facts that decide an instance tell of it.
struct Decided<'d> {
    /// What it moves if they are there.
    deltas: &'d [I256],
    /// Whether they are.
    is_there: bool,
    /// Whether they can come no more.
    is_over: bool,
    /// Whether the party itself can bring them, and still may.
    is_held: bool,
}

/// What is to be known of an instance to tell its chances.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) instance: &'a Instance,
    /// Which of the apps that ship it is of.
    pub(super) app: Option<App>,
    /// Where it is, if that is held.
    pub(super) app_state: Option<&'a [u8]>,
    /// What was forced.
    pub(super) progress: Option<&'a Progress>,
    /// What the party has signed of it already, and so anybody may show.
    pub(super) signed: &'a [&'a Step],
    /// Whether others could still touch it in the newest block that is known, or later.
    pub(super) is_alive: bool,
    /// Whether the party still can.
    pub(super) is_defensible: bool,
}

/// Tells what instances may cost the party that asks.
#[derive(Debug)]
pub(super) struct Chances<'a> {
    question: Question<'a>,
    games: KnownGames,
    /// A preimage of which it is assumed that it was seen in time, or comes too late.
    assumed: Option<(Asked, bool)>,
}

impl<'a> Chances<'a> {
    pub(super) fn new(question: Question<'a>) -> Self {
        Self { question, games: KnownGames::new(), assumed: None }
    }

    /// Assumes that a preimage is seen now, or comes too late.
    pub(super) const fn settle_locks(&mut self, asked: Asked, is_seen: bool) {
        self.assumed = Some((asked, is_seen));
    }

    /// Assumes nothing any more.
    pub(super) const fn forget_locks(&mut self) {
        self.assumed = None;
    }

    pub(super) fn of(&mut self, place: Place<'_>) -> Loss {
        let stakes = place.instance.stakes.as_pairs();
        let as_it_is = match place.progress {
            Some(progress) => self.losses(&progress.deltas),
            None => stakes.iter().map(|_| I256::ZERO).collect(),
        };
        if !place.is_alive {
            return Loss { defended: as_it_is.clone(), undefended: as_it_is.clone(), as_it_is };
        }
        let [mut defended, mut undefended] = self.alive(place).unwrap_or_else(|| {
            let all: Vec<I256> = stakes.iter().map(|pair| signed(*self.question.party.of(pair))).collect();
            [all.clone(), all]
        });
        let stay = |losses: &mut Vec<I256>| {
            losses.iter_mut().zip(&as_it_is).for_each(|(loss, is)| *loss = (*loss).max(*is));
        };
        // What nobody touches stays as it is; and the party touches nothing by which it would lose.
        stay(&mut undefended);
        let changes: Vec<I256> = defended.iter().zip(&as_it_is).map(|(loss, is)| loss.saturating_sub(*is)).collect();
        if !place.is_defensible {
            defended = undefended.clone();
        } else if !self.question.is_gain(&changes) {
            stay(&mut defended);
        }
        let clamp = |losses: Vec<I256>| {
            let bounds = stakes.iter().map(|pair| {
                let party = self.question.party;
                (signed(*party.peer().of(pair)).saturating_neg(), signed(*party.of(pair)))
            });
            losses.into_iter().zip(bounds).map(|(loss, (least, most))| loss.max(least).min(most)).collect()
        };
        Loss { defended: clamp(defended), undefended: clamp(undefended), as_it_is }
    }

    /// What the rules of an app that ships tell, defended and undefended; nothing if they are not known.
    fn alive(&mut self, place: Place<'_>) -> Option<[Vec<I256>; 2]> {
        let Question { dossier, view, at, .. } = self.question;
        let app_state = place.app_state?;
        let made = place.progress.map_or(0, |progress| progress.steps);
        let steps = place.instance.max_steps.get().saturating_sub(made);
        let account = place.instance.app;
        Some(match place.app? {
            App::Counter => {
                Counter::decode(app_state).ok()?;
                let nothing: Vec<I256> = place.instance.stakes.as_pairs().iter().map(|_| I256::ZERO).collect();
                [nothing.clone(), nothing]
            }
            App::HashTimeLock => {
                let lock = HashTimeLock::decode(app_state).ok()?;
                let assumed =
                    self.assumed.filter(|(asked, _)| *asked == (lock.registry, lock.hash)).map(|(_, is_seen)| is_seen);
                let valid_until = lock.valid_until.get();
                let is_known = lock.outcome(view).ok()?.iter().any(|delta| !delta.is_zero());
                self.decided(&Decided {
                    deltas: &lock.deltas,
                    is_there: is_known || (assumed == Some(true) && at <= valid_until),
                    // It may have been seen since the newest block that is known.
                    is_over: view.latest.now > valid_until || assumed == Some(false),
                    is_held: at <= valid_until && dossier.preimage(lock.hash).is_some(),
                })
            }
            App::OracleEscrow => {
                let escrow = OracleEscrow::decode(app_state).ok()?;
                let is_asked = escrow.oracles.asked().is_some();
                self.decided(&Decided {
                    deltas: &escrow.deltas,
                    is_there: escrow.outcome(view).ok()?.iter().any(|delta| !delta.is_zero()),
                    is_over: !is_asked && steps == 0,
                    is_held: !is_asked && plays::deliveries(dossier, account, &escrow).is_some(),
                })
            }
            App::SignedFeed => {
                let feed = SignedFeed::decode(app_state).ok()?;
                self.decided(&Decided {
                    deltas: feed.deltas(),
                    is_there: feed.is_due(),
                    is_over: steps == 0,
                    is_held: plays::reading(dossier, account, &feed).is_some(),
                })
            }
            App::TicTacToe => {
                let game = TicTacToe::decode(app_state).ok()?;
                let party = self.question.party;
                let bound = Bound::new(place.signed);
                let mut known = KnownGames::new();
                let known = if bound.is_free() { &mut self.games } else { &mut known };
                let signs = [false, true].map(|is_passive| game.forced((party, is_passive), &bound, steps, known));
                signs.map(|sign| self.wagered(game.wagers(), sign))
            }
            App::RockPaperScissors => {
                let game = RockPaperScissors::decode(app_state).ok()?;
                self.hands(&game, steps)
            }
        })
    }

    /// An outcome that facts decide: they are there, or can come no more, or the party could bring them, or anybody might.
    fn decided(&self, decided: &Decided<'_>) -> [Vec<I256>; 2] {
        let paid = self.losses(decided.deltas);
        let at_worst: Vec<I256> = paid.iter().map(|loss| (*loss).max(I256::ZERO)).collect();
        match decided {
            Decided { is_there: true, .. } => [paid.clone(), paid],
            Decided { is_over: true, .. } => [vec![I256::ZERO; paid.len()], vec![I256::ZERO; paid.len()]],
            Decided { is_held: true, .. } if self.question.is_gain(&paid) => [paid, at_worst],
            _ => [at_worst.clone(), at_worst],
        }
    }

    /// What an instance could still bring the party by facts that nobody has shown yet, per asset.
    pub(super) fn hoped(&self, instance: &Instance, app: Option<App>, app_state: &[u8]) -> Vec<U256> {
        let view = self.question.view;
        let deltas = match app {
            Some(App::HashTimeLock) => HashTimeLock::decode(app_state).ok().map(|lock| lock.deltas),
            Some(App::OracleEscrow) => OracleEscrow::decode(app_state).ok().map(|escrow| escrow.deltas),
            Some(App::SignedFeed) => SignedFeed::decode(app_state).ok().map(|feed| feed.deltas().to_vec()),
            Some(_) => None,
            // Of an app that nobody knows it is whatever the peer has staked.
            None => {
                let stakes = instance.stakes.as_pairs().iter().map(|pair| signed(*self.question.party.peer().of(pair)));
                let sign = |stake: I256| loss(self.question.party, stake.saturating_neg());
                Some(stakes.map(sign).collect())
            }
        };
        let is_open = view.latest.now <= instance.matures.get();
        let gains = deltas.filter(|_| is_open).map(|deltas| self.losses(&deltas)).unwrap_or_default();
        gains.iter().map(|loss| loss.saturating_neg().max(I256::ZERO).unsigned_abs()).collect()
    }

    /// A game of hands is lost at worst, as long as it is not over: nobody knows what the peer has, or will show.
    fn hands(&self, game: &RockPaperScissors, steps: u8) -> [Vec<I256>; 2] {
        let party = self.question.party;
        let lost = if party == Party::Zero { 1 } else { -1 };
        let is_over = steps == 0 || matches!(game.hands(), [Some(_), Some(_)]);
        if is_over {
            let as_it_is = game.sign();
            return [self.wagered(game.wagers(), as_it_is), self.wagered(game.wagers(), as_it_is)];
        }
        let own_secret = game.commitment().and_then(|commitment| self.question.dossier.secret(commitment));
        let revealed = match (party, game.hands(), own_secret) {
            (Party::Zero, [None, Some(hand)], Some(secret)) => secret.hand.sign_against(hand).min(lost),
            _ => lost,
        };
        [self.wagered(game.wagers(), revealed), self.wagered(game.wagers(), lost)]
    }

    fn wagered(&self, wagers: &[Stake], sign: i8) -> Vec<I256> {
        let stake = |wager: &Stake| match sign {
            0 => I256::ZERO,
            1 => loss(self.question.party, signed(*wager)),
            _ => loss(self.question.party, signed(*wager).saturating_neg()),
        };
        wagers.iter().map(stake).collect()
    }

    /// What a party loses by these deltas.
    fn losses(&self, deltas: &[I256]) -> Vec<I256> {
        deltas.iter().map(|delta| loss(self.question.party, *delta)).collect()
    }
}

/// Money of 112 bits.
fn signed(stake: Stake) -> I256 {
    I256::try_from(stake.to_word()).unwrap_or(I256::MAX)
}
