//! A channel, and the calls of the contract that are about it, signed by whom they need.

use std::sync::Arc;

use adjudicator::{
    action::{
        Action, CloseMutual, CloseSolo, CloseSoloAsDelegate, Deposit, DepositById, Evaluate, ForceProgress,
        RevokeDelegations, Settle, Slash, SnapshotSolo, Withdraw,
    },
    eip712::Domain,
    signature::{Signature, SigningKey},
    types::{
        self, Amount, AppState, Asset, Bounty, ChannelId, Delegation, Epoch, Evidence, Invalid, Party, PartyAccounts,
        PerAsset, PerSide, Salt, Serial, Side, Signatures, StaleMargin, Step, Terms, Window,
    },
};
use alloy_primitives::{Address, B256};

use super::{
    agreed::{Agreed, DEPOSIT, Leaf, VALID_UNTIL},
    people::PAYEES,
};

/// A channel of one asset.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) asset: Asset,
    domain: Domain,
    signers: Arc<[SigningKey; 2]>,
    terms: Terms,
    id: ChannelId,
}

impl Channel {
    /// The seconds in which a close can be answered.
    pub(super) const WINDOW: u32 = 86_400;

    pub(super) fn new(
        domain: Domain,
        signers: &Arc<[SigningKey; 2]>,
        asset: Asset,
        salt: Salt,
    ) -> Result<Self, Invalid> {
        let accounts = |party: Party| PartyAccounts { signer: party.of(signers).address(), payee: *party.of(&PAYEES) };
        let terms = Terms::new(
            Party::BOTH.map(accounts),
            Window::new(Self::WINDOW)?,
            Bounty::MIN,
            StaleMargin::MIN,
            salt,
            PerAsset::new(vec![asset])?,
        )?;
        let id = terms.channel_id(&domain);
        Ok(Self { asset, domain, signers: Arc::clone(signers), terms, id })
    }

    /// The account that a party signs and sends with.
    pub(super) fn signer(&self, party: Party) -> Address {
        self.terms.accounts(party).signer
    }

    // Money in and out

    /// So much for party 0, by the terms.
    pub(super) fn deposit(&self, amount: u128) -> Result<Action, Invalid> {
        let side = Side::of(0, Party::Zero)?;
        Deposit::new(&self.terms, side, Amount::new(amount)?).map(Action::from)
    }

    /// The same for party 1, by the channel's id.
    pub(super) fn deposit_by_id(&self) -> Result<Action, Invalid> {
        Ok(DepositById::new(self.id, self.asset, Party::One, Amount::new(DEPOSIT)?).into())
    }

    /// So much for either payee.
    pub(super) fn withdraw(&self, amount: u128) -> Result<Action, Invalid> {
        let amounts = PerSide::new(vec![Amount::new(amount)?; 2])?;
        let message = types::Withdraw::new(Serial::MIN, amounts, PAYEES, VALID_UNTIL)?;
        let signatures = self.both_sign(message.digest(&self.domain, self.id));
        Withdraw::new(&self.terms, &message, signatures).map(Action::from)
    }

    // Evidence and closing

    pub(super) fn snapshot_solo(&self, agreed: Agreed) -> Result<Action, Invalid> {
        SnapshotSolo::new(&self.terms, &self.evidence(agreed)?).map(Action::from)
    }

    pub(super) fn slash(&self, agreed: Agreed) -> Result<Action, Invalid> {
        Slash::new(&self.terms, &self.evidence(agreed)?).map(Action::from)
    }

    pub(super) fn close_mutual(&self, agreed: Agreed) -> Result<Action, Invalid> {
        let close = agreed.close()?;
        let signatures = self.both_sign(close.digest(&self.domain, self.id));
        CloseMutual::new(&self.terms, &close, signatures).map(Action::from)
    }

    /// By party 0, whose own call counts as its agreement: only the peer's signature travels.
    pub(super) fn close_solo(&self, agreed: Agreed, consent: bool) -> Result<Action, Invalid> {
        let state = agreed.state()?;
        let signature = self.sign(Party::One, state.digest(&self.domain, self.id));
        let evidence = Evidence::Signed(state, Signatures::OfPeer(signature));
        CloseSolo::new(&self.terms, &evidence, consent).map(Action::from)
    }

    /// By a delegate of party 0.
    pub(super) fn close_solo_as_delegate(&self, agreed: Agreed, delegate: Address) -> Result<Action, Invalid> {
        let (party, epoch, min_round) = (Party::Zero, Epoch::MIN, agreed.round);
        let delegation = Delegation { party, delegate, epoch, min_round, valid_until: VALID_UNTIL };
        let signature = self.sign(party, delegation.digest(&self.domain, self.id));
        let evidence = self.evidence(agreed)?;
        CloseSoloAsDelegate::new(&self.terms, &evidence, &delegation, &signature).map(Action::from)
    }

    /// A party agrees to the recorded state.
    pub(super) fn consent(&self, agreed: Agreed) -> Result<Action, Invalid> {
        CloseSolo::new(&self.terms, &Evidence::Recorded(agreed.state()?), true).map(Action::from)
    }

    pub(super) fn settle(&self, agreed: Agreed) -> Result<Action, Invalid> {
        Settle::new(&self.terms, Some(&agreed.state()?)).map(Action::from)
    }

    pub(super) fn revoke_delegations(&self) -> Action {
        RevokeDelegations::new(&self.terms).into()
    }

    // Instances

    /// A step, signed by its mover if it is a party's.
    pub(super) fn force_progress(
        &self,
        agreed: Agreed,
        leaf: &Leaf,
        step: &Step,
        mover: Option<Party>,
    ) -> Result<Action, Invalid> {
        let state = agreed.with(leaf).state()?;
        let digest = step.digest(&self.domain, self.id, state.hash(self.id), leaf.instance.hash());
        let signature = mover.map(|party| self.sign(party, digest));
        let (evidence, shown) = (Evidence::Recorded(state), (&leaf.instance, &leaf.proof));
        ForceProgress::new(&self.terms, &evidence, shown, step, signature.as_ref()).map(Action::from)
    }

    pub(super) fn evaluate(&self, agreed: Agreed, leaf: &Leaf, app_state: &AppState) -> Result<Action, Invalid> {
        let (evidence, shown) = (Evidence::Recorded(agreed.with(leaf).state()?), (&leaf.instance, &leaf.proof));
        Evaluate::new(&self.terms, &evidence, shown, app_state).map(Action::from)
    }

    // Parts

    /// What shows the chain a state that both have signed.
    fn evidence(&self, agreed: Agreed) -> Result<Evidence, Invalid> {
        let state = agreed.state()?;
        let signatures = self.both_sign(state.digest(&self.domain, self.id));
        Ok(Evidence::Signed(state, signatures))
    }

    fn both_sign(&self, digest: B256) -> Signatures {
        Signatures::Both(Party::BOTH.map(|party| self.sign(party, digest)))
    }

    fn sign(&self, party: Party, digest: B256) -> Signature {
        party.of(&self.signers).sign(digest)
    }
}
