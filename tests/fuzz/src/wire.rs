//! What travels packed.

use adjudicator::wire::{Close, Instance, State, Step, Terms};
use alloy_primitives::{Address, I256};

/// What is read of packed bytes are those bytes again. The first is the number of assets, but of terms.
pub fn wire(input: &[u8]) {
    let (assets, packed) = input.split_first().unwrap_or((&0, &[]));
    let assets = usize::from(*assets % 10);
    terms(packed);
    state(packed, assets);
    close(packed, assets);
    instance(packed, assets);
    step(packed);
}

fn terms(packed: &[u8]) {
    let terms = match Terms::new(packed) {
        Ok(terms) => terms,
        Err(length) => return assert_eq!(length, packed.len()),
    };
    let [signer0, payee0, signer1, payee1] =
        [terms.signer(0), terms.payee(0), terms.signer(1), terms.payee(1)].map(Address::into_array);
    let again = [
        &[signer0, payee0, signer1, payee1].concat()[..],
        &terms.window().to_be_bytes(),
        &bytes14(terms.bounty()),
        &terms.stale_margin().to_be_bytes(),
        &terms.salt().to_be_bytes(),
        &terms.assets().flat_map(Address::into_array).collect::<Vec<_>>(),
    ];
    assert_eq!(again.concat(), packed);
    assert_eq!(Some(terms.first_asset()), terms.assets().next());
}

fn state(packed: &[u8], assets: usize) {
    let Some((state, signatures)) = State::split(packed, assets) else {
        return assert!((1..State::length_for(assets)).contains(&packed.len()));
    };
    if state.is_implicit() {
        assert_eq!((state.round(), state.nets().len()), (0, 0));
        return assert!(packed.is_empty() && state.instances_root().is_zero());
    }
    let again = [&state.round().to_be_bytes()[..], &state.instances_root()[..], &words(state.nets()), signatures];
    assert_eq!(again.concat(), packed);
}

fn close(packed: &[u8], assets: usize) {
    let Some((close, signatures)) = Close::split(packed, assets) else {
        return assert!(packed.len() < Close::length_for(assets));
    };
    let head = [close.round().to_be_bytes(), close.valid_until().to_be_bytes()].concat();
    assert_eq!([&head, &words(close.nets()), signatures].concat(), packed);
}

fn instance(packed: &[u8], assets: usize) {
    let Some((instance, proof)) = Instance::split(packed, assets) else { return };
    let (id, app, code, app_state) =
        (instance.id(), instance.app(), instance.app_code_hash(), instance.app_state_hash());
    let (gas, steps, matures) = (instance.app_gas().to_be_bytes(), [instance.max_steps()], instance.matures());
    let [0, 0, 0, matures @ ..] = matures.to_be_bytes() else { panic!("40 bits, not {matures}") };
    let stakes: Vec<_> = (0..assets).flat_map(|index| instance.stakes(index)).flat_map(bytes14).collect();
    let again = [&id[..], &app[..], &code[..], &gas, &steps, &matures, &app_state[..], &stakes, proof.as_flattened()];
    assert_eq!(again.concat(), packed);
}

fn step(packed: &[u8]) {
    let Some(step) = Step::new(packed) else { return };
    let lengths = [step.app_state(), step.action()].map(|part| u16::try_from(part.len()).unwrap().to_be_bytes());
    let again = [&[step.number()], lengths.as_flattened(), step.app_state(), step.action(), step.signature()];
    assert_eq!(again.concat(), packed);
}

fn words(numbers: impl Iterator<Item = I256>) -> Vec<u8> {
    numbers.flat_map(|number| number.to_be_bytes::<32>()).collect()
}

/// The last 14 bytes, the others being zero.
fn bytes14(amount: u128) -> [u8; 14] {
    let bytes = amount.to_be_bytes();
    assert!(bytes.starts_with(&[0, 0]));
    *bytes.last_chunk().unwrap()
}
