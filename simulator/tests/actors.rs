//! The actors do as they are told.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use simulator::{
    actors::{ScriptedApp, ScriptedPayee, ScriptedToken, temptation, temptation_of},
    world::{Outcome, Transaction, World},
};

const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb0);

fn world() -> World {
    let mut world = World::new(31_337, 1_700_000_000);
    world.set_balance(ALICE, U256::from(1000));
    world
}

fn call(world: &mut World, to: Address, call: &impl SolCall) -> Outcome {
    world.transact(Transaction::call(ALICE, to, call.abi_encode().into())).unwrap()
}

fn token(world: &mut World) -> Address {
    let token = world.deploy(ALICE, ScriptedToken::BYTECODE.clone()).unwrap();
    assert!(call(world, token, &ScriptedToken::mintCall { to: ALICE, amount: U256::from(100) }).is_success());
    token
}

fn balance(world: &mut World, token: Address, account: Address) -> Option<U256> {
    match call(world, token, &ScriptedToken::balanceOfCall { account }) {
        Outcome::Success { output, .. } if output.len() == 32 => Some(U256::from_be_slice(&output)),
        _ => None,
    }
}

#[test]
fn a_token_answers_and_moves_as_its_mood_says() {
    // By mood: what a transfer of 50 returns, if it does not revert, and what the receiver has then.
    let one = U256::ONE.abi_encode();
    let moods = [
        (0, Some(one.clone()), 50),
        (1, Some(Vec::new()), 50),
        (3, Some(one.clone()), 45),
        (4, Some(one.clone()), 77),
        (5, Some(one.clone()), 0),
        (6, Some(U256::from(2).abi_encode()), 50),
        (8, Some(one.clone()), 50),
        (9, None, 0),
        (13, Some(one), 0),
        (14, Some(U256::ZERO.abi_encode()), 0),
        (15, None, 0),
        (16, None, 0),
        (17, None, 0),
    ];
    for (mood_, returned, arrived) in moods {
        let mut world = world();
        let token = token(&mut world);
        let become_ = ScriptedToken::becomeCall { mood_, target_: BOB, number_: U256::from(77) };
        assert!(call(&mut world, token, &become_).is_success());
        let outcome = call(&mut world, token, &ScriptedToken::transferCall { to: BOB, amount: U256::from(50) });
        let output = match outcome {
            Outcome::Success { output, .. } => Some(output.to_vec()),
            _ => None,
        };
        assert_eq!(output, returned, "mood {mood_}");
        assert_eq!(balance(&mut world, token, BOB), Some(U256::from(arrived)), "mood {mood_}");
    }
}

#[test]
fn a_token_may_keep_balances_to_itself() {
    let mut world = world();
    let token = token(&mut world);
    assert_eq!(balance(&mut world, token, ALICE), Some(U256::from(100)));
    for mood_ in [10, 11] {
        call(&mut world, token, &ScriptedToken::becomeCall { mood_, target_: BOB, number_: U256::ZERO });
        assert_eq!(balance(&mut world, token, ALICE), None);
    }
}

#[test]
fn a_payee_takes_coins_as_its_mood_says() {
    for (mood_, takes) in [(0, true), (1, true), (2, true), (3, true), (5, false), (6, false), (7, false)] {
        let mut world = world();
        let payee = world.deploy(ALICE, ScriptedPayee::BYTECODE.clone()).unwrap();
        assert!(call(&mut world, payee, &ScriptedPayee::becomeCall { mood_ }).is_success());
        let payment = Transaction { value: U256::ONE, ..Transaction::call(ALICE, payee, Bytes::new()) };
        assert_eq!(world.transact(payment).unwrap().is_success(), takes, "mood {mood_}");
    }
}

#[test]
fn a_tempted_actor_calls_and_remembers_the_answer() {
    let mut world = world();
    let payee = world.deploy(ALICE, ScriptedPayee::BYTECODE.clone()).unwrap();
    let token = token(&mut world);
    call(&mut world, payee, &ScriptedPayee::becomeCall { mood_: 4 });
    let calldata = ScriptedToken::mintCall { to: BOB, amount: U256::from(9) }.abi_encode();
    world.set_code(temptation_of(payee), temptation(token, &calldata));
    let payment = Transaction { value: U256::ONE, ..Transaction::call(ALICE, payee, Bytes::new()) };
    assert!(world.transact(payment).unwrap().is_success());
    assert_eq!(balance(&mut world, token, BOB), Some(U256::from(9)));
    assert_eq!(world.storage(payee, U256::ZERO), U256::from(1u128 << 64 | 1));
}

#[test]
fn copies_of_the_app_differ_in_their_code() {
    let mut world = world();
    let apps = [1u64, 2].map(|copy| {
        let code = [&ScriptedApp::BYTECODE[..], &U256::from(copy).abi_encode()].concat();
        world.deploy(ALICE, code.into()).unwrap()
    });
    let [one, other] = apps.map(|app| world.code_hash(app));
    assert_ne!(one, other);
}
