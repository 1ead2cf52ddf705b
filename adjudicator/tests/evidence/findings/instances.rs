//! Instances: whole, playable, and worth their dispute.

use std::{collections::BTreeSet, slice::from_ref};

use adjudicator::{
    apps::{App, HashTimeLock, RockPaperScissors, Rules, SignedFeed, TicTacToe},
    evidence::{Accepted, Code, Draft, Finding, longest_lock_up},
    types::{AppCodeHash, AppGas, AppState, InstanceId, Maturity, PerSide, Stake, State, Steps, Window},
};
use alloy_primitives::{Address, B256, Bytes, I256, U256};

use super::signatures::tic_tac_toe;
use crate::{
    fixture::{WINDOW, both, state, state_with},
    scene::{Game, NOW, Scene, draft_of, draft_with, instances_of, setup, told},
};

const DAY: u64 = 86_400;

/// What Alice is told of a state with these games, all of which is held.
fn signs_in(scene: &Scene, games: &[Game]) -> Vec<Finding> {
    let state = state_with(9, 0, &instances_of(games));
    scene.clone().with_games(games).signs(draft_with(state, games))
}

fn signs(game: Game) -> Vec<Finding> {
    signs_in(&known_registry(Scene::new()), &[game])
}

fn with(change: impl Fn(&mut Game)) -> Vec<Finding> {
    let mut game = tic_tac_toe(1, 5);
    change(&mut game);
    signs(game)
}

fn known_registry(scene: Scene) -> Scene {
    let code = adjudicator::abi::PREIMAGE_REGISTRY.runtime_code().clone();
    scene.view(|view| drop(view.codes.insert(Address::repeat_byte(0x99), code.clone())))
}

fn lock(valid_until: u64, delta: i64) -> Game {
    let lock = HashTimeLock {
        registry: Address::repeat_byte(0x99),
        hash: B256::repeat_byte(7),
        valid_until: Maturity::new(valid_until).unwrap(),
        deltas: vec![I256::unchecked_from(delta)],
    };
    let instance = lock.instance(&setup(1, App::HashTimeLock)).unwrap();
    Game { instance, app_state: AppState::new(lock.encode()).unwrap() }
}

#[test]
fn e040_the_whole_tree_is_held() {
    let games = [tic_tac_toe(1, 5), tic_tac_toe(2, 5)];
    let state = state_with(9, 0, &instances_of(&games));
    let scene = Scene::new().with_games(&games);
    let legal = scene.signs(draft_of(state.clone()));
    let app_states = || Scene::new().with(games[0].app_state.clone());
    told(Code::TreeNotHeld, &app_states().signs(draft_of(state.clone())), &legal);
    told(Code::TreeNotHeld, &app_states().signs(draft_with(state.clone(), &games[..1])), &legal);
    told(Code::TreeNotHeld, &Scene::new().with(both(state.clone())).verify(), &scene.with(both(state)).verify());
}

#[test]
fn e041_every_app_state_is_held() {
    let games = [tic_tac_toe(1, 5)];
    let draft = draft_with(state_with(9, 0, &instances_of(&games)), &games);
    told(Code::AppStateNotHeld, &Scene::new().signs(draft), &signs_in(&Scene::new(), &games));
}

#[test]
fn e042_no_two_leaves_have_one_id() {
    let games = [tic_tac_toe(1, 5), tic_tac_toe(1, 6)];
    let tree = adjudicator::types::Tree::new(games.iter().map(|game| game.instance.hash()));
    let state = State::new(9.into(), tree.root(), crate::fixture::nets(0)).unwrap();
    let legal = signs_in(&Scene::new(), &[tic_tac_toe(1, 5), tic_tac_toe(2, 6)]);
    told(Code::IdTwice, &Scene::new().signs(draft_with(state, &games)), &legal);
}

/// A game in which party 0 has moved once on the chain, and is winning.
fn played() -> (Scene, Game, Game) {
    let before = tic_tac_toe(1, 5);
    let wagers = vec![Stake::new(5).unwrap()];
    let after = TicTacToe::new([1, 0], adjudicator::types::Party::One, wagers).unwrap();
    let app_state = AppState::new(after.encode()).unwrap();
    let base = state_with(7, 0, &instances_of(from_ref(&before)));
    let scene = Scene::new().with_games(from_ref(&before)).with(both(base.clone())).recorded(&base);
    let scene = scene.touched(&base, &before.instance, &app_state, 1, -5).with(app_state.clone());
    let mut instance = before.instance.clone();
    instance.app_state_hash = app_state.hash();
    (scene, before, Game { instance, app_state })
}

#[test]
fn e043_a_touched_instance_is_carried_on() {
    let (scene, before, after) = played();
    let legal = signs_in(&scene, from_ref(&after));
    told(Code::TouchedNotCarried, &scene.signs(draft_of(state(9, 1))), &legal);
    told(Code::TouchedNotCarried, &signs_in(&scene, from_ref(&before)), &legal);
    let mut cheaper = after.clone();
    cheaper.instance.stakes = PerSide::new(vec![Stake::new(5).unwrap(), Stake::new(4).unwrap()]).unwrap();
    told(Code::TouchedNotCarried, &signs_in(&scene, &[cheaper]), &legal);
    // Fewer steps are left.
    let mut shorter = after;
    shorter.instance.max_steps = Steps::new(8);
    told(Code::TouchedNotCarried, &scene.signs(draft_of(state(9, 1))), &signs_in(&scene, &[shorter]));
    // What was touched is not even held.
    let lost =
        Scene { dossier: Scene::new().with(both(state_with(7, 0, &instances_of(from_ref(&before))))).dossier, ..scene };
    told(Code::TreeNotHeld, &lost.signs(draft_of(state(9, 1))), &legal);
}

#[test]
fn e044_resolved_for_less_than_it_is_worth() {
    let (scene, before, _) = played();
    let resolved: BTreeSet<InstanceId> = [before.instance.id].into();
    let signs =
        |net| scene.signs(Draft::State { state: state(9, net), instances: Vec::new(), resolved: resolved.clone() });
    let found = told(Code::ResolvedShort, &signs(-4), &signs(-5));
    assert_eq!(found.found, "party 0 gains 4 of asset 0, where the chain gives it 5");
}

#[test]
fn e045_an_app_that_nobody_looked_at() {
    let other = B256::repeat_byte(3);
    told(Code::AppNotAccepted, &with(|game| game.instance.app_code_hash = AppCodeHash::ANY), &with(|_| {}));
    let game = || {
        let mut game = tic_tac_toe(1, 5);
        game.instance.app_code_hash = other.into();
        game
    };
    let accepted = Accepted { app: None, longest_play: 9, least_gas: 10_000, reveals: false };
    let scene = Scene::new().policy(|policy| {
        policy.apps.insert(other.into(), accepted);
    });
    told(Code::AppNotAccepted, &signs(game()), &signs_in(&scene, &[game()]));
}

#[test]
fn e046_an_app_state_that_the_app_refuses() {
    let refused = with(|game| {
        game.app_state = AppState::new(vec![1, 2, 3]).unwrap();
        game.instance.app_state_hash = game.app_state.hash();
    });
    told(Code::AppStateRefused, &refused, &with(|_| {}));
}

#[test]
fn e047_steps_for_the_longest_play() {
    told(Code::StepsShort, &with(|game| game.instance.max_steps = Steps::new(8)), &with(|_| {}));
    let (scene, _, mut after) = played();
    after.instance.max_steps = Steps::new(7);
    let scene = Scene { view: Scene::new().view, ..scene };
    let short = signs_in(&scene, from_ref(&after));
    after.instance.max_steps = Steps::new(8);
    told(Code::StepsShort, &short, &signs_in(&scene, &[after]));
    let game = RockPaperScissors::start(vec![Stake::new(5).unwrap()]);
    let mut instance = game.instance(&setup(1, App::RockPaperScissors)).unwrap();
    let app_state = AppState::new(game.encode()).unwrap();
    let legal = signs(Game { instance: instance.clone(), app_state: app_state.clone() });
    instance.max_steps = Steps::new(2);
    told(Code::StepsShort, &signs(Game { instance, app_state }), &legal);
}

#[test]
fn e048_more_steps_than_accepted() {
    let steps = |steps| with(|game| game.instance.max_steps = Steps::new(steps));
    told(Code::StepsMany, &steps(33), &steps(32));
}

#[test]
fn e049_a_maturity_before_the_outcome() {
    let until = NOW + DAY;
    let mut early = lock(until, 5);
    early.instance.matures = Maturity::new(until - 1).unwrap();
    told(Code::MaturesShort, &signs(early), &signs(lock(until, 5)));
    let insured = [NOW, until].map(|time| Maturity::new(time).unwrap());
    let range = [I256::ZERO, I256::ONE];
    let feed = SignedFeed::new(B256::ZERO, Address::repeat_byte(1), range, insured, vec![I256::ONE]).unwrap();
    let game = |matures: u64| {
        let mut instance = feed.instance(&setup(1, App::SignedFeed)).unwrap();
        instance.matures = Maturity::new(matures).unwrap();
        Game { instance, app_state: AppState::new(feed.encode()).unwrap() }
    };
    told(Code::MaturesShort, &signs(game(until - 1)), &signs(game(until)));
}

#[test]
fn e050_a_maturity_far_ahead() {
    told(Code::MaturesFar, &signs(lock(NOW + 90 * DAY + 1, 5)), &signs(lock(NOW + 90 * DAY, 5)));
}

#[test]
fn e051_a_lock_up_beyond_the_policy() {
    // Twelve windows of a day.
    let days = |days| signs_in(&Scene::new().policy(|policy| policy.max_lock_up = days * DAY), &[tic_tac_toe(1, 5)]);
    told(Code::LockUpLong, &days(11), &days(12));
}

#[test]
fn e052_the_lock_up_is_told_before_signing() {
    let found = told(Code::LockUp, &with(|_| {}), &Scene::new().signs(draft_of(state(9, 0))));
    assert!(found.found.ends_with("the whole escrow, 60 of 0x0000000000000000000000000000000000000000, for 1036800 s"));
    let window = Window::new(WINDOW).unwrap();
    assert_eq!(longest_lock_up(&[], window, NOW), DAY);
    assert_eq!(longest_lock_up(&[tic_tac_toe(1, 5).instance], window, NOW), 12 * DAY);
    assert_eq!(longest_lock_up(&[lock(NOW + 7, 5).instance], window, NOW), 3 * DAY + 7);
}

#[test]
fn e053_gas_that_the_app_runs_out_of() {
    let gas = |gas| with(|game| game.instance.app_gas = AppGas::new(gas));
    told(Code::AppGasShort, &gas(59_999), &gas(60_000));
}

#[test]
fn e054_gas_beyond_a_transaction() {
    let gas = |gas| {
        with(|game| {
            game.instance.app_gas = AppGas::new(gas);
            game.instance.stakes = PerSide::new(vec![Stake::new(30).unwrap(); 2]).unwrap();
        })
    };
    told(Code::AppGasMuch, &gas(10_863_000), &gas(10_861_000));
}

/// Story 31: a dispute that cannot fit.
#[test]
fn e055_more_instances_than_a_dispute_can_touch() {
    // 720 blocks have room for 102,000 touches; five blocks for two.
    let scene = Scene::new().policy(|policy| policy.block_gas = 600);
    let games = |count| (1..=count).map(|id| tic_tac_toe(id, 5)).collect::<Vec<_>>();
    told(Code::DisputeTooLarge, &signs_in(&scene, &games(3)), &signs_in(&scene, &games(2)));
}

#[test]
fn e056_an_instance_that_is_not_worth_its_touch() {
    // A touch of 210,952 gas at 300 gwei is 0.0632856 coins.
    let at = |price: u64| {
        let scale = U256::from(10).pow(U256::from(18));
        let price = U256::from(price) * scale;
        signs_in(
            &Scene::new().policy(|policy| policy.prices.values_mut().for_each(|each| *each = price)),
            &[tic_tac_toe(1, 5)],
        )
    };
    told(Code::NotWorthTouching, &at(12_657_119_999_999_999), &at(12_657_120_000_000_000));
}

#[test]
fn e057_an_asset_without_a_price() {
    let scene = Scene::new().policy(|policy| policy.prices.clear());
    told(Code::PriceUnknown, &signs_in(&scene, &[tic_tac_toe(1, 5)]), &with(|_| {}));
}

#[test]
fn e058_a_registry_that_nobody_looked_at() {
    let game = [lock(NOW + DAY, 5)];
    let other = Scene::new().view(|view| drop(view.codes.insert(Address::repeat_byte(0x99), vec![1].into())));
    let legal = signs_in(&known_registry(Scene::new()), &game);
    told(Code::OutsideNotAccepted, &signs_in(&Scene::new(), &game), &legal);
    told(Code::OutsideNotAccepted, &signs_in(&other, &game), &legal);
}

#[test]
fn e059_an_outcome_above_the_stakes() {
    let stakes = |stake| {
        let mut game = lock(NOW + DAY, 5);
        game.instance.stakes = PerSide::new(vec![Stake::new(stake).unwrap(), Stake::MIN]).unwrap();
        signs(game)
    };
    told(Code::OutcomeAboveStakes, &stakes(4), &stakes(5));
}

#[test]
fn e066_an_app_that_nobody_has_looked_at() {
    let with_code = |code: Bytes| {
        let scene = Scene::new().view(|view| drop(view.codes.insert(Address::repeat_byte(0xaa), code.clone())));
        signs_in(&scene, &[tic_tac_toe(1, 5)])
    };
    let there = with_code(App::TicTacToe.artifact().runtime_code().clone());
    told(Code::AppUnseen, &with(|_| {}), &there);
    // It is looked at, and not there.
    told(Code::AppNotAccepted, &with_code(Bytes::new()), &there);
}
