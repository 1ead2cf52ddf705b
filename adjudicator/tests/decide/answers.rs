//! The best answer to what goes wrong is found without help. Alice is party 0, Bob party 1, each has put in 30.

use adjudicator::{
    Bounty, Funds, Status,
    action::Action,
    apps::{App, Hand, HandAction, HashTimeLock, RockPaperScissors, Rules, Secret, Square, TicTacToe, hash_of},
    decide::{Advice, Goal, Known, Move, Question, Role, Transaction, decide},
    eip712::Domain,
    types::{
        Amount, AppState, Asset, Close, Delegation, HandSecret, Identity, Maturity, Party, PerSide, Preimage, Round,
        Serial, Signed, Stake, State, Timestamp, Withdraw,
    },
};
use alloy_primitives::{Address, B256, I256, U256};

use crate::{
    fixture::{domain, keys, nets, state, state_with, terms_with},
    scene::{Game, NOW, Scene, instances_of, setup},
};

const WINDOW: u64 = 86_400;
const ALICE: [Party; 1] = [Party::Zero];
const BOB: [Party; 1] = [Party::One];

/// What a party is told at this time.
fn asked(scene: &Scene, party: Party, goal: Goal, at: u64) -> Advice {
    let Scene { dossier, view, policy } = scene;
    decide(&Question { dossier, view, policy, party, goal, at, gas_price: 1 }, &mut Known::new(dossier, view))
}

fn alice(scene: &Scene) -> Advice {
    asked(scene, Party::Zero, Goal::GoOn, scene.view.latest.now)
}

/// The same as of a block at this time, which is final.
fn at(scene: &Scene, now: u64) -> Scene {
    scene.clone().seen(|sight| sight.now = now)
}

fn alice_gets_out(scene: &Scene) -> Advice {
    asked(scene, Party::Zero, Goal::GetOut, NOW)
}

/// The name of what a party should send, and what it is guaranteed then.
fn first(advice: &Advice) -> (&'static str, u64) {
    let first = advice.first().unwrap_or_else(|| panic!("nothing is better than to wait: {advice:#?}"));
    (first.transaction.name(), first.prospect.guaranteed[0].to())
}

fn named<'a>(advice: &'a Advice, name: &str) -> Option<&'a Move> {
    advice.moves.iter().find(|each| each.transaction.name() == name)
}

/// Somebody has closed on a state: `E` is half a window away.
fn closing_on(scene: Scene, state: Option<&State>) -> Scene {
    let scene = match state {
        Some(state) => scene.recorded(state),
        None => scene,
    };
    scene.seen(|sight| sight.channel.record.evidence_deadline = Some(NOW + WINDOW / 2))
}

#[test]
fn a_stale_close_is_slashed_with_the_newest_state() {
    let (old, new) = (state(4, 10), state(8, -5));
    let scene = closing_on(Scene::new().with_both(old.clone()).with_both(state(6, 0)).with_both(new), Some(&old));
    let advice = alice(&scene);
    assert_eq!(first(&advice), ("slash", 35));
    let slash = advice.first().unwrap();
    assert_eq!(slash.by, Role::Party(Party::Zero), "the cheaper form leaves out the own signature");
    assert_eq!(slash.until, Some(NOW + WINDOW / 2 - 1));
    assert_eq!(slash.missed, Some(vec![U256::from(20)]), "the stale state pays 20");
    assert_eq!(advice.idle.undefended, [U256::from(20)]);
    assert_eq!(advice.idle.paid_at, Some(NOW + WINDOW / 2));
    assert_eq!(slash.situation.payouts, Some(vec![[U256::from(35), U256::from(25)]]));
}

#[test]
fn a_state_that_is_worse_is_not_shown_and_not_feared() {
    let (old, new) = (state(4, -10), state(8, 5));
    let scene = closing_on(Scene::new().with_both(old.clone()).with_both(new), Some(&old));
    let advice = alice(&scene);
    assert_eq!(first(&asked(&scene, Party::One, Goal::GoOn, NOW)), ("slash", 35));
    // Alice gains nothing by proving herself wrong, but nothing above round 4 can be kept from Bob.
    assert_eq!(advice.first().map(|it| it.transaction.name()), None);
    assert_eq!(advice.idle.guaranteed, [U256::from(25)]);
}

#[test]
fn after_the_evidence_deadline_there_is_nothing_but_to_settle() {
    let (old, new) = (state(4, 10), state(8, -5));
    let scene = closing_on(Scene::new().with_both(old.clone()).with_both(new), Some(&old));
    let advice = asked(&scene, Party::Zero, Goal::GoOn, NOW + WINDOW / 2);
    assert_eq!(first(&advice), ("settle", 20));
    assert!(named(&advice, "slash").is_none());
    let before = asked(&scene, Party::Zero, Goal::GoOn, NOW + WINDOW / 2 - 1);
    assert_eq!(first(&before), ("slash", 35));
    assert!(named(&before, "settle").is_none());
}

#[test]
fn a_peer_that_is_lost_before_the_first_state_leaves_the_deposit() {
    let advice = alice_gets_out(&Scene::new());
    assert_eq!(first(&advice), ("closeSolo", 30));
    assert_eq!(alice(&Scene::new()).first(), None, "as long as nothing is wrong there is nothing to do");
    let scene = closing_on(Scene::new(), None);
    let final_time = NOW + WINDOW / 2;
    assert_eq!(alice(&scene).situation.status, Status::Closing { evidence_deadline: final_time, final_time });
    assert_eq!(first(&asked(&scene, Party::Zero, Goal::GoOn, final_time)), ("settle", 30));
}

#[test]
fn a_withheld_signature_is_counted_on_by_nobody_but_the_peer() {
    // Alice has signed round 9, by which she loses 20; Bob has not answered.
    let scene = Scene::new().with_both(state(8, 3)).with_signed(state(9, 20), &ALICE);
    let advice = alice_gets_out(&scene);
    assert_eq!(first(&advice), ("closeSolo", 10));
    let Transaction::Operation(Action::CloseSolo(close)) = &advice.first().unwrap().transaction else { panic!() };
    let shown = adjudicator::types::Evidence::unpack(&close.evidence, 1).unwrap();
    assert_eq!(shown.state().unwrap().round(), Round::new(8));
    // Bob can show it, although Alice has not his signature.
    let bob = Scene::new().with_both(state(8, 3)).with_both(state(9, 20));
    assert_eq!(first(&asked(&bob, Party::One, Goal::GetOut, NOW)), ("closeSolo", 50));
    let half = Scene::new().with_signed(state(9, 20), &ALICE);
    assert!(
        named(&asked(&half, Party::One, Goal::GetOut, NOW), "snapshotSolo")
            .is_some_and(|it| it.by == Role::Party(Party::One))
    );
}

fn tic_tac_toe(squares: &[u8], wager: u128) -> Game {
    let domain = Domain::new(U256::from(31_337), Address::repeat_byte(0xaa));
    let start = TicTacToe::start(Party::Zero, vec![Stake::new(wager).unwrap()]);
    let game = squares.iter().fold(start, |game, square| game.act(&domain, Square::new(*square).unwrap()).unwrap());
    let instance = game.instance(&setup(1, App::TicTacToe)).unwrap();
    Game { instance, app_state: AppState::new(game.encode()).unwrap() }
}

fn game_in_dispute(game: &Game) -> (Scene, State) {
    let agreed = state_with(8, 0, &instances_of(std::slice::from_ref(game)));
    let scene = Scene::new().with_games(std::slice::from_ref(game)).with_both(agreed.clone());
    (closing_on(scene, Some(&agreed)), agreed)
}

#[test]
fn a_stalled_game_is_evaluated_where_the_peer_must_move() {
    // Party 1 is to move and walks away.
    let game = tic_tac_toe(&[0], 5);
    let (scene, agreed) = game_in_dispute(&game);
    let advice = alice(&scene);
    assert_eq!(first(&advice).0, "evaluate");
    let evaluate = advice.first().unwrap();
    assert_eq!(evaluate.prospect.as_it_is, Some(vec![U256::from(35)]), "whoever is to move has walked away");
    assert_eq!(evaluate.until, Some(NOW + WINDOW / 2 + WINDOW - 1));
    let touched = scene.touched(&agreed, &game.instance, &game.app_state, 0, -5);
    assert_eq!(alice(&touched).first(), None, "it is evaluated");
    let bob = asked(&touched, Party::One, Goal::GoOn, NOW);
    assert_eq!(first(&bob).0, "forceProgress");
}

#[test]
fn a_game_is_won_by_the_move_that_wins() {
    // 0 has 0 and 1, 1 has 3 and 4: party 0 wins by 2.
    let game = tic_tac_toe(&[0, 3, 1, 4], 5);
    let (scene, _) = game_in_dispute(&game);
    let advice = alice(&scene);
    assert_eq!(first(&advice), ("forceProgress", 35));
    let Transaction::Operation(Action::ForceProgress(call)) = &advice.first().unwrap().transaction else { panic!() };
    let (step, signature) = adjudicator::types::Step::unpack(&call.step).unwrap();
    assert_eq!((step.action, signature), (Square::new(2).unwrap().to_action(), None));
    // Where party 1 moves, it blocks, and nobody can force more than a draw.
    let game = tic_tac_toe(&[0, 3, 1], 5);
    let (scene, _) = game_in_dispute(&game);
    let bob = asked(&scene, Party::One, Goal::GoOn, NOW);
    assert_eq!(first(&bob).0, "forceProgress");
    let Transaction::Operation(Action::ForceProgress(call)) = &bob.first().unwrap().transaction else { panic!() };
    let (step, _) = adjudicator::types::Step::unpack(&call.step).unwrap();
    assert_eq!(step.action, Square::new(2).unwrap().to_action());
}

#[test]
fn a_signed_step_that_the_peer_gave_is_made_for_it() {
    let game = tic_tac_toe(&[0], 5);
    let (scene, agreed) = game_in_dispute(&game);
    let step = scene.step(&agreed, &game, 1, Square::new(8).unwrap().to_action(), Party::One);
    let advice = alice(&scene.with(step));
    let signed = advice.moves.iter().find(|each| each.transaction.name() == "forceProgress" && each.by == Role::Anyone);
    assert!(signed.is_some_and(|each| !each.effects.is_empty()));
}

fn lock(valid_until: u64, delta: i64) -> Game {
    let hash = hash_of(B256::repeat_byte(7));
    let valid_until = Maturity::new(valid_until).unwrap();
    let lock = HashTimeLock {
        registry: Address::repeat_byte(0x99),
        hash,
        valid_until,
        deltas: vec![I256::unchecked_from(delta)],
    };
    let instance = lock.instance(&setup(1, App::HashTimeLock)).unwrap();
    Game { instance, app_state: AppState::new(lock.encode()).unwrap() }
}

#[test]
fn a_preimage_is_shown_to_the_registry_and_the_lock_is_evaluated() {
    let (scene, _) = game_in_dispute(&lock(NOW + 500, -4));
    let without = alice(&scene);
    assert_eq!(without.idle.guaranteed, [U256::from(30)], "without the preimage it is worth nothing");
    let scene = scene.with(Preimage::new(B256::repeat_byte(7)));
    let advice = alice(&scene);
    let reveal = named(&advice, "reveal").unwrap();
    assert_eq!((reveal.until, reveal.missed.clone()), (Some(NOW + 500), Some(vec![U256::from(30)])));
    assert_eq!(first(&advice), ("reveal", 34));
    let seen = scene.clone().view(|view| {
        assert_eq!(None, view.seen.insert((Address::repeat_byte(0x99), hash_of(B256::repeat_byte(7))), NOW))
    });
    let advice = asked(&seen, Party::Zero, Goal::GoOn, NOW + 1);
    assert_eq!(first(&advice), ("evaluate", 34));
    assert!(named(&advice, "reveal").is_none(), "it is known already");
    let late = asked(&scene, Party::Zero, Goal::GoOn, NOW + 501);
    assert!(named(&late, "reveal").is_none());
    assert_eq!(late.idle.guaranteed, [U256::from(30)]);
}

#[test]
fn a_hand_is_not_shown_while_a_newer_state_could_void_the_game() {
    let secret = Secret { hand: Hand::Rock, salt: B256::repeat_byte(3) };
    let domain = Domain::new(U256::from(31_337), Address::repeat_byte(0xaa));
    let game = RockPaperScissors::start(vec![Stake::new(5).unwrap()]);
    let game = game.act(&domain, HandAction::Commit(secret.commitment())).unwrap();
    let game = game.act(&domain, HandAction::Show(Hand::Scissors)).unwrap();
    let instance = game.instance(&setup(1, App::RockPaperScissors)).unwrap();
    let game = Game { instance, app_state: AppState::new(game.encode()).unwrap() };
    let (scene, _) = game_in_dispute(&game);
    let scene = scene.with(HandSecret { hand: secret.hand, salt: secret.salt.into() });
    assert_eq!(first(&alice(&scene)), ("forceProgress", 35));
    let scene = scene.with_signed(state(9, 0), &ALICE);
    let advice = alice(&scene);
    let reveal = named(&advice, "forceProgress").unwrap();
    assert!(reveal.reveals_early);
    assert_ne!(advice.first().map(|it| it.transaction.name()), Some("forceProgress"));
    assert_eq!(first(&alice(&at(&scene, NOW + WINDOW / 2))), ("forceProgress", 35));
}

#[test]
fn both_are_paid_at_once_if_both_agree() {
    let agreed = state(8, 7);
    let scene = closing_on(Scene::new().with_both(agreed.clone()), Some(&agreed));
    let scene = scene.seen(|sight| sight.channel.record.consents = [false, true]);
    let advice = alice(&scene);
    assert_eq!(first(&advice), ("closeSolo", 23));
    assert_eq!(advice.first().unwrap().situation.status, Status::Closed);
    // But never to a state that is older than the newest.
    let newer = scene.with_both(state(9, 0));
    assert_eq!(first(&alice(&newer)), ("slash", 30));
}

#[test]
fn a_mutual_close_is_used_while_it_may_be() {
    let close = Close::new(Round::new(9), Timestamp::new(NOW + 10), nets(2)).unwrap();
    let scene = Scene::new().with_both(state(8, 2)).with_both(close);
    assert_eq!(first(&alice_gets_out(&scene)), ("closeMutual", 28));
    assert_eq!(first(&asked(&scene, Party::Zero, Goal::GetOut, NOW + 11)), ("closeSolo", 28));
}

#[test]
fn a_close_that_the_peer_may_still_use_is_counted() {
    let close = Close::new(Round::new(9), Timestamp::new(NOW + 10), nets(20)).unwrap();
    let scene = Scene::new().with_both(state(8, 2)).with_signed(close, &ALICE);
    assert_eq!(alice(&scene).idle.guaranteed, [U256::from(10)]);
    assert_eq!(asked(&scene, Party::Zero, Goal::GoOn, NOW + 11).idle.guaranteed, [U256::from(10)], "it is not final");
    assert_eq!(alice(&at(&scene, NOW + 11)).idle.guaranteed, [U256::from(28)]);
    let newer = scene.with_both(state(10, 2));
    assert_eq!(first(&alice_gets_out(&newer)), ("closeSolo", 28), "a newer state makes it void");
}

#[test]
fn a_withdrawal_that_may_still_be_made_is_counted() {
    let amounts = PerSide::new(vec![Amount::new(0).unwrap(), Amount::new(25).unwrap()]).unwrap();
    let recipients = [0xd0, 0xd1].map(Address::repeat_byte);
    let withdraw = Withdraw::new(Serial::new(0).unwrap(), amounts, recipients, Timestamp::new(NOW + 10)).unwrap();
    // Bob owes 20, and takes out 25 of his 30: 5 are left for Alice.
    let scene = Scene::new().with_both(state(8, -20)).with_signed(withdraw.clone(), &ALICE);
    assert_eq!(alice(&scene).idle.guaranteed, [U256::from(35)]);
    assert_eq!(alice(&at(&scene, NOW + 11)).idle.guaranteed, [U256::from(50)]);
    let bob = Scene::new().with_both(state(8, -20)).with_both(withdraw);
    let advice = asked(&bob, Party::One, Goal::GetOut, NOW);
    assert_eq!(first(&advice).0, "withdraw");
}

#[test]
fn what_could_not_be_paid_is_claimed() {
    let payee = Address::repeat_byte(0xa1);
    let scene = Scene::new().view(|view| assert_eq!(None, view.credits.insert((payee, Address::ZERO), U256::from(9))));
    let scene = scene.seen(|sight| {
        sight.channel.is_closed = true;
        sight.channel.funds.insert(Address::ZERO, Funds::default());
    });
    let advice = alice(&scene);
    assert_eq!(first(&advice), ("claim", 9));
    assert!(advice.moves.iter().all(|each| ["claim", "revokeDelegations"].contains(&each.transaction.name())));
    assert!(advice.deposits.is_empty());
}

#[test]
fn a_delegate_may_close_and_nothing_else() {
    let tower = Address::repeat_byte(0x77);
    let identity = Scene::new().dossier.identity().clone();
    let delegation = Delegation {
        party: Party::Zero,
        delegate: tower,
        epoch: Default::default(),
        min_round: Round::new(8),
        valid_until: Timestamp::new(NOW + 10),
    };
    let signature = keys()[0].sign(delegation.digest(identity.domain(), identity.channel_id()));
    let scene =
        Scene::new().with_both(state(7, 1)).with_both(state(8, 2)).with(Signed { message: delegation, signature });
    let theirs = |scene: &Scene| -> Vec<&'static str> {
        let advice = alice(scene);
        let moves = advice.moves.iter().filter(|each| each.by == Role::Delegate(tower));
        moves.map(|each| each.transaction.name()).collect()
    };
    assert_eq!(theirs(&scene), ["closeSoloAsDelegate"], "on round 8 alone");
    assert!(theirs(&scene.clone().seen(|sight| sight.channel.epochs = [1, 0])).is_empty(), "revoked");
    assert!(theirs(&closing_on(scene, None)).is_empty(), "it would be a slash, which anybody may send");
}

#[test]
fn a_stale_close_costs_the_bounty() {
    let terms = terms_with(6, WINDOW as u32, 1);
    let scene = Scene::of(Identity::new(domain(), terms));
    let (old, new) = (state(4, 10), state(8, 10));
    let scene = closing_on(scene.with_both(old.clone()).with_both(new), Some(&old));
    let scene = scene.seen(|sight| sight.channel.bounty = Some(Bounty { closer: 1, closed_round: 4, prover: None }));
    let advice = alice(&scene);
    assert_eq!(first(&advice), ("slash", 26), "20, and all of Bob's bounty, for Alice proves it herself");
    let bob = asked(&scene, Party::One, Goal::GoOn, NOW);
    assert_eq!(bob.idle.guaranteed, [U256::from(34)], "Alice can prove it");
}

#[test]
fn a_recorded_state_that_is_not_held_promises_nothing() {
    let unknown = state(9, -20);
    let scene = closing_on(Scene::new().with_both(state(8, 0)), Some(&unknown));
    let advice = alice(&scene);
    assert_eq!(advice.situation.payouts, None);
    assert_eq!(advice.idle.guaranteed, [U256::ZERO]);
    assert!(named(&advice, "settle").is_none(), "nobody can settle what he cannot show");
}

#[test]
fn what_costs_more_than_it_saves_is_not_advised() {
    let (old, new) = (state(4, 10), state(8, 9));
    let scene = closing_on(Scene::new().with_both(old.clone()).with_both(new), Some(&old));
    assert_eq!(first(&alice(&scene)), ("slash", 21));
    let Scene { dossier, view, policy } =
        scene.clone().policy(|policy| policy.prices = [(Asset::NATIVE, U256::from(10).pow(U256::from(18)))].into());
    let question = Question {
        dossier: &dossier,
        view: &view,
        policy: &policy,
        party: Party::Zero,
        goal: Goal::GoOn,
        at: NOW,
        gas_price: 1_000_000_000,
    };
    let advice = decide(&question, &mut Known::new(&dossier, &view));
    assert_eq!(advice.first(), None, "one wei");
}

#[test]
fn deposits_are_taken_up_to_the_greatest_balance() {
    let advice = alice(&Scene::new());
    let most: Vec<U256> = advice.deposits.iter().map(|deposit| deposit.most).collect();
    assert_eq!(most, [adjudicator::rules::MAX_AMOUNT - U256::from(30); 2]);
}

#[test]
fn the_peers_closes_by_bob_are_bobs() {
    let scene = Scene::new().with_signed(state(3, 1), &BOB);
    let advice = alice_gets_out(&scene);
    let snapshot = named(&advice, "snapshotSolo").unwrap();
    assert_eq!(snapshot.by, Role::Party(Party::Zero), "Alice's own submission is her signature");
    assert!(advice.moves.iter().all(|each| each.by != Role::Anyone || each.transaction.name() != "snapshotSolo"));
}

#[test]
fn what_nobody_has_priced_is_never_given_up_for_gas() {
    let (old, new) = (state(4, 10), state(8, 9));
    let scene = closing_on(Scene::new().with_both(old.clone()).with_both(new), Some(&old));
    let Scene { dossier, view, policy } = scene.policy(|policy| policy.prices.clear());
    let question = Question {
        dossier: &dossier,
        view: &view,
        policy: &policy,
        party: Party::Zero,
        goal: Goal::GoOn,
        at: NOW,
        gas_price: 1_000_000_000_000,
    };
    assert_eq!(first(&decide(&question, &mut Known::new(&dossier, &view))), ("slash", 21));
}

#[test]
fn a_lock_that_outlives_the_dispute_is_touched_in_time() {
    // Its preimage may come after `E + T`: only who touches it before can collect it then.
    let (scene, _) = game_in_dispute(&lock(NOW + 10 * WINDOW, -4));
    let advice = alice(&scene);
    assert_eq!(first(&advice), ("evaluate", 30));
    let touch = advice.first().unwrap();
    assert_eq!(touch.keeps_alive, Some(vec![U256::from(4)]));
    assert_eq!(touch.until, Some(NOW + WINDOW / 2 + WINDOW - 1));
    // One that is decided before has no need of it.
    let (scene, _) = game_in_dispute(&lock(NOW + WINDOW / 4, -4));
    assert_eq!(alice(&scene).first(), None);
}

#[test]
fn a_peer_that_is_gone_is_left_even_if_it_could_take_all() {
    let scene = Scene::new().with_signed(state(9, 30), &ALICE);
    assert_eq!(first(&alice_gets_out(&scene)), ("closeSolo", 0));
    let unknown = Scene::new().recorded(&state(9, -20));
    assert_eq!(first(&alice_gets_out(&unknown)), ("closeSolo", 0));
}

#[test]
fn a_move_that_is_signed_is_the_move_that_counts() {
    // Square 2 wins, but Alice has signed 8, and Bob can show that.
    let game = tic_tac_toe(&[0, 3, 1, 4], 5);
    let (scene, agreed) = game_in_dispute(&game);
    let signed = scene.step(&agreed, &game, 1, Square::new(8).unwrap().to_action(), Party::Zero);
    let advice = alice(&scene.with(signed));
    assert_eq!(advice.idle.guaranteed, [U256::from(25)], "Bob wins by 5");
    let unsigned = advice.moves.iter().filter(|each| each.by == Role::Party(Party::Zero));
    let mut steps = unsigned.filter(|each| each.transaction.name() == "forceProgress");
    assert!(steps.all(|each| each.warning().is_some() != is_signed(each)), "never two of one number");
    assert!(advice.first().is_some_and(is_signed), "better that than to lose by the clock");
}

/// Whether it takes square 8.
fn is_signed(each: &Move) -> bool {
    let Transaction::Operation(Action::ForceProgress(call)) = &each.transaction else { return false };
    adjudicator::types::Step::unpack(&call.step).unwrap().0.action == Square::new(8).unwrap().to_action()
}

#[test]
fn a_withdrawal_that_lacks_money_can_be_made_possible() {
    let amounts = PerSide::new(vec![Amount::new(0).unwrap(), Amount::new(70).unwrap()]).unwrap();
    let recipients = [0xd0, 0xd1].map(Address::repeat_byte);
    let withdraw = Withdraw::new(Serial::new(0).unwrap(), amounts, recipients, Timestamp::new(NOW + 10)).unwrap();
    let scene = Scene::new().with_signed(withdraw, &ALICE);
    assert_eq!(alice(&scene).idle.guaranteed, [U256::ZERO], "Bob pays in 10, and takes 70");
}

#[test]
fn what_may_have_happened_since_the_newest_block_is_counted() {
    let scene = Scene::new().with_signed(state(9, 30), &ALICE).seen(|sight| {
        sight.channel.record.evidence_deadline = Some(NOW + 100);
    });
    assert_eq!(asked(&scene, Party::Zero, Goal::GoOn, NOW + 100).idle.guaranteed, [U256::ZERO]);
    let newer = scene.seen(|sight| sight.now = NOW + 100);
    assert_eq!(asked(&newer, Party::Zero, Goal::GoOn, NOW + 100).idle.guaranteed, [U256::from(30)]);
}

#[test]
fn a_deposit_that_is_not_final_is_not_counted_on() {
    let mut scene = Scene::new().with_both(state(8, -20));
    scene
        .view
        .last_final
        .channel
        .funds
        .insert(Address::ZERO, Funds { index: 0, balances: [I256::unchecked_from(30), I256::ZERO] });
    assert_eq!(alice(&scene).idle.guaranteed, [U256::from(30)]);
}

#[test]
fn a_preimage_is_kept_while_the_channel_goes_on_and_there_is_time() {
    let locked = state_with(8, 0, &instances_of(&[lock(NOW + 10 * WINDOW, -4)]));
    let scene = Scene::new().with_games(&[lock(NOW + 10 * WINDOW, -4)]).with_both(locked);
    let scene = scene.with(Preimage::new(B256::repeat_byte(7)));
    assert_eq!(alice(&scene).first(), None);
    assert_eq!(first(&asked(&scene, Party::Zero, Goal::GoOn, NOW + 9 * WINDOW)), ("reveal", 34));
}

#[test]
fn of_two_locks_with_one_preimage_the_first_to_end_says_until_when() {
    let mut late = lock(NOW + 900, -4);
    late.instance.id = adjudicator::types::InstanceId::new(B256::repeat_byte(2));
    let locks = [lock(NOW + 500, -4), late];
    let locked = state_with(8, 0, &instances_of(&locks));
    let scene = Scene::new().with_games(&locks).with_both(locked.clone()).with(Preimage::new(B256::repeat_byte(7)));
    let scene = closing_on(scene, Some(&locked));
    assert_eq!(named(&alice(&scene), "reveal").unwrap().until, Some(NOW + 500));
    assert_eq!(named(&alice(&at(&scene, NOW + 501)), "reveal").unwrap().until, Some(NOW + 900));
}

#[test]
fn an_app_is_what_both_have_signed_that_it_is() {
    let game = tic_tac_toe(&[0, 3, 1, 4], 5);
    let (scene, _) = game_in_dispute(&game);
    // Bob has sent a list of instances by which the same app is another.
    let mut other = game.instance.clone();
    other.app_code_hash = App::Counter.code_hash();
    for id in 0..8 {
        other.id = adjudicator::types::InstanceId::new(B256::repeat_byte(0x40 + id));
        let list = adjudicator::types::Instances::new(vec![other.clone()]).unwrap();
        assert_eq!(first(&alice(&scene.clone().with(list))), ("forceProgress", 35));
    }
}
