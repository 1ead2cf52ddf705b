//! Transactions in the chain: who asked for what, when, and what came of it.

use adjudicator::{
    Effect,
    abi::CHANNEL_MANAGER,
    action::Action,
    chain::Clock,
    deploy::DEPLOYER,
    rpc::{Block, MinedTransaction, Nodes, Probed, SystemClock},
};
use alloy_primitives::{Address, B256, Bytes, utils::format_ether};
use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Explained, bytes, reason_of};
use crate::cli::{
    answer::{Facts, note},
    failure::{refused, wrong_use},
    rpc::RpcOptions,
};

/// A transaction that is looked up.
pub(super) fn explain(rpc: &RpcOptions, hash: &str) -> Result<Explained> {
    if !rpc.is_given() {
        return Err(wrong_use(format!(
            "{hash}: it is no file. If it is the hash of a transaction, a node must be asked: --rpc-url URL, or ETH_RPC_URL, says \
             where one is"
        )));
    }
    let hash: B256 = hash.parse().map_err(|reason| wrong_use(format!("{hash}: {reason}")))?;
    let mut nodes = rpc.connect(&[], None)?;
    nodes.look()?;
    nodes.left_out().for_each(note);
    let Some(mined) = nodes.mined(hash)? else {
        return Err(refused(format!(
            "{hash}: the nodes know no transaction of this hash in a block of chain {}",
            nodes.chain_id()
        )));
    };
    let text = described(&mut nodes, &mined)?;
    Ok(Explained { kind: "transaction", text })
}

fn described(nodes: &mut Nodes, mined: &MinedTransaction) -> Result<String> {
    let block = nodes.block_at(mined.block)?;
    let time: u64 = block.timestamp.to();
    let ago = SystemClock.now().saturating_sub(time);
    let mut facts = Facts::default();
    facts.add("transaction", mined.hash).add("chain", nodes.chain_id()).add("sender", mined.from);
    facts.add("block", format!("{}, of {time}, {ago} seconds ago", mined.block));
    facts.add("to", receiver(nodes, mined, &block)?);
    if !mined.value.is_zero() {
        facts.add("came along", format!("{} of the chain's coin", format_ether(mined.value)));
    }
    facts.add("gas", format!("{} at {} wei", mined.gas_used, mined.gas_price));
    if mined.is_success {
        facts.add("done", "yes");
        logs(&mut facts, mined);
    } else {
        facts.add("done", "no: it was refused, nothing has changed, and the gas is paid");
        facts.add("because", why(nodes, mined, &block)?);
    }
    Ok(format!("{}\n\n{}", asked(mined), facts.text()))
}

/// What it asks for, in words.
fn asked(mined: &MinedTransaction) -> String {
    match Action::decode(&mined.data) {
        Ok(action) => action.to_string(),
        Err(_) if mined.to == Some(DEPLOYER) => "asks the CREATE2 deployer to make a contract".to_owned(),
        Err(_) if mined.to.is_none() => "makes a contract".to_owned(),
        Err(_) if mined.data.is_empty() => "pays, and asks for nothing".to_owned(),
        Err(reason) => match bytes("it", &mined.data.to_string()) {
            Ok(explained) => explained.text,
            Err(_) => format!("no operation of a ChannelManager: {reason}"),
        },
    }
}

/// Where it went, and whether that is the contract.
fn receiver(nodes: &mut Nodes, mined: &MinedTransaction, block: &Block) -> Result<String> {
    let Some(to) = mined.to else { return Ok("nobody: it makes a contract".to_owned()) };
    let code = match nodes.probe::<Bytes>(
        "the code of the receiver",
        "eth_getCode",
        &json!([to, { "blockHash": block.hash }]),
    )? {
        Probed::Answered(code) => code,
        Probed::Refused { reason, .. } => {
            return Ok(format!("{to}, whose code the nodes do not tell any more: {reason}"));
        }
    };
    Ok(match () {
        () if code.is_empty() => format!("{to}, which has no code"),
        () if CHANNEL_MANAGER.is_runtime_code(&code) => format!("{to}, a ChannelManager of this build"),
        () => format!("{to}, which has other code than this build's ChannelManager"),
    })
}

/// Each log, in words if it is one of the contract.
fn logs(facts: &mut Facts, mined: &MinedTransaction) {
    if mined.logs.is_empty() {
        facts.add("logged", "nothing");
    }
    let own = |address: &Address| Some(*address) == mined.to;
    for (index, (address, log)) in mined.logs.iter().enumerate() {
        let what = match Effect::from_log(log) {
            Ok(effect) if own(address) => effect.to_string(),
            _ => format!("a log of {address}"),
        };
        facts.add(format!("log {index}"), what);
    }
}

/// Why it was refused: what the nodes have seen it end with, or else what it would end with behind the block before.
fn why(nodes: &mut Nodes, mined: &MinedTransaction, block: &Block) -> Result<String> {
    let (traced, first) = match traced(nodes, mined) {
        Ok(data) => (Some(data), String::new()),
        Err(reason) => (None, reason),
    };
    if let Some(data) = traced {
        return Ok(in_words(&data));
    }
    let Some(parent) = mined.block.checked_sub(1) else { return Ok(format!("the reason cannot be had: {first}")) };
    let call = json!({
        "from": mined.from, "to": mined.to, "value": mined.value, "data": mined.data,
    });
    let time = json!({ "time": block.timestamp });
    let parent = nodes.block_at(parent)?;
    let parameters = json!([call, { "blockHash": parent.hash }, {}, time]);
    let again = nodes.probe::<Bytes>("what the transaction does", "eth_call", &parameters);
    Ok(match again {
        Ok(Probed::Refused { data: Some(data), .. }) => {
            format!(
                "{} (tried again behind block {}; what came before it in its own block is not seen)",
                in_words(&data),
                parent.number
            )
        }
        Ok(Probed::Refused { reason, data: None }) => {
            format!("the reason cannot be had: {first}; behind block {}: {reason}", parent.number)
        }
        Ok(Probed::Answered(_)) => format!(
            "the reason cannot be had: {first}; behind block {} alone it would be done, so that it ran out of gas, or what came before \
             it in its own block kept it from that",
            parent.number
        ),
        Err(reason) => format!("the reason cannot be had: {first}; {reason}"),
    })
}

/// What the contract has answered in the chain; or why that is not known.
fn traced(nodes: &mut Nodes, mined: &MinedTransaction) -> Result<Bytes, String> {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Trace {
        #[serde(default)]
        output: Option<Bytes>,
        #[serde(default)]
        error: Option<Value>,
    }
    let options = json!({ "tracer": "callTracer", "tracerConfig": { "onlyTopCall": true } });
    match nodes.probe::<Trace>("the trace", "debug_traceTransaction", &json!([mined.hash, options])) {
        Ok(Probed::Answered(Trace { output: Some(data), error: Some(_) })) if !data.is_empty() => Ok(data),
        Ok(Probed::Answered(Trace { error, .. })) => {
            let error = error.as_ref().and_then(Value::as_str).unwrap_or("nothing").to_owned();
            Err(format!("the contract answers nothing, and the trace says {error:?}"))
        }
        Ok(Probed::Refused { reason, .. }) => Err(format!("the nodes do not trace it ({reason})")),
        Err(reason) => Err(reason.to_string()),
    }
}

fn in_words(data: &Bytes) -> String {
    reason_of(data).unwrap_or_else(|| format!("an error that is not known: {data}"))
}
