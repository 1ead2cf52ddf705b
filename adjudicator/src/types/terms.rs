use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::{
    Asset, Bounty, Invalid, Party, PerAsset, Salt, StaleMargin, Window,
    account::address,
    object::{read_as_object, serde_as_object},
};
use crate::wire;

/// The least stale margin where there is a bounty: two crossing proposals of one round must not freeze the channel.
const MIN_STALE_MARGIN: StaleMargin = StaleMargin::new(3);

/// The two accounts of one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct PartyAccounts {
    /// The hot key that signs messages and sends transactions.
    #[serde(with = "address")]
    pub signer: Address,
    /// The account that is paid; it may be any contract but the manager.
    #[serde(with = "address")]
    pub payee: Address,
}

serde_as_object!(PartyAccounts);

/// What two parties agree on before money moves.
///
/// What depends on the deployment is not checked here: its window bounds, and that no payee is the contract.
/// Source: `contracts/libraries/TermsRules.sol`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct Terms {
    parties: [PartyAccounts; 2],
    window: Window,
    bounty: Bounty,
    stale_margin: StaleMargin,
    salt: Salt,
    assets: PerAsset<Asset>,
}

impl Terms {
    /// Checks terms.
    ///
    /// # Errors
    /// If a signer or a payee is zero, both signers are the same, the stale margin is too small for a bounty, or the
    /// assets are not strictly ascending.
    pub fn new(
        parties: [PartyAccounts; 2],
        window: Window,
        bounty: Bounty,
        stale_margin: StaleMargin,
        salt: Salt,
        assets: PerAsset<Asset>,
    ) -> Result<Self, Invalid> {
        check_parties(&parties)?;
        if bounty != Bounty::MIN && stale_margin < MIN_STALE_MARGIN {
            return Err(Invalid::StaleMarginTooSmall { least: MIN_STALE_MARGIN.get(), found: stale_margin.get() });
        }
        check_ascending(&assets)?;
        Ok(Self { parties, window, bounty, stale_margin, salt, assets })
    }

    /// The accounts of a party.
    #[must_use]
    pub const fn accounts(&self, party: Party) -> &PartyAccounts {
        party.of(&self.parties)
    }

    /// The party whose signer `account` is.
    #[must_use]
    pub fn party_of(&self, account: Address) -> Option<Party> {
        Party::BOTH.into_iter().find(|party| self.accounts(*party).signer == account)
    }

    /// The seconds in which a close can be answered.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// What a stale close costs the closing party, in units of the first asset; 0 for none.
    #[must_use]
    pub const fn bounty(&self) -> Bounty {
        self.bounty
    }

    /// By how many rounds a close must be behind for the bounty to be due.
    #[must_use]
    pub const fn stale_margin(&self) -> StaleMargin {
        self.stale_margin
    }

    /// Tells apart channels of equal terms.
    #[must_use]
    pub const fn salt(&self) -> Salt {
        self.salt
    }

    /// What money may be of, strictly ascending.
    #[must_use]
    pub const fn assets(&self) -> &PerAsset<Asset> {
        &self.assets
    }

    /// That something is for as many assets as these terms have: else the contract reads it as something else.
    pub(crate) fn require_assets(&self, what: &'static str, found: usize) -> Result<(), Invalid> {
        let expected = self.assets.asset_count();
        if found == expected { Ok(()) } else { Err(Invalid::AssetCount { what, expected, found }) }
    }

    /// The terms as they travel: 108 bytes, and 20 per asset.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(108 + 20 * super::MAX_ASSETS);
        for PartyAccounts { signer, payee } in &self.parties {
            packed.extend_from_slice(signer.as_slice());
            packed.extend_from_slice(payee.as_slice());
        }
        packed.extend_from_slice(&self.window.get().to_be_bytes());
        packed.extend_from_slice(&super::pack::uint112(self.bounty.get()));
        packed.extend_from_slice(&self.stale_margin.get().to_be_bytes());
        packed.extend_from_slice(&self.salt.get().to_be_bytes());
        self.assets.as_slice().iter().for_each(|asset| packed.extend_from_slice(asset.get().as_slice()));
        packed
    }

    /// Reads packed terms.
    ///
    /// # Errors
    /// If they have no length that terms have, or are not valid.
    pub fn unpack(packed: &[u8]) -> Result<Self, Invalid> {
        let expected = "108 and 20 for each of 1 to 8 assets";
        let terms =
            wire::Terms::new(packed).map_err(|found| Invalid::Length { what: "packed terms", expected, found })?;
        let parties = [0, 1].map(|party| PartyAccounts { signer: terms.signer(party), payee: terms.payee(party) });
        Self::new(
            parties,
            Window::new(terms.window())?,
            Bounty::new(terms.bounty())?,
            StaleMargin::new(terms.stale_margin()),
            Salt::new(terms.salt()),
            PerAsset::new(terms.assets().map(Asset::new).collect())?,
        )
    }
}

fn check_parties(parties: &[PartyAccounts; 2]) -> Result<(), Invalid> {
    for party in Party::BOTH {
        let PartyAccounts { signer, payee } = party.of(parties);
        if signer.is_zero() {
            return Err(Invalid::SignerZero { party });
        }
        if payee.is_zero() {
            return Err(Invalid::PayeeZero { party });
        }
    }
    let [PartyAccounts { signer, .. }, other] = *parties;
    if signer == other.signer { Err(Invalid::SignersEqual { signer }) } else { Ok(()) }
}

fn check_ascending(assets: &PerAsset<Asset>) -> Result<(), Invalid> {
    let pairs = assets.as_slice().iter().zip(assets.as_slice().iter().skip(1));
    for (index, (previous, asset)) in (1..).zip(pairs) {
        if asset <= previous {
            return Err(Invalid::AssetsNotAscending { index, previous: *previous, asset: *asset });
        }
    }
    Ok(())
}

/// The terms before they are checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct Fields {
    parties: [PartyAccounts; 2],
    window: Window,
    bounty: Bounty,
    stale_margin: StaleMargin,
    salt: Salt,
    assets: PerAsset<Asset>,
}

read_as_object!(Fields);

impl TryFrom<Fields> for Terms {
    type Error = Invalid;

    fn try_from(fields: Fields) -> Result<Self, Invalid> {
        let Fields { parties, window, bounty, stale_margin, salt, assets } = fields;
        Self::new(parties, window, bounty, stale_margin, salt, assets)
    }
}
