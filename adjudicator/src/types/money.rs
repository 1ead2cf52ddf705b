use alloy_primitives::{I256, U256};

use super::{
    Invalid,
    number::{bounded, unbounded},
};

/// The greatest that fits 112 bits without a sign.
const MAX_UINT112: u128 = (1 << 112) - 1;
/// The greatest that fits 112 bits with either sign.
const MAX_INT112: u128 = MAX_UINT112 >> 1;

bounded! {
    /// A deposit or a withdrawal, in units of the asset.
    Amount(u128) = "an amount of", 0, MAX_INT112;
    /// The most that a party can lose in an instance, in units of the asset.
    Stake(u128) = "a stake of", 0, MAX_UINT112;
    /// What a stale close costs the closing party, in units of the first asset; 0 for none.
    Bounty(u128) = "a bounty of", 0, MAX_UINT112;
    /// An outcome in one asset, in its units: from party 0 to party 1, negative the other way.
    Delta(i128) = "a delta of", 1 - (1 << 112), (1 << 112) - 1;
}

unbounded! {
    /// What party 0 has transferred to party 1 so far in one asset, in its units; negative the other way.
    ///
    /// That of a state is within [`MIN_RECORDABLE`](Self::MIN_RECORDABLE) and [`MAX_RECORDABLE`](Self::MAX_RECORDABLE);
    /// that of a close may be anything, and pays as far as there is money.
    Net(I256) = "a net of";
    /// What a party has put into a channel less what it took out, in units of the asset.
    Balance(I256) = "a balance of";
    /// What is paid, or waits to be claimed, in units of the asset: more than one channel may add to it.
    Units(U256) = "a payment of";
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum, if it is an amount.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(|sum| Self::new(sum).ok())
    }

    /// The difference, if it is an amount.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl Net {
    /// Nothing.
    pub const ZERO: Self = Self(I256::ZERO);
    /// The greatest that a recorded state may have.
    pub const MAX_RECORDABLE: Self = Self(I256::from_raw(U256::MAX.wrapping_shr(256 - 111)));
    /// The least that a recorded state may have: as far below zero as [`MAX_RECORDABLE`](Self::MAX_RECORDABLE) is
    /// above.
    pub const MIN_RECORDABLE: Self = Self(I256::from_raw(Self::MAX_RECORDABLE.0.into_raw().wrapping_neg()));

    /// Whether a recorded state may have it.
    #[must_use]
    pub fn is_recordable(self) -> bool {
        (Self::MIN_RECORDABLE..=Self::MAX_RECORDABLE).contains(&self)
    }
}

/// The contract has amounts in words.
macro_rules! words {
    ($($name:ident),*) => {$(
        impl $name {
            /// The units in a word, as the contract has them.
            #[must_use]
            pub fn to_word(self) -> U256 {
                U256::from(self.0)
            }
        }

        impl TryFrom<U256> for $name {
            type Error = Invalid;

            fn try_from(units: U256) -> Result<Self, Invalid> {
                u128::try_from(units).map_err(|_| Self::out_of_range(units)).and_then(Self::new)
            }
        }
    )*};
}

words!(Amount, Stake, Bounty);

impl Delta {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The units in a word, as the contract has them.
    #[must_use]
    pub fn to_word(self) -> I256 {
        I256::unchecked_from(self.0)
    }
}
