//! Operations of the contract, one file each: build the calldata, check it against the rules, decode it.
//!
//! An [`Action`] is what calldata says, and nothing in it has been checked: packed terms, evidence, instances and steps are
//! bytes, as they travel. The constructors of the operations take what has been checked, and pack it.

mod claim;
mod claim_to;
mod close_mutual;
mod close_solo;
mod close_solo_as_delegate;
mod deposit;
mod deposit_by_id;
mod evaluate;
mod force_progress;
mod multicall;
mod revoke_delegations;
mod settle;
mod slash;
mod snapshot_solo;
mod withdraw;

pub use claim::Claim;
pub use claim_to::ClaimTo;
pub use close_mutual::CloseMutual;
pub use close_solo::CloseSolo;
pub use close_solo_as_delegate::CloseSoloAsDelegate;
pub use deposit::Deposit;
pub use deposit_by_id::DepositById;
pub use evaluate::Evaluate;
pub use force_progress::ForceProgress;
pub use multicall::Multicall;
pub use revoke_delegations::RevokeDelegations;
pub use settle::Settle;
pub use slash::Slash;
pub use snapshot_solo::SnapshotSolo;
pub use withdraw::Withdraw;

/// One call of the contract that may change something.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is documented where it is defined")]
pub enum Action {
    Deposit(Deposit),
    DepositById(DepositById),
    Withdraw(Withdraw),
    Claim(Claim),
    ClaimTo(ClaimTo),
    SnapshotSolo(SnapshotSolo),
    Slash(Slash),
    CloseMutual(CloseMutual),
    CloseSolo(CloseSolo),
    CloseSoloAsDelegate(CloseSoloAsDelegate),
    Settle(Settle),
    ForceProgress(ForceProgress),
    Evaluate(Evaluate),
    RevokeDelegations(RevokeDelegations),
    Multicall(Multicall),
}

impl Action {
    /// Temporary until the codec lands.
    pub fn decode(_data: &[u8]) -> Result<Self, ()> {
        Err(())
    }
}
