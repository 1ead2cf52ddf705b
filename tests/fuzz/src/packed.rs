//! Packed forms of what is valid.

use std::fmt::Debug;

use adjudicator::types::{Close, Document, Instance, Invalid, Proof, State, Step, Terms, document::Content};
use serde_json::{from_str, to_string};

/// What is read of packed bytes is packed into these bytes again, and is content of a document. Why bytes are refused can
/// be printed.
pub fn packed(input: &[u8]) {
    unpacked(Terms::unpack(input), |terms| assert_eq!(terms.pack(), input));
    unpacked(State::unpack(input), |state| assert_eq!(state.pack(), input));
    unpacked(Close::unpack(input), |close| assert_eq!(close.pack(), input));
    unpacked(Instance::unpack(input), |instance| assert_eq!(instance.pack(), input));
    unpacked(Proof::unpack(input), |proof| assert_eq!(proof.pack(), input));
    step(input);
}

fn unpacked<T: Content + Debug + PartialEq>(value: Result<T, Invalid>, is_packed_alike: impl Fn(&T)) {
    match value {
        Ok(value) => {
            is_packed_alike(&value);
            let document = Document(value);
            assert_eq!(from_str::<Document<T>>(&to_string(&document).unwrap()).unwrap(), document);
        }
        Err(invalid) => assert!(!invalid.to_string().is_empty()),
    }
}

/// The signature behind a step is in one of two forms, and packed in the shorter one.
fn step(input: &[u8]) {
    let signature = Step::unpack(input).ok().and_then(|(_, signature)| signature);
    unpacked(Step::unpack(input).map(|(step, _)| step), |step| {
        let behind = input.strip_prefix(&step.pack(None)[..]).unwrap();
        match signature {
            None => assert!(behind.is_empty()),
            Some(signature) => assert!(signature.to_compact() == *behind || signature.to_full() == *behind),
        }
        assert_eq!(Step::unpack(&step.pack(signature.as_ref())), Ok((step.clone(), signature)));
    });
}
