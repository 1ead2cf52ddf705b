use serde::{Deserialize, Serialize};

use super::{Invalid, Net, PerAsset, Round, Timestamp, object::read_as_object, pack};
use crate::wire;

/// Agreement of both parties to close at once and pay by the nets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct Close {
    round: Round,
    valid_until: Timestamp,
    nets: PerAsset<Net>,
}

impl Close {
    /// Checks a close.
    ///
    /// # Errors
    /// If the round is 0, which exceeds no recorded one.
    pub fn new(round: Round, valid_until: Timestamp, nets: PerAsset<Net>) -> Result<Self, Invalid> {
        if round == Round::MIN {
            return Err(Invalid::out_of_range("the round of a close,", 1, Round::MAX, round));
        }
        Ok(Self { round, valid_until, nets })
    }

    /// The round; the close may be used while a lower one is recorded.
    #[must_use]
    pub const fn round(&self) -> Round {
        self.round
    }

    /// The last second, inclusive, at which it may be used.
    #[must_use]
    pub const fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// Per asset, what party 0 has transferred to party 1. Beyond what there is, nothing is paid.
    #[must_use]
    pub const fn nets(&self) -> &PerAsset<Net> {
        &self.nets
    }

    /// The close as it travels: 16 bytes, and 32 per asset.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(wire::Close::length_for(self.nets.asset_count()));
        packed.extend_from_slice(&self.round.get().to_be_bytes());
        packed.extend_from_slice(&self.valid_until.get().to_be_bytes());
        pack::put_nets(&mut packed, &self.nets);
        packed
    }

    /// Reads a packed close.
    ///
    /// # Errors
    /// If it has no length that a close has, or is not valid.
    pub fn unpack(packed: &[u8]) -> Result<Self, Invalid> {
        let assets = pack::assets_in(packed.len(), wire::Close::length_for(0), 32);
        let close = assets.and_then(|assets| wire::Close::split(packed, assets));
        let (close, _) = close.ok_or(Invalid::Length {
            what: "a packed close",
            expected: "16 and 32 for each of 1 to 8 assets",
            found: packed.len(),
        })?;
        Self::new(close.round().into(), close.valid_until().into(), pack::nets(close.nets())?)
    }
}

/// The close before it is checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct Fields {
    round: Round,
    valid_until: Timestamp,
    nets: PerAsset<Net>,
}

read_as_object!(Fields);

impl TryFrom<Fields> for Close {
    type Error = Invalid;

    fn try_from(Fields { round, valid_until, nets }: Fields) -> Result<Self, Invalid> {
        Self::new(round, valid_until, nets)
    }
}
