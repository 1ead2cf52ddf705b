//! The curve by libsecp256k1.

use std::sync::LazyLock;

use alloy_primitives::{Address, B256};
use secp256k1::{
    Message, PublicKey, Secp256k1, VerifyOnly,
    ecdsa::{RecoverableSignature, RecoveryId},
};

use super::form::Form;

static VERIFIER: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);

/// The address whose key signed, if anybody's did.
pub(super) fn recover(digest: B256, form: &Form) -> Option<Address> {
    Some(address_of(&recover_key(digest, form)?))
}

fn recover_key(digest: B256, form: &Form) -> Option<PublicKey> {
    let id = if form.is_odd { RecoveryId::One } else { RecoveryId::Zero };
    let signature = RecoverableSignature::from_compact(&form.scalars(), id).ok()?;
    VERIFIER.recover_ecdsa(Message::from_digest(digest.0), &signature).ok()
}

fn address_of(key: &PublicKey) -> Address {
    // The first byte tells the encoding.
    let [_, point @ ..] = key.serialize_uncompressed();
    Address::from_raw_public_key(&point)
}
