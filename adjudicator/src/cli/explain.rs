//! `explain`: what something is, in words.

mod document;
mod log;
mod transaction;

use std::path::{Path, PathBuf};

use adjudicator::{DecodeError, DisputeError, action::Action};
use alloy_primitives::{Bytes, hex};
use alloy_sol_types::{Panic, Revert, SolError};
use anyhow::{Error, Result};
use clap::Args;
use serde_json::{Value, json};

use super::{answer::Answer, failure::wrong_use, files, rpc::RpcOptions};

/// What is to be explained.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A file with any document, a transaction, a log or a receipt in JSON, or hex; - for standard input. Or calldata or
    /// the data of an error in hex. Or a log: its topics with commas between them, then its data. Or the hash of a
    /// transaction, which a node is asked for.
    #[arg(value_name = "FILE|CALLDATA|LOG|HASH", required = true, num_args = 1..=2)]
    input: Vec<String>,
    #[command(flatten)]
    rpc: RpcOptions,
}

/// What was found out.
struct Explained {
    kind: &'static str,
    text: String,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let Explained { kind, text } = match self.input.as_slice() {
            [topics, data] => log::typed(topics, data)?,
            [input] if input == "-" || Path::new(input).exists() => in_file(&PathBuf::from(input))?,
            [input] if input.contains(',') => log::typed(input, "0x")?,
            [input] if is_hash(input) => transaction::explain(&self.rpc, input)?,
            [input] if is_hex(input) => bytes("the calldata", input)?,
            _ => return Err(wrong_use(format!("{}: no such file, and no hex", self.input.join(" ")))),
        };
        Answer::new(text.as_str(), &json!({ "kind": kind, "text": text }))
    }
}

/// What a file holds.
fn in_file(path: &Path) -> Result<Explained> {
    let (text, name) = (files::read(path)?, files::name(path));
    if !text.trim_start().starts_with(['{', '[']) {
        return match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            [topics, data] => log::typed(topics, data),
            [data] if is_hex(data) => bytes(&name, data),
            _ => Err(wrong_use(format!("{name}: neither JSON nor hex"))),
        };
    }
    let Ok(json) = serde_json::from_str(&text) else { return stream(path, &text) };
    in_json(path, &text, &json)
}

/// Documents, one per line.
fn stream(path: &Path, text: &str) -> Result<Explained> {
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let json = serde_json::from_str(line).map_err(|error| files::unreadable(path, text, &error))?;
        lines.push(in_json(path, line, &json)?.text);
    }
    Ok(Explained { kind: "stream", text: lines.join("\n\n") })
}

fn in_json(path: &Path, text: &str, json: &Value) -> Result<Explained> {
    let name = files::name(path);
    let has = |field: &str| json.get(field).is_some();
    if has("recourse") {
        return document::explain(path, text, json).map(|text| Explained { kind: "document", text });
    }
    if has("crypto") || has("Crypto") {
        let text = "a keystore file: `keys address` says whose key it has".to_owned();
        return Ok(Explained { kind: "keystore", text });
    }
    if has("topics") {
        return log::in_json(&name, json);
    }
    if let Some(logs) = json.get("logs").and_then(Value::as_array).or_else(|| json.as_array()) {
        let logs = logs.iter().map(|json| log::in_json(&name, json).map(|log| log.text)).collect::<Result<Vec<_>>>()?;
        return Ok(Explained { kind: "logs", text: logs.join("\n") });
    }
    match ["data", "input", "calldata"].iter().find_map(|field| json.get(field)).and_then(Value::as_str) {
        Some(data) => bytes(&name, data),
        None => Err(wrong_use(format!("{name}: JSON that is no document, transaction, log or receipt"))),
    }
}

/// What calldata asks the contract for, or what the contract answers.
fn bytes(name: &str, text: &str) -> Result<Explained> {
    let data: Bytes = hex::decode(text.trim()).map_err(|reason| wrong_use(format!("{name}: {reason}")))?.into();
    let unknown = match Action::decode(&data) {
        Ok(action) => return Ok(Explained { kind: "calldata", text: action.to_string() }),
        Err(DecodeError::Getter { function }) => {
            let text = format!("a call of the getter {function}, which changes nothing");
            return Ok(Explained { kind: "calldata", text });
        }
        Err(reason) => reason,
    };
    let error = Error::from(unknown.clone());
    let text = match unknown {
        DecodeError::SelectorUnknown { .. } => reason_of(&data),
        _ => None,
    };
    match text {
        Some(text) => Ok(Explained { kind: "error", text }),
        None => Err(wrong_use(format!("{name}: {error}, and it is no error of the contract"))),
    }
}

/// What an error says.
pub(crate) fn reason_of(data: &[u8]) -> Option<String> {
    if let Ok(error) = DisputeError::abi_decode(data) {
        return Some(format!("refused, {}: {error}", error.name()));
    }
    if let Ok(Revert { reason }) = Revert::abi_decode(data) {
        return Some(format!("another contract's error: {reason}"));
    }
    Panic::abi_decode(data).ok().map(|panic| format!("a panic: {panic}"))
}

/// Whether it is 32 bytes: no calldata has that length, but for what is no operation.
fn is_hash(text: &str) -> bool {
    is_hex(text) && text.strip_prefix("0x").unwrap_or(text).len() == 64
}

fn is_hex(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
