use std::{fmt, str::FromStr};

use super::{Invalid, MAX_ASSETS, number::bounded, text::serde_as_text};

/// One of the two parties of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Party {
    /// Party 0, which proposes odd rounds.
    Zero = 0,
    /// Party 1, which proposes even rounds.
    One = 1,
}

impl Party {
    /// Both parties, in their order.
    pub const BOTH: [Self; 2] = [Self::Zero, Self::One];

    /// The other party.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Zero => Self::One,
            Self::One => Self::Zero,
        }
    }

    /// 0 or 1.
    #[must_use]
    pub const fn get(self) -> u8 {
        self as u8
    }

    /// This party's of what there is one of per party.
    #[must_use]
    pub const fn of<T>(self, both: &[T; 2]) -> &T {
        let [zero, one] = both;
        match self {
            Self::Zero => zero,
            Self::One => one,
        }
    }

    fn out_of_range(found: impl ToString) -> Invalid {
        Invalid::out_of_range("party", Self::Zero, Self::One, found)
    }
}

impl TryFrom<u8> for Party {
    type Error = Invalid;

    fn try_from(number: u8) -> Result<Self, Invalid> {
        Self::BOTH.into_iter().find(|party| party.get() == number).ok_or_else(|| Self::out_of_range(number))
    }
}

impl fmt::Display for Party {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(formatter)
    }
}

impl FromStr for Party {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "0" => Ok(Self::Zero),
            "1" => Ok(Self::One),
            _ => Err(Self::out_of_range(text)),
        }
    }
}

serde_as_text!(Party);

bounded! {
    /// One party's part of one asset: 2 x the asset's index in the terms + the party.
    Side(u8) = "side", 0, 15;
}

impl Side {
    /// The side of a party in the asset at `index`.
    ///
    /// # Errors
    /// If no channel has so many assets.
    pub fn of(index: usize, party: Party) -> Result<Self, Invalid> {
        let number = u8::try_from(index).ok().filter(|_| index < MAX_ASSETS);
        let number = number.ok_or(Invalid::AssetIndex { found: index })?;
        Ok(Self(number << 1 | party.get()))
    }

    /// The asset's index in the terms.
    #[must_use]
    pub const fn asset_index(self) -> usize {
        (self.get() >> 1) as usize
    }

    /// The party.
    #[must_use]
    pub const fn party(self) -> Party {
        if self.get() & 1 == 0 { Party::Zero } else { Party::One }
    }
}
