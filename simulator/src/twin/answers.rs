//! What the contract returned to those who called it.

use adjudicator::{Deployment, abi::ChannelManager};
use alloy_primitives::{B256, U256};
use alloy_sol_types::{SolCall, SolInterface};

use super::of_itself;
use crate::world::Call;

type Calls = ChannelManager::ChannelManagerCalls;

/// Whether a call that was not refused returned what it should: an operation nothing, a multicall which of its calls went
/// through, a getter what it is named for. `word` tells the words of storage, as far as they are known.
pub(super) fn same_answer(
    call: &Call,
    deployment: &Deployment,
    word: &dyn Fn(U256) -> Option<U256>,
) -> Result<(), String> {
    if !call.is_success {
        return Ok(());
    }
    let domain = &deployment.domain;
    let expected = match Calls::abi_decode(&call.data) {
        Ok(Calls::domainSeparator(_)) => ChannelManager::domainSeparatorCall::abi_encode_returns(&domain.separator()),
        Ok(Calls::windowBounds(_)) => {
            let [min, max] = [deployment.min_window, deployment.max_window].map(U256::from);
            ChannelManager::windowBoundsCall::abi_encode_returns(&(min, max).into())
        }
        Ok(Calls::channelIdOf(asked)) => {
            ChannelManager::channelIdOfCall::abi_encode_returns(&domain.channel_id(&asked.terms))
        }
        Ok(Calls::multicall(_)) => {
            let succeeded: Vec<bool> = of_itself(call).map(|within| within.is_success).collect();
            ChannelManager::multicallCall::abi_encode_returns(&succeeded)
        }
        Ok(Calls::load(asked)) => return same_words(call, &asked.slots, word),
        Ok(_) => Vec::new(),
        // A call that the bindings do not read was compared by what it did.
        Err(_) => return Ok(()),
    };
    if call.output == expected {
        return Ok(());
    }
    let expected = alloy_primitives::hex::encode_prefixed(expected);
    Err(format!("the contract returns {}, and by the rules it is {expected}", call.output))
}

/// Whether `load` told the words that are stored.
fn same_words(call: &Call, slots: &[B256], word: &dyn Fn(U256) -> Option<U256>) -> Result<(), String> {
    let words = ChannelManager::loadCall::abi_decode_returns(&call.output).unwrap_or_default();
    if words.len() != slots.len() {
        return Err(format!("the contract tells {} words of the {} that it is asked for", words.len(), slots.len()));
    }
    for (slot, told) in slots.iter().zip(words) {
        let stored = word((*slot).into()).map(B256::from);
        if let Some(stored) = stored.filter(|stored| *stored != told) {
            return Err(format!("the contract tells {told} where it has stored {stored}"));
        }
    }
    Ok(())
}
