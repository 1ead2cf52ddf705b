//! The curve by k256.

use alloy_primitives::{Address, B256};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

use super::form::Form;

/// The address whose key signed, if anybody's did.
pub(super) fn recover(digest: B256, form: &Form) -> Option<Address> {
    address_of(&recover_key(digest, form)?)
}

fn recover_key(digest: B256, form: &Form) -> Option<VerifyingKey> {
    let signature = Signature::from_slice(&form.scalars()).ok()?;
    let id = RecoveryId::new(form.is_odd, false);
    VerifyingKey::recover_from_prehash(digest.as_slice(), &signature, id).ok()
}

fn address_of(key: &VerifyingKey) -> Option<Address> {
    // The first byte tells the encoding.
    let point = key.to_encoded_point(false);
    let (_, point) = point.as_bytes().split_first()?;
    Some(Address::from_raw_public_key(point))
}
