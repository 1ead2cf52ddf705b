use std::collections::BTreeSet;

use alloy_primitives::B256;

use crate::types::{
    Close, Delegation, Evidence, Identity, Instance, InstanceHash, InstanceId, Party, State, StateHash, Step, Withdraw,
};

/// What a party is about to sign, or to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The party.
    pub party: Party,
    /// What it is.
    pub draft: Draft,
}

/// A message without signatures, with what it takes to judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Draft {
    /// A state.
    State {
        /// What is signed.
        state: State,
        /// Its instances, in the order of their leaves; may be left out if the dossier holds them.
        instances: Vec<Instance>,
        /// Which of the instances that were touched on the recorded state are resolved by the nets.
        resolved: BTreeSet<InstanceId>,
    },
    /// A close.
    Close(Close),
    /// A withdrawal.
    Withdraw(Withdraw),
    /// A delegation.
    Delegation(Delegation),
    /// A step, on this state and instance.
    Step {
        /// The hash of the state.
        base: StateHash,
        /// The hash of the instance.
        instance: InstanceHash,
        /// What is signed.
        step: Step,
    },
    /// A one-sided close with this evidence: it is sent, not signed.
    CloseSolo(Evidence),
}

impl Draft {
    /// A state whose instances the dossier holds, and which resolves none.
    #[must_use]
    pub const fn state(state: State) -> Self {
        Self::State { state, instances: Vec::new(), resolved: BTreeSet::new() }
    }

    /// What is signed of it in a channel; nothing of what is sent and not signed.
    #[must_use]
    pub fn digest(&self, identity: &Identity) -> Option<B256> {
        let (domain, id) = (identity.domain(), identity.channel_id());
        match self {
            Self::State { state, .. } => Some(state.digest(domain, id)),
            Self::Close(close) => Some(close.digest(domain, id)),
            Self::Withdraw(withdraw) => Some(withdraw.digest(domain, id)),
            Self::Delegation(delegation) => Some(delegation.digest(domain, id)),
            Self::Step { base, instance, step } => Some(step.digest(domain, id, *base, *instance)),
            Self::CloseSolo(_) => None,
        }
    }

    /// It, as a party's proposal.
    #[must_use]
    pub const fn by(self, party: Party) -> Proposal {
        Proposal { party, draft: self }
    }
}
