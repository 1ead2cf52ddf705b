//! Closes, withdrawals and delegations.

use adjudicator::{
    evidence::{Code, Draft},
    types::{Amount, Close, Delegation, Epoch, Evidence, Party, PerSide, Round, Serial, Timestamp, Withdraw},
};
use alloy_primitives::Address;

use crate::{
    fixture::{both, domain, nets, signed, state},
    scene::{NOW, Scene, draft_of, told},
};

const SOON: u64 = NOW + 600;

fn close(round: u64, net: i64, valid_until: u64) -> Close {
    Close::new(Round::new(round), Timestamp::new(valid_until), nets(net)).unwrap()
}

pub(super) fn withdraw(serial: u64, amount: u128, recipient: u8) -> Withdraw {
    let amounts = PerSide::new(vec![Amount::new(amount).unwrap(), Amount::ZERO]).unwrap();
    let recipients = [Address::repeat_byte(recipient); 2];
    Withdraw::new(Serial::new(serial).unwrap(), amounts, recipients, Timestamp::new(SOON)).unwrap()
}

fn delegation(party: Party, epoch: u64, min_round: u64) -> Draft {
    Draft::Delegation(Delegation {
        party,
        delegate: Address::repeat_byte(0xde),
        epoch: Epoch::new(epoch),
        min_round: Round::new(min_round),
        valid_until: Timestamp::new(SOON),
    })
}

/// Story 31a.
#[test]
fn e020_nothing_after_a_close() {
    let scene = Scene::new().with(both(state(7, 1)));
    let signs = |scene: &Scene| scene.signs(draft_of(state(9, 2)));
    let withheld = scene.clone().with(signed(close(8, 1, SOON), &[Party::Zero]));
    told(Code::AfterClose, &signs(&withheld), &signs(&scene));
    // It is over in a final block, or void: a round above it is recorded.
    told(Code::AfterClose, &signs(&withheld), &signs(&withheld.clone().seen(|sight| sight.now = SOON + 1)));
    let void = withheld.clone().with(both(state(10, 1))).recorded(&state(10, 1));
    told(Code::AfterClose, &signs(&withheld), &void.signs(draft_of(state(11, 2))));
    // What only the newest block says may still change.
    let early = withheld.clone().view(|view| view.latest.now = SOON + 1);
    told(Code::AfterClose, &signs(&early), &signs(&scene));
    // The peer's own close binds the peer alone.
    told(Code::AfterClose, &signs(&withheld), &signs(&scene.with(signed(close(8, 1, SOON), &[Party::One]))));
}

#[test]
fn e021_a_close_has_a_round_of_its_own() {
    let over = Scene::new().with(signed(close(8, 1, SOON), &[Party::Zero])).seen(|sight| sight.now = SOON + 1);
    told(Code::CloseSharesRound, &over.signs(draft_of(state(8, 2))), &over.signs(draft_of(state(9, 2))));
    let scene = Scene::new().with(signed(state(8, 2), &[Party::Zero]));
    let signs = |round| scene.signs(Draft::Close(close(round, 2, SOON)));
    told(Code::CloseSharesRound, &signs(8), &signs(9));
}

#[test]
fn e022_a_second_close_that_pays_otherwise() {
    let scene = Scene::new().with(signed(close(8, 1, SOON), &[Party::Zero]));
    let signs = |net| scene.signs(Draft::Close(close(9, net, SOON)));
    told(Code::SecondClose, &signs(2), &signs(1));
}

#[test]
fn e023_a_close_that_a_state_outdates() {
    let scene = Scene::new().with(both(state(7, 1))).with(signed(state(9, 1), &[Party::Zero]));
    let signs = |round| scene.signs(Draft::Close(close(round, 1, SOON)));
    told(Code::CloseStale, &signs(8), &signs(10));
    let recorded = Scene::new().with(both(state(7, 1))).recorded(&state(7, 1));
    let signs = |round| recorded.signs(Draft::Close(close(round, 1, SOON)));
    told(Code::CloseStale, &signs(6), &signs(8));
}

#[test]
fn e024_a_message_whose_time_is_over() {
    let signs = |valid_until| Scene::new().signs(Draft::Close(close(1, 1, valid_until)));
    told(Code::Expired, &signs(NOW - 1), &signs(NOW));
}

#[test]
fn e025_a_message_that_lives_long() {
    let scene = Scene::new();
    let last = NOW + scene.policy.max_validity;
    let signs = |valid_until| scene.signs(Draft::Close(close(1, 1, valid_until)));
    told(Code::ValidTooLong, &signs(last + 1), &signs(last));
}

#[test]
fn e026_a_used_serial() {
    let scene = Scene::new().seen(|sight| sight.channel.serial = 3);
    let signs = |serial| scene.signs(Draft::Withdraw(withdraw(serial, 1, 0xa1)));
    told(Code::SerialUsed, &signs(2), &signs(3));
}

#[test]
fn e027_a_withdrawal_to_the_contract() {
    assert_eq!(domain().manager(), Address::repeat_byte(0xcc));
    let signs = |recipient| Scene::new().signs(Draft::Withdraw(withdraw(0, 1, recipient)));
    told(Code::RecipientIsManager, &signs(0xcc), &signs(0xa1));
}

#[test]
fn e070_a_delegate_that_may_close_on_an_older_round() {
    let scene = Scene::new().with(both(state(7, 1)));
    told(
        Code::DelegationStale,
        &scene.signs(delegation(Party::Zero, 0, 6)),
        &scene.signs(delegation(Party::Zero, 0, 7)),
    );
}

#[test]
fn e071_a_delegation_of_another_epoch() {
    let scene = Scene::new().seen(|sight| sight.channel.epochs = [2, 0]);
    let signs = |epoch| scene.signs(delegation(Party::Zero, epoch, 0));
    told(Code::DelegationVoid, &signs(1), &signs(2));
}

#[test]
fn e072_a_delegation_in_the_peers_name() {
    let signs = |party| Scene::new().signs(delegation(party, 0, 0));
    told(Code::NotOwn, &signs(Party::One), &signs(Party::Zero));
}

#[test]
fn e073_a_close_that_relies_on_what_is_recorded() {
    let scene = Scene::new().with(both(state(7, 1))).recorded(&state(7, 1));
    let sends = |evidence| scene.signs(Draft::CloseSolo(evidence));
    told(Code::CloseNamesNoRound, &sends(Evidence::RoundZero), &sends(Evidence::Recorded(state(7, 1))));
}

#[test]
fn e074_a_close_with_an_older_state() {
    let scene = Scene::new().with(both(state(6, 1))).with(both(state(7, 1)));
    let sends = |state| scene.signs(Draft::CloseSolo(Evidence::Recorded(state)));
    told(Code::CloseBelowNewest, &sends(state(6, 1)), &sends(state(7, 1)));
    told(
        Code::CloseBelowNewest,
        &scene.signs(Draft::CloseSolo(Evidence::RoundZero)),
        &Scene::new().signs(Draft::CloseSolo(Evidence::RoundZero)),
    );
}
