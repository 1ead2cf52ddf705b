//! JSON: documents are written and read again as the same, in one form, and nothing else is read.

use std::fmt::Debug;

use adjudicator::{
    DisputeError, Willing,
    abi::CHANNEL_MANAGER,
    action::CloseMutual,
    apps::Delivered,
    bundle::{Bundle, Gas, verify},
    eip712::Domain,
    evidence::{Code, Policy, View},
    signature::{Signature, SigningKey},
    types::{
        Agreement, AppState, Asset, BadSignature, ChannelId, Close, Delegation, Delivery, FeedReading, GasUnits,
        HandSecret, Identity, Instances, Net, Party, PerAsset, PlacedStep, Preimage, Proof, Round, Side, Signatures,
        Signed, State, Step, Terms, Unusable, Withdraw,
        document::{Content, Document, TYPES, type_of},
    },
};
use alloy_primitives::{Address, B256, U256, address, b256};
use proptest::prelude::{any, prop, proptest};
use serde_json::{Value, from_str, json, to_string, to_value};

use crate::strategy;

proptest! {
    #[test]
    fn terms_are_written_and_read_again(terms in strategy::terms()) {
        is_written(terms);
    }

    #[test]
    fn states_are_written_and_read_again(state in strategy::state()) {
        is_written(state);
    }

    #[test]
    fn closes_are_written_and_read_again(close in strategy::close()) {
        is_written(close);
    }

    #[test]
    fn withdrawals_are_written_and_read_again(withdraw in strategy::withdraw()) {
        is_written(withdraw);
    }

    #[test]
    fn delegations_are_written_and_read_again(delegation in strategy::delegation()) {
        is_written(delegation);
    }

    #[test]
    fn steps_are_written_and_read_again(step in strategy::step()) {
        is_written(step);
    }

    #[test]
    fn instances_are_written_and_read_again(instance in strategy::instance(), all in strategy::instances()) {
        is_written(instance);
        is_written(all);
    }

    #[test]
    fn what_is_signed_is_written_and_read_again(
        state in strategy::agreement(strategy::state()),
        close in strategy::agreement(strategy::close()),
        withdraw in strategy::agreement(strategy::withdraw()),
        delegation in strategy::signed(strategy::delegation()),
        step in strategy::signed(strategy::step()),
    ) {
        is_written(state);
        is_written(close);
        is_written(withdraw);
        is_written(delegation);
        is_written(step);
    }

    #[test]
    fn views_are_written_and_read_again(view in strategy::view()) {
        is_written(view);
    }

    #[test]
    fn proofs_are_written_and_read_again(proof in strategy::proof()) {
        is_written(proof);
    }

    /// Whatever is read has no second text, but for the order of fields, spaces, and checksums of addresses.
    #[test]
    fn a_changed_letter_makes_another_document_or_none(
        terms in strategy::terms(),
        close in strategy::close(),
        at in any::<prop::sample::Index>(),
        letter in "[ -~]",
    ) {
        fn is_one<T: Content>(value: T, at: prop::sample::Index, letter: &str) {
            let mut json = to_string(&Document(value)).unwrap();
            let at = at.index(json.len());
            json.replace_range(at..=at, letter);
            if let Ok(read) = from_str::<Document<T>>(&json) {
                let [read, json] = [to_value(read).unwrap(), from_str(&json).unwrap()].map(|json| json.to_string());
                assert_eq!(read.to_lowercase(), json.to_lowercase());
            }
        }
        is_one(terms, at, &letter);
        is_one(close, at, &letter);
    }

    #[test]
    fn signatures_are_written_and_read_again(message in any::<[u8; 32]>()) {
        let signature = strategy::key().sign(B256::from(message));
        assert_eq!(from_str::<Signature>(&to_string(&signature).unwrap()).unwrap(), signature);
    }
}

#[test]
fn a_document_looks_like_this() {
    let nets = PerAsset::new(vec![Net::new((-5).try_into().unwrap()), Net::ZERO]).unwrap();
    let state = State::new(Round::new(7), B256::repeat_byte(0xab).into(), nets).unwrap();
    let expected = json!({
        "recourse": "1",
        "type": "state",
        "content": {
            "round": "7",
            "instancesRoot": "0xabababababababababababababababababababababababababababababababab",
            "nets": ["-5", "0"],
        },
    });
    assert_eq!(to_value(Document(state)).unwrap(), expected);
    assert_eq!(type_of(&expected.to_string()).unwrap(), "state");
}

/// The JSON documents of the page.
fn examples() -> impl Iterator<Item = &'static str> {
    let page = include_str!("../../../docs/FORMATS.md");
    page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap())
}

fn example<T: Content>() -> T {
    let text = examples().find(|text| type_of(text).unwrap() == T::TYPE).unwrap();
    from_str::<Document<T>>(text).unwrap().0
}

/// The signatures are those of well-known test keys, of the parties of the page's terms.
#[test]
fn the_examples_of_the_page_are_signed() {
    let domain = Domain::new(U256::from(31_337), address!("0x5fbdb2315678afecb367f032d93f642f64180aa3"));
    let terms = example::<Terms>();
    let id = terms.channel_id(&domain);
    let keys = [
        b256!("0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"),
        b256!("0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a"),
    ];
    let [zero, one] = keys.map(|key| SigningKey::from_bytes(&key).unwrap());
    assert_eq!([&zero, &one].map(SigningKey::address), Party::BOTH.map(|party| terms.accounts(party).signer));

    let Agreement { message, signatures } = example::<Agreement<State>>();
    let digest = message.digest(&domain, id);
    assert_eq!(signatures, [Some(zero.sign(digest)), Some(one.sign(digest))]);
    let Agreement { message, signatures } = example::<Agreement<Close>>();
    assert_eq!(signatures, [Some(zero.sign(message.digest(&domain, id))), None]);
    let Agreement { message, signatures } = example::<Agreement<Withdraw>>();
    assert_eq!(signatures, [None, Some(one.sign(message.digest(&domain, id)))]);
    let Signed { message, signature } = example::<Signed<Delegation>>();
    assert_eq!(signature, zero.sign(message.digest(&domain, id)));

    let instances = example::<Instances>();
    let instance = instances.as_slice()[0].hash();
    let state = example::<State>();
    let base = State::new(state.round(), instance.get().into(), state.nets().clone()).unwrap().hash(id);
    let Signed { message, signature } = example::<Signed<Step>>();
    assert_eq!(signature, zero.sign(message.digest(&domain, id, base, instance)));
    let step = Signed { message, signature };
    assert_eq!(example::<PlacedStep>(), PlacedStep { base, instance, step });
    assert_eq!(example::<Identity>(), Identity::new(domain, terms));

    let Delivery { app, escrow_id, signature } = example();
    let app = Domain::new(domain.chain_id(), app);
    assert_eq!(signature, Delivered { escrow_id: escrow_id.get() }.sign(&app, &zero));
    let reading = example::<FeedReading>();
    let app = Domain::new(domain.chain_id(), reading.app);
    assert_eq!(reading.signature, reading.message().sign(&app, &zero).signature);
}

#[test]
fn a_signature_of_another_party_is_found() {
    let domain = Domain::new(U256::from(31_337), address!("0x5fbdb2315678afecb367f032d93f642f64180aa3"));
    let terms = example::<Terms>();
    let mut signed = example::<Agreement<State>>();
    assert_eq!(signed.verify(&domain, &terms), Ok(()));
    assert_eq!(signed.verify_both(&domain, &terms).ok(), signed.both());
    signed.signatures.swap(0, 1);
    let (expected, actual) = (terms.accounts(Party::Zero).signer, terms.accounts(Party::One).signer);
    let reason = DisputeError::SignerMismatch { expected, actual };
    assert_eq!(signed.verify(&domain, &terms), Err(BadSignature { party: Party::Zero, reason }));
    signed.signatures[0] = None;
    assert_eq!(signed.both(), None);
    assert_eq!(signed.verify(&domain, &terms).unwrap_err().party, Party::One);
    signed.signatures = [example::<Agreement<State>>().signatures[0], None];
    assert_eq!(signed.verify(&domain, &terms), Ok(()), "what is there is right");
    assert_eq!(signed.verify_both(&domain, &terms), Err(Unusable::Unsigned { party: Party::One }));
    let nets = PerAsset::new(vec![Net::ZERO; 2]).unwrap();
    signed.message = State::new(Round::new(7), signed.message.instances_root(), nets).unwrap();
    assert!(matches!(signed.verify_both(&domain, &terms), Err(Unusable::Assets(_))));
}

#[test]
fn a_delegation_and_a_step_tell_who_signed_them() {
    let domain = Domain::new(U256::from(31_337), address!("0x5fbdb2315678afecb367f032d93f642f64180aa3"));
    let terms = example::<Terms>();
    let mut delegation = example::<Signed<Delegation>>();
    assert_eq!(delegation.verify(&domain, &terms), Ok(()));
    delegation.message.min_round = Round::new(5);
    assert_eq!(delegation.verify(&domain, &terms).unwrap_err().party, Party::Zero);

    let (step, state) = (example::<Signed<Step>>(), example::<State>());
    let instance = example::<Instances>().as_slice()[0].hash();
    let base = |root: B256| State::new(state.round(), root.into(), state.nets().clone()).unwrap();
    let base = |root: B256| base(root).hash(terms.channel_id(&domain));
    assert_eq!(step.mover(&domain, &terms, base(instance.get()), instance), Ok(Party::Zero));
    let elsewhere = step.mover(&domain, &terms, base(B256::ZERO), instance);
    assert!(matches!(elsewhere, Err(DisputeError::StepSignerUnknown { .. })), "{elsewhere:?}");
}

#[test]
fn known_keys_verify_without_the_parity() {
    let domain = Domain::new(U256::from(31_337), Address::repeat_byte(0xcc));
    let keys = [1, 2].map(|number| SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap());
    let (id, message) = (ChannelId::new(B256::repeat_byte(7)), example::<State>());
    let digest = message.digest(&domain, id);
    let signed = Agreement { message, signatures: [0, 1].map(|party| Some(keys[party].sign(digest))) };
    let [zero, one] = [0, 1].map(|party| *keys[party].public_key());
    assert_eq!(signed.verify_scalars(&domain, id, &[zero, one]), Ok(()));
    assert_eq!(signed.verify_scalars(&domain, id, &[one, zero]).unwrap_err().party, Party::Zero);
    let flipped = signed.signatures.map(|signature| {
        let mut bytes = signature.unwrap().to_compact();
        bytes[32] ^= 0x80;
        Some(Signature::from_bytes(&bytes).unwrap())
    });
    let wrong = Agreement { signatures: flipped, ..signed.clone() };
    assert_eq!(wrong.verify_scalars(&domain, id, &[zero, one]), Ok(()), "the parity is not looked at");
    assert_eq!(wrong.restored(&domain, id, &[zero, one]), Ok(signed));
}

/// Each is read, and is what it would be written as.
#[test]
fn the_examples_of_the_page_are_documents() {
    let mut types = Vec::new();
    for example in examples() {
        let name = type_of(example).unwrap();
        let written = match name.as_str() {
            "terms" => again::<Terms>(example),
            "state" => again::<State>(example),
            "close" => again::<Close>(example),
            "withdraw" => again::<Withdraw>(example),
            "delegation" => again::<Delegation>(example),
            "step" => again::<Step>(example),
            "instances" => again::<Instances>(example),
            "proof" => again::<Proof>(example),
            "signedState" => again::<Agreement<State>>(example),
            "signedClose" => again::<Agreement<Close>>(example),
            "signedWithdraw" => again::<Agreement<Withdraw>>(example),
            "signedDelegation" => again::<Signed<Delegation>>(example),
            "signedStep" => again::<Signed<Step>>(example),
            "channel" => again::<Identity>(example),
            "appState" => again::<AppState>(example),
            "placedStep" => again::<PlacedStep>(example),
            "preimage" => again::<Preimage>(example),
            "delivery" => again::<Delivery>(example),
            "reading" => again::<FeedReading>(example),
            "secret" => again::<HandSecret>(example),
            "view" => again::<View>(example),
            "bundle" => again::<Bundle>(example),
            other => panic!("{other}"),
        };
        assert_eq!(written, from_str::<Value>(example).unwrap());
        types.push(name);
    }
    // An instance is in the list of instances.
    types.push("instance".to_owned());
    types.sort();
    let mut expected = TYPES.to_vec();
    expected.sort();
    assert_eq!(types, expected);
}

#[test]
fn every_type_has_a_name_of_its_own() {
    assert_eq!(TYPES.iter().collect::<std::collections::BTreeSet<_>>().len(), TYPES.len());
    assert_eq!(TYPES.len(), 23);
}

#[test]
fn another_version_or_type_is_refused() {
    let document = |version: Value, name: &str| json!({ "recourse": version, "type": name, "content": [] }).to_string();
    let read = |json: &str| from_str::<Document<Proof>>(json).map_err(|error| error.to_string());
    assert_eq!(read(&document(json!("1"), "proof")), Ok(Document(Proof::default())));
    for (version, name, expected) in [
        (json!("2"), "proof", r#"invalid value: string "2", expected the version "1""#),
        (json!(1), "proof", r#"invalid type: integer `1`, expected the version "1""#),
        (json!("1"), "state", r#"invalid value: string "state", expected the type "proof""#),
    ] {
        let error = read(&document(version, name)).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn unknown_missing_and_double_fields_are_refused() {
    let delegation =
        r#""party":"0","delegate":"0x0000000000000000000000000000000000000000","epoch":"0","minRound":"0""#;
    let read = |content: &str, more: &str| {
        let json = format!(r#"{{"recourse":"1","type":"delegation","content":{{{content}}}{more}}}"#);
        from_str::<Document<Delegation>>(&json).map(drop).map_err(|error| error.to_string())
    };
    let fields = format!(r#"{delegation},"validUntil":"0""#);
    assert_eq!(read(&fields, ""), Ok(()));
    for (content, more, expected) in [
        (format!(r#"{fields},"x":"0""#), "", "unknown field `x`"),
        (fields.clone(), r#","x":"0""#, "unknown field `x`"),
        (fields.clone(), r#","type":"delegation""#, "duplicate field `type`"),
        (format!(r#"{fields},"epoch":"1""#), "", "duplicate field `epoch`"),
        (delegation.to_owned(), "", "missing field `validUntil`"),
    ] {
        let error = read(&content, more).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn objects_are_no_lists_of_values() {
    let read = |json: &str| from_str::<Document<Terms>>(json).map_err(|error| error.to_string());
    let terms = json!({
        "parties": [
            { "signer": Address::repeat_byte(1), "payee": Address::repeat_byte(2) },
            { "signer": Address::repeat_byte(3), "payee": Address::repeat_byte(4) },
        ],
        "window": "1", "bounty": "0", "staleMargin": "0", "salt": "0", "assets": [Address::ZERO],
    });
    let document = json!({ "recourse": "1", "type": "terms", "content": terms });
    assert!(read(&document.to_string()).is_ok());
    for path in ["", "/content", "/content/parties/0"] {
        let mut changed = document.clone();
        let object = changed.pointer_mut(path).unwrap();
        *object = object.as_object().unwrap().values().cloned().collect();
        let error = read(&changed.to_string()).unwrap_err();
        assert!(error.starts_with("invalid type: sequence, expected an object"), "{path} {error}");
    }
    assert!(type_of(r#"["terms"]"#).is_err());
}

#[test]
fn every_number_has_one_text() {
    for text in ["0", "7", "536870911", "18446744073709551615"] {
        assert_eq!(text.parse::<Round>().unwrap().to_string(), text);
    }
    for text in
        ["", "-", "-0", "+1", "01", "00", " 1", "1 ", "1_0", "0x1", "1.0", "1e3", "١", "18446744073709551616", "-1"]
    {
        assert!(text.parse::<Round>().is_err(), "{text}");
        assert!(from_str::<Round>(&json!(text).to_string()).is_err(), "{text}");
    }
    for number in ["1", "null", "true", "[1]"] {
        assert!(from_str::<Round>(number).is_err(), "{number}");
    }
    for net in [Net::MIN, Net::MAX, Net::ZERO] {
        assert_eq!(net.to_string().parse(), Ok(net));
    }
    for text in ["-00", "-01", "--1", "0x1", &format!("{}0", Net::MAX), &format!("{}0", Net::MIN)] {
        assert!(text.parse::<Net>().is_err(), "{text}");
    }
}

#[test]
fn every_address_has_a_text_in_lower_case_and_one_with_a_checksum() {
    let checksummed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let asset: Asset = checksummed.parse().unwrap();
    assert_eq!(asset.to_string(), checksummed.to_lowercase());
    assert_eq!(asset.to_string().parse(), Ok(asset));
    let upper = checksummed.to_uppercase().replace('X', "x");
    for text in [&checksummed[2..], &checksummed.replace("5aAe", "5aae"), &upper, &checksummed[..40], "0x", "", "0x0"] {
        assert!(text.parse::<Asset>().is_err(), "{text}");
    }
    assert_eq!(format!("{:#x}", Address::ZERO).parse(), Ok(Asset::NATIVE));
}

#[test]
fn all_other_bytes_are_in_lower_case() {
    assert_eq!("0x0aff".parse::<AppState>().unwrap().to_string(), "0x0aff");
    assert_eq!("0x".parse::<AppState>().unwrap(), AppState::default());
    for text in ["", "0aff", "0x0aFf", "0X0aff", "0xaff", "0x0aff ", "0x0x0a"] {
        assert!(text.parse::<AppState>().is_err(), "{text}");
    }
}

#[test]
fn parties_and_sides_are_numbers() {
    assert_eq!(json!([Party::Zero, Party::One, Side::MAX]), json!(["0", "1", "15"]));
    assert!("2".parse::<Party>().is_err());
    assert!("16".parse::<Side>().is_err());
}

/// That of the page's close, in the page's view, but for the hash of code, which no page can follow.
#[test]
fn the_example_of_a_bundle_is_what_is_built() {
    let (channel, mut view) = (example::<Identity>(), example::<View>());
    let Agreement { message, signatures } = example::<Agreement<Close>>();
    let signatures = Signatures::OfPeer(signatures[0].unwrap());
    let action = CloseMutual::new(channel.terms(), &message, signatures).unwrap().into();
    view.codes.insert(channel.domain().manager(), CHANNEL_MANAGER.runtime_code().clone());
    let gas = Gas { expected: GasUnits::new(98_000), limit: GasUnits::new(130_000) };
    let submitter = address!("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc");
    let mut built = Bundle::build(&channel, &action, submitter, &view, &mut Willing, gas).unwrap();
    let findings = verify(&built, &view, &Policy::default(), &mut Willing);
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::BundleUnsigned]);
    built.code_hash = B256::repeat_byte(0xcd);
    assert_eq!(example::<Bundle>(), built);
}

/// What the example says, and what may be changed of it so that it is read no more.
#[test]
fn a_view_is_read_strictly() {
    let text = examples().find(|text| type_of(text).unwrap() == "view").unwrap();
    let changed = |path: &str, value: Value| {
        let mut document: Value = from_str(text).unwrap();
        *document.pointer_mut(&format!("/content/{path}")).unwrap() = value;
        from_str::<Document<View>>(&document.to_string()).map_err(|error| error.to_string())
    };
    let twice = |path: &str| {
        let document: Value = from_str(text).unwrap();
        let entry = document.pointer(&format!("/content/{path}/0")).unwrap();
        changed(path, json!([entry, entry]))
    };
    assert_eq!(changed("latest/now", json!("1800000000")).unwrap().0.latest.now, 1_800_000_000);
    for (path, value, expected) in [
        ("deployment/minWindow", json!("0"), "a window of 0: it must be from 1 to 100000000"),
        ("deployment/minWindow", json!("1000001"), "window bounds of 1000001 to 1000000 seconds"),
        ("latest/now", json!(7), "invalid type: integer `7`, expected a string"),
        ("latest/now", json!("-1"), "time -1: it must be from 0 to"),
        ("latest/channel/isClosed", json!("false"), "invalid type: string \"false\", expected a boolean"),
        ("latest/channel/serial", json!("16777216"), "serial 16777216: it must be from 0 to 16777215"),
        ("latest/channel/funds/0/index", json!("8"), "asset 8: it must be from 0 to 7"),
        ("latest/channel/record/stateHash", json!("0xab"), "\"0xab\" where 24 bytes in lower-case hex is expected"),
        ("latest/channel/record", json!({ "round": "0" }), "missing field `stateHash`"),
        ("latest/channel/record/consents", json!([true]), "invalid length 1, expected an array of length 2"),
        ("codes", json!({}), "invalid type: map, expected a sequence"),
    ] {
        let error = changed(path, value).unwrap_err();
        assert!(error.starts_with(expected), "{path}: {error}");
    }
    for list in ["codes", "credits", "seen", "delivered", "latest/channel/funds", "latest/channel/bases"] {
        let name = list.rsplit('/').next().unwrap();
        let error = twice(list).unwrap_err();
        assert!(error.starts_with(&format!("the entries of `{name}` are not in ascending order")), "{list}: {error}");
    }
}

/// A field that may be `null` must be there nevertheless, and nothing else may.
#[test]
fn unknown_missing_and_double_fields_of_a_view_are_refused() {
    let text = examples().find(|text| type_of(text).unwrap() == "view").unwrap();
    let read = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        from_str::<Document<View>>(&text.replacen(from, to, 1)).unwrap_err().to_string()
    };
    for (from, to, expected) in [
        (r#""evidenceDeadline": null,"#, "", "missing field `evidenceDeadline`"),
        (r#""bounty": null,"#, "", "missing field `bounty`"),
        (r#""minWindow": "600","#, "", "missing field `minWindow`"),
        (r#""minWindow": "600","#, r#""minWindow": "600", "minWindow": "600","#, "duplicate field `minWindow`"),
        (r#""serial": "0","#, r#""serial": "0", "serial": "0","#, "duplicate field `serial`"),
        (r#""serial": "0","#, r#""serial": "0", "x": "0","#, "unknown field `x`"),
        (r#""codes":"#, r#""x": null, "codes":"#, "unknown field `x`"),
    ] {
        let error = read(from, to);
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_view_that_no_contract_can_have_is_not_written() {
    let mut view = example::<View>();
    view.latest.channel.serial = 1 << 24;
    let error = to_string(&Document(view)).unwrap_err().to_string();
    assert_eq!(error, "serial 16777216: it must be from 0 to 16777215");
}

fn again<T: Content>(json: &str) -> Value {
    to_value(from_str::<Document<T>>(json).unwrap()).unwrap()
}

/// The document is read as what was written, in whatever order its fields are.
fn is_written<T: Content + Debug + PartialEq + Clone>(value: T) {
    let document = Document(value);
    let json = to_string(&document).unwrap();
    assert_eq!(from_str::<Document<T>>(&json).unwrap(), document);
    assert_eq!(type_of(&json).unwrap(), T::TYPE);

    let sorted = from_str::<Value>(&json).unwrap().to_string();
    assert_eq!(from_str::<Document<T>>(&sorted).unwrap(), document);
}
