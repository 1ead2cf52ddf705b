//! Both libraries accept and make the same signatures.

#![expect(clippy::arithmetic_side_effects, reason = "test values are known")]

use alloy_primitives::{B256, U256, b256, keccak256};
use secp256k1::{
    Secp256k1,
    ecdsa::{RecoverableSignature, RecoveryId},
};

use super::{PublicKey, Signature, k256, libsecp256k1};

/// The order of the curve.
const ORDER: B256 = b256!("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

#[test]
fn signatures_at_the_edges_are_of_the_same_keys() {
    let half = U256::from_be_bytes(ORDER.0) >> 1;
    let mut recovered = 0;
    for digest in [B256::ZERO, ORDER, B256::repeat_byte(0xff), keccak256("message")] {
        for r in edges() {
            for s in edges().into_iter().filter(|s| U256::from_be_bytes(s.0) <= half) {
                for is_odd in [false, true] {
                    let signature = Signature { r, s, is_odd };
                    let [one, other] = points(digest, &signature);
                    assert_eq!(one, other, "{digest} {signature:?}");
                    recovered += usize::from(one.is_some());
                }
            }
        }
    }
    assert!(recovered > 1000, "{recovered}");
}

#[test]
fn keys_sign_and_verify_alike() {
    for number in 1..50u64 {
        let digest = keccak256(number.to_be_bytes());
        let secret = keccak256(digest);
        let (one, other) = (libsecp256k1::Secret::read(&secret).unwrap(), k256::Secret::read(&secret).unwrap());
        let signature = one.sign(digest);
        assert_eq!(signature, other.sign(digest));
        assert_eq!(libsecp256k1::point(&one.public()), k256::point(&other.public()));
        for (digest, is_signed) in [(digest, true), (secret, false)] {
            assert_eq!(libsecp256k1::is_signed(digest, &signature, &one.public()), is_signed);
            assert_eq!(k256::is_signed(digest, &signature, &other.public()), is_signed);
        }
    }
}

#[test]
fn the_same_numbers_are_private_keys() {
    for number in edges() {
        let [one, other] = [libsecp256k1::Secret::read(&number).is_some(), k256::Secret::read(&number).is_some()];
        assert_eq!(one, other, "{number}");
    }
}

#[test]
fn the_same_bytes_are_public_keys() {
    for x in edges() {
        for sign in [2, 3] {
            let encoded = [&[sign][..], &x[..]].concat();
            let one = libsecp256k1::read_point(&encoded).map(|key| libsecp256k1::point(&key));
            let other = k256::read_point(&encoded).map(|key| k256::point(&key));
            assert_eq!(one, other, "{x}");
        }
    }
}

/// Such a signature verifies, but its point has no recovery id that the contract takes.
#[test]
fn a_point_beyond_the_order_is_refused() {
    let digest = keccak256("message");
    let message = secp256k1::Message::from_digest(digest.0);
    let curve = Secp256k1::verification_only();
    let mut refused = 0;
    for r in 1..200u64 {
        let signature =
            Signature { r: U256::from(r).into(), s: keccak256("s") & B256::from(U256::MAX >> 2), is_odd: false };
        let beyond = RecoverableSignature::from_compact(&signature.scalars(), RecoveryId::Two).unwrap();
        let Ok(point) = curve.recover_ecdsa(message, &beyond) else { continue };
        assert!(libsecp256k1::is_signed(digest, &signature, &point));
        assert!(k256::is_signed(digest, &signature, &k256::read_point(&point.serialize()).unwrap()));

        let key = PublicKey::from_point(point);
        assert!(key.verify(digest, &signature.to_compact()).is_err());
        assert!(key.verify_scalars(digest, &signature).is_err());
        assert!(key.restore(digest, &signature).is_err());
        refused += 1;
    }
    assert!(refused > 50, "{refused}");
}

/// Numbers at which something might change: the first may be the `x` of a point or not, none from the order on is an
/// `r`.
fn edges() -> Vec<B256> {
    let order = U256::from_be_bytes(ORDER.0);
    let half = order >> 1;
    let small = (0..20).map(U256::from);
    let large = [half - U256::ONE, half, order - U256::ONE, order, order + U256::ONE, U256::MAX];
    small.chain(large).map(B256::from).chain([keccak256("r"), keccak256("another r")]).collect()
}

fn points(digest: B256, signature: &Signature) -> [Option<[u8; 64]>; 2] {
    [
        libsecp256k1::recover(digest, signature).map(|key| libsecp256k1::point(&key)),
        k256::recover(digest, signature).map(|key| k256::point(&key)),
    ]
}
