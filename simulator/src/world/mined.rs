//! Blocks and transactions as real chains have them: of all types, by the rules of their time.

use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use revm::{
    ExecuteCommitEvm, InspectCommitEvm,
    context::{BlockEnv, TxEnv},
    context_interface::{
        block::BlobExcessGasAndPrice,
        either::Either,
        transaction::{AccessList, AccessListItem, Authorization as Authorized, SignedAuthorization},
    },
    primitives::hardfork::SpecId,
};
use serde::{Deserialize, Serialize};

use super::{Outcome, World, known, machine, trace};
use crate::{
    Error,
    world::{Call, Trace},
};

/// The rules that a chain has at a time; the newest come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is known by its name")]
pub enum Hardfork {
    Berlin,
    London,
    Paris,
    Shanghai,
    Cancun,
    Prague,
    Osaka,
}

impl Hardfork {
    /// All of them, the newest first.
    pub const ALL: [Self; 7] =
        [Self::Osaka, Self::Prague, Self::Cancun, Self::Shanghai, Self::Paris, Self::London, Self::Berlin];

    const fn rules(self) -> SpecId {
        match self {
            Self::Berlin => SpecId::BERLIN,
            Self::London => SpecId::LONDON,
            Self::Paris => SpecId::MERGE,
            Self::Shanghai => SpecId::SHANGHAI,
            Self::Cancun => SpecId::CANCUN,
            Self::Prague => SpecId::PRAGUE,
            Self::Osaka => SpecId::OSAKA,
        }
    }
}

/// What the transactions of a block can learn of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockContext {
    /// How many blocks are before it.
    pub number: u64,
    /// Its time in Unix seconds.
    pub time: u64,
    /// What a unit of gas costs at least, in wei.
    pub base_fee: u64,
    /// Who gets the tips.
    pub beneficiary: Address,
    /// The gas that the block can use.
    pub gas_limit: u64,
    /// The difficulty; zero where there is none any more.
    pub difficulty: U256,
    /// What the chain offers as randomness.
    pub prevrandao: B256,
    /// The blob gas beyond the target so far; nothing on chains without blobs.
    pub excess_blob_gas: Option<u64>,
}

/// A transaction as it was signed, and by whom; fields that its type has not are empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mined {
    /// Its type (EIP-2718): 0 legacy, 1 with an access list, 2 with a tip, 3 with blobs, 4 with authorizations.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Who has sent it.
    pub sender: Address,
    /// Who is called; none creates a contract.
    pub to: Option<Address>,
    /// What comes along of the native coin, in wei.
    pub value: U256,
    /// Calldata, or creation code.
    pub data: Bytes,
    /// How many transactions the sender had sent before.
    pub nonce: u64,
    /// The most gas it may take.
    pub gas: u64,
    /// The most that its sender pays for a unit of gas, in wei.
    pub max_fee: U256,
    /// What the miner gets of that, at most, in wei; none where that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tip: Option<U256>,
    /// What it opens in advance (EIP-2930).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access_list: Vec<Opening>,
    /// What others have signed that it brings along (EIP-7702).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorizations: Vec<Authorization>,
    /// The hashes of its blobs (EIP-4844).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blob_hashes: Vec<B256>,
    /// The most that its sender pays for a unit of blob gas, in wei.
    #[serde(default, skip_serializing_if = "U256::is_zero")]
    pub max_blob_fee: U256,
}

/// An account that a transaction opens in advance, and slots of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Opening {
    /// The account.
    pub account: Address,
    /// The slots.
    pub slots: Vec<B256>,
}

/// What an account has signed to get the code of another one (EIP-7702).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Authorization {
    /// The chain that it is for; zero is any.
    pub chain_id: U256,
    /// Whose code it is to have.
    pub account: Address,
    /// The nonce of whoever signs.
    pub nonce: u64,
    /// Which of two points the signature has.
    pub y_parity: u8,
    /// The signature's first number.
    pub r: U256,
    /// The signature's second number.
    pub s: U256,
}

impl Mined {
    fn to_env(&self) -> TxEnv {
        let opening = |it: &Opening| AccessListItem { address: it.account, storage_keys: it.slots.clone() };
        let signed = |it: &Authorization| {
            let inner = Authorized { chain_id: it.chain_id, address: it.account, nonce: it.nonce };
            Either::Left(SignedAuthorization::new_unchecked(inner, it.y_parity, it.r, it.s))
        };
        TxEnv {
            tx_type: self.kind,
            caller: self.sender,
            kind: self.to.map_or(TxKind::Create, TxKind::Call),
            value: self.value,
            data: self.data.clone(),
            nonce: self.nonce,
            gas_limit: self.gas,
            gas_price: self.max_fee.saturating_to(),
            gas_priority_fee: self.tip.map(|tip| tip.saturating_to()),
            chain_id: None,
            access_list: AccessList(self.access_list.iter().map(opening).collect()),
            authorization_list: self.authorizations.iter().map(signed).collect(),
            blob_hashes: self.blob_hashes.clone(),
            max_fee_per_blob_gas: self.max_blob_fee.saturating_to(),
        }
    }
}

/// The price of blobs grows by powers of this, and the machine cannot count what comes of more: there a unit costs more than anybody has.
const MOST_EXCESS_BLOB_GAS: u64 = 150_000_000;

impl World {
    /// Goes on by other rules. What has happened remains.
    pub fn set_hardfork(&mut self, hardfork: Hardfork) {
        let chain_id = self.chain_id();
        let accounts = std::mem::take(self.accounts_mut());
        let block = self.evm.ctx.block.clone();
        self.evm = machine(accounts, hardfork.rules(), chain_id);
        self.evm.ctx.block = block;
    }

    /// Begins a block of a real chain, by these rules.
    pub fn begin(&mut self, block: &BlockContext, hardfork: Hardfork) {
        if self.evm.ctx.cfg.spec != hardfork.rules() {
            self.set_hardfork(hardfork);
        }
        let price =
            |excess: u64| BlobExcessGasAndPrice::new_with_spec(excess.min(MOST_EXCESS_BLOB_GAS), hardfork.rules());
        self.evm.ctx.block = BlockEnv {
            number: U256::from(block.number),
            beneficiary: block.beneficiary,
            timestamp: U256::from(block.time),
            gas_limit: block.gas_limit,
            basefee: block.base_fee,
            difficulty: block.difficulty,
            prevrandao: Some(block.prevrandao),
            blob_excess_gas_and_price: Some(price(block.excess_blob_gas.unwrap_or_default())),
            slot_num: 0,
        };
    }

    /// Runs a transaction of a real chain in the current block.
    ///
    /// # Errors
    /// If no block could hold it, or it reads what is not known. One that reverts is an [`Outcome`].
    pub fn transact_mined(&mut self, transaction: &Mined) -> Result<Outcome, Error> {
        self.evm.transact_commit(transaction.to_env()).map(Outcome::from).map_err(known::refused)
    }

    /// The same, with all calls within.
    ///
    /// # Errors
    /// If no block could hold it, or it reads what is not known. One that reverts is an [`Outcome`].
    pub fn watch_mined(&mut self, transaction: &Mined) -> Result<(Outcome, Call), Error> {
        self.evm.inspector = trace::inspector();
        let result = self.evm.inspect_tx_commit(transaction.to_env()).map_err(known::refused)?;
        let calls = std::mem::take(&mut self.evm.inspector).into_traces();
        Ok((Outcome::from(result), Trace::new(calls, Vec::new(), Vec::new()).call))
    }
}
