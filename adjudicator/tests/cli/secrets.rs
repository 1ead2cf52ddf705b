//! Keys and passwords are in no output, whatever goes wrong.

use std::{fs, process::Stdio};

use super::{ALICE_KEY, examples, here, shell};

/// The password of the examples' keystores.
const PASSWORD: &str = "correct horse battery staple";

#[test]
fn no_key_and_no_password_is_printed() {
    let folder = examples("");
    let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
    write("key", ALICE_KEY);
    write("long-key", &format!("{ALICE_KEY}00"));
    write("wrong-password", &format!("{PASSWORD}r"));
    let commands = [
        "adjudicator keys import key --out there --password-file password",
        "adjudicator keys import key --out there --password-file password",
        "adjudicator keys import long-key --out other --password-file password",
        "adjudicator keys import - --out other --password-file /nowhere < key",
        "adjudicator keys address --keystore alice.keystore --password-file password",
        "adjudicator keys address --keystore alice.keystore --password-file wrong-password",
        "adjudicator keys address --keystore key --password-file password",
        "adjudicator --json keys address --keystore password --password-file key",
        "adjudicator explain key",
        "adjudicator explain alice.keystore",
    ];
    for command in commands {
        let output = shell(folder.path(), command).stdin(Stdio::null()).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed).to_lowercase();
        assert!(!printed.is_empty(), "{command}");
        for secret in [ALICE_KEY, PASSWORD] {
            assert!(!printed.contains(secret), "{command}\n{printed}");
        }
    }
}

#[test]
fn no_page_has_a_key_or_a_password() {
    for entry in fs::read_dir(here()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let page = fs::read_to_string(path).unwrap();
            assert!(!page.contains(ALICE_KEY) && !page.contains(PASSWORD));
        }
    }
}
