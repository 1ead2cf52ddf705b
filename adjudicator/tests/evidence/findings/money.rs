//! Whether there is as much money as is counted on.

use adjudicator::{
    evidence::{Code, Draft},
    types::{Close, Identity, Party, Round, Timestamp},
};

use super::{cooperative::withdraw, signatures::tic_tac_toe};
use crate::{
    fixture::{both, domain, nets, signed, state, state_with, terms_with},
    scene::{NOW, Scene, draft_of, draft_with, instances_of, told},
};

/// Story 31: escrow that is not there.
#[test]
fn e030_a_party_that_cannot_lose_what_it_stakes() {
    let signs = |net| {
        let games = [tic_tac_toe(1, 5)];
        let state = state_with(1, net, &instances_of(&games));
        Scene::new().with_games(&games).signs(draft_with(state, &games))
    };
    let found = told(Code::Insolvent, &signs(26), &signs(25));
    assert_eq!(found.found, "party 0 has 4 left of asset 0, where its stakes are 5");
    told(Code::Insolvent, &signs(-26), &signs(-25));
    told(Code::Insolvent, &Scene::new().signs(draft_of(state(1, 31))), &Scene::new().signs(draft_of(state(1, 30))));
}

/// Story 31a: a withdrawal that the peer withholds counts as made, until it is over in a final block.
#[test]
fn e030_a_withheld_withdrawal_counts_as_made() {
    let scene = Scene::new().with(signed(withdraw(0, 6, 0xa1), &[Party::Zero]));
    let signs = |scene: &Scene, net| scene.signs(draft_of(state(1, net)));
    told(Code::Insolvent, &signs(&scene, 25), &signs(&scene, 24));
    told(Code::Insolvent, &signs(&scene, 25), &signs(&scene.clone().seen(|sight| sight.now = NOW + 601), 25));
    told(Code::Insolvent, &signs(&scene, 25), &signs(&scene.clone().seen(|sight| sight.channel.serial = 1), 25));
    // Only the peer has signed it: it takes this party's signature.
    let offered = Scene::new().with(signed(withdraw(0, 6, 0xa1), &[Party::One]));
    told(Code::Insolvent, &signs(&scene, 25), &signs(&offered, 25));
}

/// Story 31a.
#[test]
fn e031_several_instances_stake_the_same_coins() {
    let signs = |wager| {
        let games = [tic_tac_toe(1, 20), tic_tac_toe(2, wager)];
        let state = state_with(1, 0, &instances_of(&games));
        Scene::new().with_games(&games).signs(draft_with(state, &games))
    };
    told(Code::SameCoinsStaked, &signs(11), &signs(10));
}

#[test]
fn e032_a_deposit_that_is_not_final() {
    let scene = Scene::new().with_funds(30, 30);
    let poor = Scene::new().with_funds(10, 30);
    let soon = scene.clone().view(|view| view.last_final = poor.view.last_final.clone());
    told(Code::Unconfirmed, &soon.signs(draft_of(state(1, 20))), &scene.signs(draft_of(state(1, 20))));
    told(Code::Unconfirmed, &soon.signs(draft_of(state(1, 20))), &soon.signs(draft_of(state(1, 10))));
}

#[test]
fn e033_less_than_the_bounty_is_left() {
    let scene = Scene::of(Identity::new(domain(), terms_with(3, 86_400, 1)));
    let signs = |net| scene.signs(draft_of(state(1, net)));
    told(Code::BountyUncovered, &signs(28), &signs(27));
    told(Code::BountyUncovered, &signs(-28), &signs(-27));
}

#[test]
fn e034_a_withdrawal_of_what_is_bound() {
    let games = [tic_tac_toe(1, 5)];
    let newest = both(state_with(7, 10, &instances_of(&games)));
    let scene = Scene::new().with_games(&games).with(newest);
    let signs = |scene: &Scene, amount| scene.signs(Draft::Withdraw(withdraw(0, amount, 0xa1)));
    told(Code::WithdrawUncovered, &signs(&scene, 16), &signs(&scene, 15));
    // A newer state that this party has signed, and its peer may show.
    let withheld = scene.clone().with(signed(state(8, 20), &[Party::Zero]));
    told(Code::WithdrawUncovered, &signs(&withheld, 11), &signs(&withheld, 10));
    // A close that this party has signed, and its peer may use.
    let close = Close::new(Round::new(9), Timestamp::new(NOW + 60), nets(22)).unwrap();
    let closing = scene.clone().with(signed(close, &[Party::Zero]));
    told(Code::WithdrawUncovered, &signs(&closing, 9), &signs(&closing, 8));
    // Before any state.
    told(Code::WithdrawUncovered, &signs(&Scene::new(), 31), &signs(&Scene::new(), 30));
    assert!(withdraw(0, 1, 0xa1).valid_until() > Timestamp::new(NOW));
}
