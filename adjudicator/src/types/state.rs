use serde::{Deserialize, Serialize};

use super::{InstancesRoot, Invalid, Net, PerAsset, Round, object::read_as_object, pack};
use crate::wire;

/// A state that both parties sign.
///
/// Round 0 is none of them: it is implicit, has no nets, no instances and no signature, and travels as nothing at all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct State {
    round: Round,
    instances_root: InstancesRoot,
    nets: PerAsset<Net>,
}

impl State {
    /// Checks a state.
    ///
    /// # Errors
    /// If the round or a net is not recordable.
    pub fn new(round: Round, instances_root: InstancesRoot, nets: PerAsset<Net>) -> Result<Self, Invalid> {
        if !round.is_recordable() {
            return Err(Invalid::out_of_range("the round of a state,", 1, Round::MAX_RECORDABLE, round));
        }
        match nets.as_slice().iter().find(|net| !net.is_recordable()) {
            Some(net) => Err(Invalid::out_of_range("a state's net of", Net::MIN_RECORDABLE, Net::MAX_RECORDABLE, net)),
            None => Ok(Self { round, instances_root, nets }),
        }
    }

    /// The number of the state; from 1 on.
    #[must_use]
    pub const fn round(&self) -> Round {
        self.round
    }

    /// The root of the running instances.
    #[must_use]
    pub const fn instances_root(&self) -> InstancesRoot {
        self.instances_root
    }

    /// Per asset, what party 0 has transferred to party 1 so far.
    #[must_use]
    pub const fn nets(&self) -> &PerAsset<Net> {
        &self.nets
    }

    /// The state as it travels: 40 bytes, and 32 per asset.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(wire::State::length_for(self.nets.asset_count()));
        packed.extend_from_slice(&self.round.get().to_be_bytes());
        packed.extend_from_slice(self.instances_root.get().as_slice());
        pack::put_nets(&mut packed, &self.nets);
        packed
    }

    /// Reads a packed state.
    ///
    /// # Errors
    /// If it has no length that a state has, or is not valid.
    pub fn unpack(packed: &[u8]) -> Result<Self, Invalid> {
        let assets = pack::assets_in(packed.len(), wire::State::length_for(0), 32);
        let state = assets.and_then(|assets| wire::State::split(packed, assets));
        let (state, _) = state.ok_or(Invalid::Length {
            what: "a packed state",
            expected: "40 and 32 for each of 1 to 8 assets",
            found: packed.len(),
        })?;
        Self::new(state.round().into(), state.instances_root().into(), pack::nets(state.nets())?)
    }
}

/// The state before it is checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct Fields {
    round: Round,
    instances_root: InstancesRoot,
    nets: PerAsset<Net>,
}

read_as_object!(Fields);

impl TryFrom<Fields> for State {
    type Error = Invalid;

    fn try_from(Fields { round, instances_root, nets }: Fields) -> Result<Self, Invalid> {
        Self::new(round, instances_root, nets)
    }
}
