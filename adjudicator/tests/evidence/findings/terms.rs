//! Terms under which money is safe.

use adjudicator::{
    evidence::Code,
    types::{Asset, Identity, PartyAccounts, PerAsset, Terms},
};
use alloy_primitives::{Address, Bytes, hex, keccak256};

use crate::{
    fixture::{domain, keys, state, terms_with},
    scene::{Scene, draft_of, told},
};

fn of(terms: Terms) -> Scene {
    Scene::of(Identity::new(domain(), terms))
}

fn told_both(code: Code, bad: &Scene, legal: &Scene) {
    told(code, &bad.verify(), &legal.verify());
    told(code, &bad.signs(draft_of(state(1, 1))), &legal.signs(draft_of(state(1, 1))));
}

#[test]
fn e080_a_window_that_congestion_outlasts() {
    told_both(Code::WindowShort, &of(terms_with(0, 86_399, 1)), &of(terms_with(0, 86_400, 1)));
}

#[test]
fn e081_a_window_that_the_contract_refuses() {
    told_both(Code::WindowOutOfBounds, &of(terms_with(0, 1_000_001, 1)), &of(terms_with(0, 1_000_000, 1)));
}

fn with_payee(payee: Address) -> Scene {
    let terms = terms_with(0, 86_400, 1);
    let [alice, bob] = adjudicator::types::Party::BOTH.map(|party| *terms.accounts(party));
    let parties = [PartyAccounts { payee, ..alice }, bob];
    let assets = PerAsset::new(vec![Asset::NATIVE]).unwrap();
    of(Terms::new(parties, terms.window(), terms.bounty(), terms.stale_margin(), terms.salt(), assets).unwrap())
}

#[test]
fn e082_the_contract_as_payee() {
    told_both(Code::PayeeIsManager, &with_payee(domain().manager()), &with_payee(Address::repeat_byte(1)));
}

fn coded(account: Address, code: &Bytes) -> Scene {
    Scene::new().view(|view| drop(view.codes.insert(account, code.clone())))
}

#[test]
fn e083_a_payee_with_unknown_code() {
    let (payee, code) = (Address::repeat_byte(0xa1), Bytes::from(vec![0x60]));
    let accepted = coded(payee, &code).policy(|policy| {
        policy.codes.insert(keccak256(&code));
    });
    told_both(Code::PayeeHasCode, &coded(payee, &code), &accepted);
    told_both(Code::PayeeHasCode, &coded(payee, &code), &coded(payee, &Bytes::new()));
}

#[test]
fn e084_an_awkward_token() {
    let scene = Scene::new();
    told_both(
        Code::TokenAwkward,
        &scene.clone().policy(|policy| {
            policy.awkward.insert(Asset::NATIVE);
        }),
        &scene,
    );
}

#[test]
fn e085_a_signer_with_code() {
    let [alice, ..] = keys();
    let code = Bytes::from([&hex!("ef0100")[..], Address::repeat_byte(5).as_slice()].concat());
    let accepted = coded(alice.address(), &code).policy(|policy| {
        policy.codes.insert(keccak256(&code));
    });
    told_both(Code::SignerHasCode, &coded(alice.address(), &code), &accepted);
    told_both(Code::SignerHasCode, &coded(alice.address(), &code), &coded(alice.address(), &Bytes::new()));
}
