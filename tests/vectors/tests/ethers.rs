//! The messages and calls, recomputed by ethers-core: an implementation apart from viem and from alloy.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use ethers_core::{
    abi::{Abi, Token},
    types::{
        Address, I256, Signature, U256,
        transaction::eip712::{Eip712, TypedData, encode_type},
    },
    utils::{hex, keccak256},
};
use recourse_vectors::{Call, Case, MESSAGE_FILES, Messages, Setup, read};
use serde_json::{Value, json};

#[test]
fn domain_separator_is_the_same() {
    let setup: Setup = read("setup").unwrap();
    let messages: Messages = read("state").unwrap();
    assert_eq!(typed_data(&setup, &messages, &messages.cases[0]).domain.separator(), setup.domain_separator);
}

#[test]
fn types_are_encoded_and_hashed_alike() {
    for_each_case(|setup, messages, case| {
        let encoded = encode_type(&messages.primary_type, &typed_data(setup, messages, case).types).unwrap();
        assert_eq!(encoded, messages.encoded_type);
        assert_eq!(keccak256(encoded), messages.type_hash);
    });
}

#[test]
fn messages_are_hashed_alike() {
    for_each_case(|setup, messages, case| {
        let data = typed_data(setup, messages, case);
        assert_eq!(data.struct_hash().unwrap(), case.struct_hash, "{} {}", messages.primary_type, case.name);
        assert_eq!(data.encode_eip712().unwrap(), case.digest, "{} {}", messages.primary_type, case.name);
    });
}

#[test]
fn full_signatures_recover_to_their_signers() {
    for_each_case(|setup, messages, case| {
        for signed in &case.signatures {
            let signature = Signature::try_from(&signed.full[..]).unwrap();
            let signer = signature.recover_typed_data(&typed_data(setup, messages, case)).unwrap();
            assert_eq!(signer.as_bytes(), signed.signer, "{} {}", messages.primary_type, case.name);
        }
    });
}

#[test]
fn calls_are_encoded_alike() {
    let artifact: Value = serde_json::from_str(include_str!("../../../adjudicator/abi/IChannelManager.json")).unwrap();
    let abi: Abi = serde_json::from_value(artifact["abi"].clone()).unwrap();
    let calls: BTreeMap<String, Call> = read("calldata").unwrap();
    assert_eq!(calls.len(), abi.functions().count());
    for item in artifact["abi"].as_array().unwrap().iter().filter(|item| item["type"] == "function") {
        let name = item["name"].as_str().unwrap();
        let call = &calls[name];
        let arguments = json!(call.arguments);
        let tokens: Vec<_> = components(item, "inputs").map(|input| token_of(input, &arguments)).collect();
        let function = abi.function(name).unwrap();
        assert_eq!(function.short_signature(), call.selector, "{name}");
        assert_eq!(function.encode_input(&tokens).unwrap(), call.data, "{name}");
    }
}

fn for_each_case(check: impl Fn(&Setup, &Messages, &Case)) {
    let setup: Setup = read("setup").unwrap();
    for name in MESSAGE_FILES {
        let messages: Messages = read(name).unwrap();
        assert!(!messages.cases.is_empty(), "{name}");
        messages.cases.iter().for_each(|case| check(&setup, &messages, case));
    }
}

fn typed_data(setup: &Setup, messages: &Messages, case: &Case) -> TypedData {
    // ethers-core reads decimal strings as unsigned integers alone; signed ones must be words in hex.
    let message = messages.message_with(case, |type_, decimal| match type_ {
        "int256" => json!(signed(decimal)),
        _ => json!(decimal),
    });
    serde_json::from_value(json!({
        "domain": setup.domain,
        "types": messages.types,
        "primaryType": messages.primary_type,
        "message": message,
    }))
    .unwrap()
}

/// The word of a decimal string, in two's complement.
fn signed(decimal: &str) -> U256 {
    I256::from_dec_str(decimal).unwrap().into_raw()
}

fn components<'a>(item: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    item[key].as_array().unwrap().iter()
}

/// The value of the ABI's parameter `param` in `object`, as ethabi takes it.
fn token_of(param: &Value, object: &Value) -> Token {
    token(param["type"].as_str().unwrap(), param, &object[param["name"].as_str().unwrap()])
}

fn token(type_: &str, param: &Value, value: &Value) -> Token {
    if let Some((element, size)) = type_.rsplit_once('[') {
        let tokens = value.as_array().unwrap().iter().map(|each| token(element, param, each)).collect();
        return if size == "]" { Token::Array(tokens) } else { Token::FixedArray(tokens) };
    }
    match (type_, value) {
        ("tuple", _) => Token::Tuple(components(param, "components").map(|each| token_of(each, value)).collect()),
        ("bool", Value::Bool(flag)) => Token::Bool(*flag),
        ("address", Value::String(text)) => Token::Address(text.parse::<Address>().unwrap()),
        ("bytes", Value::String(text)) => Token::Bytes(hex::decode(text).unwrap()),
        ("bytes32", Value::String(text)) => Token::FixedBytes(hex::decode(text).unwrap()),
        ("int256", Value::String(text)) => Token::Int(signed(text)),
        (_, Value::String(text)) if type_.starts_with("uint") => Token::Uint(U256::from_dec_str(text).unwrap()),
        _ => panic!("no {type_}: {value}"),
    }
}
