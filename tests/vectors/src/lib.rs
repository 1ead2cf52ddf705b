#![doc = include_str!("../README.md")]

use std::{collections::BTreeMap, fs, io, path::Path};

use alloy_primitives::{Address, B256, Bytes, FixedBytes};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The files that contain [`Messages`].
pub const MESSAGE_FILES: [&str; 5] = ["state", "close", "withdraw", "delegation", "step"];

/// Reads one of the files, by its name without extension.
///
/// # Errors
/// If there is no such file, or it does not contain a `T`.
pub fn read<T: DeserializeOwned>(name: &str) -> io::Result<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).with_extension("json");
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

/// Who and where: the content of `setup.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// The EIP-712 domain: `name`, `version`, `chainId`, `verifyingContract`.
    pub domain: Value,
    /// Hash of the domain's type.
    pub domain_type_hash: B256,
    /// Hash of the domain.
    pub domain_separator: B256,
    /// Party 0 and party 1.
    pub parties: [Party; 2],
}

/// One side of the channels in the vectors.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Signs for this party. Known to everybody: it guards nothing.
    pub private_key: B256,
    /// The address of the key.
    pub signer: Address,
    /// The account that is paid.
    pub payee: Address,
}

/// What is only hashed: the content of `terms.json` and of `instance.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Structs {
    /// The structs.
    pub cases: Vec<Struct>,
}

/// A struct that travels packed.
#[derive(Debug, Clone, Deserialize)]
pub struct Struct {
    /// What is special about it.
    pub name: String,
    /// The fields' values, as in the contract's struct; integers are decimal strings.
    pub fields: Value,
    /// The fields without padding.
    pub packed: Bytes,
    /// Of terms the channel's id, of an instance its leaf.
    pub hash: B256,
}

/// The vectors of one EIP-712 type: the content of `state.json` and the other messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Messages {
    /// The type's name.
    pub primary_type: String,
    /// The type as EIP-712 writes it, which is what `type_hash` is the hash of.
    pub encoded_type: String,
    /// Hash of the type.
    pub type_hash: B256,
    /// The type's fields, by its name.
    pub types: BTreeMap<String, Vec<Field>>,
    /// The messages.
    pub cases: Vec<Case>,
}

/// A field of an EIP-712 type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Field {
    /// The field's name.
    pub name: String,
    /// The field's type, such as `int256[]`.
    #[serde(rename = "type")]
    pub type_: String,
}

/// A message, its hashes, and who signed it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// What is special about it.
    pub name: String,
    /// What the contract is given of it: the channel's `terms`, and where it travels packed the message itself.
    pub packed: BTreeMap<String, Bytes>,
    /// The fields' values; integers are decimal strings.
    pub message: BTreeMap<String, Value>,
    /// The EIP-712 hash of the message alone.
    pub struct_hash: B256,
    /// The EIP-712 hash of the message and the domain, which is what is signed.
    pub digest: B256,
    /// Signatures of `digest`.
    pub signatures: Vec<Signature>,
}

/// One signature in both forms that the contract accepts.
#[derive(Debug, Clone, Deserialize)]
pub struct Signature {
    /// Whose it is.
    pub signer: Address,
    /// 64 bytes (EIP-2098).
    pub compact: Bytes,
    /// 65 bytes, ending in `v`: 27 or 28.
    pub full: Bytes,
}

/// The content of `merkle.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Trees {
    /// The trees.
    pub cases: Vec<Tree>,
}

/// A tree of instances.
#[derive(Debug, Clone, Deserialize)]
pub struct Tree {
    /// What is special about it.
    pub name: String,
    /// What a state commits to.
    pub root: B256,
    /// The hashes of the instances.
    pub leaves: Vec<B256>,
    /// Per leaf its siblings, from the leaf up.
    pub proofs: Vec<Vec<B256>>,
}

/// A call of the contract; `calldata.json` has one of every function, by name.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    /// The function's name and the types of its arguments.
    pub signature: String,
    /// The first four bytes of `data`.
    pub selector: FixedBytes<4>,
    /// Who calls.
    pub sender: Address,
    /// Units of the native coin sent along, in decimal.
    pub value: String,
    /// The arguments by name, as the ABI has them; integers are decimal strings.
    pub arguments: BTreeMap<String, Value>,
    /// The call, encoded.
    pub data: Bytes,
}

/// The vectors of one packed word of storage; `words.json` has those of each, by name.
#[derive(Debug, Clone, Deserialize)]
pub struct Words {
    /// Where each field is.
    pub layout: BTreeMap<String, Bits>,
    /// The words.
    pub cases: Vec<Word>,
}

/// A field's place in a word. Both numbers are decimal strings, as all are.
#[derive(Debug, Clone, Deserialize)]
pub struct Bits {
    /// The lowest bit.
    pub offset: String,
    /// How many there are.
    pub bits: String,
}

/// A packed word.
#[derive(Debug, Clone, Deserialize)]
pub struct Word {
    /// What is special about it.
    pub name: String,
    /// What is packed: decimal strings, but hashes and addresses are hex.
    pub fields: BTreeMap<String, String>,
    /// The fields, packed.
    pub word: B256,
}

impl Messages {
    /// The message of `case` with each integer in the notation that `write` gives it, from its type and its decimal
    /// string: JSON has no form for integers that all readers take.
    pub fn message_with(&self, case: &Case, write: impl Fn(&str, &str) -> Value) -> Value {
        let fields = self.types.get(&self.primary_type).map(Vec::as_slice).unwrap_or_default();
        let mut message = case.message.clone();
        for Field { name, type_ } in fields {
            if let Some(value) = message.get_mut(name) {
                rewrite(type_, value, &write);
            }
        }
        message.into_iter().collect()
    }
}

fn rewrite(type_: &str, value: &mut Value, write: &impl Fn(&str, &str) -> Value) {
    let element = type_.trim_end_matches("[]");
    match value {
        Value::Array(values) => values.iter_mut().for_each(|each| rewrite(element, each, write)),
        Value::String(decimal) if element.contains("int") => *value = write(element, decimal),
        _ => {}
    }
}
