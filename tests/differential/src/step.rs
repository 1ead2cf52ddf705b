//! What happens in a life, one thing after the other; each is data that can be kept and done again.

use alloy_primitives::{Address, B256, Bytes, U256};
use serde::{Deserialize, Serialize};

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Step {
    /// Somebody calls the contract.
    Act(Act),
    /// A token is told how to behave.
    Token(TokenTold),
    /// A payee is told how to behave.
    Payee(PayeeTold),
    /// The count of a channel's withdrawals is written, as if it had had so many.
    Serial(Serial),
    /// Somebody deploys another contract with these bounds.
    Deploy(Deploy),
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Act {
    /// Who sends it.
    pub sender: Address,
    /// What comes along of the native coin.
    pub value: U256,
    /// The call.
    pub calldata: Bytes,
    /// The block's time, in Unix seconds.
    pub now: u64,
    /// The chain's id at that time.
    pub chain_id: u64,
    /// Its gas, where that may be too little: then it may fail where the twin, which knows no gas, goes on. Else it has
    /// plenty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scarce_gas: Option<u64>,
}

/// How a token behaves from now on, as `ScriptedToken.sol` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenTold {
    /// Which one, of those of the scene.
    pub token: usize,
    /// In which mood it is.
    pub mood: TokenMood,
    /// Whom it does not like, if it is picky.
    pub target: Address,
    /// What arrives, if it is giving.
    pub number: U256,
    /// What it calls the contract with, if it re-enters.
    pub temptation: Bytes,
}

/// How a payee behaves from now on, as `ScriptedPayee.sol` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PayeeTold {
    /// Which one, of those of the scene.
    pub payee: usize,
    /// In which mood it is.
    pub mood: PayeeMood,
    /// What it calls the contract with, if it re-enters.
    pub temptation: Bytes,
}

/// The moods of `ScriptedToken.sol`, in its order; and one more, in which the token has no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "ScriptedToken.sol documents them")]
pub enum TokenMood {
    Honest,
    Silent,
    Wordy,
    Charging,
    Giving,
    Shrinking,
    Two,
    Short,
    Hungry,
    Picky,
    Mute,
    Curt,
    Reentering,
    Lying,
    Refusing,
    Reverting,
    Bombing,
    Burning,
    Gone,
}

impl TokenMood {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Honest,
        Self::Silent,
        Self::Wordy,
        Self::Charging,
        Self::Giving,
        Self::Shrinking,
        Self::Two,
        Self::Short,
        Self::Hungry,
        Self::Picky,
        Self::Mute,
        Self::Curt,
        Self::Reentering,
        Self::Lying,
        Self::Refusing,
        Self::Reverting,
        Self::Bombing,
        Self::Burning,
        Self::Gone,
    ];
}

/// The moods of `ScriptedPayee.sol`, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "ScriptedPayee.sol documents them")]
pub enum PayeeMood {
    Accepting,
    Flooding,
    Greedy,
    Hungry,
    Reentering,
    Reverting,
    Bombing,
    Burning,
}

impl PayeeMood {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Accepting,
        Self::Flooding,
        Self::Greedy,
        Self::Hungry,
        Self::Reentering,
        Self::Reverting,
        Self::Bombing,
        Self::Burning,
    ];
}

/// A count of withdrawals that is written into the storage; of a channel whose first asset was paid in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Serial {
    /// The channel.
    pub channel_id: B256,
    /// Its first asset.
    pub asset: Address,
    /// The count.
    pub serial: u64,
}

/// The arguments of the constructor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deploy {
    /// The shortest window that terms may have, in seconds.
    pub min_window: U256,
    /// The longest window that terms may have, in seconds.
    pub max_window: U256,
}
