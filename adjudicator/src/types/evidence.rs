use super::{Invalid, State, Terms};
use crate::{signature::Signature, wire};

/// What shows the contract that the parties agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signatures {
    /// Party 0's signature and party 1's: anybody may submit them.
    Both([Signature; 2]),
    /// The peer's alone, where a party submits it and so agrees itself.
    OfPeer(Signature),
}

impl Signatures {
    /// The signatures as they travel: 64 bytes each.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        match self {
            Self::Both(both) => both.map(|each| each.to_compact()).as_flattened().to_vec(),
            Self::OfPeer(one) => one.to_compact().to_vec(),
        }
    }

    /// Reads packed signatures; the longer form of 65 bytes each is taken, too.
    ///
    /// # Errors
    /// If they are neither one nor two signatures.
    pub fn unpack(packed: &[u8]) -> Result<Self, Invalid> {
        let expected = "64 or 65 for each of 1 or 2";
        match packed.len() {
            64 | 65 => Ok(Self::OfPeer(Signature::from_bytes(packed)?)),
            128 | 130 => {
                let (zero, one) = packed.split_at(packed.len() / 2);
                Ok(Self::Both([Signature::from_bytes(zero)?, Signature::from_bytes(one)?]))
            }
            found => Err(Invalid::Length { what: "packed signatures", expected, found }),
        }
    }
}

/// A state that is shown to the contract, and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Round 0, which nobody signs.
    RoundZero,
    /// The recorded state: that was seen to be signed when it was recorded.
    Recorded(State),
    /// Another state, with its signatures.
    Signed(State, Signatures),
}

impl Evidence {
    /// The evidence as it travels: a packed state, its signatures behind it; nothing for round 0.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        match self {
            Self::RoundZero => Vec::new(),
            Self::Recorded(state) => state.pack(),
            Self::Signed(state, signatures) => [state.pack(), signatures.pack()].concat(),
        }
    }

    /// The state; none for round 0.
    #[must_use]
    pub const fn state(&self) -> Option<&State> {
        match self {
            Self::RoundZero => None,
            Self::Recorded(state) | Self::Signed(state, _) => Some(state),
        }
    }

    /// That the state is one of a channel with these terms.
    pub(crate) fn require_assets(&self, terms: &Terms) -> Result<(), Invalid> {
        self.state().map_or(Ok(()), |state| terms.require_assets("a state", state.nets().asset_count()))
    }

    /// Reads packed evidence of a channel with so many assets.
    ///
    /// # Errors
    /// If it is shorter than a state, or if the state or what is behind it is not valid.
    pub fn unpack(packed: &[u8], asset_count: usize) -> Result<Self, Invalid> {
        if packed.is_empty() {
            return Ok(Self::RoundZero);
        }
        let expected = "0, or 40 and 32 for each asset and then signatures";
        let (state, signatures) = wire::State::split(packed, asset_count).ok_or(Invalid::Length {
            what: "packed evidence",
            expected,
            found: packed.len(),
        })?;
        let state = State::unpack(state.packed())?;
        if signatures.is_empty() {
            return Ok(Self::Recorded(state));
        }
        Ok(Self::Signed(state, Signatures::unpack(signatures)?))
    }
}
