//! Which signatures are accepted, and why the others are refused: as `contracts/libraries/Signatures.sol` does.
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use adjudicator::{
    DisputeError::{self, SignatureInvalid, SignatureLengthInvalid, SignatureMalleable, SignatureRecoveryIdInvalid},
    signature::{self, PublicKey, Signature, SigningKey},
};
use alloy_primitives::{B256, U256, b256, keccak256};

/// The order of the curve.
const ORDER: B256 = b256!("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
/// The greatest `s` that is accepted.
const MAX_S: B256 = b256!("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

fn digest() -> B256 {
    keccak256("message")
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&keccak256("key")).unwrap()
}

fn one() -> B256 {
    U256::ONE.into()
}

fn full(r: B256, s: B256, v: u8) -> Vec<u8> {
    [&r[..], &s[..], &[v]].concat()
}

fn compact(r: B256, s: B256) -> Vec<u8> {
    [&r[..], &s[..]].concat()
}

/// The order less `s`: the other valid value.
fn other_s(s: B256) -> B256 {
    U256::from_be_bytes(ORDER.0).checked_sub(s.into()).unwrap().into()
}

#[test]
fn both_forms_are_accepted() {
    let signature = key().sign(digest());
    for bytes in [&signature.to_compact()[..], &signature.to_full()] {
        assert_eq!(signature::recover(digest(), bytes), Ok(key().address()));
        assert_eq!(signature::verify(digest(), key().address(), bytes), Ok(()));
        assert_eq!(Signature::from_bytes(bytes), Ok(signature));
        assert_eq!(key().public_key().verify(digest(), bytes), Ok(()));
        assert_eq!(key().public_key().verify_scalars(digest(), &signature), Ok(()));
    }
}

#[test]
fn every_other_length_is_refused() {
    let bytes = [&key().sign(digest()).to_full()[..], &[27; 65]].concat();
    for length in (0..=bytes.len()).filter(|length| ![64, 65].contains(length)) {
        let expected = Err(SignatureLengthInvalid { actual: U256::from(length) });
        assert_eq!(signature::recover(digest(), &bytes[..length]), expected);
    }
}

#[test]
fn every_other_v_is_refused() {
    let signature = key().sign(digest()).to_full();
    for v in (0..=u8::MAX).filter(|v| ![27, 28].contains(v)) {
        let expected = Err(SignatureRecoveryIdInvalid { v: U256::from(v) });
        assert_eq!(signature::recover(digest(), &[&signature[..64], &[v]].concat()), expected);
    }
}

#[test]
fn s_in_the_upper_half_is_refused() {
    let [r, s] = scalars(&key().sign(digest()));
    for s in [other_s(s), ORDER, B256::repeat_byte(0xff), other_s(MAX_S)] {
        for v in [27, 28] {
            assert_eq!(signature::recover(digest(), &full(r, s, v)), Err(SignatureMalleable { s }));
        }
    }
    // The highest bit is the parity: `s` in the upper half must be above by the other 255.
    let above = B256::from(U256::from_be_bytes(MAX_S.0).checked_add(U256::ONE).unwrap());
    for parity in [B256::ZERO, B256::from(U256::ONE << 255)] {
        let expected = Err(SignatureMalleable { s: above });
        assert_eq!(signature::recover(digest(), &compact(r, above | parity)), expected);
    }
}

#[test]
fn the_greatest_s_is_accepted() {
    let one: B256 = U256::ONE.into();
    let forms = [full(one, MAX_S, 27), compact(one, MAX_S)];
    assert_eq!(signature::recover(digest(), &forms[0]), signature::recover(digest(), &forms[1]));
    assert!(signature::recover(digest(), &forms[0]).is_ok());
}

#[test]
fn nobody_signs_with_zero_or_beyond_the_order() {
    let [r, s] = scalars(&key().sign(digest()));
    let invalid =
        [(B256::ZERO, s), (r, B256::ZERO), (B256::ZERO, B256::ZERO), (ORDER, s), (B256::repeat_byte(0xff), s)];
    for (r, s) in invalid {
        for v in [27, 28] {
            assert_eq!(signature::recover(digest(), &full(r, s, v)), Err(SignatureInvalid {}), "{r} {s}");
        }
        assert_eq!(signature::recover(digest(), &compact(r, s)), Err(SignatureInvalid {}), "{r} {s}");
    }
}

#[test]
fn nobody_signs_where_r_is_not_on_the_curve() {
    // 5 is no `x` of a point.
    let r: B256 = U256::from(5).into();
    assert_eq!(signature::recover(digest(), &full(r, one(), 27)), Err(SignatureInvalid {}));
}

#[test]
fn nobody_signs_at_infinity() {
    // The key is (s R - z G) / r: with R = G and s = z the point at infinity.
    let r = b256!("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    let z = keccak256("low") & B256::from(U256::MAX >> 2);
    assert_eq!(signature::recover(z, &full(r, z, 27)), Err(SignatureInvalid {}));
    assert!(signature::recover(z, &full(r, z, 28)).is_ok());
}

#[test]
fn what_is_wrong_first_is_named_first() {
    let [r, _] = scalars(&key().sign(digest()));
    let high = B256::repeat_byte(0xff);
    let long = [full(r, high, 29), vec![0]].concat();
    assert_eq!(signature::recover(digest(), &long), Err(SignatureLengthInvalid { actual: U256::from(66) }));
    let expected = Err(SignatureRecoveryIdInvalid { v: U256::from(29) });
    assert_eq!(signature::recover(digest(), &full(B256::ZERO, high, 29)), expected);
    assert_eq!(signature::recover(digest(), &full(B256::ZERO, high, 27)), Err(SignatureMalleable { s: high }));
}

#[test]
fn garbage_is_of_strangers() {
    for number in 0..100u64 {
        let bytes = keccak256(number.to_be_bytes());
        let garbage = compact(bytes, keccak256(bytes));
        match signature::verify(digest(), key().address(), &garbage) {
            Err(SignatureInvalid {} | SignatureMalleable { .. } | DisputeError::SignerMismatch { .. }) => {}
            other => assert!(other.is_err(), "{other:?}"),
        }
    }
}

#[test]
fn another_digest_or_key_is_a_mismatch() {
    let signature = key().sign(digest()).to_compact();
    let expected = key().address();
    let actual = signature::recover(B256::ZERO, &signature).unwrap();
    let mismatch = Err(DisputeError::SignerMismatch { expected, actual });
    assert_eq!(signature::verify(B256::ZERO, expected, &signature), mismatch);
    assert_eq!(key().public_key().verify(B256::ZERO, &signature), mismatch);
    assert_eq!(key().public_key().verify_scalars(B256::ZERO, &key().sign(digest())), mismatch);
}

#[test]
fn the_wrong_parity_is_refused_and_restored() {
    for number in 0..20u64 {
        let digest = keccak256(number.to_be_bytes());
        let signature = key().sign(digest);
        let mut bytes = signature.to_compact();
        bytes[32] ^= 0x80;
        let wrong = Signature::from_bytes(&bytes).unwrap();
        assert_ne!(wrong, signature);

        assert!(signature::verify(digest, key().address(), &bytes).is_err());
        assert!(key().public_key().verify(digest, &bytes).is_err());
        assert_eq!(key().public_key().verify_scalars(digest, &wrong), Ok(()));
        assert_eq!(key().public_key().restore(digest, &wrong), Ok(signature));
        assert_eq!(key().public_key().restore(digest, &signature), Ok(signature));
    }
}

#[test]
fn keys_of_small_points_are_verified() {
    let mut verified = 0;
    // Below 2^129 an `r` might stand for two points; the contract knows one of them.
    for r in 1..50u64 {
        let bytes = full(U256::from(r).into(), MAX_S, 28);
        let Ok(key) = PublicKey::recover(digest(), &bytes) else { continue };
        assert_eq!(key.verify(digest(), &bytes), Ok(()));
        assert_eq!(key.verify_scalars(digest(), &Signature::from_bytes(&bytes).unwrap()), Ok(()));
        verified += 1;
    }
    assert!(verified > 10, "{verified}");
}

#[test]
fn public_keys_are_read_as_sec1_encodes_them() {
    let point = "0x0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                 483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    let long = alloy_primitives::hex::decode(point).unwrap();
    let key = SigningKey::from_bytes(&one()).unwrap();
    assert_eq!(PublicKey::from_sec1(&long), Some(*key.public_key()));
    assert_eq!(PublicKey::from_sec1(&[&[2], &long[1..33]].concat()), Some(*key.public_key()));

    // A hybrid, a raw point, a wrong y, infinity, a wrong first byte, nothing.
    let hybrid = [&[6], &long[1..]].concat();
    let bent = [&long[..64], &[0]].concat();
    let strange = [&[5], &long[1..33]].concat();
    for encoded in [&hybrid[..], &long[1..], &bent, &[0], &strange, &[]] {
        assert_eq!(PublicKey::from_sec1(encoded), None, "{encoded:?}");
    }
}

#[test]
fn private_keys_are_from_one_to_below_the_order() {
    assert!(SigningKey::from_bytes(&B256::ZERO).is_none());
    assert!(SigningKey::from_bytes(&ORDER).is_none());
    assert!(SigningKey::from_bytes(&other_s(one())).is_some());
}

#[test]
fn private_keys_are_not_printed() {
    let printed = format!("{:?}", key());
    assert_eq!(printed, format!("SigningKey({:?})", key().address()));
}

fn scalars(signature: &Signature) -> [B256; 2] {
    let full = signature.to_full();
    [B256::from_slice(&full[..32]), B256::from_slice(&full[32..64])]
}
