//! Values that are valid by construction, as JSON documents and packed.

use std::fmt::Debug;

use adjudicator::{
    Deployment, Willing,
    bundle::{Bundle, verify},
    evidence::{Item, Policy, View},
    signature::SigningKey,
    types::{
        Agreement, Close, Delegation, Document, Evidence, Identity, Instance, Instances, MAX_ASSETS, Proof, Signatures,
        Signed, State, Step, Terms, Withdraw, document::Content,
    },
    wire,
};
use alloy_primitives::B256;
use serde_json::{from_str, to_string};

/// A document is written in one way, and that is read as the same value.
pub fn json(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    document::<Terms>(text);
    document::<State>(text);
    document::<Close>(text);
    document::<Withdraw>(text);
    document::<Delegation>(text);
    document::<Step>(text);
    document::<Instance>(text);
    document::<Instances>(text);
    document::<Proof>(text);
    document::<Agreement<State>>(text);
    document::<Agreement<Close>>(text);
    document::<Agreement<Withdraw>>(text);
    document::<Signed<Delegation>>(text);
    document::<Signed<Step>>(text);
    document::<Identity>(text);
    document::<View>(text);
    document::<Bundle>(text);
    bundle(text);
    if let Ok(item) = Item::from_json(text) {
        let written = to_string(&item).unwrap();
        assert_eq!(Item::from_json(&written).unwrap(), item);
    }
}

/// Whatever a bundle says, it is judged; and what is signed of it is still a bundle.
fn bundle(text: &str) {
    let Ok(Document(mut bundle)) = from_str::<Document<Bundle>>(text) else { return };
    let deployment = Deployment { domain: *bundle.channel.domain(), min_window: 1, max_window: 100_000_000 };
    let view = View::new(deployment, bundle.now.get());
    let findings = verify(&bundle, &view, &Policy::default(), &mut Willing);
    assert!(findings.is_sorted_by(|one, other| one.severity() >= other.severity()));
    let (before, key) = (bundle.clone(), SigningKey::from_bytes(&B256::repeat_byte(1)).unwrap());
    match bundle.sign(&key) {
        Ok(()) => assert!(bundle.wanted.len() < before.wanted.len()),
        Err(_) => assert_eq!(bundle, before),
    }
    let _ = before.proposals();
}

/// What is read of packed bytes is packed into those again, and can be a document.
pub fn packed(input: &[u8]) {
    for assets in 1..=MAX_ASSETS {
        if let Ok(evidence) = Evidence::unpack(input, assets) {
            let again = Evidence::unpack(&evidence.pack(), assets);
            assert_eq!(again, Ok(evidence));
        }
    }
    if let Ok(signatures) = Signatures::unpack(input) {
        assert_eq!(Signatures::unpack(&signatures.pack()), Ok(signatures));
    }
    if let Ok(terms) = Terms::unpack(input) {
        assert_eq!(terms.pack(), input);
        assert!(wire::Terms::new(input).is_ok());
        documented(terms);
    }
    if let Ok(state) = State::unpack(input) {
        assert_eq!(state.pack(), input);
        documented(state);
    }
    if let Ok(close) = Close::unpack(input) {
        assert_eq!(close.pack(), input);
        documented(close);
    }
    if let Ok(instance) = Instance::unpack(input) {
        assert_eq!(instance.pack(), input);
        documented(instance);
    }
    if let Ok(proof) = Proof::unpack(input) {
        assert_eq!(proof.pack(), input);
        documented(proof);
    }
    step(input);
}

/// A signature has two forms, of which one is written.
fn step(input: &[u8]) {
    let Ok((step, signature)) = Step::unpack(input) else { return };
    let packed = step.pack(signature.as_ref());
    assert!(signature.is_some() || packed == input);
    assert_eq!(Step::unpack(&packed), Ok((step.clone(), signature)));
    documented(step);
}

fn document<T: Content + Debug + PartialEq>(text: &str) {
    if let Ok(Document(value)) = from_str::<Document<T>>(text) {
        documented(value);
    }
}

fn documented<T: Content + Debug + PartialEq>(value: T) {
    let document = Document(value);
    let text = to_string(&document).unwrap();
    let again: Document<T> = from_str(&text).unwrap();
    assert_eq!(again, document);
    assert_eq!(to_string(&again).unwrap(), text);
}
