use serde::{Deserialize, Serialize};

use super::{InstanceHash, Signed, StateHash, Step, object::serde_as_object};

/// A signed step with what its signature is bound to besides the channel: the state and the instance that it is made on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct PlacedStep {
    /// The hash of the state.
    pub base: StateHash,
    /// The hash of the instance.
    pub instance: InstanceHash,
    /// The step, signed by the mover.
    pub step: Signed<Step>,
}

serde_as_object!(PlacedStep);
