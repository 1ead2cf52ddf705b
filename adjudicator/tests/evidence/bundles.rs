//! Bundles are built of what the contract takes, written and read again, and signed where a signature lacks.

use std::slice::from_ref;

use adjudicator::{
    DisputeError, Situation, Status, Willing,
    action::{Action, Claim, CloseSoloAsDelegate, Multicall, RevokeDelegations, Settle},
    apps::{App, Square},
    bundle::{BuildError, Bundle, Message, SignError, Unreadable, verify},
    evidence::{Draft, Item, Proposal, may_sign},
    types::{
        Agreement, AppState, Delegation, Document, Epoch, Evidence, Identity, Party, Round, Signatures, State,
        Timestamp,
    },
};
use alloy_primitives::{Address, B256, U256};
use serde_json::{Value, from_str, json, to_string, to_value};

use crate::{
    bundle::{
        GAS, LEFT, Playing, address_of, built, checked, close, close_mutual, close_solo, closing, coded, force,
        outsider, scene, slash, try_build,
    },
    findings::tic_tac_toe,
    fixture::{WINDOW, both, domain, identity, keys, signed, state, state_with, terms_with},
    scene::{Game, NOW, Scene, instances_of},
};

fn alice() -> Address {
    address_of(Party::Zero)
}

#[test]
fn a_close_is_told_with_its_deadlines() {
    let agreed = both(state(7, 4));
    let bundle = built(&scene(), &close_solo(&agreed), alice());
    assert_eq!(
        (bundle.operation.as_str(), bundle.to, bundle.party),
        ("closeSolo", domain().manager(), Some(Party::Zero))
    );
    let evidence_deadline = NOW + u64::from(WINDOW);
    let status = Status::Closing { evidence_deadline, final_time: evidence_deadline };
    let payouts = Some(vec![[U256::from(26), U256::from(34)]]);
    assert_eq!(bundle.expected.situation, Situation { status, round: 7, payouts });
    assert_eq!((&bundle.expected.settled, bundle.deadline, bundle.now.get()), (&None, None, NOW));
    assert_eq!(bundle.evidence, [Item::from(agreed.clone())]);
    let [hashes] = bundle.hashes[..] else { panic!() };
    assert_eq!((hashes.message, hashes.domain_separator), (Message::State, domain().separator()));
    assert_eq!(hashes.struct_hash, agreed.message.hash(identity().channel_id()).get());
    assert_eq!(hashes.digest, agreed.message.digest(&domain(), identity().channel_id()));
    assert_eq!(Action::decode(&bundle.calldata), Ok(close_solo(&agreed)));
    let sentence = bundle.expected.to_string();
    assert_eq!(
        sentence,
        format!(
            "closing at round 7 until {evidence_deadline}, final at {evidence_deadline}, to pay 26 and 34 of asset 0"
        )
    );
}

#[test]
fn what_pays_at_once_is_told() {
    let bundle = built(&scene(), &close_mutual(&both(close(8, 4))), outsider());
    let settled = Some(vec![[U256::from(26), U256::from(34)]]);
    assert_eq!(bundle.expected.situation, Situation { status: Status::Closed, round: 0, payouts: None });
    assert_eq!((bundle.expected.settled, bundle.deadline), (settled, Some(Timestamp::new(NOW + 600))));

    let recorded = state(7, 4);
    let over = closing(&recorded).seen(|sight| sight.now = NOW + LEFT);
    let settle = Settle::new(identity().terms(), Some(&recorded)).unwrap().into();
    let bundle = built(&over, &settle, outsider());
    assert_eq!(bundle.expected.to_string(), "closed, pays 26 and 34 of asset 0");
    assert_eq!((bundle.hashes.len(), bundle.evidence.len()), (0, 1), "a recorded state needs no signature");
    assert_eq!(checked(&over, &bundle), []);
}

#[test]
fn deadlines_are_the_last_seconds_at_which_the_contract_takes_it() {
    let scene = closing(&state(7, 1));
    let bundle = built(&scene, &slash(&both(state(9, 1))), outsider());
    assert_eq!(bundle.deadline, Some(Timestamp::new(NOW + LEFT - 1)));
    let at =
        |now: u64| try_build(&scene.clone().seen(move |sight| sight.now = now), &slash(&both(state(9, 1))), outsider());
    assert!(at(NOW + LEFT - 1).is_ok());
    assert!(matches!(at(NOW + LEFT), Err(BuildError::Refused(DisputeError::EvidenceOver { .. }))));
}

/// A game at its beginning, on a state that is recorded, in a channel that is closing.
fn playing() -> (Scene, Agreement<State>, Game) {
    let game = tic_tac_toe(1, 5);
    let agreed = both(state_with(7, 0, &instances_of(from_ref(&game))));
    let scene = coded(Scene::new().with_games(from_ref(&game)).with(agreed.clone()));
    let scene = scene.recorded(&agreed.message).seen(|sight| sight.channel.record.evidence_deadline = Some(NOW + LEFT));
    (scene, agreed, game)
}

#[test]
fn a_step_is_wanted_of_the_party_whose_turn_it_is() {
    let (scene, agreed, game) = playing();
    let take = Square::new(4).unwrap().to_action();
    let step = scene.step(&agreed.message, &game, 1, take, Party::Zero);
    let build = |submitter, is_signed| {
        let (action, world) = (force(&agreed, &game, &step, is_signed), &mut Playing(App::TicTacToe));
        Bundle::build(&identity(), &action, submitter, &scene.view, world, GAS).unwrap()
    };
    let find = |bundle: &Bundle| verify(bundle, &scene.view, &scene.policy, &mut Playing(App::TicTacToe));
    assert!(build(outsider(), true).wanted.is_empty(), "it is signed");
    assert!(build(alice(), false).wanted.is_empty(), "it is the sender's own");

    let mut bundle = build(outsider(), false);
    let wanted: Vec<_> = bundle.wanted.iter().map(|wanted| (wanted.party, wanted.hashes.message)).collect();
    assert_eq!(wanted, [(Party::Zero, Message::Step)]);
    assert_eq!(find(&bundle).len(), 1, "{:#?}", find(&bundle));
    // An untouched instance of a closing channel has until a window after the evidence deadline.
    assert_eq!(bundle.deadline, Some(Timestamp::new(NOW + LEFT + u64::from(WINDOW) - 1)));
    let [Proposal { party: Party::Zero, draft: Draft::Step { .. } }] = &bundle.proposals().unwrap()[..] else {
        panic!()
    };
    bundle.sign(&keys()[0]).unwrap();
    assert_eq!(bundle, build(outsider(), true));
    assert_eq!(find(&bundle), []);
    let state = AppState::new(game.app_state.get().clone()).unwrap();
    assert!(bundle.evidence.contains(&state.into()) && bundle.evidence.contains(&step.into()));
}

#[test]
fn the_second_signature_is_wanted_and_given() {
    let newer = |signers: &[Party]| closing_with(&signed(state(9, 1), signers));
    let mutual = |signers: &[Party]| (scene(), close_mutual(&signed(close(8, 4), signers)));
    for (half, whole, message) in [
        (mutual(&[Party::Zero]), mutual(&Party::BOTH), Message::Close),
        (newer(&[Party::Zero]), newer(&Party::BOTH), Message::State),
    ] {
        let (scene, action) = half;
        let mut bundle = built(&scene, &action, alice());
        assert_eq!(
            bundle.wanted.iter().map(|it| (it.party, it.hashes.message)).collect::<Vec<_>>(),
            [(Party::One, message)]
        );
        assert_eq!(bundle.hashes, [bundle.wanted[0].hashes]);
        let [proposal] = &bundle.proposals().unwrap()[..] else { panic!() };
        assert!(matches!(
            (proposal, message),
            (Proposal { party: Party::One, draft: Draft::Close(_) }, Message::Close)
                | (Proposal { party: Party::One, draft: Draft::State { .. } }, Message::State)
        ));
        let is_allowed = may_sign(&scene.dossier, &scene.view, &scene.policy, proposal).is_ok();
        assert_eq!(is_allowed, message == Message::Close, "of a state too little is held to sign the next one");
        // In the form that travels, too.
        bundle = from_str::<Document<Bundle>>(&to_string(&Document(bundle)).unwrap()).unwrap().0;
        bundle.sign(&keys()[1]).unwrap();
        assert_eq!(bundle, built(&whole.0, &whole.1, alice()));
        assert_eq!(bundle.sign(&keys()[1]), Err(SignError::NothingWanted));
        assert!(SignError::NothingWanted.to_string().starts_with("no signature is wanted"));
        assert_eq!(checked(&scene, &bundle), []);
    }
}

fn closing_with(agreement: &Agreement<State>) -> (Scene, Action) {
    (closing(&state(7, 1)), slash(agreement))
}

/// Whoever sends what the peer has signed agrees by sending it.
#[test]
fn nothing_is_wanted_of_the_sender() {
    let half = close_mutual(&signed(close(8, 4), &[Party::One]));
    assert!(built(&scene(), &half, alice()).wanted.is_empty());
    assert_eq!(built(&scene(), &half, outsider()).wanted[0].party, Party::Zero);
    assert_eq!(built(&scene(), &half, address_of(Party::One)).wanted[0].party, Party::Zero);
}

#[test]
fn another_key_or_another_message_is_not_signed() {
    let mut bundle = built(&scene(), &close_mutual(&signed(close(8, 4), &[Party::Zero])), outsider());
    let before = bundle.clone();
    let [alice, _, carol] = keys();
    for key in [alice, carol] {
        let expected = SignError::WrongKey { expected: address_of(Party::One), actual: key.address() };
        assert_eq!(bundle.sign(&key), Err(expected));
    }
    // What is signed is of the calldata, whatever hashes stand beside it.
    let elsewhere = close(9, 30).digest(&domain(), identity().channel_id());
    bundle.wanted[0].hashes.digest = elsewhere;
    let refused = SignError::OtherMessage { message: Message::Close, party: Party::One };
    assert_eq!(bundle.sign(&keys()[1]), Err(refused.clone()));
    assert_eq!(bundle.proposals(), Err(refused));
    bundle = before.clone();
    bundle.wanted[0].hashes = built(&scene(), &close_mutual(&both(close(9, 30))), outsider()).hashes[0];
    assert!(matches!(bundle.sign(&keys()[1]), Err(SignError::OtherMessage { .. })));
    // A signature that is there is not given again, and a state that nobody has signed is not signed first.
    bundle = before.clone();
    bundle.calldata = close_mutual(&both(close(8, 4))).calldata();
    assert!(matches!(bundle.sign(&keys()[1]), Err(SignError::OtherMessage { .. })));
    bundle = before;
    bundle.channel = Identity::new(domain(), terms_with(0, WINDOW, 2));
    assert!(matches!(bundle.sign(&keys()[1]), Err(SignError::OtherChannel { .. })));
}

#[test]
fn what_the_contract_refuses_is_not_built() {
    let stale = try_build(&closing(&state(7, 1)), &slash(&both(state(6, 1))), alice());
    let reason = DisputeError::RoundStale { recorded: U256::from(7), actual: U256::from(6) };
    assert_eq!(stale, Err(BuildError::Refused(reason)));
    let unseen = Scene::new();
    let manager = domain().manager();
    assert_eq!(try_build(&unseen, &close_solo(&both(state(7, 1))), alice()), Err(BuildError::CodeUnknown { manager }));
    let stranger = Agreement { message: close(8, 4), signatures: [Some(keys()[2].sign(B256::ZERO)), None] };
    let refused = try_build(&scene(), &close_mutual(&stranger), alice());
    assert!(matches!(refused, Err(BuildError::Unreadable(Unreadable::NoParty { message: Message::Close, .. }))));
}

#[test]
fn what_is_elsewhere_is_not_built() {
    let other = Identity::new(domain(), terms_with(0, WINDOW, 2));
    let action = close_solo(&both(state(7, 1)));
    let refused = Bundle::build(&other, &action, alice(), &scene().view, &mut Willing, GAS);
    let (expected, found) = (other.channel_id(), identity().channel_id());
    // Its signatures are of the channel that it is about.
    assert_eq!(refused, Err(BuildError::OtherChannel { expected, found }));
    let there = adjudicator::eip712::Domain::new(U256::from(1), domain().manager());
    let there = Identity::new(there, identity().terms().clone());
    let refused = Bundle::build(&there, &action, alice(), &scene().view, &mut Willing, GAS);
    assert_eq!(refused, Err(BuildError::Elsewhere { channel_id: there.channel_id() }));
}

#[test]
fn several_calls_must_all_succeed() {
    let revoke = Action::from(RevokeDelegations::new(identity().terms()));
    let close = close_solo(&both(state(7, 1)));
    let multicall = |actions: &[&Action]| Action::from(Multicall::new(actions.iter().copied(), 1_000_000));
    let bundle = built(&scene(), &multicall(&[&revoke, &close]), alice());
    assert_eq!((bundle.operation.as_str(), bundle.evidence.len(), bundle.hashes.len()), ("multicall", 1, 1));
    assert_eq!(bundle.expected.situation.round, 7);
    assert_eq!(checked(&scene(), &bundle), []);
    let claim = Action::from(Claim { creditor: alice(), asset: Address::ZERO });
    let refused = try_build(&scene(), &multicall(&[&close, &claim]), alice());
    assert!(matches!(refused, Err(BuildError::CallFails { index: 1, .. })), "{refused:?}");
    // One call inside of another can say the same in many ways; it is written in one.
    let padded = [&close.calldata()[..], &[0]].concat().into();
    let odd = Action::from(Multicall { calls: vec![padded], gas_each: U256::from(1_000_000) });
    let refused = try_build(&scene(), &odd, alice());
    assert_eq!(refused, Err(BuildError::Unreadable(Unreadable::NotCanonical { operation: "closeSolo" })));
}

#[test]
fn a_delegation_is_given_and_not_wanted() {
    let valid_until = Timestamp::new(NOW + 60);
    let (party, delegate) = (Party::Zero, outsider());
    let message = Delegation { party, delegate, epoch: Epoch::new(0), min_round: Round::new(7), valid_until };
    let signature = keys()[0].sign(message.digest(&domain(), identity().channel_id()));
    let agreed = both(state(7, 1));
    let evidence = Evidence::Signed(agreed.message.clone(), Signatures::Both(agreed.both().unwrap()));
    let action = CloseSoloAsDelegate::new(identity().terms(), &evidence, &message, &signature).unwrap().into();
    let bundle = built(&scene(), &action, delegate);
    assert_eq!((bundle.deadline, bundle.wanted.len(), bundle.evidence.len()), (Some(valid_until), 0, 2));
    assert_eq!(
        bundle.hashes.iter().map(|hashes| hashes.message).collect::<Vec<_>>(),
        [Message::State, Message::Delegation]
    );
    assert_eq!(checked(&scene(), &bundle), []);
}

#[test]
fn every_field_of_a_bundle_must_be_there_once() {
    let bundle = Document(built(&scene(), &close_mutual(&signed(close(8, 4), &[Party::Zero])), outsider()));
    let text = to_string(&bundle).unwrap();
    let read = |text: &str| from_str::<Document<Bundle>>(text).map_err(|error| error.to_string());
    assert_eq!(read(&text).as_ref(), Ok(&bundle));
    let document: Value = to_value(&bundle).unwrap();
    let objects =
        ["", "/gas", "/expected", "/hashes/0", "/wanted/0", "/wanted/0/hashes", "/evidence/0", "/evidence/0/content"];
    for path in objects.map(|path| format!("/content{path}")) {
        for (name, value) in document.pointer(&path).unwrap().as_object().unwrap() {
            let mut without = document.clone();
            without.pointer_mut(&path).unwrap().as_object_mut().unwrap().remove(name);
            let error = read(&without.to_string()).unwrap_err();
            assert!(error.starts_with(&format!("missing field `{name}`")), "{path}: {error}");
            let mut twice = document.clone();
            let object = twice.pointer_mut(&path).unwrap().as_object_mut().unwrap();
            object.insert("~".to_owned(), value.clone());
            let error = read(&twice.to_string()).unwrap_err();
            assert!(error.starts_with("unknown field `~`"), "{path}: {error}");
            let error = read(&twice.to_string().replacen("\"~\"", &format!("\"{name}\""), 1)).unwrap_err();
            assert!(error.starts_with(&format!("duplicate field `{name}`")), "{path}: {error}");
        }
    }
    for (path, value, expected) in [
        ("operation", json!("closeMutually"), "\"closeMutually\" where an operation of the contract is expected"),
        ("value", json!(0), "invalid type: integer `0`, expected a string"),
        ("expected/status", json!("dead"), "\"dead\" where open, closing or closed"),
        ("expected/status", json!("closing"), "\"closing\" where open, closing or closed, with both deadlines"),
        ("hashes/0/message", json!("Permit"), "\"Permit\" where one of State, Close,"),
        ("evidence/0/type", json!("terms"), "unknown variant `terms`"),
        ("evidence/0/recourse", json!("2"), "invalid value: string \"2\", expected the version"),
        ("evidence/0", json!([1]), "invalid type: integer `1`"),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(&format!("/content/{path}")).unwrap() = value;
        let error = read(&changed.to_string()).unwrap_err();
        assert!(error.starts_with(expected), "{path}: {error}");
    }
}

#[test]
fn the_transaction_is_the_bundles() {
    let bundle = built(&scene(), &close_solo(&both(state(7, 1))), alice());
    let transaction = bundle.transaction();
    assert_eq!(
        (transaction.chain_id, transaction.from, transaction.to),
        (domain().chain_id(), alice(), domain().manager())
    );
    assert_eq!((transaction.value, transaction.gas_limit), (U256::ZERO, GAS.limit.get()));
    assert_eq!(transaction.data, bundle.calldata);
}
