//! Instances suit their apps.

use adjudicator::{
    apps::{App, Counter, HashTimeLock, OracleEscrow, Oracles, RockPaperScissors, Rules, Setup, SignedFeed, TicTacToe},
    types::{AppState, Instance, InstanceId, Maturity, Party, Stake, Steps},
};
use alloy_primitives::{Address, B256, I256};

use crate::strategy;

const REGISTRY: Address = Address::repeat_byte(7);

fn setup(app: App) -> Setup {
    Setup { id: InstanceId::new(B256::repeat_byte(1)), app: Address::repeat_byte(0xaa), app_code_hash: app.code_hash() }
}

fn deltas() -> Vec<I256> {
    [5, -6, 0].map(I256::unchecked_from).to_vec()
}

fn stakes(instance: &Instance) -> Vec<u128> {
    instance.stakes.as_slice().iter().map(|stake| stake.get()).collect()
}

/// The instance names app, code and app state, and packs.
fn is_of(app: App, rules: &impl Rules, instance: &Instance, steps: u8, matures: u64) {
    assert_eq!(instance.app_code_hash, app.code_hash());
    assert_eq!((instance.id, instance.app), (setup(app).id, setup(app).app));
    assert_eq!(instance.app_state_hash, AppState::new(rules.encode()).unwrap().hash());
    assert_eq!((instance.max_steps.get(), instance.matures.get()), (steps, matures));
    assert_eq!(Instance::unpack(&instance.pack()).as_ref(), Ok(instance));
}

#[test]
fn a_lock_is_decided_when_its_time_is_over() {
    let lock = HashTimeLock { registry: REGISTRY, hash: B256::ZERO, valid_until: strategy::time(77), deltas: deltas() };
    let instance = lock.instance(&setup(App::HashTimeLock)).unwrap();
    is_of(App::HashTimeLock, &lock, &instance, 0, 77);
    assert_eq!(stakes(&instance), [5, 0, 0, 6, 0, 0]);
}

#[test]
fn an_escrow_is_decided_on_the_delivery_date() {
    let signed = OracleEscrow { escrow_id: B256::ZERO, oracles: strategy::two_of_three(), deltas: deltas() };
    let instance = signed.instance(&setup(App::OracleEscrow), strategy::time(88)).unwrap();
    is_of(App::OracleEscrow, &signed, &instance, 1, 88);
    assert_eq!((instance.app_gas.get(), stakes(&instance)), (64_000, vec![5, 0, 0, 6, 0, 0]));
    let asked = OracleEscrow { oracles: Oracles::contract(REGISTRY).unwrap(), ..signed };
    is_of(App::OracleEscrow, &asked, &asked.instance(&setup(App::OracleEscrow), Maturity::MIN).unwrap(), 0, 0);
}

#[test]
fn an_insurance_is_decided_when_its_time_is_over() {
    let (range, insured) = ([I256::ZERO, I256::ONE], [strategy::time(5), strategy::time(99)]);
    let policy = SignedFeed::new(B256::ZERO, REGISTRY, range, insured, deltas()).unwrap();
    let instance = policy.instance(&setup(App::SignedFeed)).unwrap();
    is_of(App::SignedFeed, &policy, &instance, 1, 99);
    assert_eq!(stakes(&instance), [5, 0, 0, 6, 0, 0]);
}

#[test]
fn games_have_steps_for_the_longest_play() {
    let wagers: Vec<_> = [3, 4].map(|units| Stake::new(units).unwrap()).to_vec();
    let board = TicTacToe::start(Party::One, wagers.clone());
    let instance = board.instance(&setup(App::TicTacToe)).unwrap();
    is_of(App::TicTacToe, &board, &instance, 9, 0);
    assert_eq!(stakes(&instance), [3, 3, 4, 4]);
    let hands = RockPaperScissors::start(wagers);
    let instance = hands.instance(&setup(App::RockPaperScissors)).unwrap();
    is_of(App::RockPaperScissors, &hands, &instance, 3, 0);
    assert_eq!(stakes(&instance), [3, 3, 4, 4]);
    let count = Counter::default();
    is_of(App::Counter, &count, &count.instance(&setup(App::Counter), Steps::new(10)).unwrap(), 10, 0);
}

#[test]
fn what_fits_no_channel_is_no_instance() {
    let lock = |deltas| HashTimeLock { registry: REGISTRY, hash: B256::ZERO, valid_until: Maturity::MIN, deltas };
    let greatest = I256::unchecked_from(Stake::MAX.get());
    let is_instance = |deltas| lock(deltas).instance(&setup(App::HashTimeLock)).is_ok();
    assert!(is_instance(vec![greatest; 8]) && is_instance(vec![-greatest]));
    for deltas in [vec![], vec![I256::ONE; 9], vec![greatest + I256::ONE], vec![-greatest - I256::ONE], vec![I256::MIN]]
    {
        assert!(!is_instance(deltas));
    }
    let many = (1..=200).map(Address::repeat_byte).collect();
    let escrow =
        OracleEscrow { escrow_id: B256::ZERO, oracles: Oracles::signers(1, many).unwrap(), deltas: vec![I256::ONE] };
    assert!(escrow.instance(&setup(App::OracleEscrow), Maturity::MIN).is_err(), "200 oracles fit no app state");
}
