//! Every hash of the protocol: the channel's id, and the EIP-712 hashes of what the parties sign.
//!
//! These functions take raw values and check nothing, because the contract hashes what is invalid, too. They allocate
//! nothing. Source: `contracts/libraries/Hashes.sol`.

mod hashes;
mod messages;

use alloy_primitives::{Address, B256, Keccak256, U256, b256, keccak256};

pub use hashes::{close_hash, delegation_hash, instance_hash, state_hash, step_hash, withdraw_hash};

/// Hashes of the EIP-712 types.
pub mod type_hash {
    use super::{B256, b256};

    /// `EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)`
    pub const DOMAIN: B256 = b256!("0x8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f");
    /// `State(bytes32 channelId,uint64 round,int256[] nets,bytes32 instancesRoot)`
    pub const STATE: B256 = b256!("0x95cbd15189aafab504111be4fd9d5613d7f43c82a32d2d7691a3deab0c8db995");
    /// `Close(bytes32 channelId,uint64 round,int256[] nets,uint64 validUntil)`
    pub const CLOSE: B256 = b256!("0x8074f65bdd8b0bb68931ed4c194f7ecc71c88bf7d7394ea04369946ca100d723");
    /// `Withdraw(bytes32 channelId,uint64 serial,uint256[] amounts,address recipient0,address recipient1,uint64 validUntil)`
    pub const WITHDRAW: B256 = b256!("0xc1dea0994d97801dd3eeab6e41373095f8efbd3e9a2777f84b8b86b338c71079");
    /// `Delegation(bytes32 channelId,uint8 party,address delegate,uint64 epoch,uint64 minRound,uint64 validUntil)`
    pub const DELEGATION: B256 = b256!("0x84d663e9472b7f13763263d1882f03cf5684e50e82e0d855bed4a250241856e2");
    /// `Step(bytes32 channelId,bytes32 stateHash,bytes32 instanceHash,uint8 number,bytes32 appStateHash,bytes action)`
    pub const STEP: B256 = b256!("0x90cea56d93076a7c0e6ef1232f4cf25e056353aafc2278e7d760b7640b5d49aa");
}

/// Hash of the name, `Recourse`.
const NAME_HASH: B256 = b256!("0x5a0a5dadb0fe243e1fc48f008ccf96bb29f0a3fcb1432cfea7db9f3e783eef8e");
/// Hash of the version, `1`.
const VERSION_HASH: B256 = b256!("0xc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6");

/// One deployed contract on one chain, with its separator computed once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain {
    chain_id: U256,
    manager: Address,
    separator: B256,
}

impl Domain {
    /// The domain of the `ChannelManager` at `manager` on the chain with this id.
    #[must_use]
    pub fn new(chain_id: U256, manager: Address) -> Self {
        let words = [type_hash::DOMAIN, NAME_HASH, VERSION_HASH, chain_id.into(), manager.into_word()];
        Self { chain_id, manager, separator: hash_words(words) }
    }

    /// The id of the chain.
    #[must_use]
    pub const fn chain_id(&self) -> U256 {
        self.chain_id
    }

    /// The address of the contract.
    #[must_use]
    pub const fn manager(&self) -> Address {
        self.manager
    }

    /// The EIP-712 domain separator.
    #[must_use]
    pub const fn separator(&self) -> B256 {
        self.separator
    }

    /// The id of the channel with these terms: it commits to chain, contract and every term.
    #[must_use]
    pub fn channel_id(&self, packed_terms: &[u8]) -> B256 {
        let mut hasher = Keccak256::new();
        hasher.update(self.separator);
        hasher.update(packed_terms);
        hasher.finalize()
    }

    /// What is signed: the struct hash, bound to chain and contract.
    #[must_use]
    pub fn digest(&self, struct_hash: B256) -> B256 {
        let mut message = [0; 66];
        let (prefix, hashes) = message.split_at_mut(2);
        let (separator, hash) = hashes.split_at_mut(32);
        prefix.copy_from_slice(&[0x19, 0x01]);
        separator.copy_from_slice(self.separator.as_slice());
        hash.copy_from_slice(struct_hash.as_slice());
        keccak256(message)
    }
}

/// The keccak256 of the words one behind the other, as `abi.encode` puts static values.
fn hash_words<const N: usize>(words: [B256; N]) -> B256 {
    keccak256(words.map(|word| word.0).as_flattened())
}
