//! What was found, written down: blocks, transactions, receipts.

use std::collections::BTreeMap;

use alloy_primitives::B256;
use serde_json::{Value, json};

use super::{
    CaptureError,
    answers::{BlockAnswer, ReceiptAnswer, transaction},
    reader::Reader,
    search::{Found, terms},
};
use crate::{
    history::{Before, Block, History, Recorded},
    world::Hardfork,
};

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
    for block in &found.blocks {
        reader.tell(&format!("block {}: {} transactions", block.number, block.transactions.len()));
        let mut transactions = Vec::new();
        for value in &block.transactions {
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
