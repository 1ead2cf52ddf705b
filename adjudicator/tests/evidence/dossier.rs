//! A dossier: each item once, signatures joined, lookups by what was checked.

use adjudicator::{
    apps::{Counter, Delivered, Hand, Reading, Rules, Secret, Setup},
    eip712::Domain,
    evidence::{Dossier, Item, Kind, Standing},
    types::{
        AppCodeHash, AppState, Close, Delegation, Delivery, Epoch, FeedReading, HandSecret, Identity, InstanceId,
        Instances, Maturity, Party, PlacedStep, Preimage, Round, Signed, Step, StepAction, StepNumber, Steps,
        Timestamp,
    },
};
use alloy_primitives::{Address, B256, I256};
use proptest::{prelude::*, sample::subsequence};

use crate::fixture::{both, domain, dossier, identity, keys, nets, signed, state, state_with, terms_with};

fn instances() -> Instances {
    let setup = Setup {
        id: InstanceId::new(B256::repeat_byte(1)),
        app: Address::repeat_byte(9),
        app_code_hash: AppCodeHash::ANY,
    };
    Instances::new(vec![Counter::default().instance(&setup, Steps::new(4)).unwrap()]).unwrap()
}

fn step(number: u8, by: usize, action: &'static [u8]) -> PlacedStep {
    let instances = instances();
    let (base, instance) = (state_with(9, 0, &instances).hash(identity().channel_id()), instances.as_slice()[0].hash());
    let message = Step {
        number: StepNumber::new(number).unwrap(),
        app_state: AppState::new(Counter::default().encode()).unwrap(),
        action: StepAction::new(action).unwrap(),
    };
    let digest = message.digest(&domain(), identity().channel_id(), base, instance);
    PlacedStep { base, instance, step: Signed { message, signature: keys()[by].sign(digest) } }
}

fn delegation(delegate: u8) -> Signed<Delegation> {
    let message = Delegation {
        party: Party::One,
        delegate: Address::repeat_byte(delegate),
        epoch: Epoch::MIN,
        min_round: Round::new(7),
        valid_until: Timestamp::MAX,
    };
    let signature = keys()[1].sign(message.digest(&domain(), identity().channel_id()));
    Signed { message, signature }
}

/// One of everything, some of it half signed, and some of it wrong.
fn everything() -> Vec<Item> {
    let (zero, one) = ([Party::Zero], [Party::One]);
    let app = Address::repeat_byte(0xaa);
    let (there, [_, _, carol]) = (Domain::new(domain().chain_id(), app), keys());
    let mut foreign = both(state(8, 8));
    foreign.signatures.swap(0, 1);
    let reading = Reading { feed: B256::repeat_byte(5), value: I256::MINUS_ONE, read_at: Maturity::new(77).unwrap() };
    let signature = reading.sign(&there, &carol).signature;
    let reading = FeedReading {
        app,
        feed: reading.feed.into(),
        value: reading.value.into(),
        read_at: reading.read_at,
        signature,
    };
    let escrow_id = B256::repeat_byte(6);
    let signature = Delivered { escrow_id }.sign(&there, &carol);
    vec![
        signed(state(7, 1), &zero).into(),
        signed(state(7, 1), &one).into(),
        signed(state(7, 2), &one).into(),
        foreign.into(),
        signed(state(8, 8), &one).into(),
        both(state_with(9, 0, &instances())).into(),
        signed(Close::new(Round::new(10), Timestamp::new(5), nets(3)).unwrap(), &one).into(),
        delegation(3).into(),
        instances().into(),
        AppState::new(Counter::default().encode()).unwrap().into(),
        step(1, 0, b"a").into(),
        step(1, 0, b"b").into(),
        step(1, 1, b"a").into(),
        step(1, 2, b"a").into(),
        Preimage::new(B256::repeat_byte(2)).into(),
        Delivery { app, escrow_id: escrow_id.into(), signature }.into(),
        reading.into(),
        HandSecret { hand: Hand::Paper, salt: B256::repeat_byte(4).into() }.into(),
    ]
}

proptest! {
    /// Whatever comes first, and however often, and through however many hands.
    #[test]
    fn the_order_does_not_matter(
        shuffled in Just(everything()).prop_shuffle(),
        one in subsequence(everything(), 0..=everything().len()),
    ) {
        let expected = everything().into_iter().fold(Dossier::new(identity()), add);
        let again = shuffled.into_iter().chain(one.clone()).fold(Dossier::new(identity()), add);
        prop_assert_eq!(&again, &expected);
        let mut merged = one.into_iter().fold(Dossier::new(identity()), add);
        merged.merge(expected.clone()).unwrap();
        prop_assert_eq!(&merged, &expected);
        prop_assert_eq!(merged.recheck(), expected);
    }
}

fn add(mut dossier: Dossier, item: Item) -> Dossier {
    dossier.add(item);
    dossier
}

#[test]
fn a_second_signature_joins_the_first() {
    let mut dossier = dossier([signed(state(7, 1), &[Party::Zero]).into()]);
    assert_eq!(dossier.newest(), None);
    assert!(dossier.add(signed(state(7, 1), &[Party::One])));
    assert!(!dossier.add(both(state(7, 1))));
    assert_eq!(dossier.len(), 1);
    assert_eq!(*dossier.newest().unwrap().content, both(state(7, 1)));
}

#[test]
fn a_right_signature_replaces_a_wrong_one() {
    let mut wrong = both(state(7, 1));
    wrong.signatures[0] = wrong.signatures[1];
    let mut dossier = dossier([wrong.clone().into()]);
    assert!(dossier.items().next().unwrap().is_flawed());
    assert!(matches!(dossier.items().next().unwrap().standings(), [Standing::Bad(_), Standing::Good]));
    assert_eq!(dossier.newest(), None);
    assert!(dossier.add(signed(state(7, 1), &[Party::Zero])));
    assert!(!dossier.add(wrong));
    assert_eq!(*dossier.newest().unwrap().content, both(state(7, 1)));
}

#[test]
fn lookups_tell_what_was_signed_and_by_whom() {
    let dossier = everything().into_iter().fold(Dossier::new(identity()), add);
    assert_eq!(dossier.newest_round(), Round::new(9));
    let mine = signed(state(11, 1), &[Party::Zero]);
    let dossier = add(dossier, mine.clone().into());
    assert_eq!(dossier.newest_round(), Round::new(9));
    assert_eq!(*dossier.highest_of(Party::Zero).unwrap().content, mine);
    assert_eq!(dossier.highest_of(Party::One).unwrap().content.message.round(), Round::new(9));
    let rounds = |party, above| {
        let states = dossier.outstanding(party, Round::new(above));
        states.map(|state| state.content.message.round().get()).collect::<Vec<_>>()
    };
    assert_eq!(rounds(Party::Zero, 7), [11, 9]);
    assert_eq!(rounds(Party::One, 6), [9, 8, 7, 7]);
    assert_eq!(dossier.states_of(Round::new(7)).count(), 2);

    let newest = &dossier.newest().unwrap().content.message;
    assert_eq!(dossier.instances(newest), Some(instances().as_slice()));
    assert_eq!(dossier.instances(&state(7, 1)), Some(&[][..]));
    let app_state = AppState::new(Counter::default().encode()).unwrap();
    assert_eq!(dossier.app_state(app_state.hash()), Some(&app_state));
    let (base, instance) = (newest.hash(identity().channel_id()), instances().as_slice()[0].hash());
    assert_eq!(dossier.steps_on(base, instance).count(), 4);
    assert_eq!(
        dossier.preimage(adjudicator::apps::hash_of(B256::repeat_byte(2))),
        Some(Preimage::new(B256::repeat_byte(2)))
    );
    let secret = Secret { hand: Hand::Paper, salt: B256::repeat_byte(4) };
    assert_eq!(dossier.secret(secret.commitment()), Some(secret));
    let oracles: Vec<_> =
        dossier.deliveries(Address::repeat_byte(0xaa), B256::repeat_byte(6)).map(|(oracle, _)| oracle).collect();
    assert_eq!(oracles, [keys()[2].address()]);
    assert_eq!(
        dossier
            .state_recorded(Round::new(9), adjudicator::Hash192::from_slice(&base.get()[..24]))
            .unwrap()
            .content
            .message,
        *newest
    );
}

#[test]
fn evidence_of_another_channel_is_not_mixed_in() {
    let other = Dossier::new(Identity::new(domain(), terms_with(0, 86_400, 2)));
    assert!(dossier([]).merge(other).is_err());
}

#[test]
fn every_item_is_read_from_its_document_again() {
    let mut kinds = Vec::new();
    for item in everything() {
        let json = serde_json::to_string(&item).unwrap();
        assert_eq!(Item::from_json(&json).unwrap(), item);
        kinds.extend(dossier([item]).items().map(|held| held.key().kind));
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), Item::TYPES.len() - 1, "all but withdrawals: {kinds:?}");
    let error = Item::from_json(r#"{"recourse":"1","type":"proof","content":[]}"#).unwrap_err();
    assert!(
        error.to_string().starts_with("unknown variant `proof`, expected one of `instances`, `appState`"),
        "{error}"
    );
}

#[test]
fn packed_keys_are_in_the_order_of_the_keys() {
    let dossier = everything().into_iter().fold(Dossier::new(identity()), add);
    let keys: Vec<_> = dossier.items().map(|held| held.key()).collect();
    assert!(keys.is_sorted() && keys.iter().map(|key| key.pack()).is_sorted());
    assert_eq!(keys.first().unwrap().kind, Kind::Instances);
    let newest = dossier.newest().unwrap().key();
    assert_eq!(newest.to_string(), format!("the state of round 9 {}", newest.hash));
}
