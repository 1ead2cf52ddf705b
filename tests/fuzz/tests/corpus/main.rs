//! Every input that was ever worth keeping, again.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod seeds;

use std::{collections::BTreeSet, env, fs, panic, path::PathBuf};

use recourse_fuzz::{TARGETS, life};

fn folder(target: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "corpus", target].iter().collect()
}

#[test]
fn every_target_takes_its_corpus() {
    for (name, target) in TARGETS {
        let mut count = 0;
        for entry in fs::read_dir(folder(name)).unwrap() {
            let path = entry.unwrap().path();
            let input = fs::read(&path).unwrap();
            if panic::catch_unwind(|| target(&input)).is_err() {
                panic!("{} does not hold, see above", path.display());
            }
            count += 1;
        }
        assert!(count > 5, "{name} has hardly a corpus");
    }
}

#[test]
fn every_corpus_has_a_target() {
    let root = folder("");
    let folders = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(folders.collect::<BTreeSet<_>>(), TARGETS.map(|(name, _)| name.to_owned()).into());
}

#[test]
fn the_lives_of_the_corpus_are_led() {
    for (_, name, input) in seeds::all().into_iter().filter(|(target, ..)| *target == "life") {
        assert!(life::lead(&input) >= 4, "{name}: {} calls were accepted", life::lead(&input));
    }
}

/// With `WRITE_CORPUS` in the environment they are written.
#[test]
fn the_seeds_are_in_the_corpus() {
    for (target, name, input) in seeds::all() {
        let path = folder(target).join(&name);
        if env::var_os("WRITE_CORPUS").is_some() {
            fs::create_dir_all(folder(target)).unwrap();
            fs::write(&path, &input).unwrap();
        }
        assert_eq!(fs::read(&path).unwrap_or_default(), input, "{target} {name}");
    }
}
