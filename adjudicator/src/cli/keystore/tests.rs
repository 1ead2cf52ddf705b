//! The test vectors of the Web3 Secret Storage Definition, and what is written here.

use super::*;

/// The password of the vectors.
const PASSWORD: &str = "testpassword";
/// The address of their key.
const ADDRESS: &str = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";

const PBKDF2: &str = r#"{"crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
    "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
    "kdf": "pbkdf2", "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256",
    "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
    "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}"#;

const SCRYPT: &str = r#"{"crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
    "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
    "kdf": "scrypt", "kdfparams": {"dklen": 32, "n": 262144, "r": 1, "p": 8,
    "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
    "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}"#;

#[test]
fn the_vectors_of_the_definition_are_opened() {
    for vector in [PBKDF2, SCRYPT] {
        let keystore = keystore(vector).unwrap();
        let key = keystore.open(PASSWORD).unwrap().key().unwrap();
        assert_eq!(key.address().to_string(), ADDRESS);
    }
}

#[test]
fn what_cannot_be_opened_is_refused_with_its_field() {
    let refused = [
        ("\"version\": 3", "\"version\": 4", "version: 4, where 3 is read"),
        ("aes-128-ctr", "aes-256-ctr", "cipher: \"aes-256-ctr\", where \"aes-128-ctr\" is read"),
        ("\"c\": 262144", "\"c\": 4294967295", "kdfparams: a cost of 4294967295, where at most 16777216 is borne"),
        ("\"dklen\": 32", "\"dklen\": 16", "kdfparams: dklen 16, where 32 is read"),
        ("aa46", "", "ciphertext: 30 bytes, where a key has 32"),
    ];
    for (field, wrong, reason) in refused {
        assert_eq!(keystore(&PBKDF2.replace(field, wrong)).err().unwrap(), reason);
    }
    let odd = keystore(&SCRYPT.replace("\"n\": 262144", "\"n\": 262143")).err().unwrap();
    assert!(odd.contains("n must be a power of 2"), "{odd}");
}

#[test]
fn the_file_is_of_another_address_than_it_says() {
    let keystore = keystore(&SCRYPT.replacen('{', "{\"address\": \"00000000000000000000000000000000000000aa\", ", 1));
    let error = keystore.unwrap().open(PASSWORD).err().unwrap().to_string();
    assert!(error.contains("address: 0x00000000000000000000000000000000000000AA, where the key's is"), "{error}");
}

fn keystore(json: &str) -> std::result::Result<Keystore, String> {
    let form: Form = serde_json::from_str(json).unwrap();
    form.check()?;
    Ok(Keystore { form, path: PathBuf::from("vector") })
}
