use serde::{Deserialize, Serialize};

use super::{AppState, Invalid, StepAction, StepNumber, object::serde_as_object};
use crate::{signature::Signature, wire};

/// One forced step of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct Step {
    /// 1 for the first step on this base.
    pub number: StepNumber,
    /// The app state that it starts from.
    pub app_state: AppState,
    /// What the app is given.
    pub action: StepAction,
}

serde_as_object!(Step);

impl Step {
    /// The step as it travels: number, both lengths, app state, action, and the mover's signature where there is one.
    #[must_use]
    pub fn pack(&self, signature: Option<&Signature>) -> Vec<u8> {
        let signature = signature.map(Signature::to_compact);
        let Self { number, app_state, action } = self;
        let lengths = [app_state.get(), action.get()].map(|bytes| length(bytes));
        [&[number.get()], lengths.as_flattened(), app_state.get(), action.get(), signature.as_slice().as_flattened()]
            .concat()
    }

    /// Reads a packed step, and the signature behind it.
    ///
    /// # Errors
    /// If it is too short for what it says, if either is not valid, or if anything else is behind it.
    pub fn unpack(packed: &[u8]) -> Result<(Self, Option<Signature>), Invalid> {
        let expected = "5, an app state, an action and a signature or none";
        let step =
            wire::Step::new(packed).ok_or(Invalid::Length { what: "a packed step", expected, found: packed.len() })?;
        let signature = match step.signature() {
            [] => None,
            signature => Some(Signature::from_bytes(signature)?),
        };
        let number = StepNumber::new(step.number())?;
        let app_state = AppState::new(step.app_state().to_vec())?;
        Ok((Self { number, app_state, action: StepAction::new(step.action().to_vec())? }, signature))
    }
}

/// The length of an app state or an action, which is at most 4096.
fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes()
}
