//! What is packed is read again as the same, and nothing else is read.

use std::fmt::Debug;

use adjudicator::types::{Close, Instance, Invalid, Proof, State, Step, Terms};
use alloy_primitives::B256;
use proptest::prelude::{any, prop, proptest};

use crate::strategy;

proptest! {
    #[test]
    fn terms_are_packed_and_read_again(terms in strategy::terms()) {
        is_packed(&terms, &terms.pack(), Terms::unpack, 108, 20, terms.assets().asset_count());
    }

    #[test]
    fn states_are_packed_and_read_again(state in strategy::state()) {
        is_packed(&state, &state.pack(), State::unpack, 40, 32, state.nets().asset_count());
    }

    #[test]
    fn closes_are_packed_and_read_again(close in strategy::close()) {
        is_packed(&close, &close.pack(), Close::unpack, 16, 32, close.nets().asset_count());
    }

    #[test]
    fn instances_are_packed_and_read_again(instance in strategy::instance()) {
        is_packed(&instance, &instance.pack(), Instance::unpack, 126, 28, instance.stakes.asset_count());
    }

    #[test]
    fn proofs_are_packed_and_read_again(proof in strategy::proof()) {
        let packed = proof.pack();
        assert_eq!(packed.len(), 32 * proof.siblings().len());
        assert_eq!(Proof::unpack(&packed), Ok(proof));
        assert!(Proof::unpack(&[&packed[..], &[0]].concat()).is_err());
    }

    #[test]
    fn steps_are_packed_and_read_again(step in strategy::step(), message in any::<[u8; 32]>()) {
        assert_eq!(Step::unpack(&step.pack(None)), Ok((step.clone(), None)));

        let signature = strategy::key().sign(B256::from(message));
        let compact = step.pack(Some(&signature));
        let full = [&step.pack(None)[..], &signature.to_full()].concat();
        for packed in [compact, full] {
            assert_eq!(Step::unpack(&packed), Ok((step.clone(), Some(signature))));
            assert!(matches!(Step::unpack(&[&packed[..], &[0, 0]].concat()), Err(Invalid::Signature(_))));
        }
    }

    #[test]
    fn a_step_that_is_cut_off_is_refused(step in strategy::step(), cut in any::<prop::sample::Index>()) {
        let packed = step.pack(None);
        assert!(matches!(Step::unpack(&packed[..cut.index(packed.len())]), Err(Invalid::Length { .. })));
    }

    #[test]
    fn whatever_is_read_is_packed_alike(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        if let Ok(terms) = Terms::unpack(&bytes) { assert_eq!(terms.pack(), bytes); }
        if let Ok(state) = State::unpack(&bytes) { assert_eq!(state.pack(), bytes); }
        if let Ok(close) = Close::unpack(&bytes) { assert_eq!(close.pack(), bytes); }
        if let Ok(instance) = Instance::unpack(&bytes) { assert_eq!(instance.pack(), bytes); }
        if let Ok(proof) = Proof::unpack(&bytes) { assert_eq!(proof.pack(), bytes); }
        if let Ok((step, None)) = Step::unpack(&bytes) { assert_eq!(step.pack(None), bytes); }
    }
}

#[test]
fn no_other_lengths_are_read() {
    for length in 0..500 {
        let bytes = vec![1; length];
        let is = |head: usize, size: usize| (1..=8).any(|assets| head + size * assets == length);
        let refuses = |error: Option<Invalid>| matches!(error, Some(Invalid::Length { .. }));
        assert_eq!(refuses(Terms::unpack(&bytes).err()), !is(108, 20), "terms of {length}");
        assert_eq!(refuses(State::unpack(&bytes).err()), !is(40, 32), "a state of {length}");
        assert_eq!(refuses(Close::unpack(&bytes).err()), !is(16, 32), "a close of {length}");
        assert_eq!(refuses(Instance::unpack(&bytes).err()), !is(126, 28), "an instance of {length}");
        assert_eq!(refuses(Proof::unpack(&bytes).err()), length % 32 != 0, "a proof of {length}");
    }
}

fn is_packed<T: Debug + PartialEq>(
    value: &T,
    packed: &[u8],
    unpack: fn(&[u8]) -> Result<T, Invalid>,
    head: usize,
    size: usize,
    assets: usize,
) {
    assert_eq!(packed.len(), head + size * assets);
    assert_eq!(unpack(packed).as_ref(), Ok(value));
    for wrong in [&packed[1..], &[packed, &[0]].concat()] {
        assert!(matches!(unpack(wrong), Err(Invalid::Length { .. })));
    }
}
