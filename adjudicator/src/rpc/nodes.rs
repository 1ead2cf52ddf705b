//! Several nodes that are asked together.

use std::{collections::BTreeMap, time::Duration};

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use futures_util::{StreamExt, future::join_all, stream::FuturesUnordered};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::{
    Block, RpcError, SystemClock,
    node::{Failure, Node},
    vote::{Answers, agreed, reason, told},
};
use crate::chain::Clock;

/// How far behind the clock of this machine the newest block of a node may be before it counts as standing still, in seconds.
const STANDS_STILL: u64 = 180;

/// How many blocks back the nodes are asked for one that enough of them agree on.
const DEEPEST: u64 = 64;

/// How nodes are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many of them must say the same, if that is more than half of those that follow the chain.
    pub quorum: usize,
    /// How long an answer may take.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { quorum: 1, timeout: Duration::from_secs(10) }
    }
}

/// Several nodes of one chain.
#[derive(Debug)]
pub struct Nodes {
    runtime: Runtime,
    nodes: Vec<Node>,
    /// They are sent transactions, and asked nothing.
    relays: Vec<Node>,
    settings: Settings,
    chain_id: U256,
    pub(super) sight: Option<Sight>,
    /// Which nodes were left out at the last look, and why.
    left_out: Vec<String>,
}

/// What was seen at the last look.
#[derive(Debug, Clone)]
pub(super) struct Sight {
    /// The nodes that follow the chain.
    voters: Vec<usize>,
    /// How many of them must say the same.
    pub(super) needed: usize,
    pub(super) head: Block,
    blocks: BTreeMap<u64, Block>,
}

impl Nodes {
    /// Connects to nodes of a chain: `urls` are asked and sent transactions, `relays` are only sent them.
    ///
    /// # Errors
    /// If there is none, a URL is none, too few nodes answer, or they are of another chain than the one that is meant, if one is.
    pub fn connect<'a>(
        urls: impl IntoIterator<Item = &'a str>,
        relays: impl IntoIterator<Item = &'a str>,
        settings: Settings,
        meant: Option<U256>,
    ) -> Result<Self, RpcError> {
        let unable = |reason: String| RpcError::Unable { reason };
        // Another part of the process may have chosen one before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|reason| unable(reason.to_string()))?;
        let [nodes, relays] = [urls.into_iter().collect::<Vec<_>>(), relays.into_iter().collect()]
            .map(|urls| urls.into_iter().map(|url| Node::new(url, settings.timeout)).collect::<Result<Vec<_>, _>>());
        let (nodes, relays) = (nodes?, relays?);
        if nodes.is_empty() {
            return Err(RpcError::NoNode);
        }
        let mut all =
            Self { runtime, nodes, relays, settings, chain_id: U256::ZERO, sight: None, left_out: Vec::new() };
        let everybody: Vec<usize> = (0..all.nodes.len()).collect();
        let answers: Answers<U256> = all.ask_these(&everybody, "eth_chainId", &json!([]));
        let needed = all.needed(answers.iter().filter(|(_, answer)| answer.is_ok()).count());
        all.chain_id = agreed("which chain it is", needed, answers)?;
        match meant.filter(|meant| *meant != all.chain_id) {
            Some(expected) => Err(RpcError::OtherChain { expected, found: all.chain_id }),
            None => Ok(all),
        }
    }

    /// The chain.
    #[must_use]
    pub const fn chain_id(&self) -> U256 {
        self.chain_id
    }

    /// Which nodes were left out at the last look at the head, and why: a sentence for each.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        self.left_out.iter().map(String::as_str)
    }

    /// How many of so many must say the same: more than half.
    fn needed(&self, answering: usize) -> usize {
        let majority = answering / 2;
        self.settings.quorum.max(majority.saturating_add(1))
    }

    /// What these nodes say.
    fn ask_these<T: DeserializeOwned>(
        &self,
        which: &[usize],
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Answers<T> {
        let asked = which.iter().filter_map(|index| self.nodes.get(*index));
        let asked = asked.map(|node| async { (node.name.clone(), node.ask(method, parameters).await) });
        self.runtime.block_on(join_all(asked))
    }

    /// Sends something to everybody who takes transactions. What the nodes say; relays say what they like.
    pub(super) fn tell(&self, raw: &Bytes) -> Answers<B256> {
        let everybody = self.nodes.iter().chain(&self.relays);
        let parameters = json!([raw]);
        let told = everybody.map(|node| {
            let parameters = &parameters;
            async move { (node.name.clone(), node.ask("eth_sendRawTransaction", parameters).await) }
        });
        let mut told = self.runtime.block_on(join_all(told));
        told.truncate(self.nodes.len());
        told
    }

    /// Looks for the newest block that enough nodes agree on, among those that follow the chain.
    ///
    /// # Errors
    /// If too few answer, or they agree on none.
    pub fn look(&mut self) -> Result<Block, RpcError> {
        const WHAT: &str = "the newest block";
        let everybody: Vec<usize> = (0..self.nodes.len()).collect();
        let answers: Answers<Block> = self.ask_these(&everybody, "eth_getBlockByNumber", &json!(["latest", false]));
        let (follow, left_out) = following(&answers, SystemClock.now()).ok_or_else(|| RpcError::Disagree {
            what: WHAT.to_owned(),
            needed: self.needed(answers.len()),
            answers: told(&answers),
        })?;
        self.left_out = left_out;
        if follow.len().saturating_mul(2) < self.nodes.len() {
            return Err(reason(WHAT, self.nodes.len().div_ceil(2), &answers));
        }
        let needed = self.needed(follow.len());
        let mut heads: Vec<Block> = follow.iter().map(|(_, head)| *head).collect();
        heads.sort_by_key(|head| std::cmp::Reverse(head.number));
        let Some(newest) = heads.get(needed.saturating_sub(1)).copied() else {
            return Err(reason(WHAT, needed, &answers));
        };
        let voters: Vec<usize> = follow.iter().map(|(index, _)| *index).collect();
        // All of it is compared: a right hash says nothing of a time or a price beside it.
        let same = heads.iter().filter(|head| **head == newest).count();
        let head = if same >= needed { newest } else { self.common(&voters, needed, newest.number.to())? };
        self.sight = Some(Sight { voters, needed, head, blocks: BTreeMap::new() });
        Ok(head)
    }

    /// The newest block, not after this one, that enough nodes agree on.
    fn common(&self, voters: &[usize], needed: usize, newest: u64) -> Result<Block, RpcError> {
        let mut error = RpcError::NoNode;
        for back in 0..DEEPEST {
            let Some(number) = newest.checked_sub(back) else { break };
            let answers = self.ask_these(voters, "eth_getBlockByNumber", &json!([U64::from(number), false]));
            match agreed(&format!("block {number}"), needed, answers) {
                Ok(block) => return Ok(block),
                Err(reason) => error = reason,
            }
        }
        Err(error)
    }

    /// The block of this number in the chain that was seen at the last look.
    pub(super) fn block(&mut self, number: u64) -> Result<Block, RpcError> {
        let sight = self.seen()?;
        if sight.head.number == U64::from(number) {
            return Ok(sight.head);
        }
        if let Some(block) = sight.blocks.get(&number) {
            return Ok(*block);
        }
        let block: Block =
            self.agree(&format!("block {number}"), "eth_getBlockByNumber", &json!([U64::from(number), false]))?;
        if let Some(sight) = &mut self.sight {
            sight.blocks.insert(number, block);
        }
        Ok(block)
    }

    /// What was seen at the last look; one is taken if there was none.
    fn seen(&mut self) -> Result<Sight, RpcError> {
        if self.sight.is_none() {
            self.look()?;
        }
        self.sight.clone().ok_or(RpcError::NoNode)
    }

    /// What enough nodes say.
    pub(super) fn agree<T: DeserializeOwned + PartialEq + std::fmt::Debug>(
        &mut self,
        what: &str,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Result<T, RpcError> {
        let Sight { voters, needed, .. } = self.seen()?;
        let answers = self.ask_until_agreed(&voters, needed, method, parameters);
        self.forget_silent(&answers);
        agreed(what, needed, answers)
    }

    /// Who does not answer in time is not waited for again until the next look.
    fn forget_silent<T>(&mut self, answers: &Answers<T>) {
        let is_silent = |(_, answer): &&(String, Result<T, Failure>)| matches!(answer, Err(Failure::Unreachable(_)));
        let silent: Vec<&String> = answers.iter().filter(is_silent).map(|(name, _)| name).collect();
        let (nodes, sight) = (&self.nodes, self.sight.as_mut());
        if let Some(sight) = sight {
            sight.voters.retain(|index| nodes.get(*index).is_some_and(|node| !silent.contains(&&node.name)));
        }
    }

    /// What these nodes say, until enough of them have said the same.
    fn ask_until_agreed<T: DeserializeOwned + PartialEq>(
        &self,
        which: &[usize],
        needed: usize,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Answers<T> {
        let asked = which.iter().filter_map(|index| self.nodes.get(*index));
        let mut asked: FuturesUnordered<_> =
            asked.map(|node| async { (node.name.clone(), node.ask(method, parameters).await) }).collect();
        self.runtime.block_on(async {
            let mut answers = Answers::new();
            while let Some((name, answer)) = asked.next().await {
                let same = answers.iter().filter(|(_, other)| is_same(other, &answer)).count();
                answers.push((name, answer));
                if same.saturating_add(1) >= needed && answers.last().is_some_and(|(_, answer)| answer.is_ok()) {
                    break;
                }
            }
            answers
        })
    }

    /// What each node says that follows the chain.
    pub(super) fn each<T: DeserializeOwned>(
        &mut self,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Result<(Answers<T>, usize), RpcError> {
        let Sight { voters, needed, .. } = self.seen()?;
        let answers = self.ask_these(&voters, method, parameters);
        self.forget_silent(&answers);
        Ok((answers, needed))
    }

    /// What a contract answers, as of a block.
    ///
    /// # Errors
    /// If not enough nodes say the same.
    pub fn call(&mut self, to: Address, data: &Bytes, block: &Block) -> Result<Bytes, RpcError> {
        let parameters = json!([{ "to": to, "data": data }, at(block)]);
        self.agree(&format!("what {to} answers"), "eth_call", &parameters)
    }

    /// The code of an account, as of a block.
    ///
    /// # Errors
    /// If not enough nodes say the same.
    pub fn code(&mut self, account: Address, block: &Block) -> Result<Bytes, RpcError> {
        self.agree(&format!("the code of {account}"), "eth_getCode", &json!([account, at(block)]))
    }

    /// What an account has of the chain's own coin, in wei, as of a block.
    ///
    /// # Errors
    /// If not enough nodes say the same.
    pub fn balance(&mut self, account: Address, block: &Block) -> Result<U256, RpcError> {
        self.agree(&format!("what {account} has"), "eth_getBalance", &json!([account, at(block)]))
    }
}

/// A block by its hash: if it is reorganized, nobody answers from another one instead.
pub(super) fn at(block: &Block) -> serde_json::Value {
    json!({ "blockHash": block.hash })
}

/// The nodes that follow the chain, by number, with the newest block of each.
type Follow = Vec<(usize, Block)>;

fn is_same<T: PartialEq>(one: &Result<T, Failure>, other: &Result<T, Failure>) -> bool {
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}

/// The nodes that follow the chain, with the newest block of each; and why others do not.
///
/// One whose newest block is far from the clock stands still or lies, if that is so of a minority. If it is so of most, the chain
/// itself stands still, its time is made up, or this clock is wrong: nobody is believed only because his time is right. If it is
/// so of half of them, nobody knows who is right: nothing.
fn following(answers: &Answers<Block>, clock: u64) -> Option<(Follow, Vec<String>)> {
    let is_fresh = |head: &Block| head.timestamp.to::<u64>().abs_diff(clock) <= STANDS_STILL;
    let answering = answers.iter().filter(|(_, head)| head.is_ok()).count();
    let fresh = answers.iter().filter(|(_, head)| head.as_ref().is_ok_and(is_fresh)).count();
    if fresh > 0 && fresh.saturating_mul(2) == answering {
        return None;
    }
    let most_are_fresh = fresh.saturating_mul(2) > answering;
    let (mut follow, mut left_out) = (Vec::new(), Vec::new());
    for (index, (name, head)) in answers.iter().enumerate() {
        match head {
            Ok(head) if !most_are_fresh || is_fresh(head) => follow.push((index, *head)),
            Ok(head) => left_out.push(format!(
                "{name} is left out: its newest block, {}, is of {}, and it is {clock}",
                head.number, head.timestamp
            )),
            Err(failure) => left_out.push(format!("{name} is left out: {}", failure.reason())),
        }
    }
    Some((follow, left_out))
}
