//! Signatures, right and wrong.

use alloy_primitives::{Address, B256, Bytes, U256};

use super::Generator;
use crate::{
    key::{GREATEST_S, Key, Signed},
    scene::KEYS,
};

/// In which way a signature is no good.
#[derive(Debug, Clone, Copy)]
enum Flaw {
    /// Somebody else's.
    Stranger,
    /// Of something else.
    OtherDigest,
    /// The other `s`.
    HighS,
    /// An `s` that is too great even where 64 bytes have room for it, or just not.
    GreatS,
    /// A `v` that stands for nothing.
    BadV,
    /// The other `v`: somebody else's, whoever that is.
    OtherV,
    /// A point that is none.
    NoPoint,
    /// Any bytes.
    Noise,
    /// Some bytes too few or too many.
    Length,
}

const FLAWS: [Flaw; 10] = [
    Flaw::Stranger,
    Flaw::OtherDigest,
    Flaw::HighS,
    Flaw::GreatS,
    Flaw::BadV,
    Flaw::OtherV,
    Flaw::NoPoint,
    Flaw::Noise,
    Flaw::Length,
    Flaw::Length,
];

impl Generator {
    /// The agreement of both parties, as the sender may bring it.
    pub(super) fn both(&mut self, at: usize, sender: Address, digest: B256) -> Bytes {
        let keys = [self.plans[at].key(0), self.plans[at].key(1)];
        let other = [1, 0].into_iter().find(|other| keys[1 - other].address() == sender);
        let is_full = self.dice.permille(500);
        match other {
            Some(other) if self.dice.permille(500) => form(keys[other].sign(digest), is_full).into(),
            _ => keys.map(|key| form(key.sign(digest), is_full)).concat().into(),
        }
    }

    /// The agreement of both parties with something wrong about it. The sender may be wrong, too.
    pub(super) fn flawed_both(&mut self, at: usize, sender: &mut Address, digest: B256) -> Bytes {
        let keys = [self.plans[at].key(0), self.plans[at].key(1)];
        match self.dice.below(12) {
            // One alone, with a sender who is nobody, or with the signer itself.
            0 | 1 => {
                *sender = self.stranger();
                form(keys[0].sign(digest), self.dice.permille(500)).into()
            }
            2 => {
                *sender = keys[0].address();
                form(keys[0].sign(digest), self.dice.permille(500)).into()
            }
            // In the wrong order; of two forms.
            3 => [keys[1], keys[0]].map(|key| key.sign(digest).full()).concat().into(),
            4 => [keys[0].sign(digest).full(), keys[1].sign(digest).compact()].concat().into(),
            _ => {
                let is_full = self.dice.permille(500);
                let wrong = self.dice.below(2) as usize;
                let mut halves = keys.map(|key| form(key.sign(digest), is_full));
                halves[wrong] = self.flawed_one(&keys[wrong], digest, is_full);
                halves.concat().into()
            }
        }
    }

    /// One signature, of either form.
    pub(super) fn one(&mut self, key: &Key, digest: B256) -> Bytes {
        form(key.sign(digest), self.dice.permille(500)).into()
    }

    /// One signature with something wrong about it.
    pub(super) fn flawed_one(&mut self, key: &Key, digest: B256, is_full: bool) -> Vec<u8> {
        let signed = key.sign(digest);
        let half = U256::MAX.wrapping_shr(1);
        match *self.dice.pick(&FLAWS) {
            Flaw::Stranger => form(KEYS[5].sign(digest), is_full),
            Flaw::OtherDigest => form(key.sign(self.dice.word()), is_full),
            Flaw::HighS => signed.with_high_s().full(),
            Flaw::GreatS => {
                let s = *self.dice.pick(&[half, GREATEST_S + U256::ONE, GREATEST_S]);
                form(Signed { s, ..signed }, is_full)
            }
            Flaw::BadV => Signed { v: *self.dice.pick(&[0, 1, 26, 29, 255]), ..signed }.full(),
            Flaw::OtherV => form(Signed { v: 55 - signed.v, ..signed }, is_full),
            Flaw::NoPoint => {
                let r = *self.dice.pick(&[U256::ZERO, U256::MAX, U256::from(5)]);
                let s = if self.dice.permille(300) { U256::ZERO } else { signed.s };
                form(Signed { r, s, ..signed }, is_full)
            }
            Flaw::Noise => {
                let r = U256::from_be_bytes(self.dice.word().0);
                form(Signed { r, s: half.wrapping_shr(self.dice.within(1, 9) as usize), ..signed }, is_full)
            }
            Flaw::Length => {
                let mut bytes = form(signed, is_full);
                let length = *self.dice.pick(&[1, 32, 63, 66, 128]);
                bytes.resize(length, 0);
                bytes
            }
        }
    }
}

fn form(signed: Signed, is_full: bool) -> Vec<u8> {
    if is_full { signed.full() } else { signed.compact() }
}
