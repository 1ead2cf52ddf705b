//! Packed terms.

use alloy_primitives::Address;

use super::{amount, field, number};

/// Packed terms of one to eight assets. They are well-formed, not valid.
///
/// Source: `contracts/types/Terms.sol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    packed: &'a [u8],
    assets: &'a [[u8; 20]],
}

impl<'a> Terms<'a> {
    /// The greatest number of assets.
    pub const MAX_ASSETS: usize = 8;

    const PAYEE: usize = 20;
    const PARTY_SIZE: usize = 40;
    const WINDOW: usize = 80;
    const BOUNTY: usize = 84;
    const STALE_MARGIN: usize = 98;
    const SALT: usize = 100;
    const ASSETS: usize = 108;

    /// Packed terms.
    ///
    /// # Errors
    /// The length, if it is not that of one to eight assets: 108 bytes and 20 per asset.
    pub fn new(packed: &'a [u8]) -> Result<Self, usize> {
        let (assets, rest) = packed.get(Self::ASSETS..).unwrap_or_default().as_chunks();
        let is_well_formed = rest.is_empty() && (1..=Self::MAX_ASSETS).contains(&assets.len());
        if is_well_formed { Ok(Self { packed, assets }) } else { Err(packed.len()) }
    }

    /// The bytes that they were read from.
    #[must_use]
    pub const fn packed(&self) -> &'a [u8] {
        self.packed
    }

    /// The hot key of party 0 or 1; zero, which is nobody, for any other number.
    #[must_use]
    pub fn signer(&self, party: u8) -> Address {
        self.account(party, 0)
    }

    /// The account that is paid for party 0 or 1; zero, which is nobody, for any other number.
    #[must_use]
    pub fn payee(&self, party: u8) -> Address {
        self.account(party, Self::PAYEE)
    }

    /// The party whose signer `account` is; party 0 if both have the same.
    #[must_use]
    pub fn party_of(&self, account: Address) -> Option<u8> {
        [0, 1].into_iter().find(|party| self.signer(*party) == account)
    }

    /// The challenge window in seconds.
    #[must_use]
    pub fn window(&self) -> u32 {
        u32::from_be_bytes(field(self.packed, Self::WINDOW))
    }

    /// What a stale close costs the closing party, in units of the first asset; 0 for none.
    #[must_use]
    pub fn bounty(&self) -> u128 {
        amount(self.packed, Self::BOUNTY)
    }

    /// By how many rounds a close must be behind for the bounty to be due.
    #[must_use]
    pub fn stale_margin(&self) -> u16 {
        u16::from_be_bytes(field(self.packed, Self::STALE_MARGIN))
    }

    /// Tells apart channels of the same terms.
    #[must_use]
    pub fn salt(&self) -> u64 {
        number::<8>(self.packed, Self::SALT)
    }

    /// How many assets there are: 1 to 8.
    #[must_use]
    pub const fn asset_count(&self) -> usize {
        self.assets.len()
    }

    /// The asset at `index`; zero is the native coin.
    #[must_use]
    pub fn asset(&self, index: usize) -> Option<Address> {
        self.assets.get(index).map(Address::from)
    }

    /// The assets in their order, of which there is at least one.
    pub fn assets(&self) -> impl ExactSizeIterator<Item = Address> + Clone + 'a {
        self.assets.iter().map(Address::from)
    }

    /// The asset at index 0, whose funds are the channel's anchor.
    #[must_use]
    pub fn first_asset(&self) -> Address {
        Address::from(field::<20>(self.packed, Self::ASSETS))
    }

    fn account(&self, party: u8, at: usize) -> Address {
        match party {
            0 => Address::from(field::<20>(self.packed, at)),
            1 => Address::from(field::<20>(self.packed, Self::PARTY_SIZE.saturating_add(at))),
            _ => Address::ZERO,
        }
    }
}
