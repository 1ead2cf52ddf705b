//! What a transaction would do now, on the real bytecode.

use alloy_primitives::{Address, B256, Bytes, LogData, U64, hex};
use serde::Deserialize;
use serde_json::json;

use super::{
    Block, Nodes, RpcError, SystemClock,
    node::Failure,
    nodes::at,
    vote::{Answers, agreed},
};
use crate::{bundle::Transaction, chain::Clock};

/// What a transaction would do in the next block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Simulated {
    /// It would be done.
    Done {
        /// What each contract would log, if the nodes can tell.
        logs: Option<Vec<(Address, LogData)>>,
        /// The gas that it would use, if the nodes can tell.
        gas: Option<u64>,
    },
    /// It would be refused, with this answer of the contract.
    Refused(Bytes),
}

#[derive(Deserialize)]
struct Blocks(Vec<SimulatedBlock>);

#[derive(Deserialize)]
struct SimulatedBlock {
    calls: Vec<Call>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    status: U64,
    return_data: Bytes,
    gas_used: U64,
    #[serde(default)]
    logs: Vec<Line>,
    #[serde(default)]
    error: Option<CallError>,
}

#[derive(Deserialize)]
struct CallError {
    #[serde(default)]
    data: Option<Bytes>,
}

#[derive(Deserialize)]
struct Line {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
}

impl Nodes {
    /// What a transaction would do in the block behind this one, as if its sender had the coins for the gas.
    ///
    /// # Errors
    /// If not enough nodes say the same.
    pub fn simulate(&mut self, transaction: &Transaction, block: &Block) -> Result<Simulated, RpcError> {
        const WHAT: &str = "what the transaction does";
        let Transaction { from, to, value, data, gas_limit, .. } = transaction;
        let call = json!({ "from": from, "to": to, "value": value, "data": data, "gas": U64::from(*gas_limit) });
        let time = SystemClock.now().max(block.timestamp.to::<u64>().saturating_add(1));
        let next = json!({ "blockOverrides": { "time": U64::from(time) }, "calls": [call] });
        let (answers, needed): (Answers<Blocks>, _) =
            self.each("eth_simulateV1", &json!([{ "blockStateCalls": [next] }, at(block)]))?;
        if answers.iter().any(|(_, answer)| answer.is_ok()) {
            let read = |(name, answer): (String, Result<Blocks, Failure>)| (name, answer.and_then(Blocks::read));
            let told = agreed(WHAT, needed, answers.into_iter().map(read).collect());
            if !matches!(told, Err(RpcError::Silent { .. })) {
                return told;
            }
        }
        // Not every node knows how to tell of logs.
        let (answers, needed): (Answers<Bytes>, _) = self.each("eth_call", &json!([call, at(block)]))?;
        let read = |(name, answer): (String, Result<Bytes, Failure>)| match answer {
            Ok(_) => (name, Ok(Simulated::Done { logs: None, gas: None })),
            Err(Failure::Refused { data: Some(data), .. }) => {
                (name, Ok(Simulated::Refused(hex::decode(data).unwrap_or_default().into())))
            }
            Err(Failure::Refused { reason, data: None }) if reason.contains("revert") => {
                (name, Ok(Simulated::Refused(Bytes::new())))
            }
            Err(failure) => (name, Err(failure)),
        };
        agreed(WHAT, needed, answers.into_iter().map(read).collect())
    }
}

impl Blocks {
    fn read(self) -> Result<Simulated, Failure> {
        let call = self.0.into_iter().next().and_then(|block| block.calls.into_iter().next());
        let call = call.ok_or_else(|| Failure::Unreachable("eth_simulateV1: no call in the answer".to_owned()))?;
        if call.status != U64::from(1) {
            let data = call.error.and_then(|error| error.data).unwrap_or(call.return_data);
            return Ok(Simulated::Refused(data));
        }
        let log = |line: Line| Some((line.address, LogData::new(line.topics, line.data)?));
        let logs = call.logs.into_iter().filter_map(log).collect();
        Ok(Simulated::Done { logs: Some(logs), gas: Some(call.gas_used.to()) })
    }
}
