//! Bundles that are not what they say: each field that somebody may have changed is found.

use adjudicator::{
    Status,
    action::{Action, Deposit, Multicall, Slash},
    bundle::{Bundle, Message},
    evidence::{Code, Finding, Severity},
    types::{Amount, Document, Evidence, GasUnits, Identity, Party, Side, Timestamp, Units},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use proptest::prelude::{any, prop, proptest};
use serde_json::{Value, from_str, json, to_value};

use super::cooperative::withdraw;
use crate::{
    bundle::{LEFT, address_of, built, checked, close, close_mutual, close_solo, closing, outsider, scene, slash},
    fixture::{WINDOW, both, domain, signed, state, terms_with},
    scene::{NOW, Scene, told},
};

/// Alice answers the close on round 7 with round 9.
fn answer() -> (Scene, Bundle) {
    let scene = closing(&state(7, 1));
    let bundle = built(&scene, &slash(&both(state(9, 4))), address_of(Party::Zero));
    (scene, bundle)
}

/// What is found if this is changed of it.
#[track_caller]
fn tampered(code: Code, change: impl Fn(&mut Bundle)) -> Finding {
    let (scene, bundle) = answer();
    changed(code, &scene, &bundle, change)
}

#[track_caller]
fn changed(code: Code, scene: &Scene, bundle: &Bundle, change: impl Fn(&mut Bundle)) -> Finding {
    let mut other = bundle.clone();
    change(&mut other);
    told(code, &checked(scene, &other), &checked(scene, bundle))
}

#[test]
fn e090_it_goes_elsewhere() {
    tampered(Code::BundleMisdirected, |bundle| bundle.to = Address::repeat_byte(0xee));
}

/// Chain, contract and terms make the channel.
#[test]
fn a_bundle_of_another_chain_or_contract_is_found() {
    let elsewhere = |chain_id: u64, manager: u8| {
        let domain = adjudicator::eip712::Domain::new(U256::from(chain_id), Address::repeat_byte(manager));
        move |bundle: &mut Bundle| bundle.channel = Identity::new(domain, bundle.channel.terms().clone())
    };
    tampered(Code::OtherChain, elsewhere(1, 0xcc));
    tampered(Code::OtherContract, elsewhere(31_337, 0xcd));
    tampered(Code::BundleMisdirected, elsewhere(31_337, 0xcd));
}

#[test]
fn e091_another_contract_stands_there() {
    tampered(Code::BundleCode, |bundle| bundle.code_hash = B256::repeat_byte(1));
    let (scene, bundle) = answer();
    let seen = |code: &'static [u8]| {
        scene.clone().view(move |view| drop(view.codes.insert(domain().manager(), Bytes::from_static(code))))
    };
    for other in [&[][..], &[0x60, 0x80]] {
        told(Code::BundleCode, &checked(&seen(other), &bundle), &checked(&scene, &bundle));
    }
    let unseen = scene.clone().view(|view| view.codes.clear());
    told(Code::BundleCode, &checked(&unseen, &bundle), &checked(&scene, &bundle));
}

#[test]
fn e092_calldata_of_nothing_or_in_another_form() {
    tampered(Code::CalldataUnreadable, |bundle| bundle.calldata = Bytes::new());
    let longer = |bundle: &mut Bundle| bundle.calldata = [&bundle.calldata[..], &[0]].concat().into();
    let found = tampered(Code::CalldataUnreadable, longer).found;
    assert_eq!(found, "slash in other bytes than those in which it is written");
    // Evidence that is neither signed by one nor by two.
    tampered(Code::CalldataUnreadable, |bundle| {
        let Action::Slash(mut call) = Action::decode(&bundle.calldata).unwrap() else { panic!() };
        call.evidence = call.evidence.slice(..100);
        bundle.calldata = call.calldata();
    });
}

/// A list may name the same bytes as often as it likes: a short call that would be a very long one is not written out.
#[test]
fn a_multicall_of_one_call_many_times_is_found() {
    let call = answer().1.calldata;
    let calls = 60_000;
    let word = |number: usize| U256::from(number).to_be_bytes::<32>();
    let mut calldata = Multicall { calls: Vec::new(), gas_each: U256::ZERO }.calldata()[..4].to_vec();
    calldata.extend([word(64), word(0), word(calls)].concat());
    calldata.extend(word(32 * calls).repeat(calls));
    calldata.extend_from_slice(&word(call.len()));
    calldata.extend_from_slice(&call);
    let Action::Multicall(read) = Action::decode(&calldata).unwrap() else { panic!() };
    assert_eq!((read.calls.len(), &read.calls[calls - 1]), (calls, &call));
    tampered(Code::CalldataUnreadable, |bundle| bundle.calldata = calldata.clone().into());
}

#[test]
fn e093_another_operation() {
    let found = tampered(Code::OperationOther, |bundle| bundle.operation = "snapshotSolo".to_owned()).found;
    assert_eq!(found, "slash, where the bundle says snapshotSolo");
}

#[test]
fn e094_another_channel() {
    tampered(Code::CalldataOtherChannel, |bundle| bundle.channel = Identity::new(domain(), terms_with(0, WINDOW, 2)));
}

#[test]
fn e095_another_value() {
    tampered(Code::ValueOther, |bundle| bundle.value = Units::new(U256::ONE));
    let (side, amount) = (Side::of(0, Party::Zero).unwrap(), Amount::new(5).unwrap());
    let deposit = Action::from(Deposit::new(scene().dossier.identity().terms(), side, amount).unwrap());
    let bundle = built(&scene(), &deposit, outsider());
    assert_eq!(bundle.value.get(), U256::from(5));
    changed(Code::ValueOther, &scene(), &bundle, |bundle| bundle.value = Units::new(U256::from(6)));
}

#[test]
fn e096_another_sender() {
    tampered(Code::SenderOther, |bundle| bundle.submitter = address_of(Party::One));
    tampered(Code::SenderOther, |bundle| bundle.submitter = outsider());
    tampered(Code::SenderOther, |bundle| bundle.party = Some(Party::One));
    tampered(Code::SenderOther, |bundle| bundle.party = None);
}

#[test]
fn e097_other_evidence() {
    tampered(Code::EvidenceOther, |bundle| bundle.evidence.clear());
    tampered(Code::EvidenceOther, |bundle| bundle.evidence = vec![both(state(9, 5)).into()]);
    let found = tampered(Code::EvidenceOther, |bundle| {
        bundle.evidence = vec![signed(state(9, 4), &[Party::Zero]).into()];
    });
    assert!(found.found.ends_with("the bundle the same with other signatures"), "{found}");
}

#[test]
fn e098_other_hashes() {
    tampered(Code::HashOther, |bundle| bundle.hashes.clear());
    tampered(Code::HashOther, |bundle| bundle.hashes[0].message = Message::Close);
    tampered(Code::HashOther, |bundle| bundle.hashes[0].domain_separator = B256::ZERO);
    tampered(Code::HashOther, |bundle| bundle.hashes[0].struct_hash = B256::ZERO);
    tampered(Code::HashOther, |bundle| bundle.hashes[0].digest = B256::ZERO);
    let half = signed(close(8, 2), &[Party::Zero]);
    let bundle = built(&scene(), &close_mutual(&half), outsider());
    changed(Code::HashOther, &scene(), &bundle, |bundle| bundle.wanted.clear());
    changed(Code::HashOther, &scene(), &bundle, |bundle| bundle.wanted[0].party = Party::Zero);
    changed(Code::HashOther, &scene(), &bundle, |bundle| bundle.wanted[0].hashes.digest = B256::ZERO);
}

#[test]
fn e099_the_contract_would_refuse_it() {
    let (scene, bundle) = answer();
    let newer = scene.clone().recorded(&state(10, 4));
    told(Code::Refused, &checked(&newer, &bundle), &checked(&scene, &bundle));
    let late = scene.clone().seen(|sight| sight.now = NOW + LEFT);
    let found = told(Code::Refused, &checked(&late, &bundle), &checked(&scene, &bundle));
    assert!(found.found.starts_with("newer states were accepted before"), "{found}");
    // A newer state that nobody has signed.
    changed(Code::Refused, &scene, &bundle, |bundle| {
        let unsigned = Evidence::Recorded(state(9, 4));
        bundle.calldata = Slash::new(bundle.channel.terms(), &unsigned).unwrap().calldata();
    });
}

#[test]
fn e100_it_comes_to_something_else() {
    tampered(Code::OutcomeOther, |bundle| bundle.expected.situation.round = 8);
    tampered(Code::OutcomeOther, |bundle| bundle.expected.situation.status = Status::Open);
    tampered(Code::OutcomeOther, |bundle| bundle.expected.situation.payouts = None);
    tampered(Code::OutcomeOther, |bundle| {
        bundle.expected.situation.payouts = Some(vec![[U256::from(30); 2]]);
    });
    tampered(Code::OutcomeOther, |bundle| bundle.expected.settled = Some(vec![[U256::ZERO; 2]]));
    // A deposit that came after it was built makes it pay more.
    let (scene, bundle) = answer();
    let richer = scene.clone().with_funds(31, 30);
    told(Code::OutcomeOther, &checked(&richer, &bundle), &checked(&scene, &bundle));
    // When it was built tells what the deadlines are.
    let scene = crate::bundle::scene();
    let bundle = built(&scene, &close_solo(&both(state(7, 1))), address_of(Party::Zero));
    changed(Code::OutcomeOther, &scene, &bundle, |bundle| bundle.now = Timestamp::new(NOW - 1));
    let later = scene.clone().seen(|sight| sight.now = NOW + 3_600);
    assert_eq!(checked(&later, &bundle), [], "an hour later it is still what it was");
}

#[test]
fn e101_the_deadline_is_over() {
    let (scene, bundle) = answer();
    let at = |now| checked(&scene.clone().seen(move |sight| sight.now = now), &bundle);
    told(Code::DeadlineOver, &at(NOW + LEFT), &at(NOW + LEFT - 1));
    tampered(Code::DeadlineOver, |bundle| bundle.deadline = Some(Timestamp::new(NOW - 1)));
}

#[test]
fn e102_a_deadline_that_is_too_late() {
    tampered(Code::DeadlineLate, |bundle| bundle.deadline = Some(Timestamp::new(NOW + LEFT)));
    let found = tampered(Code::DeadlineLate, |bundle| bundle.deadline = None).found;
    assert_eq!(found, format!("a deadline of none, where the contract takes it until {}", NOW + LEFT - 1));
    let (scene, mut bundle) = answer();
    bundle.deadline = Some(Timestamp::new(NOW));
    assert_eq!(checked(&scene, &bundle), [], "who sends it may set itself an earlier one");
}

#[test]
fn e103_gas_that_cannot_be() {
    tampered(Code::GasWrong, |bundle| bundle.gas.limit = GasUnits::new(89_999));
    tampered(Code::GasWrong, |bundle| bundle.gas.expected = GasUnits::new(120_001));
    tampered(Code::GasWrong, |bundle| bundle.gas.limit = GasUnits::new((1 << 24) + 1));
}

#[test]
fn e104_a_bundle_ahead_of_the_view() {
    tampered(Code::BundleAhead, |bundle| bundle.now = Timestamp::new(NOW + 1));
}

#[test]
fn e105_a_signature_that_is_still_to_be_given() {
    let scene = scene();
    let close = close(8, 2);
    let half = built(&scene, &close_mutual(&signed(close.clone(), &[Party::Zero])), outsider());
    let whole = built(&scene, &close_mutual(&both(close)), outsider());
    let found = told(Code::BundleUnsigned, &checked(&scene, &half), &checked(&scene, &whole));
    assert_eq!(found.found, format!("party 1 is to sign a Close: {}", half.wanted[0].hashes.digest));
    assert_eq!(checked(&scene, &half).len(), 1, "and nothing else is wrong with it");
}

#[test]
fn a_signature_of_nobody_is_found() {
    let (scene, bundle) = answer();
    let mut strange = both(state(9, 4));
    strange.signatures.swap(0, 1);
    let found = changed(Code::SignatureBad, &scene, &bundle, |bundle| {
        bundle.calldata = slash(&strange).calldata();
    });
    assert_eq!(found.proof.len(), 1);
    strange.signatures = [None, Some(crate::fixture::keys()[2].sign(B256::ZERO))];
    changed(Code::SignatureBad, &scene, &bundle, |bundle| bundle.calldata = slash(&strange).calldata());
}

/// A withdrawal that is signed by the peer of the sender needs no more.
#[test]
fn what_the_sender_agrees_to_by_sending_is_complete() {
    let half = signed(withdraw(0, 3, 0xa1), &[Party::One]);
    let terms = scene().dossier.identity().terms().clone();
    let signatures = adjudicator::types::Signatures::OfPeer(half.signatures[1].unwrap());
    let action = adjudicator::action::Withdraw::new(&terms, &half.message, signatures).unwrap().into();
    let bundle = built(&scene(), &action, address_of(Party::Zero));
    assert_eq!((bundle.wanted.len(), checked(&scene(), &bundle)), (0, Vec::new()));
    // Sent by anybody else it would be refused.
    changed(Code::HashOther, &scene(), &bundle, |bundle| bundle.submitter = outsider());
}

/// Whatever text or truth of the document is another one, it cannot be read or is found; but for the gas, of which nobody
/// here knows how much it should be.
#[test]
fn nothing_in_a_bundle_can_be_changed_unseen() {
    let half = signed(close(8, 2), &[Party::Zero]);
    for (scene, bundle) in [answer(), (scene(), built(&scene(), &close_mutual(&half), outsider()))] {
        let party = bundle.party;
        // Of those who are no party it does not matter who sends it.
        let is_free =
            |path: &str| path.starts_with("/content/gas/") || (path == "/content/submitter" && party.is_none());
        let document = to_value(Document(bundle)).unwrap();
        let leaves = leaves(&document["content"], "/content".to_owned());
        assert!(leaves.len() > 30, "{leaves:?}");
        for path in leaves.iter().filter(|path| !is_free(path)) {
            let mut changed = document.clone();
            let leaf = changed.pointer_mut(path).unwrap();
            *leaf = match &*leaf {
                // An earlier one is nobody's harm.
                Value::String(_) if path == "/content/deadline" => json!("4102444800"),
                Value::String(text) => json!(another(text)),
                _ => json!("0"),
            };
            let Ok(Document(read)) = from_str::<Document<Bundle>>(&changed.to_string()) else { continue };
            let is_found = checked(&scene, &read).iter().any(|finding| finding.severity() == Severity::Error);
            assert!(is_found, "{path}");
        }
    }
}

/// Where the texts are, and what is `null`.
fn leaves(value: &Value, path: String) -> Vec<String> {
    match value {
        Value::Array(list) => {
            (0..).zip(list).flat_map(|(index, value): (usize, _)| leaves(value, format!("{path}/{index}"))).collect()
        }
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| leaves(value, format!("{path}/{name}"))).collect()
        }
        _ => vec![path],
    }
}

/// A text of the same kind: with another last digit, or another one of the few that there are.
fn another(text: &str) -> String {
    match (text, &text[..text.len() - 1], text.chars().last().unwrap()) {
        ("slash" | "closeMutual", ..) => "snapshotSolo".to_owned(),
        ("open" | "closed", ..) => "closing".to_owned(),
        (_, begin, '1') => format!("{begin}0"),
        (_, begin, _) => format!("{begin}1"),
    }
}

proptest! {
    #[test]
    fn no_bit_of_the_calldata_can_be_flipped(at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let (scene, mut bundle) = answer();
        let mut calldata = bundle.calldata.to_vec();
        let at = at.index(calldata.len());
        calldata[at] ^= 1 << bit;
        bundle.calldata = calldata.into();
        assert!(checked(&scene, &bundle).iter().any(|finding| finding.severity() == Severity::Error));
    }
}
