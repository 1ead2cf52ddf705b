//! The messages as the EIP-712 structs that they are.

use alloy_primitives::{B256, U256};
use alloy_sol_types::{Eip712Domain, sol};

use crate::{
    eip712::Domain,
    types::{self, InstanceHash, StateHash},
};

sol! {
    struct State { bytes32 channelId; uint64 round; int256[] nets; bytes32 instancesRoot; }
    struct Close { bytes32 channelId; uint64 round; int256[] nets; uint64 validUntil; }
    struct Withdraw {
        bytes32 channelId;
        uint64 serial;
        uint256[] amounts;
        address recipient0;
        address recipient1;
        uint64 validUntil;
    }
    struct Delegation {
        bytes32 channelId;
        uint8 party;
        address delegate;
        uint64 epoch;
        uint64 minRound;
        uint64 validUntil;
    }
    struct Step {
        bytes32 channelId;
        bytes32 stateHash;
        bytes32 instanceHash;
        uint8 number;
        bytes32 appStateHash;
        bytes action;
    }
}

pub(super) fn domain(domain: &Domain) -> Eip712Domain {
    let (name, version) = ("Recourse".into(), "1".into());
    Eip712Domain::new(Some(name), Some(version), Some(domain.chain_id()), Some(domain.manager()), None)
}

pub(super) fn state(id: B256, state: &types::State) -> State {
    let nets = state.nets().as_slice().iter().map(|net| net.get()).collect();
    State { channelId: id, round: state.round().get(), nets, instancesRoot: state.instances_root().get() }
}

pub(super) fn close(id: B256, close: &types::Close) -> Close {
    let nets = close.nets().as_slice().iter().map(|net| net.get()).collect();
    Close { channelId: id, round: close.round().get(), nets, validUntil: close.valid_until().get() }
}

pub(super) fn withdraw(id: B256, withdraw: &types::Withdraw) -> Withdraw {
    let amounts: Vec<U256> = withdraw.amounts().as_slice().iter().map(|amount| amount.to_word()).collect();
    let [recipient0, recipient1] = *withdraw.recipients();
    let (serial, valid_until) = (withdraw.serial().get(), withdraw.valid_until().get());
    Withdraw { channelId: id, serial, amounts, recipient0, recipient1, validUntil: valid_until }
}

pub(super) fn delegation(id: B256, delegation: &types::Delegation) -> Delegation {
    let types::Delegation { party, delegate, epoch, min_round, valid_until } = *delegation;
    Delegation {
        channelId: id,
        party: party.get(),
        delegate,
        epoch: epoch.get(),
        minRound: min_round.get(),
        validUntil: valid_until.get(),
    }
}

pub(super) fn step(id: B256, base: StateHash, instance: InstanceHash, step: &types::Step) -> Step {
    Step {
        channelId: id,
        stateHash: base.get(),
        instanceHash: instance.get(),
        number: step.number.get(),
        appStateHash: step.app_state.hash().get(),
        action: step.action.get().to_vec().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use alloy_sol_types::SolStruct;

    use super::*;
    use crate::types::{ChannelId, Document, Identity, PlacedStep, document::Content};

    fn example<T: Content>(name: &str) -> T {
        let path = format!("{}/../tests/examples/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str::<Document<T>>(&fs::read_to_string(path).unwrap()).unwrap().0
    }

    /// What the device signs is what the contract checks.
    #[test]
    fn each_message_has_the_hash_that_the_contract_computes() {
        let identity: Identity = example("channel");
        let (ours, id): (_, ChannelId) = (*identity.domain(), identity.channel_id());
        let theirs = domain(&ours);
        assert_eq!(theirs.separator(), ours.separator());
        let id32 = id.get();
        let state: types::State = example("state");
        assert_eq!(super::state(id32, &state).eip712_signing_hash(&theirs), state.digest(&ours, id));
        let close: types::Close = example("close");
        assert_eq!(super::close(id32, &close).eip712_signing_hash(&theirs), close.digest(&ours, id));
        let withdraw: types::Withdraw = example("withdraw");
        assert_eq!(super::withdraw(id32, &withdraw).eip712_signing_hash(&theirs), withdraw.digest(&ours, id));
        let delegation: types::Delegation = example("delegation");
        assert_eq!(super::delegation(id32, &delegation).eip712_signing_hash(&theirs), delegation.digest(&ours, id));
        let PlacedStep { base, instance, step } = example("placed-step");
        let step = step.message;
        let expected = step.digest(&ours, id, base, instance);
        assert_eq!(super::step(id32, base, instance, &step).eip712_signing_hash(&theirs), expected);
    }
}
