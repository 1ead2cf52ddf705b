//! `deploy`: a ChannelManager, by way of the CREATE2 deployer, to the address that follows from its bounds.

use adjudicator::{
    bundle::Transaction,
    chain::Chain,
    deploy::{DEPLOYER, Plan},
    eip712::Domain,
    rpc::{Block, Nodes},
    submit::Order,
};
use alloy_primitives::{Address, U256, keccak256, utils::format_ether};
use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::{
    answer::{Answer, Facts, note},
    deployed::{PlanOptions, code, is_there, require_deployer, require_running},
    doctor::require_machine,
    failure::refused,
    rpc::RpcOptions,
    send::{End, SendOptions, Sending, TrialOptions, mined},
    view::PolicyOptions,
};

/// What is deployed, and who pays for it.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    plan: PlanOptions,
    #[command(flatten)]
    trial: TrialOptions,
    #[command(flatten)]
    send: SendOptions,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let Self { plan, trial, send, policy, rpc } = self;
        let send = Sending { options: &send, rpc: &rpc, policy: policy.get()? };
        let plan = plan.plan()?;
        let address = plan.address();
        note(format!("the address is, or will be, {address}"));
        let mut nodes = send.connect(None)?;
        let head = nodes.look()?;
        nodes.left_out().for_each(note);
        let mut facts = facts(&plan, nodes.chain_id())?;
        if is_there(&mut nodes, &plan, address, &head)? {
            require_running(&mut nodes, &plan, address, &head)?;
            return facts.add("status", "was already deployed").answer();
        }
        require_machine(&mut nodes, &head)?;
        require_deployer(&mut nodes, &head)?;
        let (account, key) = trial.account(&send)?;
        let transaction = transaction(&mut nodes, &plan, account, &head)?;
        let shortest = plan.bounds()[0];
        note(format!(
            "--min-window {shortest} is for ever. On a chain with a sequencer it must be at least twice the longest that the \
             sequencer can keep a transaction out, which is not checked here"
        ));
        let base_fee = nodes.head()?.base_fee;
        let Some(key) = key else {
            facts.add("status", "not deployed").add("gas limit", transaction.gas_limit);
            return facts.add("cost now", cost(transaction.gas_limit, base_fee)).answer();
        };
        require_means(&mut nodes, &transaction, base_fee, &head)?;
        let at_stake = send.at_stake_of_nothing(transaction.gas_limit);
        let end = send.insist_on(&mut nodes, key, Order { transaction, deadline: None, at_stake }, "the deployment")?;
        let head = nodes.look()?;
        if !is_there(&mut nodes, &plan, address, &head)? {
            let hash = end.done("the deployment")?;
            return Err(refused(format!(
                "{hash} is in the chain, but the nodes show no code at {address}: ask other nodes"
            )));
        }
        require_running(&mut nodes, &plan, address, &head)?;
        match end {
            End::Final { hash, is_success: true } => {
                let mined = mined(&mut nodes, hash)?;
                facts.add("status", "deployed").add("transaction", hash).add("block", mined.block);
                facts.add("gas", format!("{} at {} wei", mined.gas_used, mined.gas_price));
            }
            // Somebody was faster, which is no loss: it is the same contract.
            End::Final { .. } | End::Missed => {
                facts.add("status", "was already deployed");
            }
        }
        facts.answer()
    }
}

/// What is known before.
fn facts(plan: &Plan, chain_id: U256) -> Result<Facts> {
    let address = plan.address();
    let mut facts = Facts::default();
    facts.add("address", address).add("chain id", chain_id);
    facts.add("code hash", keccak256(code(plan, chain_id, address)?));
    facts.add("domain separator", Domain::new(chain_id, address).separator());
    Ok(facts)
}

/// The transaction, with an eighth more gas than it needs now.
fn transaction(nodes: &mut Nodes, plan: &Plan, from: Address, head: &Block) -> Result<Transaction> {
    const MARGIN: u64 = 8;
    let data = plan.calldata();
    let call = json!([{ "from": from, "to": DEPLOYER, "data": data }, head.number]);
    let gas: alloy_primitives::U64 = nodes.greatest("the gas of the deployment", "eth_estimateGas", &call)?;
    let gas: u64 = gas.to();
    Ok(Transaction {
        chain_id: nodes.chain_id(),
        from,
        to: DEPLOYER,
        value: U256::ZERO,
        data,
        gas_limit: gas.saturating_add(gas.div_ceil(MARGIN)),
    })
}

/// Refuses to begin what the account cannot pay even at the fees of this block.
fn require_means(nodes: &mut Nodes, transaction: &Transaction, base_fee: u128, head: &Block) -> Result<()> {
    let (from, has) = (transaction.from, nodes.balance(transaction.from, head)?);
    let needed = U256::from(transaction.gas_limit).saturating_mul(U256::from(base_fee));
    if has >= needed {
        return Ok(());
    }
    let [has, needed] = [has, needed].map(format_ether);
    Err(refused(format!(
        "{from} has {has} of the chain's coin, and the deployment costs {needed} now: pay more in first"
    )))
}

/// What gas costs.
fn cost(gas: u64, base_fee: u128) -> String {
    let whole = format_ether(U256::from(gas).saturating_mul(U256::from(base_fee)));
    format!("{whole} of the chain's coin at {base_fee} wei per gas, and what the proposer is offered")
}
