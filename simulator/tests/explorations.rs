//! What is searched can be set: each file of `tests/explorations/` is a scenario in which nothing happens yet.

use std::{fs, path::Path};

use adjudicator::abi::CHANNEL_MANAGER;
use simulator::{
    scenario::read,
    stage::{NoSources, Stage},
};

#[test]
fn every_exploration_can_be_set_and_says_its_claim_first() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/explorations");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "toml")).collect();
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("claim = \""), "{}", file.display());
        let scenario = read(&text).unwrap();
        assert!(scenario.acts.is_empty() && scenario.all_ends().next().is_none(), "{}", file.display());
        let set = Stage::set(&scenario, CHANNEL_MANAGER.creation_code(), &NoSources);
        assert!(set.is_ok(), "{}: {:?}", file.display(), set.err());
    }
}
