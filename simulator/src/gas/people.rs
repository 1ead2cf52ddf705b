//! Who takes part: the accounts of the mnemonic that development nodes have, for an address is calldata, and zeros in it are
//! cheaper.

use std::sync::Arc;

use adjudicator::signature::SigningKey;
use alloy_primitives::{Address, B256, address, b256};

use super::Unmeasured;

/// Deploys everything.
pub(super) const DEPLOYER: Address = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
/// Sends whatever anyone may send, the deposits included.
pub(super) const STRANGER: Address = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
/// Closes in party 0's name.
pub(super) const DELEGATE: Address = address!("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
/// The accounts that are paid for party 0 and for party 1.
pub(super) const PAYEES: [Address; 2] =
    [address!("0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"), address!("0x976EA74026E726554dB657fA54763abd0C3a0aa9")];

/// The keys of party 0 and of party 1: everybody knows them.
const SIGNERS: [B256; 2] = [
    b256!("0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"),
    b256!("0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a"),
];
const ORACLES: [B256; 3] = [
    b256!("0xf214f2b2cd398c806f84e317254e0f0b801d0643303237d97a22a48e01628897"),
    b256!("0x701b615bbdfb9de65240bc28bd21bbc0d996645a3dd57e7b12bc2bdf6f192c82"),
    b256!("0xa267530f49f8280200edf313ee7af6b827f2a8bce2897751d06a843f644967b1"),
];
const STATION: B256 = b256!("0x47c99abed3324a2707c28affff1267e45918ec8c3f20b8aa892e8b065d2942dd");

/// Who signs for party 0 and for party 1.
pub(super) fn signers() -> Result<Arc<[SigningKey; 2]>, Unmeasured> {
    let [zero, one] = SIGNERS;
    Ok(Arc::new([key(zero)?, key(one)?]))
}

/// Who says that goods were delivered, by their addresses.
pub(super) fn oracles() -> Result<Vec<SigningKey>, Unmeasured> {
    let mut oracles = ORACLES.into_iter().map(key).collect::<Result<Vec<_>, _>>()?;
    oracles.sort_by_key(SigningKey::address);
    Ok(oracles)
}

/// Who says how cold it is.
pub(super) fn station() -> Result<SigningKey, Unmeasured> {
    key(STATION)
}

fn key(secret: B256) -> Result<SigningKey, Unmeasured> {
    SigningKey::from_bytes(&secret).ok_or(Unmeasured::NoKey)
}
