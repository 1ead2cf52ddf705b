//! The operations as one step each: built from what is held and what the chain says, checked, and brought into the chain.

use std::cell::RefCell;

use adjudicator::{
    abi::IERC20,
    action::Action,
    bundle::Transaction,
    evidence::{Dossier, View},
    rpc::{Nodes, Reading},
    signature::SigningKey,
    submit::Order,
    types::Asset,
};
use alloy_primitives::{Address, U256};
use alloy_sol_types::{SolCall, sol};
use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::{
    answer::Answer,
    build::{self, Built, Operation},
    rpc::{RpcOptions, read},
    send::{SendOptions, Sending, TrialOptions, mined},
    submit::{dry_run, dry_run_of, submit},
    view::PolicyOptions,
};

sol! {
    /// How much of an owner's token a spender may take.
    function allowance(address owner, address spender) external view returns (uint256);
}

/// What a token needs at worst to note an allowance.
const APPROVAL_GAS: u64 = 150_000;

/// An operation, and who sends it.
#[derive(Args)]
pub(crate) struct OneStep<O: Args> {
    #[command(flatten)]
    operation: O,
    #[command(flatten)]
    trial: TrialOptions,
    #[command(flatten)]
    send: SendOptions,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl<O: Args> OneStep<O> {
    pub(super) fn run(self, operation: impl FnOnce(O) -> Operation) -> Result<Answer> {
        let Self { operation: given, trial, send, policy, rpc } = self;
        let send = Sending { options: &send, rpc: &rpc, policy: policy.get()? };
        let (account, key) = trial.account(&send)?;
        perform(&send, account, key, |sender| operation(given).build(sender))
    }
}

/// Builds an operation, checks it, and brings it into the chain; without a key, shows what would come of it.
pub(crate) fn perform(
    send: &Sending<'_>,
    account: Address,
    key: Option<SigningKey>,
    build: impl FnOnce(&build::Sender<'_>) -> Result<Built>,
) -> Result<Answer> {
    let nodes = RefCell::new(send.connect(None)?);
    let seen: RefCell<Option<Reading>> = RefCell::new(None);
    let look = |dossier: &mut Dossier| -> Result<Option<View>> {
        let reading = read(&mut nodes.borrow_mut(), dossier, &[], send.rpc.depth())?;
        reading.app_states.iter().for_each(|app_state| {
            dossier.add(app_state.clone());
        });
        let view = reading.view.clone();
        *seen.borrow_mut() = Some(reading);
        Ok(Some(view))
    };
    let built = build(&build::Sender { from: Some(account), look: &look })?;
    let name = built.action().name();
    let Some(identity) = built.identity().cloned() else {
        return plain(send, &mut nodes.into_inner(), (account, key), &built);
    };
    if seen.borrow().is_none() {
        look(&mut Dossier::new(identity))?;
    }
    let Some(Reading { view, head, .. }) = seen.into_inner() else { return Ok(Answer::none()) };
    let mut nodes = nodes.into_inner();
    let first = allowance(&mut nodes, &built, account, &head)?;
    let bundled = built.bundle(account, &view, None, None)?;
    match key {
        None => dry_run_of(send, name, &bundled.bundle, &mut nodes),
        Some(key) => submit(send, name, &bundled.bundle, first, key),
    }
}

/// What must be sent before, so that the contract may take a token that is paid in.
fn allowance(
    nodes: &mut Nodes,
    built: &Built,
    account: Address,
    head: &adjudicator::rpc::Block,
) -> Result<Vec<Transaction>> {
    let (token, amount) = match (built.action(), built.identity()) {
        (Action::Deposit(call), Some(identity)) => {
            let index = usize::from(call.side / 2);
            let asset = identity.terms().assets().as_slice().get(index).copied().unwrap_or(Asset::NATIVE);
            (asset, call.amount)
        }
        _ => return Ok(Vec::new()),
    };
    if token == Asset::NATIVE {
        return Ok(Vec::new());
    }
    let (token, manager) = (token.get(), built.domain().manager());
    let call = allowanceCall { owner: account, spender: manager };
    let allowed = nodes.call(token, &call.abi_encode().into(), head)?;
    let allowed = allowanceCall::abi_decode_returns(&allowed).unwrap_or_default();
    // Some tokens change an allowance only from or to zero.
    let steps = match allowed {
        enough if enough >= amount => Vec::new(),
        U256::ZERO => vec![amount],
        _ => vec![U256::ZERO, amount],
    };
    let approve = |amount| Transaction {
        chain_id: built.domain().chain_id(),
        from: account,
        to: token,
        value: U256::ZERO,
        data: IERC20::approveCall { spender: manager, amount }.abi_encode().into(),
        gas_limit: APPROVAL_GAS,
    };
    Ok(steps.into_iter().map(approve).collect())
}

/// An operation that names no channel: a credit is claimed.
fn plain(
    send: &Sending<'_>,
    nodes: &mut Nodes,
    (account, key): (Address, Option<SigningKey>),
    built: &Built,
) -> Result<Answer> {
    let (transaction, name) = (built.plain(account), built.action().name());
    let head = nodes.look()?;
    let shown = dry_run(nodes, &transaction, &head, None)?;
    let Some(key) = key else { return Ok(shown) };
    let at_stake = send.at_stake_of_nothing(transaction.gas_limit);
    let hash = send.insist_on(nodes, key, Order { transaction, deadline: None, at_stake }, name)?.done(name)?;
    let mined = mined(nodes, hash)?;
    Answer::new(
        format!("{hash} in block {}", mined.block),
        &json!({ "transaction": hash, "operation": name, "block": mined.block }),
    )
}
