use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;

use super::Prospect;
use crate::{
    Effect, Situation,
    abi::PreimageRegistry,
    action::Action,
    types::{Party, Preimage, Side},
};

/// What may be done now, and what happens if nothing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Where the channel stands.
    pub situation: Situation,
    /// What comes of it if the party sends nothing now.
    pub idle: Prospect,
    /// What may be sent: what is best for the party first, and what only others may send last.
    pub moves: Vec<Move>,
    /// How many of the moves are better for the party than to wait; they are the first ones.
    pub better_than_waiting: usize,
    /// What may be deposited, by anybody.
    pub deposits: Vec<Deposit>,
    /// How many instances are of apps that are not known here: what they may cost counts as lost, and their steps are not
    /// listed unless signed.
    pub unknown_instances: usize,
}

impl Advice {
    /// What the party should send now; nothing if it should wait.
    #[must_use]
    pub fn first(&self) -> Option<&Move> {
        self.moves.first().filter(|_| self.better_than_waiting > 0)
    }
}

/// A transaction that the chain would take now, and what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Who may send it.
    pub by: Role,
    /// Such an account.
    pub submitter: Address,
    /// What is sent.
    pub transaction: Transaction,
    /// What it does: the contract's events.
    pub effects: Vec<Effect>,
    /// Where the channel stands after it.
    pub situation: Situation,
    /// What comes of that for the party that asks.
    pub prospect: Prospect,
    /// The last second of a block that it may get into, as things stand; nothing if there is none.
    pub until: Option<u64>,
    /// What the party gets at least, per asset, if that second passes without it, where that is less.
    pub missed: Option<Vec<U256>>,
    /// What an instance may still bring the party, per asset, by facts that nobody has shown yet, and which this keeps within
    /// reach: who touches it too late gets nothing of it.
    pub keeps_alive: Option<Vec<U256>>,
    /// The most gas that it takes.
    pub gas: u64,
    /// The gas to send it with: payments and apps want more to be there than they take.
    pub gas_limit: u64,
    /// What that costs, in wei.
    pub cost: U256,
    /// What the party loses at most by waiting instead, in wei by the policy's prices: its gas must never cost more. It is the
    /// greatest of what speaks for sending it, and zero where nothing does.
    pub worth: U256,
    /// Whether it shows or relies on an older state than the newest that both have signed, while that could be shown: that is
    /// never advised, whoever would gain by it.
    pub is_stale: bool,
    /// Whether its party has signed another step of the same number there, which the peer may show instead.
    pub is_second: bool,
    /// Whether it tells the peer a secret that a state signed before, and not shown yet, could still void.
    pub reveals_early: bool,
}

/// Who may send a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A party, with the account that signs.
    Party(Party),
    /// The account that a party is paid to.
    Payee(Party),
    /// An account to which a party has delegated that.
    Delegate(Address),
    /// Everybody.
    Anyone,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transaction {
    /// An operation of the contract.
    Operation(Action),
    /// A preimage is shown to the registry that a lock asks.
    Reveal {
        /// The registry.
        registry: Address,
        /// What it is shown.
        preimage: Preimage,
    },
}

impl Move {
    /// Why it is never advised, whatever it seems to bring; nothing for most.
    #[must_use]
    pub const fn warning(&self) -> Option<&'static str> {
        match self {
            Self { is_stale: true, .. } => Some("both have signed a newer state"),
            Self { is_second: true, .. } => Some("another step of this number is signed, and the peer may show it"),
            Self { reveals_early: true, .. } => {
                Some("it tells a secret, and a newer state may still make it worthless")
            }
            _ => None,
        }
    }
}

impl Transaction {
    /// The call, encoded.
    #[must_use]
    pub fn calldata(&self) -> Bytes {
        match self {
            Self::Operation(action) => action.calldata(),
            Self::Reveal { preimage, .. } => {
                PreimageRegistry::revealCall { preimage: preimage.get() }.abi_encode().into()
            }
        }
    }

    /// The contract that is called; `manager` is that of the channel.
    #[must_use]
    pub const fn to(&self, manager: Address) -> Address {
        match self {
            Self::Operation(_) => manager,
            Self::Reveal { registry, .. } => *registry,
        }
    }

    /// What is done, in the contract's words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Operation(action) => action.name(),
            Self::Reveal { .. } => "reveal",
        }
    }
}

/// What may be deposited on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deposit {
    /// For which party, and of which asset.
    pub side: Side,
    /// The most, in units of the asset.
    pub most: U256,
}

/// A hash with its preimage's registry: what a lock asks.
pub(super) type Asked = (Address, B256);
