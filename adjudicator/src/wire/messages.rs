//! Packed messages.

use alloy_primitives::{B256, I256};

use super::{field, number, signed, split};

/// A packed state of a channel with a known number of assets, or nothing, which is round 0.
///
/// Source: `contracts/types/Messages.sol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State<'a> {
    packed: &'a [u8],
}

impl<'a> State<'a> {
    const ROOT: usize = 8;
    const HEAD: usize = 40;

    /// The length of a packed state in a channel with so many assets.
    #[must_use]
    pub const fn length_for(assets: usize) -> usize {
        Self::HEAD.saturating_add(assets.saturating_mul(32))
    }

    /// The state of evidence, and the signatures behind it, of which there may be none. Of no evidence both are empty. None if
    /// it is too short.
    #[must_use]
    pub const fn split(evidence: &'a [u8], assets: usize) -> Option<(Self, &'a [u8])> {
        let length = if evidence.is_empty() { 0 } else { Self::length_for(assets) };
        match split(evidence, length) {
            Some((packed, signatures)) => Some((Self { packed }, signatures)),
            None => None,
        }
    }

    /// The bytes that it was read from; none for round 0.
    #[must_use]
    pub const fn packed(&self) -> &'a [u8] {
        self.packed
    }

    /// Whether it is nothing, and so round 0, whose hash is zero. A state that names round 0 is another, which nobody can record.
    #[must_use]
    pub const fn is_implicit(&self) -> bool {
        self.packed.is_empty()
    }

    /// The round; 0 of nothing.
    #[must_use]
    pub fn round(&self) -> u64 {
        number::<8>(self.packed, 0)
    }

    /// Merkle root of the running instances; 0 for none.
    #[must_use]
    pub fn instances_root(&self) -> B256 {
        B256::from(field::<32>(self.packed, Self::ROOT))
    }

    /// Per asset, what party 0 has transferred to party 1 so far; none for round 0.
    pub fn nets(&self) -> impl ExactSizeIterator<Item = I256> + Clone + 'a {
        signed(self.packed_nets())
    }

    /// The words of the nets, whose hash is that of the list in EIP-712.
    #[must_use]
    pub fn packed_nets(&self) -> &'a [u8] {
        self.packed.get(Self::HEAD..).unwrap_or_default()
    }
}

/// A packed mutual close of a channel with a known number of assets.
///
/// Source: `contracts/types/Messages.sol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close<'a> {
    packed: &'a [u8],
}

impl<'a> Close<'a> {
    const VALID_UNTIL: usize = 8;
    const HEAD: usize = 16;

    /// The length of a packed close in a channel with so many assets.
    #[must_use]
    pub const fn length_for(assets: usize) -> usize {
        Self::HEAD.saturating_add(assets.saturating_mul(32))
    }

    /// A packed close, and the signatures behind it. None if it is too short.
    #[must_use]
    pub const fn split(close: &'a [u8], assets: usize) -> Option<(Self, &'a [u8])> {
        match split(close, Self::length_for(assets)) {
            Some((packed, signatures)) => Some((Self { packed }, signatures)),
            None => None,
        }
    }

    /// The bytes that it was read from.
    #[must_use]
    pub const fn packed(&self) -> &'a [u8] {
        self.packed
    }

    /// The round.
    #[must_use]
    pub fn round(&self) -> u64 {
        number::<8>(self.packed, 0)
    }

    /// Last second, inclusive, at which it may be used.
    #[must_use]
    pub fn valid_until(&self) -> u64 {
        number::<8>(self.packed, Self::VALID_UNTIL)
    }

    /// Per asset, what party 0 has transferred to party 1.
    pub fn nets(&self) -> impl ExactSizeIterator<Item = I256> + Clone + 'a {
        signed(self.packed_nets())
    }

    /// The words of the nets, whose hash is that of the list in EIP-712.
    #[must_use]
    pub fn packed_nets(&self) -> &'a [u8] {
        self.packed.get(Self::HEAD..).unwrap_or_default()
    }
}

/// A packed step.
///
/// Source: `contracts/types/Messages.sol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    number: u8,
    app_state: &'a [u8],
    action: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Step<'a> {
    const APP_STATE_LENGTH: usize = 1;
    const ACTION_LENGTH: usize = 3;
    const HEAD: usize = 5;

    /// A packed step. None if it is too short for its head, or for what its head says.
    #[must_use]
    pub fn new(step: &'a [u8]) -> Option<Self> {
        let (head, rest) = split(step, Self::HEAD)?;
        let app_state_length = u16::from_be_bytes(field(head, Self::APP_STATE_LENGTH));
        let action_length = u16::from_be_bytes(field(head, Self::ACTION_LENGTH));
        let (app_state, rest) = split(rest, app_state_length.into())?;
        let (action, signature) = split(rest, action_length.into())?;
        Some(Self { number: u8::from_be_bytes(field(head, 0)), app_state, action, signature })
    }

    /// 1 for the first step on this base.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// The app state that it starts from.
    #[must_use]
    pub const fn app_state(&self) -> &'a [u8] {
        self.app_state
    }

    /// What the app is given.
    #[must_use]
    pub const fn action(&self) -> &'a [u8] {
        self.action
    }

    /// The mover's; empty if there is none.
    #[must_use]
    pub const fn signature(&self) -> &'a [u8] {
        self.signature
    }
}
