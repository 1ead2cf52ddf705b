//! What travels packed.

use adjudicator::wire::{Close, Instance, State, Step, Terms};
use alloy_primitives::{Address, B256, Bytes, I256, U256, bytes};
use proptest::{collection::vec, prelude::*};
use recourse_vectors::{Messages, Structs, Trees, read};
use serde_json::{Value, json};

use crate::strategies;

/// Numbers as the vectors have them.
fn decimals<T: ToString>(numbers: impl IntoIterator<Item = T>) -> Value {
    numbers.into_iter().map(|number| number.to_string()).collect()
}

fn assets(terms: &Bytes) -> usize {
    Terms::new(terms).unwrap().asset_count()
}

#[test]
fn terms_are_those_of_the_vectors() {
    let vectors: Structs = read("terms").unwrap();
    for case in vectors.cases {
        let terms = Terms::new(&case.packed).unwrap();
        let party = |party| json!({ "signer": terms.signer(party), "payee": terms.payee(party) });
        let fields = json!({
            "parties": [party(0), party(1)],
            "window": terms.window().to_string(),
            "bounty": terms.bounty().to_string(),
            "staleMargin": terms.stale_margin().to_string(),
            "salt": terms.salt().to_string(),
            "assets": terms.assets().collect::<Vec<_>>(),
        });
        assert_eq!(fields, case.fields, "{}", case.name);
        assert_eq!(terms.packed(), &case.packed[..]);
        assert_eq!(terms.asset_count(), terms.assets().len());
        assert_eq!(Some(terms.first_asset()), terms.asset(0));
        assert_eq!(terms.asset(terms.asset_count()), None);
    }
}

#[test]
fn instances_are_those_of_the_vectors() {
    let vectors: Structs = read("instance").unwrap();
    for case in vectors.cases {
        let assets = case.fields["stakes"].as_array().unwrap().len() / 2;
        let (instance, proof) = Instance::split(&case.packed, assets).unwrap();
        let fields = json!({
            "id": instance.id(),
            "app": instance.app(),
            "appCodeHash": instance.app_code_hash(),
            "appGas": instance.app_gas().to_string(),
            "maxSteps": instance.max_steps().to_string(),
            "matures": instance.matures().to_string(),
            "appStateHash": instance.app_state_hash(),
            "stakes": decimals((0..assets).flat_map(|index| instance.stakes(index))),
        });
        assert_eq!(fields, case.fields, "{}", case.name);
        assert_eq!(instance.packed(), &case.packed[..]);
        assert!(proof.is_empty());
        assert_eq!(instance.stakes(assets), [0, 0]);
    }
}

#[test]
fn states_are_those_of_the_vectors() {
    let vectors: Messages = read("state").unwrap();
    for case in vectors.cases {
        let evidence = [&case.packed["state"][..], &case.signatures[0].full].concat();
        let (state, signatures) = State::split(&evidence, assets(&case.packed["terms"])).unwrap();
        let message = &case.message;
        assert_eq!(json!(state.round().to_string()), message["round"], "{}", case.name);
        assert_eq!(json!(state.instances_root()), message["instancesRoot"], "{}", case.name);
        assert_eq!(decimals(state.nets()), message["nets"], "{}", case.name);
        assert_eq!(state.packed(), &case.packed["state"][..]);
        assert_eq!(signatures, &case.signatures[0].full[..]);
    }
}

#[test]
fn closes_are_those_of_the_vectors() {
    let vectors: Messages = read("close").unwrap();
    for case in vectors.cases {
        let signed = [&case.packed["close"][..], &case.signatures[0].compact].concat();
        let (close, signatures) = Close::split(&signed, assets(&case.packed["terms"])).unwrap();
        let message = &case.message;
        assert_eq!(json!(close.round().to_string()), message["round"], "{}", case.name);
        assert_eq!(json!(close.valid_until().to_string()), message["validUntil"], "{}", case.name);
        assert_eq!(decimals(close.nets()), message["nets"], "{}", case.name);
        assert_eq!(close.packed(), &case.packed["close"][..]);
        assert_eq!(signatures, &case.signatures[0].compact[..]);
    }
}

#[test]
fn steps_are_those_of_the_vectors() {
    let vectors: Messages = read("step").unwrap();
    for case in vectors.cases {
        let signed = [&case.packed["step"][..], &case.signatures[0].compact].concat();
        let step = Step::new(&signed).unwrap();
        assert_eq!(json!(step.number().to_string()), case.message["number"], "{}", case.name);
        assert_eq!(json!(Bytes::copy_from_slice(step.action())), case.message["action"], "{}", case.name);
        assert_eq!(step.app_state(), &case.packed["appState"][..], "{}", case.name);
        assert_eq!(step.signature(), &case.signatures[0].compact[..]);
    }
}

#[test]
fn proofs_are_those_of_the_vectors() {
    let trees: Trees = read("merkle").unwrap();
    for proof in trees.cases.iter().flat_map(|tree| &tree.proofs) {
        let packed = [vec![7; Instance::length_for(3)], proof.concat()].concat();
        let (_, siblings) = Instance::split(&packed, 3).unwrap();
        assert_eq!(siblings.iter().map(B256::from).collect::<Vec<_>>(), *proof);
    }
}

#[test]
fn terms_have_the_length_of_one_to_eight_assets() {
    for length in 0..400 {
        let is_well_formed = (1..=8).any(|assets| length == 108 + 20 * assets);
        let packed = vec![1; length];
        assert_eq!(Terms::new(&packed).err(), (!is_well_formed).then_some(length));
    }
}

#[test]
fn there_are_two_parties() {
    let packed = [[1; 20], [2; 20], [3; 20], [4; 20], [5; 20], [6; 20], [7; 20], [8; 20]].concat()[..148].to_vec();
    let terms = Terms::new(&packed).unwrap();
    assert_eq!([0, 1, 2, 255].map(|party| terms.signer(party)), [1, 3, 0, 0].map(Address::repeat_byte));
    assert_eq!([0, 1, 2, 255].map(|party| terms.payee(party)), [2, 4, 0, 0].map(Address::repeat_byte));
    assert_eq!([1, 2, 3, 0].map(|byte| terms.party_of(Address::repeat_byte(byte))), [Some(0), None, Some(1), None]);
}

#[test]
fn no_evidence_is_round_zero() {
    let (state, signatures) = State::split(&[], 8).unwrap();
    assert_eq!((state.round(), state.instances_root(), state.nets().len()), (0, B256::ZERO, 0));
    assert!(state.is_implicit() && state.packed().is_empty() && signatures.is_empty());
}

#[test]
fn evidence_too_short_for_a_net_per_asset_is_none() {
    for assets in 1..=8 {
        let length = 40 + 32 * assets;
        for short in 1..length {
            assert_eq!(State::split(&vec![0; short], assets), None);
        }
        assert!(State::split(&vec![0; length], assets).is_some_and(|(state, _)| !state.is_implicit()));
    }
}

#[test]
fn a_close_too_short_for_a_net_per_asset_is_none() {
    for assets in 1..=8 {
        let length = 16 + 32 * assets;
        for short in 0..length {
            assert_eq!(Close::split(&vec![0; short], assets), None);
        }
        assert!(Close::split(&vec![0; length], assets).is_some());
    }
}

#[test]
fn an_instance_is_followed_by_words() {
    for assets in 1..=8 {
        let length = 126 + 28 * assets;
        for actual in 0..length + 100 {
            let packed = vec![0; actual];
            let proof = Instance::split(&packed, assets).map(|(_, proof)| proof.len());
            let fits = actual >= length && (actual - length) % 32 == 0;
            assert_eq!(proof, fits.then(|| (actual - length) / 32));
        }
    }
}

#[test]
fn a_step_is_as_long_as_its_head_says() {
    let parts = |packed: &Bytes| {
        Step::new(packed).map(|step| [step.app_state().len(), step.action().len(), step.signature().len()])
    };
    assert_eq!(parts(&bytes!("")), None);
    assert_eq!(parts(&bytes!("01000000")), None);
    assert_eq!(parts(&bytes!("0100000000")), Some([0, 0, 0]));
    assert_eq!(parts(&bytes!("010000000007")), Some([0, 0, 1]));
    assert_eq!(parts(&bytes!("0100020001070809")), Some([2, 1, 0]));
    assert_eq!(parts(&bytes!("01000200010708")), None);
    assert_eq!(parts(&bytes!("01ffffffff0708")), None);
}

proptest! {
    #[test]
    fn packed_fields_are_read_as_they_were_packed(
        terms in strategies::terms(),
        nets in vec(strategies::number(), 1..9),
        round: u64,
        root in strategies::hash(),
        rest in strategies::bytes(),
    ) {
        let words: Vec<u8> = nets.iter().flat_map(U256::to_be_bytes::<32>).collect();
        let evidence = [&round.to_be_bytes()[..], &root[..], &words, &rest].concat();
        let (state, signatures) = State::split(&evidence, nets.len()).unwrap();
        prop_assert_eq!((state.round(), state.instances_root()), (round, root));
        prop_assert_eq!(state.nets().map(I256::into_raw).collect::<Vec<_>>(), nets);
        prop_assert_eq!((state.packed_nets(), signatures), (&words[..], &rest[..]));
        let terms_again = Terms::new(&terms).unwrap();
        let assets = terms_again.assets().collect::<Vec<_>>().concat();
        prop_assert_eq!(&assets[..], &terms[108..]);
    }
}
