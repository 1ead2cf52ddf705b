//! `evidence list`.

use adjudicator::{evidence::Held, types::Party};
use anyhow::Result;
use serde_json::json;

use crate::cli::{answer::Answer, channel::StoreOptions};

/// Prints what is kept of a channel, a line for each item.
pub(super) fn run(store: &StoreOptions) -> Result<Answer> {
    let (store, id) = store.open()?;
    let dossier = store.dossier(id)?;
    let identity = dossier.identity();
    let holder = match identity.terms().party_of(store.holder()) {
        Some(party) => format!("{}, party {party}", store.holder()),
        None => format!("{}, no party", store.holder()),
    };
    let mut lines = vec![format!("channel {id}"), format!("holder  {holder}")];
    lines.extend(dossier.items().map(|held| format!("{}{}", held.key(), signers(held))));
    let items = dossier.items().map(|held| {
        let key = held.key();
        json!({
            "kind": format!("{:?}", key.kind),
            "number": key.number.to_string(),
            "hash": key.hash,
            "signedBy": Party::BOTH.into_iter().filter(|party| held.is_signed_by(*party)).collect::<Vec<_>>(),
        })
    });
    let items: Vec<_> = items.collect();
    let json = json!({ "channel": id, "holder": format!("{:#x}", store.holder()), "items": items });
    Answer::new(lines.join("\n"), &json)
}

/// Who has signed an item, for people.
fn signers(held: &Held) -> String {
    match (Party::BOTH.map(|party| held.is_signed_by(party)), held.outsider()) {
        (_, Some(outsider)) => format!(", signed by {outsider}"),
        ([true, true], _) => ", signed by both".to_owned(),
        ([true, false], _) => ", signed by party 0".to_owned(),
        ([false, true], _) => ", signed by party 1".to_owned(),
        ([false, false], _) => String::new(),
    }
}
