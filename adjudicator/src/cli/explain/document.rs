//! Documents for people.

use std::path::Path;

use adjudicator::{
    apps::App,
    bundle::Bundle,
    evidence::View,
    types::{
        Agreement, AppState, Close, Delegation, Delivery, FeedReading, HandSecret, Identity, Instance, Instances,
        PlacedStep, Preimage, Proof, Signed, State, Step, Terms, Withdraw,
        document::{Content, TYPES, type_of},
    },
};
use alloy_primitives::keccak256;
use anyhow::Result;
use serde_json::Value;

use crate::cli::{
    answer::Facts,
    bundle::{add_bundle, sentences},
    failure::wrong_use,
    files,
    terms::add_terms,
};

/// Declares what documents are.
macro_rules! documents {
    ($($type:ty: $what:literal;)*) => {
        /// Reads a document, so that it is known to be one. What it is.
        fn check(path: &Path, text: &str, name: &str) -> Result<&'static str> {
            $(if name == <$type as Content>::TYPE {
                return files::parse::<$type>(path, text).map(|_| $what);
            })*
            let file = files::name(path);
            Err(wrong_use(format!("{file}: type: {name:?}, where one of {} is expected", TYPES.join(", "))))
        }
    };
}

documents! {
    Terms: "what two parties agree on";
    Identity: "a channel: terms, in a contract on a chain";
    State: "a state that nobody has signed yet";
    Agreement<State>: "a state, with the signatures that it has so far";
    Close: "an agreement to close at once, that nobody has signed yet";
    Agreement<Close>: "an agreement to close at once, with the signatures that it has so far";
    Withdraw: "an agreement to take money out, that nobody has signed yet";
    Agreement<Withdraw>: "an agreement to take money out, with the signatures that it has so far";
    Delegation: "the power to close in a party's name, that it has not signed yet";
    Signed<Delegation>: "the power to close in a party's name, signed";
    Step: "a step of an instance, that nobody has signed yet";
    Signed<Step>: "a step of an instance, signed";
    PlacedStep: "a signed step, and what it is made on";
    Instance: "an instance of an app";
    Instances: "all instances of a state";
    Proof: "that an instance is one of a state: the siblings on the way to the root";
    AppState: "what an app remembers";
    Preimage: "what opens the locks on its hash";
    Delivery: "an oracle's word that something was delivered";
    FeedReading: "a station's word of what it has read";
    Bundle: "a transaction that is to be sent, with everything to check it by";
    View: "what is known of the chain, for one channel";
    HandSecret: "what a party hides from its peer: with it the peer wins";
}

/// What a document is, and what it says.
pub(super) fn explain(path: &Path, text: &str, json: &Value) -> Result<String> {
    let name = type_of(text).map_err(|error| files::unreadable(path, text, &error))?;
    let what = check(path, text, &name)?;
    let mut facts = Facts::default();
    match name.as_str() {
        Terms::TYPE => add_terms(&mut facts, &files::parse(path, text)?),
        Identity::TYPE => {
            let identity: Identity = files::parse(path, text)?;
            facts.add("id", identity.channel_id()).add("chain", identity.domain().chain_id());
            facts.add("contract", identity.domain().manager());
            add_terms(&mut facts, identity.terms());
        }
        Bundle::TYPE => {
            let bundle: Bundle = files::parse(path, text)?;
            add_bundle(&mut facts, &bundle);
            return Ok(format!("{name}: {what}\n{}\n\n{}", facts.text(), sentences(&bundle)));
        }
        // Nobody is to see it over a shoulder.
        HandSecret::TYPE => {}
        _ => add_fields(&mut facts, "", json.get("content").unwrap_or(&Value::Null)),
    }
    add_hashes(&mut facts, path, text, &name)?;
    Ok(format!("{name}: {what}\n{}", facts.text()))
}

/// What others name it by.
fn add_hashes(facts: &mut Facts, path: &Path, text: &str, name: &str) -> Result<()> {
    match name {
        Instance::TYPE => add_instance(facts, "", &files::parse(path, text)?),
        Instances::TYPE => {
            let instances: Instances = files::parse(path, text)?;
            for (index, instance) in instances.as_slice().iter().enumerate() {
                add_instance(facts, &format!("{index} "), instance);
            }
            facts.add("root", instances.root());
        }
        AppState::TYPE => {
            let app_state: AppState = files::parse(path, text)?;
            facts.add("hash", app_state.hash());
            for app in App::ALL {
                if let Ok(description) = app.describe(app_state.get()) {
                    facts.add(format!("to {app:?}"), description);
                }
            }
        }
        Preimage::TYPE => {
            facts.add("hash", keccak256(files::parse::<Preimage>(path, text)?.get()));
        }
        HandSecret::TYPE => {
            facts.add("commitment", files::parse::<HandSecret>(path, text)?.secret().commitment());
        }
        _ => {}
    }
    Ok(())
}

fn add_instance(facts: &mut Facts, prefix: &str, instance: &Instance) {
    facts.add(format!("{prefix}hash"), instance.hash());
    if let Some(app) = App::by_code_hash(instance.app_code_hash) {
        facts.add(format!("{prefix}app is"), format!("{app:?}, which ships"));
    }
}

/// The fields of what is written, those within others behind their name.
fn add_fields(facts: &mut Facts, name: &str, json: &Value) {
    let behind = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name} {part}") };
    match json {
        Value::Object(fields) => fields.iter().for_each(|(field, value)| add_fields(facts, &behind(field), value)),
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(index, value)| add_fields(facts, &behind(&index.to_string()), value));
        }
        Value::Null => {
            facts.add(name, "not there");
        }
        Value::String(text) => {
            facts.add(if name.is_empty() { "content" } else { name }, text);
        }
        other => {
            facts.add(name, other);
        }
    }
}
