//! Whether what is at an address of a chain is this build's ChannelManager, and works there.

use adjudicator::{
    DisputeError,
    abi::ChannelManager,
    deploy::{DEPLOYER, DEPLOYER_CODE, Plan},
    eip712::Domain,
    rpc::{Block, Nodes, Probed},
    types::Window,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolCall;
use anyhow::{Result, anyhow};
use clap::Args;
use serde_json::json;

use super::failure::{refused, wrong_use};

/// What a manager was deployed with, or is to be.
#[derive(Args)]
#[command(next_help_heading = "The manager")]
pub(crate) struct PlanOptions {
    /// The shortest window that channels may have there, for ever.
    #[arg(long, value_name = "SECONDS")]
    min_window: Window,
    /// The longest window that channels may have there, for ever.
    #[arg(long, value_name = "SECONDS")]
    max_window: Window,
    /// What tells apart managers of equal windows.
    #[arg(long, value_name = "HASH", default_value_t = B256::ZERO)]
    salt: B256,
}

impl PlanOptions {
    /// What follows from it.
    pub(crate) fn plan(&self) -> Result<Plan> {
        plan(self.min_window, self.max_window, self.salt)
    }
}

/// A manager, by what was typed.
pub(crate) fn plan(min_window: Window, max_window: Window, salt: B256) -> Result<Plan> {
    Plan::new(min_window, max_window, salt)
        .map_err(|reason| wrong_use(format!("--min-window and --max-window: {reason}")))
}

/// The code that a manager must have.
pub(crate) fn code(plan: &Plan, chain_id: U256, address: Address) -> Result<Bytes> {
    plan.code(chain_id, address)
        .ok_or_else(|| anyhow!("the artifact of ChannelManager has other immutables than it should"))
}

/// Whether it is there; other code in its place is refused.
pub(crate) fn is_there(nodes: &mut Nodes, plan: &Plan, address: Address, block: &Block) -> Result<bool> {
    let found = nodes.code(address, block)?;
    if found.is_empty() {
        return Ok(false);
    }
    let expected = code(plan, nodes.chain_id(), address)?;
    if found == expected {
        return Ok(true);
    }
    let (found, expected, chain) = (keccak256(found), keccak256(expected), nodes.chain_id());
    Err(refused(format!(
        "on chain {chain} there is other code at {address} than this ChannelManager's: its hash is {found}, must be {expected}. \
         Either it is another build, or other window bounds, or not a ChannelManager"
    )))
}

/// Refuses a chain where the usual deployer is not.
pub(crate) fn require_deployer(nodes: &mut Nodes, block: &Block) -> Result<()> {
    let (found, chain) = (nodes.code(DEPLOYER, block)?, nodes.chain_id());
    if found == DEPLOYER_CODE {
        return Ok(());
    }
    if found.is_empty() {
        return Err(refused(format!(
            "the CREATE2 deployer is not on chain {chain}: there is no code at {DEPLOYER}. Install it first: \
             ./scripts/deploy install-deployer"
        )));
    }
    let (found, expected) = (keccak256(found), keccak256(&DEPLOYER_CODE));
    Err(refused(format!(
        "on chain {chain} there is other code at {DEPLOYER} than the CREATE2 deployer's: its hash is {found}, must be \
         {expected}. The manager cannot have its usual address there"
    )))
}

/// The bounds of windows, in seconds, and the domain separator, as a contract answers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) bounds: [U256; 2],
    pub(crate) separator: B256,
}

/// What a contract answers to the questions that each manager answers; or why it does not.
pub(crate) fn answers(nodes: &mut Nodes, address: Address, block: &Block) -> Result<Result<Answers, String>> {
    let bounds = match ask(nodes, address, &ChannelManager::windowBoundsCall {}, block)? {
        Ok(bounds) => [bounds._0, bounds._1],
        Err(reason) => return Ok(Err(format!("windowBounds(): {reason}"))),
    };
    let separator = ask(nodes, address, &ChannelManager::domainSeparatorCall {}, block)?;
    Ok(separator
        .map(|separator| Answers { bounds, separator })
        .map_err(|reason| format!("domainSeparator(): {reason}")))
}

/// What keeps the chain's machine from running the manager's code as it must; nothing if all is well.
pub(crate) fn not_running(
    nodes: &mut Nodes,
    [least, greatest]: [Window; 2],
    address: Address,
    block: &Block,
) -> Result<Option<String>> {
    let found = match answers(nodes, address, block)? {
        Ok(found) => found,
        Err(reason) => return Ok(Some(reason)),
    };
    let bounds = [least, greatest].map(|window| U256::from(window.get()));
    if found.bounds != bounds {
        let [found, expected] = [found.bounds, bounds].map(|[least, greatest]| format!("{least} to {greatest}"));
        return Ok(Some(format!("windowBounds() of {address} is {found}, must be {expected}")));
    }
    let expected = Domain::new(nodes.chain_id(), address).separator();
    if found.separator != expected {
        return Ok(Some(format!("domainSeparator() of {address} is {}, must be {expected}", found.separator)));
    }
    // It reads transient storage before it refuses: a chain without that fails in another way.
    let (channel_id, asset, amount) = (B256::ZERO, Address::ZERO, U256::from(1));
    let call = ChannelManager::depositByIdCall { channelId: channel_id, asset, party: 0, amount };
    let parameters = json!([{ "to": address, "data": Bytes::from(call.abi_encode()) }, { "blockHash": block.hash }]);
    let what = "a deposit into a channel that nobody knows";
    let answer = match nodes.probe::<Bytes>(what, "eth_call", &parameters)? {
        Probed::Answered(answer) => format!("it is answered, with {answer}"),
        Probed::Refused { data: Some(data), .. } => match DisputeError::abi_decode(&data) {
            Ok(DisputeError::AssetUnknown { .. }) => return Ok(None),
            Ok(other) => format!("it is refused with {}", other.name()),
            Err(_) => format!("it is refused with {data}"),
        },
        Probed::Refused { reason, data: None } => reason,
    };
    Ok(Some(format!("{what} must be refused with AssetUnknown: {answer}")))
}

/// Refuses a manager that is there and does not work.
pub(crate) fn require_running(nodes: &mut Nodes, plan: &Plan, address: Address, block: &Block) -> Result<()> {
    let reason = not_running(nodes, plan.bounds(), address, block)?;
    reason.map_or(Ok(()), |reason| Err(refused(format!("on chain {}: {reason}", nodes.chain_id()))))
}

/// What a contract answers, or why it does not.
fn ask<C: SolCall>(nodes: &mut Nodes, address: Address, call: &C, block: &Block) -> Result<Result<C::Return, String>> {
    let data: Bytes = call.abi_encode().into();
    let parameters = json!([{ "to": address, "data": data }, { "blockHash": block.hash }]);
    let answer = match nodes.probe::<Bytes>(&format!("what {address} answers"), "eth_call", &parameters)? {
        Probed::Answered(answer) => answer,
        Probed::Refused { reason, .. } => return Ok(Err(reason)),
    };
    Ok(C::abi_decode_returns(&answer).map_err(|_| format!("{} bytes that are no answer", answer.len())))
}
