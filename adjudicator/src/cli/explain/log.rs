//! Logs of the contract.

use adjudicator::Effect;
use alloy_primitives::{B256, Bytes, LogData, hex};
use anyhow::Result;
use serde_json::Value;

use super::Explained;
use crate::cli::failure::wrong_use;

/// A log as it is typed: its topics with commas between them, and its data.
pub(super) fn typed(topics: &str, data: &str) -> Result<Explained> {
    let topics = topics.split(',').filter(|topic| !topic.is_empty());
    explain("the log", &topics.collect::<Vec<_>>(), data)
}

/// A log as nodes answer it.
pub(super) fn in_json(name: &str, json: &Value) -> Result<Explained> {
    let topics = json.get("topics").and_then(Value::as_array);
    let topics = topics.ok_or_else(|| wrong_use(format!("{name}: topics: a list is expected")))?;
    let data = json.get("data").and_then(Value::as_str);
    let data = data.ok_or_else(|| wrong_use(format!("{name}: data: hex is expected")))?;
    explain(name, &topics.iter().map(|topic| topic.as_str().unwrap_or_default()).collect::<Vec<_>>(), data)
}

fn explain(name: &str, topics: &[&str], data: &str) -> Result<Explained> {
    let topic = |text: &&str| {
        let topic = text.trim().parse::<B256>();
        topic.map_err(|_| wrong_use(format!("{name}: topics: {text:?}, where 32 bytes in hex are expected")))
    };
    let topics = topics.iter().map(topic).collect::<Result<Vec<_>>>()?;
    let data: Bytes = hex::decode(data.trim()).map_err(|_| wrong_use(format!("{name}: data: hex is expected")))?.into();
    let effect = Effect::from_log(&LogData::new_unchecked(topics, data));
    let effect = effect.map_err(|reason| wrong_use(format!("{name}: {reason}")))?;
    Ok(Explained { kind: "log", text: effect.to_string() })
}
