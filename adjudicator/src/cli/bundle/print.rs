//! A bundle for people.

use adjudicator::{
    action::Action,
    bundle::{Bundle, Hashes, Wanted},
};

use crate::cli::answer::Facts;

/// The fields of a bundle: what is sent, by whom, and what comes of it.
pub(crate) fn add_bundle(facts: &mut Facts, bundle: &Bundle) {
    let sender = match bundle.party {
        Some(party) => format!("{}, party {party}", bundle.submitter),
        None => bundle.submitter.to_string(),
    };
    facts
        .add("channel", bundle.channel.channel_id())
        .add("operation", &bundle.operation)
        .add("from", sender)
        .add("to", bundle.to)
        .add("chain", bundle.channel.domain().chain_id())
        .add("value", bundle.value)
        .add("calldata", &bundle.calldata)
        .add("comes to", &bundle.expected)
        .add("gas", format!("{} expected, {} at most", bundle.gas.expected, bundle.gas.limit))
        .add("deadline", bundle.deadline.map_or("none".to_owned(), |deadline| deadline.to_string()))
        .add("built as of", bundle.now);
    for hashes in &bundle.hashes {
        add_hashes(facts, hashes);
    }
    for Wanted { party, hashes } in &bundle.wanted {
        facts.add("still to sign", format!("party {party}, the {}", hashes.message));
    }
}

fn add_hashes(facts: &mut Facts, hashes: &Hashes) {
    let Hashes { message, domain_separator, struct_hash, digest } = hashes;
    facts
        .add(format!("{message} domain separator"), domain_separator)
        .add(format!("{message} struct hash"), struct_hash)
        .add(format!("{message} digest"), digest);
}

/// What the calldata asks for, in sentences.
pub(crate) fn sentences(bundle: &Bundle) -> String {
    Action::decode(&bundle.calldata).map_or_else(|reason| reason.to_string(), |action| action.to_string())
}
