//! cast reads the keystore files that are written here. That those of cast are read here is in the pages: the examples are
//! cast's.

use std::{
    fs,
    path::{Path, PathBuf},
};

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

    let Some(cast) = cast(folder.path()) else { return };
    let address = format!("{} wallet address --keystore new.keystore --password-file password", cast.display());
    let output = shell(folder.path(), &address).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), ALICE, "{output:?}");
}

#[test]
fn cast_reads_the_transaction_that_is_signed() {
    let folder = examples("");
    let Some(cast) = cast(folder.path()) else { return };
    let sign = "adjudicator --json build snapshot-solo --state signed-state.json --channel channel.json --view view-seen.json \
                --from 0x90f79bf6eb2c4f870365e785982e1f101e93b906 > own.json && adjudicator transaction own.json \
                --view view-seen.json --gas-keystore alice.keystore --gas-password-file password \
                --nonce 7 --gas-price 30000000000 --priority-gas-price 1000000000 > raw";
    let output = shell(folder.path(), sign).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = shell(folder.path(), &format!("{} decode-transaction < raw", cast.display())).output().unwrap();
    // It is JSON within a JSON string.
    let text: String = serde_json::from_slice(&output.stdout).unwrap();
    let decoded: serde_json::Value = serde_json::from_str(&text).unwrap();
    let field = |name: &str| decoded[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(field("signer").to_lowercase(), ALICE.to_lowercase(), "{decoded}");
    assert_eq!(
        [field("nonce"), field("chainId"), field("maxFeePerGas")],
        ["0x7", "0x7a69", "0x6fc23ac00"],
        "{decoded}"
    );
}

/// cast, if the npm packages are there.
fn cast(folder: &Path) -> Option<PathBuf> {
    let cast = root().join("scripts/cast");
    let has_cast = shell(folder, &format!("{} --version", cast.display())).output().unwrap().status.success();
    if !has_cast {
        eprintln!("skipped: the npm packages with cast are not installed");
    }
    has_cast.then_some(cast)
}
