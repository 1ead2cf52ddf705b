//! What an operation does: the contract's events, in their order.

use alloy_primitives::{Address, B256, Bytes, I256, U256};

use crate::{Bounty, Funds, Record};

/// One event of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the events in contracts/interfaces/IChannelManager.sol")]
pub enum Effect {
    /// Money arrived: this is what the channel has of the asset since then.
    Deposited { channel_id: B256, funds: Funds, serial: u64 },
    /// Money was taken out: two amounts per asset.
    Withdrawn { channel_id: B256, serial: u64, amounts: Vec<U256>, recipients: [Address; 2] },
    /// The record was written. Nets and root are empty where the recorded state is not at hand.
    Recorded { channel_id: B256, record: Record, nets: Vec<I256>, instances_root: B256 },
    /// Closing has started on a round, or was proved stale.
    BountyChanged { channel_id: B256, bounty: Bounty },
    /// A step was forced.
    Progressed { channel_id: B256, instance_hash: B256, number: u8, app_state: Bytes },
    /// An outcome was stored.
    Evaluated { channel_id: B256, instance_hash: B256, deltas: Vec<I256> },
    /// The channel is closed, and pays this of an asset.
    Settled { channel_id: B256, index: u8, payouts: [U256; 2] },
    /// The bounty was paid out of the closing party's share.
    BountyPaid { channel_id: B256, prover: Address, to_prover: U256, to_party: U256 },
    /// A payment could not be pushed.
    Credited { creditor: Address, asset: Address, amount: U256 },
    /// A credit was paid out.
    Claimed { creditor: Address, asset: Address, recipient: Address, amount: U256 },
    /// The party's delegations of earlier epochs are void.
    DelegationsRevoked { channel_id: B256, party: u8, epoch: u64 },
    /// A call of a multicall failed and changed nothing.
    CallFailed { index: u64, reason: Bytes },
}
