//! Every valid case of the shared vectors is read, packed, hashed and signed alike; the others are refused.

use std::collections::BTreeMap;

use adjudicator::{
    eip712::Domain,
    signature::{Signature, SigningKey},
    types::{ChannelId, Close, Delegation, Instance, State, Step, Terms, Withdraw},
};
use alloy_primitives::B256;
use recourse_vectors::{Case, Messages, Setup, Structs, read};
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json};

#[test]
fn terms_are_those_of_the_vectors() {
    let cases: Structs = read("terms").unwrap();
    let mut refused = BTreeMap::new();
    for case in cases.cases {
        let unpacked = Terms::unpack(&case.packed);
        match from_value::<Terms>(case.fields) {
            Ok(terms) => {
                assert_eq!(terms.pack(), case.packed, "{}", case.name);
                assert_eq!(terms.channel_id(&domain()).get(), case.hash, "{}", case.name);
                assert_eq!(unpacked, Ok(terms));
            }
            Err(_) => drop(refused.insert(case.name, unpacked.unwrap_err())),
        }
    }
    assert!(refused.keys().eq(["greatest_values", "least_values"]), "{refused:?}");
}

#[test]
fn instances_are_those_of_the_vectors() {
    let cases: Structs = read("instance").unwrap();
    assert!(!cases.cases.is_empty());
    for case in cases.cases {
        let instance: Instance = from_value(case.fields).unwrap();
        assert_eq!(instance.pack(), case.packed, "{}", case.name);
        assert_eq!(instance.hash().get(), case.hash, "{}", case.name);
        assert_eq!(Instance::unpack(&case.packed), Ok(instance), "{}", case.name);
    }
}

#[test]
fn states_are_those_of_the_vectors() {
    check("state", &["least_values", "greatest_values"], |case| {
        let unpacked = State::unpack(&case.packed["state"]);
        let state: State = message(case)?;
        assert_eq!(state.pack(), case.packed["state"]);
        assert_eq!(state.hash(channel_id(case)).get(), case.struct_hash);
        let digest = state.digest(&domain(), channel_id(case));
        assert_eq!(unpacked, Ok(state));
        Ok(digest)
    });
}

#[test]
fn closes_are_those_of_the_vectors() {
    check("close", &["least_values"], |case| {
        let unpacked = Close::unpack(&case.packed["close"]);
        let close: Close = message(case)?;
        assert_eq!(close.pack(), case.packed["close"]);
        let digest = close.digest(&domain(), channel_id(case));
        assert_eq!(unpacked, Ok(close));
        Ok(digest)
    });
}

#[test]
fn withdrawals_are_those_of_the_vectors() {
    // That of two assets would pay the zero address.
    check("withdraw", &["two_assets", "least_values", "greatest_values"], |case| {
        let mut case = case.clone();
        let recipients = ["recipient0", "recipient1"].map(|name| case.message.remove(name).unwrap());
        case.message.insert("recipients".to_owned(), json!(recipients));
        Ok(message::<Withdraw>(&case)?.digest(&domain(), channel_id(&case)))
    });
}

#[test]
fn delegations_are_those_of_the_vectors() {
    check("delegation", &["greatest_values"], |case| {
        Ok(message::<Delegation>(case)?.digest(&domain(), channel_id(case)))
    });
}

#[test]
fn steps_are_those_of_the_vectors() {
    check("step", &["least_values"], |case| {
        let app_state = &case.packed["appState"];
        let fields =
            json!({ "number": case.message["number"], "appState": app_state, "action": case.message["action"] });
        let step: Step = from_value(fields)?;
        assert_eq!(step.pack(None), case.packed["step"]);
        assert_eq!(Step::unpack(&case.packed["step"]), Ok((step.clone(), None)));
        assert_eq!(json!(step.app_state.hash()), case.message["appStateHash"]);

        let base = State::unpack(&case.packed["state"]).unwrap().hash(channel_id(case));
        let instance = Instance::unpack(&case.packed["instance"]).unwrap().hash();
        assert_eq!(json!([base, instance]), json!([case.message["stateHash"], case.message["instanceHash"]]));
        Ok(step.digest(&domain(), channel_id(case), base, instance))
    });
}

/// Each case has the digest that `digest` computes, and the signatures that the parties' keys make; but those that are
/// to be refused.
fn check(file: &str, refused: &[&str], digest: impl Fn(&Case) -> serde_json::Result<B256>) {
    let messages: Messages = read(file).unwrap();
    let mut found = Vec::new();
    for case in &messages.cases {
        let Ok(digest) = digest(case) else {
            found.push(case.name.as_str());
            continue;
        };
        assert_eq!(digest, case.digest, "{}", case.name);
        assert_eq!(Terms::unpack(&case.packed["terms"]).unwrap().channel_id(&domain()), channel_id(case));
        case.signatures.iter().for_each(|signed| check_signature(digest, signed));
    }
    assert_eq!(found, refused, "{file}");
}

fn check_signature(digest: B256, signed: &recourse_vectors::Signature) {
    let signature = Signature::from_bytes(&signed.compact).unwrap();
    assert_eq!(&signature.to_full()[..], &signed.full[..]);
    assert_eq!(signature.to_string(), signed.compact.to_string());
    assert_eq!(signed.full.to_string().parse(), Ok(signature));

    let setup: Setup = read("setup").unwrap();
    let keys = setup.parties.map(|party| SigningKey::from_bytes(&party.private_key).unwrap());
    let key = keys.iter().find(|key| key.address() == signed.signer).unwrap();
    assert_eq!(key.sign(digest), signature);
    assert_eq!(key.public_key().verify(digest, &signed.compact), Ok(()));
    assert_eq!(key.public_key().verify_scalars(digest, &Signature::from_bytes(&signed.full).unwrap()), Ok(()));
}

/// The message of a case, which also names its channel.
fn message<T: DeserializeOwned>(case: &Case) -> serde_json::Result<T> {
    let mut message = case.message.clone();
    message.remove("channelId");
    from_value(message.into_iter().collect::<Value>())
}

fn channel_id(case: &Case) -> ChannelId {
    from_value(case.message["channelId"].clone()).unwrap()
}

fn domain() -> Domain {
    let setup: Setup = read("setup").unwrap();
    let text = |name: &str| setup.domain[name].as_str().unwrap().to_owned();
    Domain::new(text("chainId").parse().unwrap(), text("verifyingContract").parse().unwrap())
}
