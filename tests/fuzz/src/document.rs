//! JSON documents.

use std::fmt::Debug;

use adjudicator::{
    signature::Signature,
    types::{
        Close, Delegation, Document, Instance, Instances, Proof, State, Step, Terms, Withdraw,
        document::{Content, TYPES, type_of},
    },
};
use serde_json::{Value, from_str, to_string, to_value};

/// A text is a document of at most one type, which is the one that it says. A document is what it was read from, but for
/// spaces, escapes, the order of fields, and the checksums of addresses. What travels packed can travel then.
pub fn document(input: &[u8]) {
    let Ok(json) = str::from_utf8(input) else { return };
    let found = [
        read::<Terms>(json, |terms| assert_eq!(Terms::unpack(&terms.pack()).as_ref(), Ok(terms))),
        read::<State>(json, |state| assert_eq!(State::unpack(&state.pack()).as_ref(), Ok(state))),
        read::<Close>(json, |close| assert_eq!(Close::unpack(&close.pack()).as_ref(), Ok(close))),
        read::<Withdraw>(json, |_| {}),
        read::<Delegation>(json, |_| {}),
        read::<Step>(json, |step| assert_eq!(Step::unpack(&step.pack(None)), Ok((step.clone(), None)))),
        read::<Instance>(json, |instance| assert_eq!(Instance::unpack(&instance.pack()).as_ref(), Ok(instance))),
        read::<Instances>(json, are_in_their_tree),
        read::<Proof>(json, |proof| assert_eq!(Proof::unpack(&proof.pack()).as_ref(), Ok(proof))),
    ];
    assert_eq!(found.len(), TYPES.len());
    let name = type_of(json).ok();
    found.into_iter().flatten().for_each(|found| assert_eq!(Some(found), name.as_deref()));
    if let Ok(signature) = from_str::<Signature>(json) {
        assert_eq!(from_str::<Signature>(&to_string(&signature).unwrap()).unwrap(), signature);
    }
}

/// The type's name, if the text is a document of it: then of a value that `holds` and is written as it was.
fn read<T: Content + Debug + PartialEq>(json: &str, holds: fn(&T)) -> Option<&'static str> {
    let document = match from_str::<Document<T>>(json) {
        Ok(document) => document,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return None;
        }
    };
    holds(&document.0);
    assert_eq!(from_str::<Document<T>>(&to_string(&document).unwrap()).unwrap(), document);
    let [written, given] = [to_value(&document).unwrap(), from_str::<Value>(json).unwrap()];
    assert_eq!(written.to_string().to_lowercase(), given.to_string().to_lowercase());
    Some(T::TYPE)
}

fn are_in_their_tree(instances: &Instances) {
    let tree = instances.tree();
    for (index, instance) in instances.as_slice().iter().enumerate() {
        assert_eq!(tree.proof(index).unwrap().verify(instances.root(), instance.hash()), Ok(()));
    }
    assert_eq!(tree.proof(instances.as_slice().len()), None);
}
