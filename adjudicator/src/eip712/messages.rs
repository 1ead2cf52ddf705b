//! The hashes of what is valid by construction.

use alloy_primitives::B256;

use super::{Domain, close_hash, delegation_hash, instance_hash, state_hash, step_hash, withdraw_hash};
use crate::types::{
    Amount, ChannelId, Close, Delegation, Instance, InstanceHash, Net, State, StateHash, Step, Terms, Withdraw,
};

impl Terms {
    /// The id of the channel with these terms.
    #[must_use]
    pub fn channel_id(&self, domain: &Domain) -> ChannelId {
        domain.channel_id(&self.pack()).into()
    }
}

impl State {
    /// The hash by which the contract knows the state.
    #[must_use]
    pub fn hash(&self, channel_id: ChannelId) -> StateHash {
        let nets = self.nets().as_slice().iter().copied().map(Net::get);
        state_hash(channel_id.get(), self.round().get(), nets, self.instances_root().get()).into()
    }

    /// What both parties sign.
    #[must_use]
    pub fn digest(&self, domain: &Domain, channel_id: ChannelId) -> B256 {
        domain.digest(self.hash(channel_id).get())
    }
}

impl Close {
    /// What both parties sign.
    #[must_use]
    pub fn digest(&self, domain: &Domain, channel_id: ChannelId) -> B256 {
        let nets = self.nets().as_slice().iter().copied().map(Net::get);
        domain.digest(close_hash(channel_id.get(), self.round().get(), nets, self.valid_until().get()))
    }
}

impl Withdraw {
    /// What both parties sign.
    #[must_use]
    pub fn digest(&self, domain: &Domain, channel_id: ChannelId) -> B256 {
        let amounts = self.amounts().as_slice().iter().copied().map(Amount::to_word);
        let (serial, valid_until) = (self.serial().get(), self.valid_until().get());
        domain.digest(withdraw_hash(channel_id.get(), serial, amounts, self.recipients(), valid_until))
    }
}

impl Delegation {
    /// What the party signs.
    #[must_use]
    pub fn digest(&self, domain: &Domain, channel_id: ChannelId) -> B256 {
        let Self { party, delegate, epoch, min_round, valid_until } = *self;
        let (epoch, min_round, valid_until) = (epoch.get(), min_round.get(), valid_until.get());
        domain.digest(delegation_hash(channel_id.get(), party.get(), delegate, epoch, min_round, valid_until))
    }
}

impl Instance {
    /// Its leaf in the tree under a state's root.
    #[must_use]
    pub fn hash(&self) -> InstanceHash {
        instance_hash(&self.pack()).into()
    }
}

impl Step {
    /// What the mover signs: for this instance on this base, and nowhere else.
    #[must_use]
    pub fn digest(&self, domain: &Domain, channel_id: ChannelId, base: StateHash, instance: InstanceHash) -> B256 {
        let Self { number, app_state, action } = self;
        let app_state_hash = app_state.hash().get();
        let (channel_id, base, instance) = (channel_id.get(), base.get(), instance.get());
        domain.digest(step_hash(channel_id, base, instance, number.get(), app_state_hash, action.get()))
    }
}
