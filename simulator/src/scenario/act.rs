//! Who does what, and when.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Foreign, Moment, Name, Sum, Sums};

/// Somebody sends a transaction, or something happens to the chain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// When the block is mined that takes it; without it, in the same block as the act before, right behind it.
    #[serde(default)]
    pub at: Option<Moment>,
    /// A name, for faults to speak of it. No other act has it.
    #[serde(default)]
    pub name: Option<Name>,
    /// Who sends it.
    #[serde(default)]
    pub by: Option<Name>,
    /// What is sent.
    #[serde(default)]
    pub call: Option<Call>,
    /// What happens to the chain.
    #[serde(default)]
    pub fault: Option<Fault>,
    /// What a party is asked before it signs or counts on something. Nothing is sent.
    #[serde(default)]
    pub asked: Option<Asked>,
    /// What goes along of the native coin, if it is not what the call needs.
    #[serde(default)]
    pub value: Option<Sum>,
    /// The gas limit.
    #[serde(default)]
    pub gas: Option<u64>,
    /// The most that the sender pays for a unit of gas; ten times the base fee at the start unless told.
    #[serde(default)]
    pub max_fee: Option<Sum>,
    /// What the miner gets for a unit of gas: who offers more goes first in the block.
    #[serde(default)]
    pub tip: Option<Sum>,
    /// The act of the same sender whose transaction it replaces: it must still wait, and this one offers a tenth more at least,
    /// of the fee and of the tip.
    #[serde(default)]
    pub replaces: Option<Name>,
    /// The name of the error that it is refused by. Without it, it must be accepted. `OutOfGas` and `BrokenOff` are said by the
    /// machine, a selector in hex stands for an error of another contract, and nothing for no reason at all.
    #[serde(default)]
    pub refused: Option<String>,
    /// It is not mined, but waits.
    #[serde(default)]
    pub waits: bool,
    /// The most gas that it may take.
    #[serde(default)]
    pub gas_at_most: Option<u64>,
    /// What holds of the channel that the call is about. It is looked at behind the whole block, not behind this
    /// transaction: what later acts of the same block do counts, too.
    #[serde(default)]
    pub then: Option<Check>,
    /// The channel that `at` and `then` speak of, where the call says nothing of that.
    #[serde(default)]
    pub channel: Option<Name>,
    /// Why, or what it is about, for the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// What is sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Call {
    /// `deposit`: money for a party; for the sender's side unless told.
    Deposit {
        /// How much.
        amount: Sum,
        /// Whose it will be.
        #[serde(default)]
        party: Option<Name>,
        /// Into which channel.
        #[serde(default)]
        channel: Option<Name>,
    },
    /// `depositById`.
    DepositById {
        /// How much.
        amount: Sum,
        /// Whose it will be.
        #[serde(default)]
        party: Option<Name>,
        /// Into which channel.
        #[serde(default)]
        channel: Option<Name>,
    },
    /// `depositWithPermit` of the contract `PermitDeposits`, of a token that takes permits.
    DepositWithPermit {
        /// How much.
        amount: Sum,
        /// Whose it will be.
        #[serde(default)]
        party: Option<Name>,
        /// Into which channel.
        #[serde(default)]
        channel: Option<Name>,
        /// Who has signed the permit; the sender unless told.
        #[serde(default)]
        permit_of: Option<Name>,
    },
    /// `permit` of a token: whoever sees one can use it up, in favour of `PermitDeposits`.
    Permit {
        /// How much.
        amount: Sum,
        /// Who has signed it.
        of: Name,
    },
    /// `withdraw`.
    Withdraw {
        /// Which withdrawal.
        withdrawal: Name,
    },
    /// `snapshotSolo`.
    SnapshotSolo(Shown),
    /// `slash`.
    Slash(Shown),
    /// `closeSolo`, without consent. Without a state, on round 0.
    CloseSolo(Shown),
    /// `closeSolo`, with consent.
    Consent(Shown),
    /// `closeSoloAsDelegate`.
    CloseSoloAsDelegate {
        /// By which leave.
        delegation: Name,
        /// The state that is shown; without it, round 0.
        #[serde(default)]
        state: Option<Name>,
        /// Whether its signatures are left out.
        #[serde(default)]
        unsigned: bool,
    },
    /// `closeMutual`.
    CloseMutual {
        /// Which close.
        close: Name,
    },
    /// `forceProgress`.
    ForceProgress(Touch),
    /// `evaluate`.
    Evaluate(Touch),
    /// `settle`, by the recorded state unless told.
    Settle {
        /// Another state.
        #[serde(default)]
        state: Option<Name>,
        /// Which channel.
        #[serde(default)]
        channel: Option<Name>,
    },
    /// `claim`.
    Claim {
        /// Whose credit; the sender's unless told.
        #[serde(default)]
        creditor: Option<Name>,
        /// Of what: `ether`, or a token.
        asset: Name,
    },
    /// `claimTo`.
    ClaimTo {
        /// Who is paid.
        recipient: Name,
        /// Of what: `ether`, or a token.
        asset: Name,
    },
    /// `revokeDelegations`.
    RevokeDelegations {
        /// Of which channel.
        #[serde(default)]
        channel: Option<Name>,
    },
    /// `multicall`.
    Multicall {
        /// What is called; `each` stands for a call for each of several copies.
        calls: Vec<Call>,
        /// The gas that each may take.
        #[serde(default = "default_gas_each")]
        gas_each: u64,
        /// The errors by which calls are refused, in order; of those that are accepted, none.
        #[serde(default)]
        refused: Vec<String>,
    },
    /// A call for each of several copies of a channel, within a multicall.
    Each {
        /// Which channel.
        of: Name,
        /// The first copy.
        from: u32,
        /// The last copy.
        to: u32,
        /// What is called; the names in it get the number of the copy.
        call: Box<Call>,
    },
    /// What the adjudicator advises the sender, which must be a party. It must be something else than to wait.
    Advised(Advised),
    /// Shows a preimage to the registry of locks.
    Reveal {
        /// The secret, in words.
        preimage: String,
    },
    /// Any call of any account, in hex.
    Raw {
        /// Who is called.
        to: Name,
        /// The calldata.
        data: String,
    },
}

const fn default_gas_each() -> u64 {
    500_000
}

impl Call {
    /// The same for a copy of a channel: states and channels are named with its number. None for a call that is of one channel
    /// alone.
    #[must_use]
    pub fn for_copy(&self, of: &str, copy: u32) -> Option<Self> {
        let mut call = self.clone();
        let number = |name: &mut Name| *name = format!("{name} {copy}");
        match &mut call {
            Self::SnapshotSolo(shown) | Self::Slash(shown) | Self::CloseSolo(shown) | Self::Consent(shown) => {
                match &mut shown.state {
                    Some(state) => number(state),
                    None => shown.channel = Some(format!("{of} {copy}")),
                }
            }
            Self::ForceProgress(touch) | Self::Evaluate(touch) => number(&mut touch.state),
            Self::Settle { channel, .. }
            | Self::Deposit { channel, .. }
            | Self::DepositById { channel, .. }
            | Self::RevokeDelegations { channel } => *channel = Some(format!("{of} {copy}")),
            _ => return None,
        }
        if let Self::Settle { state: Some(state), .. } = &mut call {
            number(state);
        }
        Some(call)
    }
}

/// A state that is shown.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Shown {
    /// Which one; without it, round 0.
    pub state: Option<Name>,
    /// Whether its signatures are left out, as they may be where it is recorded.
    pub unsigned: bool,
    /// Which channel, for round 0.
    pub channel: Option<Name>,
}

/// What a party holds.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Holds {
    /// States, closes, withdrawals and delegations; all that there are unless told.
    pub messages: Option<Vec<Name>>,
    /// Secrets of locks, in words.
    pub preimages: Vec<String>,
}

/// For what the adjudicator is asked for advice.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Advised {
    /// What the party holds.
    pub holds: Holds,
    /// What it wants.
    pub goal: Goal,
    /// In which channel.
    pub channel: Option<Name>,
    /// The operation that it must come to, in the contract's words; `wait` if nothing is better than that.
    pub does: Option<String>,
    /// What the party has left at least if it does nothing, whatever others do.
    pub idle: Option<Sums>,
    /// What it gets at least if it does what is advised, and answers what others do then.
    pub gets: Option<Sums>,
    /// The last second in which what is advised may be done.
    pub until: Option<Moment>,
    /// The most that it costs, at the price that gas has.
    pub costs_at_most: Option<Sum>,
}

/// What a party wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// To go on as long as nobody endangers its money.
    #[default]
    GoOn,
    /// To have its money out.
    GetOut,
}

/// What a party is asked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What it is to sign; without it, whether what it holds is sound.
    #[serde(default)]
    pub sign: Option<Draft>,
    /// What it holds.
    #[serde(default)]
    pub holds: Holds,
    /// What of the money in the channel came in blocks that are not final yet, by party.
    #[serde(default)]
    pub unconfirmed: BTreeMap<Name, Sums>,
    /// The codes of all errors that are found, as `docs/FINDINGS.md` has them.
    #[serde(default)]
    pub finds: Vec<String>,
}

/// Something to be signed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Draft {
    /// A state.
    State(Name),
    /// A close.
    Close(Name),
    /// A withdrawal.
    Withdrawal(Name),
    /// A delegation.
    Delegation(Name),
    /// A forced step.
    Step(Box<Touch>),
}

/// An instance that is touched.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Of which state.
    pub state: Name,
    /// Whether its signatures are left out, as they may be where it is recorded.
    #[serde(default)]
    pub unsigned: bool,
    /// Which instance.
    pub instance: Name,
    /// Which of its copies, beginning with 0.
    #[serde(default)]
    pub copy: u32,
    /// The step, of a `force_progress`.
    #[serde(default)]
    pub action: Option<Action>,
    /// Who moves; the sender unless told. In a turn of anyone, `nobody` signs.
    #[serde(default)]
    pub signed_by: Option<Name>,
    /// The step's number; the next one unless told.
    #[serde(default)]
    pub number: Option<u8>,
    /// What the mover signed instead, where it is not this.
    #[serde(default)]
    pub signed_for: Option<StepFor>,
    /// The actions after which it is made, if they are others than those that the chain has seen.
    #[serde(default)]
    pub after: Option<Vec<Moved>>,
}

/// What a step was signed for instead.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StepFor {
    /// Another number.
    Number(u8),
    /// Another state.
    State(Name),
    /// Another instance.
    Instance(Name),
    /// Another action.
    Action(Action),
    /// Another app state: the one after these actions.
    After(Vec<Moved>),
    /// Another chain, contract or channel.
    Elsewhere(Foreign),
}

/// An action that somebody takes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Who.
    pub by: Name,
    /// What.
    pub action: Action,
}

/// What a mover tells an app.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Takes a square, 0 to 8 from the upper left.
    Place(u8),
    /// Binds itself to a hand, with a salt.
    Commit(Hidden),
    /// Shows a hand.
    Show(String),
    /// Reveals the hand that it bound itself to.
    Reveal(Hidden),
    /// Says that the goods were delivered, by the word of these.
    Deliver(Vec<Name>),
    /// A reading of a station.
    Reading {
        /// What it measured.
        value: i64,
        /// When.
        read_at: Moment,
        /// Who signed it; the station unless told.
        #[serde(default)]
        station: Option<Name>,
    },
    /// Bytes in hex.
    Raw(String),
}

/// A hand that is hidden for a while.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// `rock`, `paper` or `scissors`.
    pub hand: String,
    /// What hides it, in words.
    pub salt: String,
}

/// What happens to the chain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Nobody mines what an account sends, for so many blocks.
    Censor {
        /// Who is left out.
        sender: Name,
        /// For how long.
        blocks: u64,
    },
    /// The last blocks are taken back; what was in them waits again, and this block takes it.
    Reorg {
        /// How many blocks.
        depth: u64,
        /// The acts whose transactions are lost; a watcher's name stands for all that it has sent.
        #[serde(default)]
        lost: Vec<Name>,
    },
    /// The node of a watcher behaves badly from now on.
    Node {
        /// Whose.
        of: Name,
        /// So many of the next transactions it does not take.
        #[serde(default)]
        fails: u64,
        /// It tells of a head that is so many blocks behind.
        #[serde(default)]
        stale: u64,
    },
    /// A unit of gas costs so much from now on.
    BaseFee(Sum),
    /// A token changes its mind.
    Token {
        /// Which one.
        token: Name,
        /// How it behaves from now on.
        mood: super::TokenMood,
        /// Whom it does not serve, or what is called back.
        #[serde(default)]
        target: Option<Name>,
        /// What it calls back, if it does.
        #[serde(default)]
        calls: Option<Box<Call>>,
    },
    /// A payee changes its mind.
    Payee {
        /// Which one.
        payee: Name,
        /// How it behaves from now on.
        mood: super::PayeeMood,
        /// What it calls back, if it does.
        #[serde(default)]
        calls: Option<Box<Call>>,
    },
    /// An account's coins are set.
    Balance {
        /// Whose.
        account: Name,
        /// To what.
        amount: Sum,
    },
    /// The chain's id changes, as a fork does that both sides survive.
    ChainId(u64),
}
