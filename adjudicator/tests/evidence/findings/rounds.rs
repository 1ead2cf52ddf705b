//! Which rounds a state may have.

use adjudicator::{
    evidence::Code,
    types::{Identity, Party, Round},
};

use crate::{
    fixture::{both, domain, signed, state, terms_with},
    scene::{Scene, draft_of, told},
};

#[test]
fn e010_a_second_state_of_a_round() {
    let scene = Scene::new().with(both(state(6, 0))).with(signed(state(7, 1), &[Party::Zero]));
    let scene = scene.with(signed(state(7, 2), &[Party::One]));
    let found = told(
        Code::SecondStateOfRound,
        &scene.signs(draft_of(state(7, 2))),
        // The same again, and another round.
        &scene.signs(draft_of(state(7, 1))),
    );
    assert_eq!(found.proof.len(), 1);
    told(Code::SecondStateOfRound, &scene.signs(draft_of(state(7, 3))), &scene.signs(draft_of(state(9, 2))));
}

/// Story 31.
#[test]
fn e011_older_than_what_is_recorded() {
    let scene = Scene::new().with(both(state(7, 1))).recorded(&state(7, 1));
    told(Code::NotAboveRecorded, &scene.signs(draft_of(state(7, 2))), &scene.signs(draft_of(state(8, 2))));
}

#[test]
fn e012_older_than_what_both_have_signed() {
    let scene = Scene::new().with(both(state(7, 1)));
    told(Code::NotAboveNewest, &scene.signs(draft_of(state(6, 2))), &scene.signs(draft_of(state(8, 2))));
}

#[test]
fn e013_a_jump_under_a_bounty() {
    let scene = Scene::of(Identity::new(domain(), terms_with(2, 86_400, 1))).with_both(state(7, 1));
    told(Code::JumpUnderBounty, &scene.signs(draft_of(state(10, 2))), &scene.signs(draft_of(state(9, 2))));
    let free = Scene::new().with(both(state(7, 1)));
    told(Code::JumpUnderBounty, &scene.signs(draft_of(state(10, 2))), &free.signs(draft_of(state(10, 2))));
}

/// Story 31.
#[test]
fn e014_a_jump_to_near_the_maximum() {
    let scene = Scene::new().with(both(state(7, 1)));
    told(Code::JumpTooFar, &scene.signs(draft_of(state(1_008, 2))), &scene.signs(draft_of(state(1_007, 2))));
    let last = Round::MAX_RECORDABLE.get() - scene.policy.reserved_rounds;
    let scene = Scene::new().with(both(state(last - 1, 1)));
    told(Code::JumpTooFar, &scene.signs(draft_of(state(last + 1, 2))), &scene.signs(draft_of(state(last, 2))));
}

#[test]
fn e015_the_recorded_state_is_not_held() {
    let scene = Scene::new().with(both(state(7, 1)));
    let (lost, held) = (scene.clone().recorded(&state(8, 1)), scene.clone().recorded(&state(7, 1)));
    told(Code::RecordedNotHeld, &lost.verify(), &held.verify());
    told(Code::RecordedNotHeld, &lost.signs(draft_of(state(9, 1))), &held.signs(draft_of(state(9, 1))));
}

#[test]
fn e016_another_state_is_recorded() {
    let scene = Scene::new().with(both(state(7, 1)));
    told(Code::RecordedDiffers, &scene.clone().recorded(&state(7, 2)).verify(), &scene.recorded(&state(7, 1)).verify());
}

#[test]
fn e017_the_channel_is_closed() {
    let scene = Scene::new();
    let closed = scene.clone().seen(|sight| sight.channel.is_closed = true);
    told(Code::ChannelClosed, &closed.signs(draft_of(state(1, 2))), &scene.signs(draft_of(state(1, 2))));
}

#[test]
fn e018_the_evidence_deadline_is_over() {
    let at = |seconds: u64| {
        let deadline = crate::scene::NOW + seconds;
        Scene::new().seen(|sight| sight.channel.record.evidence_deadline = Some(deadline)).signs(draft_of(state(1, 2)))
    };
    told(Code::EvidenceOver, &at(0), &at(1));
}

#[test]
fn e019_a_window_that_ends_after_2242() {
    let at = |now| Scene::new().view(|view| view.latest.now = now).signs(draft_of(state(1, 2)));
    let last = (1 << 33) - 1 - u64::from(crate::fixture::WINDOW);
    told(Code::TimeUnstorable, &at(last + 1), &at(last));
}
