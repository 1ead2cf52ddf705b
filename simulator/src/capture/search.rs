//! Where something happened in a channel.

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{
    action::{Action, MAX_NESTING},
    eip712::Domain,
    rpc::Probed,
    types::Terms,
    wire,
};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    CaptureError, Request,
    answers::{BlockAnswer, Glance, LogAnswer},
    reader::Reader,
    times::Times,
};

/// The most logs of one channel that are believed.
const MOST_LOGS: usize = 20_000;
/// The most blocks that are read in search of what was refused.
const MOST_BLOCKS: u64 = 500_000;
/// Nobody is told more often than once in so many blocks.
const TELL_EACH: u64 = 100;

/// The most transactions that are captured, with those that came before in their blocks.
const MOST_TRANSACTIONS: usize = 50_000;

/// Where something happened in a channel.
pub(super) struct Found {
    pub(super) domain: Domain,
    pub(super) chain_id: u64,
    /// The blocks with something of the channel, each up to the last transaction that is of it.
    pub(super) blocks: Vec<BlockAnswer>,
    /// How many transactions they have.
    count: usize,
    /// The transactions of the channel.
    pub(super) transactions: BTreeSet<B256>,
    pub(super) times: BTreeMap<u64, u64>,
}

/// Looks for the channel: by its logs, and by calldata.
pub(super) fn search(reader: &mut Reader<'_>, request: &Request) -> Result<Found, CaptureError> {
    let (chain_id, newest) = (reader.chain_id()?, reader.newest()?);
    let until = request.until_block.unwrap_or(newest).min(newest);
    let logs = logs(reader, request, until)?;
    let manager = manager(request, &logs, until)?;
    let domain = Domain::new(U256::from(chain_id), manager);
    let mut transactions = BTreeSet::new();
    let mut with_logs = BTreeSet::new();
    for log in logs.iter().filter(|log| log.address == manager) {
        let number = log.block_number.to();
        reader.pin(number, log.block_hash)?;
        with_logs.insert(number);
        transactions.insert(log.transaction_hash);
    }
    let mut found = Found { domain, chain_id, blocks: Vec::new(), count: 0, transactions, times: BTreeMap::new() };
    let first = with_logs.first().copied().unwrap_or(request.from_block);
    let last = request.until_block.map(|until| until.min(newest)).or(with_logs.last().copied()).unwrap_or(first);
    if request.with_refused {
        scan(reader, request.channel_id, (first, last), &mut found)?;
    } else {
        for number in with_logs {
            let block = reader.block(number, true)?;
            found.keep(block)?;
        }
    }
    Ok(found)
}

/// Whatever is logged of the channel, in ranges as great as the nodes tell of.
fn logs(reader: &mut Reader<'_>, request: &Request, until: u64) -> Result<Vec<LogAnswer>, CaptureError> {
    let mut all = Vec::new();
    let (mut from, mut step) = (request.from_block, until.saturating_sub(request.from_block).saturating_add(1));
    while from <= until {
        let to = from.saturating_add(step.saturating_sub(1)).min(until);
        let mut filter =
            json!({ "fromBlock": U64::from(from), "toBlock": U64::from(to), "topics": [null, request.channel_id] });
        if let (Some(manager), Value::Object(filter)) = (request.manager, &mut filter) {
            filter.insert("address".to_owned(), json!(manager));
        }
        match reader.try_ask::<Vec<LogAnswer>>("the logs of the channel", "eth_getLogs", &json!([filter]))? {
            Probed::Answered(logs) => {
                all.extend(logs);
                if all.len() > MOST_LOGS {
                    return Err(CaptureError::TooMuch { what: "logs of the channel", most: MOST_LOGS });
                }
                from = to.saturating_add(1);
            }
            Probed::Refused { reason, .. } if step <= 1 => {
                let what = "the logs of the channel".to_owned();
                return Err(CaptureError::Refused { what, reason: crate::run::plain(&reason), hint: "" });
            }
            // Nodes tell only of so many blocks at once.
            Probed::Refused { .. } => step = step.div_ceil(2),
        }
    }
    Ok(all)
}

/// The contract that has logged something of the channel.
fn manager(request: &Request, logs: &[LogAnswer], until: u64) -> Result<Address, CaptureError> {
    let found: BTreeSet<Address> = logs.iter().map(|log| log.address).collect();
    let mut found = found.into_iter().filter(|address| request.manager.is_none_or(|manager| manager == *address));
    let nothing = CaptureError::NothingFound { channel_id: request.channel_id, from: request.from_block, until };
    let first = found.next().ok_or(nothing)?;
    let others: Vec<Address> = found.collect();
    if others.is_empty() {
        return Ok(first);
    }
    Err(CaptureError::SeveralManagers { found: [first].into_iter().chain(others).collect() })
}

/// Reads all blocks, and keeps those with something of the channel.
fn scan(
    reader: &mut Reader<'_>,
    channel_id: B256,
    (first, last): (u64, u64),
    found: &mut Found,
) -> Result<(), CaptureError> {
    let count = last.saturating_sub(first).saturating_add(1);
    if count > MOST_BLOCKS {
        let most = usize::try_from(MOST_BLOCKS).unwrap_or(usize::MAX);
        return Err(CaptureError::TooMuch { what: "blocks between the first and the last", most });
    }
    let mut times = Times::default();
    for number in first..=last {
        if number.saturating_sub(first).is_multiple_of(TELL_EACH) {
            reader.tell(&format!("block {number} of {first} to {last}"));
        }
        let block = reader.block(number, true)?;
        times.push(number, block.timestamp.to());
        for value in &block.transactions {
            let Ok(glance) = Glance::deserialize(value) else { continue };
            let is_to_manager = glance.to == Some(found.domain.manager());
            let is_new = is_to_manager && is_of(&glance.input, channel_id, &found.domain);
            if is_new {
                found.transactions.insert(glance.hash);
            }
        }
        found.keep(block)?;
    }
    found.times = times.knots();
    Ok(())
}

impl Found {
    /// Keeps a block up to the last transaction that is of the channel, if there is one.
    fn keep(&mut self, mut block: BlockAnswer) -> Result<(), CaptureError> {
        let is_of_channel =
            |value: &Value| Glance::deserialize(value).is_ok_and(|glance| self.transactions.contains(&glance.hash));
        let Some(last) = block.transactions.iter().rposition(is_of_channel) else { return Ok(()) };
        block.transactions.truncate(last.saturating_add(1));
        self.count = self.count.saturating_add(block.transactions.len());
        if self.count > MOST_TRANSACTIONS {
            return Err(CaptureError::TooMuch { what: "transactions of these blocks", most: MOST_TRANSACTIONS });
        }
        self.blocks.push(block);
        Ok(())
    }
}

/// Whether calldata is of a channel, a call within a multicall included.
fn is_of(calldata: &[u8], channel_id: B256, domain: &Domain) -> bool {
    let mut is_of = false;
    each(calldata, MAX_NESTING, &mut |action| {
        // What are no terms is not hashed: it may be very long, and there very often.
        let has_terms = action.terms().is_none_or(|terms| wire::Terms::new(terms).is_ok());
        is_of |= has_terms && action.channel_id(domain) == Some(channel_id);
    });
    is_of
}

/// The terms of a channel, if calldata tells them.
pub(super) fn terms(calldata: &[u8], channel_id: B256, domain: &Domain) -> Option<Terms> {
    let mut packed: Option<Bytes> = None;
    each(calldata, MAX_NESTING, &mut |action| {
        if let Some(terms) =
            action.terms().filter(|terms| wire::Terms::new(terms).is_ok() && domain.channel_id(terms) == channel_id)
        {
            packed = Some(terms.clone());
        }
    });
    packed.and_then(|packed| Terms::unpack(&packed).ok())
}

/// All operations in calldata, also those within multicalls; there are never more than a multicall may hold.
fn each(calldata: &[u8], nesting: u32, hear: &mut dyn FnMut(&Action)) {
    let Ok(action) = Action::decode(calldata) else { return };
    hear(&action);
    if let (Action::Multicall(multicall), Some(nesting)) = (&action, nesting.checked_sub(1)) {
        multicall.calls.iter().for_each(|call| each(call, nesting, hear));
    }
}
