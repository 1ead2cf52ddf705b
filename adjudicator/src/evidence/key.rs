use std::fmt;

use alloy_primitives::B256;

/// What kind of evidence an item is; the order is that in which items are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Kind {
    /// The instances of a state.
    Instances = 1,
    /// An app state.
    AppState = 2,
    /// A state, with the signatures that it has so far.
    State = 3,
    /// A close, likewise.
    Close = 4,
    /// A withdrawal, likewise.
    Withdraw = 5,
    /// A signed delegation.
    Delegation = 6,
    /// A signed step on its base.
    Step = 7,
    /// A preimage.
    Preimage = 8,
    /// An oracle's word that something was delivered.
    Delivery = 9,
    /// A station's reading.
    Reading = 10,
    /// A party's own secret in a game.
    Secret = 11,
}

/// What tells one item of a dossier from all others. Two items with the same key say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Of a state or close the round, of a withdrawal the serial, of a delegation the party, of a step its number, of a
    /// reading its time; else 0.
    pub number: u64,
    /// What it is known by: the hash that is signed; of a step, a delivery or a reading that hash together with who
    /// signed; of what is not signed the hash by which others name it.
    pub hash: B256,
}

impl Key {
    /// How many bytes a packed key has.
    pub const PACKED: usize = 41;

    /// The least and the greatest key of a kind, with numbers in this range.
    pub(super) const fn range(kind: Kind, least: u64, greatest: u64) -> std::ops::RangeInclusive<Self> {
        let (first, last) = (B256::ZERO, B256::repeat_byte(0xff));
        Self { kind, number: least, hash: first }..=Self { kind, number: greatest, hash: last }
    }

    /// The key in 41 bytes, kind, number and hash, which are in the order of the keys.
    #[must_use]
    pub fn pack(&self) -> [u8; Self::PACKED] {
        let mut packed = [0; Self::PACKED];
        let parts = [&[self.kind as u8][..], &self.number.to_be_bytes(), self.hash.as_slice()];
        packed.iter_mut().zip(parts.into_iter().flatten()).for_each(|(into, byte)| *into = *byte);
        packed
    }
}

/// As people name it: what it is, its number, and the beginning of the hash.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, number, hash } = self;
        match kind {
            Kind::Instances => f.write_str("the instances")?,
            Kind::AppState => f.write_str("the app state")?,
            Kind::State => write!(f, "the state of round {number}")?,
            Kind::Close => write!(f, "the close of round {number}")?,
            Kind::Withdraw => write!(f, "the withdrawal {number}")?,
            Kind::Delegation => write!(f, "the delegation by party {number}")?,
            Kind::Step => write!(f, "the step {number}")?,
            Kind::Preimage => f.write_str("the preimage of")?,
            Kind::Delivery => f.write_str("the delivery")?,
            Kind::Reading => write!(f, "the reading of {number}")?,
            Kind::Secret => f.write_str("the secret behind")?,
        }
        write!(f, " {hash}")
    }
}
