//! What came of the calls that tokens and payees made while they moved money.

use std::collections::BTreeMap;

use adjudicator::abi::ChannelManager::ChannelManagerErrors;
use alloy_primitives::hex;
use alloy_sol_types::SolCall;

use super::{FailureKind, Play};
use crate::{
    actors::ScriptedPayee::rememberedCall,
    scenario::{Name, Path},
    stage::Wrong,
};

impl Play {
    /// Whether each was answered as a scenario says.
    pub(super) fn check_called_back(
        &mut self,
        expected: Option<&BTreeMap<Name, Name>>,
        path: &Path,
    ) -> Result<(), Wrong> {
        for (actor, expected) in expected.into_iter().flatten() {
            let path = path.field(actor);
            let found = self.called_back(actor, &path)?;
            if *expected != found {
                let what = format!("called_back.{actor}: {expected} is expected, and it is {found}");
                self.fail(&path, FailureKind::Expectation, what);
            }
        }
        Ok(())
    }

    /// The error by which the last call was refused; or that one was accepted, or that there was none.
    fn called_back(&mut self, actor: &str, path: &Path) -> Result<String, Wrong> {
        let address = self.stage.token(actor, path).or_else(|_| self.stage.actor(actor, path))?;
        let answer = self.node.world_mut().ask(address, address, rememberedCall {}.abi_encode().into());
        let remembered = answer.and_then(|answer| rememberedCall::abi_decode_returns(&answer).ok());
        let remembered = remembered.ok_or_else(|| Wrong::new(path, format!("`{actor}` calls nobody back")))?;
        Ok(match (remembered.calls, remembered.successes) {
            (0, _) => "never".into(),
            (_, 0) => ChannelManagerErrors::name_by_selector(remembered.answer.0)
                .map_or_else(|| hex::encode_prefixed(remembered.answer), str::to_owned),
            _ => "accepted".into(),
        })
    }
}
