//! Keys that sign, rightly or in some other way.

use std::sync::LazyLock;

use alloy_primitives::{Address, B256, U256, uint};
use secp256k1::{All, Message, Secp256k1, SecretKey};

static CURVE: LazyLock<Secp256k1<All>> = LazyLock::new(Secp256k1::new);

/// The order of the curve.
const ORDER: U256 = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

/// Half of it: the greatest `s` that is taken.
pub const GREATEST_S: U256 = uint!(0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0_U256);

/// A key of somebody.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    secret: SecretKey,
    address: Address,
}

impl Key {
    /// The key with this number.
    #[must_use]
    pub fn new(number: u8) -> Self {
        let secret = SecretKey::from_byte_array([number; 32]).expect("it is below the order and not zero");
        let [_, point @ ..] = secret.public_key(&CURVE).serialize_uncompressed();
        Self { secret, address: Address::from_raw_public_key(&point) }
    }

    /// Whose it is.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Signs a digest.
    #[must_use]
    pub fn sign(&self, digest: B256) -> Signed {
        let signature = CURVE.sign_ecdsa_recoverable(Message::from_digest(digest.0), &self.secret);
        let (id, scalars) = signature.serialize_compact();
        let [r, s] = [0, 32].map(|at| U256::from_be_slice(&scalars[at..at + 32]));
        Signed { r, s, v: 27 + u8::from(i32::from(id) & 1 == 1) }
    }
}

/// A signature in its parts.
#[derive(Debug, Clone, Copy)]
pub struct Signed {
    /// The point.
    pub r: U256,
    /// The proof.
    pub s: U256,
    /// Which of two points: 27 or 28.
    pub v: u8,
}

impl Signed {
    /// In 65 bytes.
    #[must_use]
    pub fn full(&self) -> Vec<u8> {
        [&self.r.to_be_bytes::<32>()[..], &self.s.to_be_bytes::<32>(), &[self.v]].concat()
    }

    /// In 64 bytes (EIP-2098).
    #[must_use]
    pub fn compact(&self) -> Vec<u8> {
        let s = self.s | U256::from(self.v == 28).wrapping_shl(255);
        [self.r.to_be_bytes::<32>(), s.to_be_bytes()].concat()
    }

    /// The other signature of the same key and digest, which every library but ours takes for good.
    #[must_use]
    pub fn with_high_s(self) -> Self {
        Self { s: ORDER.wrapping_sub(self.s), v: 55 - self.v, ..self }
    }
}
