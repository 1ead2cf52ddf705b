//! cast reads the keystore files that are written here. That those of cast are read here is in the pages: the examples are
//! cast's.

use std::fs;

use super::{ALICE_KEY, examples, root, shell};

/// Alice's address.
const ALICE: &str = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";

#[test]
fn cast_reads_what_is_written() {
    let folder = examples("");
    fs::write(folder.path().join("key"), format!("0x{ALICE_KEY}\n")).unwrap();
    let import = "adjudicator keys import key --out new.keystore --password-file password";
    let output = shell(folder.path(), import).output().unwrap();
    assert!(output.status.success(), "{output:?}");

    let cast = root().join("scripts/cast");
    let has_cast = shell(folder.path(), &format!("{} --version", cast.display())).output().unwrap().status.success();
    if !has_cast {
        eprintln!("skipped: the npm packages with cast are not installed");
        return;
    }
    let address = format!("{} wallet address --keystore new.keystore --password-file password", cast.display());
    let output = shell(folder.path(), &address).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), ALICE, "{output:?}");
}
