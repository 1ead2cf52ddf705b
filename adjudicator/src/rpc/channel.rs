//! A channel as the nodes tell it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use alloy_primitives::{Address, B256, U64, U256};
use alloy_sol_types::{SolCall, sol};
use serde_json::json;

use super::{Block, Nodes, RpcError, block::Log, vote::reason};
use crate::{
    Channel, Deployment, Effect,
    abi::{ChannelManager, PreimageRegistry},
    apps::{App, AppError, Facts},
    evidence::{Dossier, Sight, Trail, View},
    storage,
    types::{AppState, Identity, Instance, Party, State},
};

sol! {
    /// What escrows ask an oracle contract.
    function isDelivered(bytes32 escrowId) external view returns (bool);
}

/// How many words the contract is asked for in one call.
const WORDS: usize = 1000;

/// What is read of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is known of the chain.
    pub view: View,
    /// The block that is the newest one of the view.
    pub head: Block,
    /// The recorded state, if it was held or logged.
    pub recorded: Option<State>,
    /// The app states that the channel's instances have in the chain, as far as they were logged: whoever goes on from there
    /// needs them.
    pub app_states: Vec<AppState>,
}

/// How a channel is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// How many blocks, its own included, make a block final.
    pub confirmations: u64,
    /// The block from which on logs are read: nothing happened in the channel before.
    pub from_block: u64,
}

/// An event of the contract, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The number of the block.
    pub block: u64,
    /// Which transaction has logged it.
    pub transaction: B256,
    /// Which of the block's logs it is.
    pub index: u64,
    /// What has happened.
    pub effect: Effect,
}

impl Nodes {
    /// Reads a channel as of the newest block, and its money as of the newest final one. What is sought is what the dossier
    /// names, and besides it these instances, with the app states that they may be in.
    ///
    /// What it finds in storage is complete for all instances that are known or were logged. Of accounts it looks at the code of all
    /// that the channel names, and it asks what apps would ask the outside world.
    ///
    /// # Errors
    /// If not enough nodes say the same, or no ChannelManager is there.
    pub fn channel(
        &mut self,
        dossier: &Dossier,
        shown: &[(Instance, Option<AppState>)],
        depth: Depth,
    ) -> Result<Reading, RpcError> {
        let identity = dossier.identity();
        let (expected, found) = (identity.domain().chain_id(), self.chain_id());
        if found != expected {
            return Err(RpcError::OtherChain { expected, found });
        }
        let head = self.look()?;
        let mut trail = Trail::new(identity.channel_id());
        for logged in self.history(identity, depth.from_block)? {
            trail.hear(&logged.effect);
        }
        let last_final = head.number.to::<u64>().saturating_sub(depth.confirmations.saturating_sub(1));
        let last_final = self.block(last_final)?;
        let deployment = self.deployment(identity, &head)?;
        let mut names = trail.names(dossier);
        for (instance, _) in shown {
            let (hash, matures) = (instance.hash().get(), instance.matures.get());
            names.instances.values_mut().filter_map(|all| all.get_mut(&hash)).for_each(|known| *known = Some(matures));
        }
        let mut view = View::new(deployment, 0);
        view.latest = self.sight_of(identity, &names, &head)?;
        view.last_final = self.sight_of(identity, &names, &last_final)?;
        let known = instances(dossier).map(|instance| (instance, dossier.app_state(instance.app_state_hash)));
        let known: Vec<_> = known.chain(shown.iter().map(|(instance, state)| (instance, state.as_ref()))).collect();
        let asked = Asked::by(&known);
        let apps = known.iter().map(|(instance, _)| instance.app);
        let accounts: BTreeSet<Address> = accounts(dossier).into_iter().chain(apps).chain(asked.accounts()).collect();
        for account in accounts {
            view.codes.insert(account, self.code(account, &head)?);
        }
        view.credits = self.credits(identity, &view.latest.channel, &head)?;
        let app_states: Vec<AppState> = trail.app_states(&view.latest.channel).collect();
        self.facts(asked, &mut view, &head)?;
        let short = view.latest.channel.record.state_hash;
        let held = dossier.states().find(|state| state.key().hash.starts_with(short.as_slice()));
        let held = held.filter(|_| !short.is_zero()).map(|state| &state.content.message);
        let recorded = held.or_else(|| trail.state(&view.latest.channel)).cloned();
        Ok(Reading { view, head, recorded, app_states })
    }

    /// What the contract has logged of a channel up to the newest block, in order. Any node may tell of a log; none can hide one
    /// that another tells.
    ///
    /// # Errors
    /// If not enough nodes answer.
    pub fn history(&mut self, identity: &Identity, from_block: u64) -> Result<Vec<Logged>, RpcError> {
        let head: u64 = self.block_number()?;
        let mut all = BTreeMap::new();
        let (mut from, mut step) = (from_block, head.saturating_sub(from_block).saturating_add(1));
        while from <= head {
            let to = from.saturating_add(step.saturating_sub(1)).min(head);
            match self.logs(identity, from, to) {
                Ok(logs) => {
                    all.extend(logs);
                    from = to.saturating_add(1);
                    step = step.saturating_mul(2);
                }
                // Nodes bound how much they tell at once.
                Err(_) if step > 1 => step = step.div_ceil(2).min(step.saturating_sub(1)),
                Err(error) => return Err(error),
            }
        }
        Ok(all.into_values().collect())
    }

    /// The logs of a channel in some blocks, by their place.
    fn logs(
        &mut self,
        identity: &Identity,
        from: u64,
        to: u64,
    ) -> Result<BTreeMap<(u64, u64, B256), Logged>, RpcError> {
        let filter = json!([{
            "address": identity.domain().manager(),
            "fromBlock": U64::from(from),
            "toBlock": U64::from(to),
            "topics": [null, identity.channel_id().get()],
        }]);
        let (answers, needed) = self.each::<Vec<Log>>("eth_getLogs", &filter)?;
        if answers.iter().filter(|(_, answer)| answer.is_ok()).count() < needed {
            return Err(reason("the logs", needed, &answers));
        }
        let logs = answers.into_iter().flat_map(|(_, answer)| answer.unwrap_or_default());
        let logs = logs.filter(|log| log.address == identity.domain().manager());
        Ok(logs.filter_map(|log| Some((log.place(), log.read()?))).collect())
    }

    fn block_number(&mut self) -> Result<u64, RpcError> {
        let sight = self.sight.as_ref().map(|sight| sight.head);
        let head = sight.map_or_else(|| self.look(), Ok)?;
        Ok(head.number.to())
    }

    /// The contract, by the bounds that it tells.
    fn deployment(&mut self, identity: &Identity, block: &Block) -> Result<Deployment, RpcError> {
        let manager = identity.domain().manager();
        let what = "the bounds of windows";
        let answer = self.call(manager, &ChannelManager::windowBoundsCall {}.abi_encode().into(), block)?;
        let wrong = |reason: String| RpcError::NoManager { what: what.to_owned(), reason };
        let bounds = ChannelManager::windowBoundsCall::abi_decode_returns(&answer);
        let bounds = bounds.map_err(|_| wrong(format!("{} bytes from {manager}", answer.len())))?;
        Deployment::new(self.chain_id(), manager, bounds._0, bounds._1).map_err(|reason| wrong(reason.to_string()))
    }

    fn sight_of(&mut self, identity: &Identity, names: &storage::Names, block: &Block) -> Result<Sight, RpcError> {
        let words = self.load(identity.domain().manager(), &names.slots(), block)?;
        let channel = names.read(|slot| {
            words.get(&slot).copied().ok_or_else(|| RpcError::NoManager {
                what: "what is stored".to_owned(),
                reason: format!("nothing is said of the slot {slot}"),
            })
        })?;
        Ok(Sight { channel, now: block.timestamp.to() })
    }

    /// What is stored, by slot. Before the contract was there, nothing is.
    pub(super) fn load(
        &mut self,
        manager: Address,
        slots: &[U256],
        block: &Block,
    ) -> Result<BTreeMap<U256, U256>, RpcError> {
        let mut words = BTreeMap::new();
        for slots in slots.chunks(WORDS) {
            let call = ChannelManager::loadCall { slots: slots.iter().map(|slot| B256::from(*slot)).collect() };
            let answer = self.call(manager, &call.abi_encode().into(), block)?;
            let found = if answer.is_empty() {
                vec![B256::ZERO; slots.len()]
            } else {
                ChannelManager::loadCall::abi_decode_returns(&answer).unwrap_or_default()
            };
            if found.len() != slots.len() {
                let reason = format!("{} bytes for {} slots", answer.len(), slots.len());
                return Err(RpcError::NoManager { what: "what is stored".to_owned(), reason });
            }
            words.extend(slots.iter().copied().zip(found.into_iter().map(Into::into)));
        }
        Ok(words)
    }

    fn credits(
        &mut self,
        identity: &Identity,
        channel: &Channel,
        block: &Block,
    ) -> Result<BTreeMap<(Address, Address), U256>, RpcError> {
        let terms = identity.terms();
        let parties = Party::BOTH.map(|party| *terms.accounts(party));
        let mut creditors: BTreeSet<Address> = parties.iter().flat_map(|it| [it.signer, it.payee]).collect();
        creditors.extend(channel.bounty.and_then(|bounty| bounty.prover));
        let assets: Vec<Address> = terms.assets().as_slice().iter().map(|asset| asset.get()).collect();
        let places = creditors.iter().flat_map(|creditor| assets.iter().map(|asset| (*creditor, *asset)));
        let places: Vec<(Address, Address)> = places.collect();
        let slots: Vec<U256> = places.iter().map(|(creditor, asset)| storage::credit(*creditor, *asset)).collect();
        let words = self.load(identity.domain().manager(), &slots, block)?;
        let amounts =
            places.into_iter().zip(&slots).map(|(place, slot)| (place, words.get(slot).copied().unwrap_or_default()));
        Ok(amounts.filter(|(_, amount)| !amount.is_zero()).collect())
    }

    /// What the outside world says that apps ask.
    fn facts(&mut self, asked: Asked, view: &mut View, block: &Block) -> Result<(), RpcError> {
        for (registry, hash) in asked.seen.into_inner() {
            let answer = self.call(registry, &PreimageRegistry::seenAtCall { hash }.abi_encode().into(), block)?;
            let at = PreimageRegistry::seenAtCall::abi_decode_returns(&answer).unwrap_or_default();
            if !at.is_zero() {
                view.seen.insert((registry, hash), at.saturating_to());
            }
        }
        for (oracle, escrow_id) in asked.delivered.into_inner() {
            let answer = self.call(oracle, &isDeliveredCall { escrowId: escrow_id }.abi_encode().into(), block)?;
            if isDeliveredCall::abi_decode_returns(&answer).unwrap_or_default() {
                view.delivered.insert((oracle, escrow_id));
            }
        }
        Ok(())
    }
}

/// Notes what apps ask the outside world.
#[derive(Debug, Default)]
struct Asked {
    seen: RefCell<BTreeSet<(Address, B256)>>,
    delivered: RefCell<BTreeSet<(Address, B256)>>,
}

impl Facts for Asked {
    fn seen_at(&self, registry: Address, hash: B256) -> Result<U256, AppError> {
        self.seen.borrow_mut().insert((registry, hash));
        Ok(U256::ZERO)
    }

    fn is_delivered(&self, oracle: Address, escrow_id: B256) -> Result<bool, AppError> {
        self.delivered.borrow_mut().insert((oracle, escrow_id));
        Ok(false)
    }
}

impl Asked {
    /// What these instances ask, those whose code is known.
    fn by(instances: &[(&Instance, Option<&AppState>)]) -> Self {
        let asked = Self::default();
        for (instance, app_state) in instances {
            let app = App::by_code_hash(instance.app_code_hash);
            if let Some((app, app_state)) = app.zip(*app_state) {
                // What it answers is of no interest here, only what it asks for.
                let _ = app.position(&asked, app_state.get());
            }
        }
        asked
    }

    fn accounts(&self) -> BTreeSet<Address> {
        let (seen, delivered) = (self.seen.borrow(), self.delivered.borrow());
        seen.iter().chain(delivered.iter()).map(|(account, _)| *account).collect()
    }
}

/// The accounts of a channel whose code matters: the contract, and the parties'.
fn accounts(dossier: &Dossier) -> BTreeSet<Address> {
    let (terms, mut all) = (dossier.identity().terms(), BTreeSet::from([dossier.identity().domain().manager()]));
    for party in Party::BOTH {
        let accounts = terms.accounts(party);
        all.extend([accounts.signer, accounts.payee]);
    }
    all
}

fn instances(dossier: &Dossier) -> impl Iterator<Item = &Instance> {
    dossier.states().flat_map(|state| dossier.instances(&state.content.message).unwrap_or_default())
}

impl Log {
    /// Where it is, whoever tells of it.
    fn place(&self) -> (u64, u64, B256) {
        (self.block_number.to(), self.log_index.to(), self.block_hash)
    }

    /// What it tells, if it is one of the contract.
    fn read(&self) -> Option<Logged> {
        let effect = Effect::from_log(&self.content()?).ok()?;
        let (block, index) = (self.block_number.to(), self.log_index.to());
        Some(Logged { block, transaction: self.transaction_hash, index, effect })
    }
}
