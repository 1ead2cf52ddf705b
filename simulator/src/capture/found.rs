//! What was found, written down: blocks, transactions, receipts.

use std::collections::BTreeMap;

use alloy_primitives::B256;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    CaptureError,
    answers::{BlockAnswer, Glance, ReceiptAnswer, transaction},
    reader::Reader,
    search::{Found, terms},
};
use crate::{
    history::{Before, Block, History, Recorded},
    world::Hardfork,
};

/// The most transactions that are captured, with those that came before in their blocks.
const MOST_TRANSACTIONS: usize = 50_000;

/// Writes down what was found; what is read by it is not known yet.
pub(super) fn record(reader: &mut Reader<'_>, channel_id: B256, found: Found) -> Result<History, CaptureError> {
    let manager = found.domain.manager();
    let mut history = History {
        chain_id: found.chain_id,
        manager,
        channel_id,
        terms: None,
        codes: BTreeMap::new(),
        times: found.times.clone(),
        blocks: Vec::new(),
    };
    let mut count = 0_usize;
    for block in &found.blocks {
        let sent = needed(block, &found);
        count = count.saturating_add(sent.len());
        if count > MOST_TRANSACTIONS {
            return Err(CaptureError::TooMuch { what: "transactions of these blocks", most: MOST_TRANSACTIONS });
        }
        reader.tell(&format!("block {}: {} transactions", block.number, sent.len()));
        let mut transactions = Vec::new();
        for value in sent {
            transactions.push(recorded(reader, block, value, &found)?);
        }
        let ours = transactions.iter().filter(|it| it.is_of_channel);
        let told = ours.filter_map(|it| terms(&it.sent.data, channel_id, &found.domain)).next();
        history.terms = history.terms.or(told);
        history.blocks.push(Block {
            hash: block.hash,
            parent: block.parent_hash,
            hardfork: Hardfork::Osaka,
            context: block.context(),
            before: Before::default(),
            transactions,
        });
    }
    Ok(history)
}

/// The transactions of a block up to the last one of the channel.
fn needed<'a>(block: &'a BlockAnswer, found: &Found) -> &'a [Value] {
    let is_of_channel =
        |value: &Value| Glance::deserialize(value).is_ok_and(|glance| found.transactions.contains(&glance.hash));
    let last = block.transactions.iter().rposition(is_of_channel);
    last.and_then(|last| block.transactions.get(..=last)).unwrap_or_default()
}

fn recorded(
    reader: &mut Reader<'_>,
    block: &BlockAnswer,
    value: &Value,
    found: &Found,
) -> Result<Recorded, CaptureError> {
    let (hash, sent) = transaction(value)?;
    let what = format!("the receipt of {hash}");
    let answer: Option<ReceiptAnswer> = reader.ask(&what, "eth_getTransactionReceipt", &json!([hash]))?;
    let is_it = |answer: &ReceiptAnswer| answer.block_hash == block.hash && answer.transaction_hash == hash;
    let receipt = answer.filter(is_it).ok_or(CaptureError::Moved)?.receipt();
    Ok(Recorded { hash, is_of_channel: found.transactions.contains(&hash), sent, receipt })
}
