//! Streams of documents: in and out, checked on many cores, with errors that name the line.

use std::num::NonZeroUsize;

use adjudicator::{
    evidence::{
        Item,
        store::{ImportError, Imported, LineError, Secrets, Store},
    },
    types::{Document, Identity, Party, Preimage},
};
use alloy_primitives::B256;

use crate::{
    fixture::{both, dossier, identity, signed, signed_in, state, terms_with},
    store,
};

fn line(item: impl Into<Item>) -> String {
    serde_json::to_string(&item.into()).unwrap()
}

fn channel(identity: &Identity) -> String {
    serde_json::to_string(&Document(identity.clone())).unwrap()
}

fn import(store: &mut Store, lines: &[String], threads: usize) -> Result<Imported, ImportError> {
    store.import(lines.join("\n").as_bytes(), NonZeroUsize::new(threads).unwrap(), |_| {})
}

fn export(store: &Store, secrets: Secrets) -> String {
    let mut output = Vec::new();
    store.export(identity().channel_id(), secrets, &mut output).unwrap();
    String::from_utf8(output).unwrap()
}

#[test]
fn what_goes_out_comes_in_again() {
    let (_one, mut from) = store();
    let preimage = Preimage::new(B256::repeat_byte(1));
    let items: [Item; 3] = [both(state(7, 1)).into(), signed(state(8, 1), &[Party::One]).into(), preimage.into()];
    from.add(identity().channel_id(), items.clone()).unwrap();
    let stream = export(&from, Secrets::Included);
    assert_eq!(stream.lines().count(), 4);
    assert_eq!(stream.lines().next().unwrap(), channel(&identity()));

    let folder = tempfile::tempdir().unwrap();
    let mut to = Store::create(folder.path().join("bob.redb"), from.holder()).unwrap();
    let imported = to.import(stream.as_bytes(), NonZeroUsize::MIN, |_| {}).unwrap();
    assert_eq!(imported, Imported { lines: 4, items: 3, news: 3 });
    assert_eq!(to.dossier(identity().channel_id()).unwrap(), dossier(items));
    assert_eq!(export(&to, Secrets::Included), stream);
    let again = to.import(stream.as_bytes(), NonZeroUsize::MIN, |_| {}).unwrap();
    assert_eq!(again, Imported { lines: 4, items: 3, news: 0 });
    assert!(!export(&to, Secrets::LeftOut).contains("preimage"));
}

/// Several channels, both halves of signatures far apart, many batches and more than one transaction.
#[test]
fn many_cores_keep_what_one_keeps() {
    let other = Identity::new(identity().domain().to_owned(), terms_with(0, 86_400, 2));
    let mut lines = vec![channel(&identity())];
    lines.extend((1..=700).map(|round| line(signed(state(round, 1), &[Party::Zero]))));
    lines.push(channel(&other));
    lines.extend((1..=300).map(|round| line(signed_in(&other, state(round, 2), &Party::BOTH))));
    lines.extend([String::new(), channel(&identity())]);
    lines.extend((1..=700).rev().map(|round| line(signed(state(round, 1), &[Party::One]))));
    for threads in [1, 3] {
        let (_folder, mut store) = store();
        let imported = import(&mut store, &lines, threads).unwrap();
        assert_eq!(imported, Imported { lines: 1_703 + 1, items: 1_700, news: 1_700 });
        let kept = store.dossier(identity().channel_id()).unwrap();
        assert_eq!(kept, dossier((1..=700).map(|round| both(state(round, 1)).into())));
        assert_eq!(store.dossier(other.channel_id()).unwrap().newest_round().get(), 300);
    }
}

#[test]
fn an_error_names_line_field_and_value_and_what_would_be_right() {
    let good =
        |count: u64| [channel(&identity())].into_iter().chain((1..=count).map(|round| line(both(state(round, 1)))));
    let error = |bad: String| {
        let (_folder, mut store) = store();
        let lines: Vec<_> = good(600).chain([bad]).chain([line(both(state(700, 1)))]).collect();
        let error = import(&mut store, &lines, 2).unwrap_err();
        assert_eq!(error.line, 602, "{error}");
        // What stands before it is kept, and nothing behind it.
        assert_eq!(store.dossier(identity().channel_id()).unwrap().len(), 600);
        error.to_string()
    };
    let half = line(both(state(601, 1)));
    let cases = [
        (
            half.replace(r#""nets":["1"]"#, r#""nets":["01"]"#),
            r#"line 602: nets: "01" where a decimal integer without leading zeros is expected (column "#,
        ),
        (
            half.replace(r#""round":"601""#, r#""round":"0""#),
            "line 602: nets: the round of a state, 0: it must be from 1 to 536870911 (column ",
        ),
        (
            half.replace("signedState", "signedStat"),
            "line 602: document: unknown variant `signedStat`, expected one of `instances`",
        ),
        (half[..half.len() - 9].to_owned(), "line 602: signatures: EOF while parsing"),
        (half.replace("601", "602"), "line 602: the state of round 602 0x"),
        (
            channel(&identity()).replace("31337", "x"),
            r#"line 602: chainId: "x" where a decimal integer without leading zeros is expected (column "#,
        ),
    ];
    for (bad, expected) in cases {
        let error = error(bad);
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
}

#[test]
fn items_of_no_channel_are_refused() {
    let (_folder, mut store) = store();
    let error = import(&mut store, &[line(both(state(1, 1)))], 2).unwrap_err();
    assert!(matches!(error, ImportError { line: 1, reason: LineError::NoChannel }), "{error}");
}

#[test]
fn an_empty_stream_is_no_error() {
    let (_folder, mut store) = store();
    assert_eq!(import(&mut store, &[], 2).unwrap(), Imported::default());
    assert_eq!(import(&mut store, &[channel(&identity())], 2).unwrap(), Imported { lines: 1, items: 0, news: 0 });
}
