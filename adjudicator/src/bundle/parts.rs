//! A call taken apart: what it shows, and what of that is signed.

use alloy_primitives::Bytes;

use super::{Hashes, Message};
use crate::{
    action::{Action, CloseSolo, CloseSoloAsDelegate, Evaluate, ForceProgress, Settle, Slash, SnapshotSolo},
    eip712,
    evidence::{Draft, Item},
    signature::Signature,
    types::{
        Agreement, Amount, AppState, Close, Delegation, Identity, Instance, InstanceHash, Net, Party, PlacedStep,
        Signed, State, StateHash, Step, Withdraw,
    },
};

/// What a call shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) state: Option<Agreement<State>>,
    pub(super) close: Option<Agreement<Close>>,
    pub(super) withdraw: Option<Agreement<Withdraw>>,
    pub(super) delegation: Option<Signed<Delegation>>,
    pub(super) instance: Option<Instance>,
    pub(super) step: Option<(Step, Option<Signature>)>,
    pub(super) app_state: Option<AppState>,
}

impl Parts {
    /// As items of a dossier.
    pub(super) fn items(&self, identity: &Identity) -> Vec<Item> {
        let step = self.placed(identity).and_then(|(base, instance, step, signature)| {
            let step = Signed { message: step.clone(), signature: signature? };
            Some(PlacedStep { base, instance, step })
        });
        let items = [
            self.app_state.clone().map(Item::from),
            self.state.clone().map(Item::from),
            self.close.clone().map(Item::from),
            self.withdraw.clone().map(Item::from),
            self.delegation.clone().map(Item::from),
            step.map(Item::from),
        ];
        items.into_iter().flatten().collect()
    }

    /// Each message that is signed or may be, and party 0's and party 1's signature where they are told apart. A step has a
    /// mover, which is either of them.
    pub(super) fn messages(&self, identity: &Identity) -> Vec<(Hashes, [Option<Signature>; 2])> {
        let (domain, id) = (identity.domain(), identity.channel_id());
        let hashes = |message, struct_hash| Hashes::new(domain, message, struct_hash);
        let state = self.state.as_ref().map(|it| (hashes(Message::State, it.message.hash(id).get()), it.signatures));
        let close = self.close.as_ref().map(|it| {
            let nets = it.message.nets().as_slice().iter().copied().map(Net::get);
            let (round, valid_until) = (it.message.round().get(), it.message.valid_until().get());
            (hashes(Message::Close, eip712::close_hash(id.get(), round, nets, valid_until)), it.signatures)
        });
        let withdraw = self.withdraw.as_ref().map(|it| {
            let amounts = it.message.amounts().as_slice().iter().copied().map(Amount::to_word);
            let (serial, valid_until) = (it.message.serial().get(), it.message.valid_until().get());
            let hash = eip712::withdraw_hash(id.get(), serial, amounts, it.message.recipients(), valid_until);
            (hashes(Message::Withdraw, hash), it.signatures)
        });
        let delegation = self.delegation.as_ref().map(|Signed { message: it, signature }| {
            let (epoch, min_round, valid_until) = (it.epoch.get(), it.min_round.get(), it.valid_until.get());
            let party = it.party.get();
            let hash = eip712::delegation_hash(id.get(), party, it.delegate, epoch, min_round, valid_until);
            let of = |party| (it.party == party).then_some(*signature);
            (hashes(Message::Delegation, hash), Party::BOTH.map(of))
        });
        let step = self.placed(identity).map(|(base, instance, step, signature)| {
            let (app_state, action) = (step.app_state.hash().get(), step.action.get());
            let hash = eip712::step_hash(id.get(), base.get(), instance.get(), step.number.get(), app_state, action);
            (hashes(Message::Step, hash), [signature; 2])
        });
        [state, close, withdraw, delegation, step].into_iter().flatten().collect()
    }

    /// A message, as what a party is about to sign.
    pub(super) fn draft(&self, identity: &Identity, message: Message) -> Option<Draft> {
        match message {
            Message::State => self.state.as_ref().map(|it| Draft::state(it.message.clone())),
            Message::Close => self.close.as_ref().map(|it| Draft::Close(it.message.clone())),
            Message::Withdraw => self.withdraw.as_ref().map(|it| Draft::Withdraw(it.message.clone())),
            Message::Delegation => self.delegation.as_ref().map(|it| Draft::Delegation(it.message)),
            Message::Step => {
                let (base, instance, step, _) = self.placed(identity)?;
                Some(Draft::Step { base, instance, step: step.clone() })
            }
        }
    }

    /// Gives a message a party's signature.
    pub(super) fn give(&mut self, message: Message, party: Party, signature: Signature) {
        let both = match message {
            Message::State => self.state.as_mut().map(|it| &mut it.signatures),
            Message::Close => self.close.as_mut().map(|it| &mut it.signatures),
            Message::Withdraw => self.withdraw.as_mut().map(|it| &mut it.signatures),
            Message::Delegation => None,
            Message::Step => {
                self.step.iter_mut().for_each(|(_, place)| *place = Some(signature));
                None
            }
        };
        if let Some([zero, one]) = both {
            *(if party == Party::Zero { zero } else { one }) = Some(signature);
        }
    }

    /// Writes the signatures into the call that this was taken from.
    pub(super) fn put_into(&self, action: &mut Action) {
        let joined = |message: Vec<u8>, signatures: &_| Bytes::from([message, pack(signatures)].concat());
        if let Some((evidence, state)) = evidence_mut(action).zip(self.state.as_ref()) {
            *evidence = joined(state.message.pack(), &state.signatures);
        }
        match action {
            Action::CloseMutual(call) => {
                let close = self.close.as_ref();
                call.close = close.map(|it| joined(it.message.pack(), &it.signatures)).unwrap_or_default();
            }
            Action::Withdraw(call) => {
                let withdraw = self.withdraw.as_ref();
                call.signatures = withdraw.map(|it| pack(&it.signatures).into()).unwrap_or_default();
            }
            Action::ForceProgress(call) => {
                let step = self.step.as_ref();
                call.step = step.map(|(step, signature)| step.pack(signature.as_ref()).into()).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// The step, with what it is made on.
    fn placed(&self, identity: &Identity) -> Option<(StateHash, InstanceHash, &Step, Option<Signature>)> {
        let (step, signature) = self.step.as_ref()?;
        let base = self.state.as_ref().map_or(StateHash::ROUND_0, |it| it.message.hash(identity.channel_id()));
        Some((base, self.instance.as_ref()?.hash(), step, *signature))
    }
}

/// What a single call shows as evidence: a packed state, and signatures behind it.
pub(super) fn evidence_mut(action: &mut Action) -> Option<&mut Bytes> {
    match action {
        Action::SnapshotSolo(SnapshotSolo { evidence, .. })
        | Action::Slash(Slash { evidence, .. })
        | Action::CloseSolo(CloseSolo { evidence, .. })
        | Action::CloseSoloAsDelegate(CloseSoloAsDelegate { evidence, .. })
        | Action::ForceProgress(ForceProgress { evidence, .. })
        | Action::Evaluate(Evaluate { evidence, .. })
        | Action::Settle(Settle { state: evidence, .. }) => Some(evidence),
        _ => None,
    }
}

fn pack(signatures: &[Option<Signature>; 2]) -> Vec<u8> {
    signatures.iter().flatten().flat_map(Signature::to_compact).collect()
}
