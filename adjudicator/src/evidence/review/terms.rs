//! Where the channel is, whether it lives, and its terms.

use alloy_primitives::keccak256;

use super::Review;
use crate::{
    evidence::Code,
    rules::MAX_TIME,
    types::{Party, PartyAccounts},
};

/// What code begins with by which an account delegates to other code (EIP-7702).
const DELEGATED: [u8; 3] = [0xef, 0x01, 0x00];

impl Review<'_> {
    /// The evidence is for the chain and the contract that are looked at.
    pub(in crate::evidence) fn place(&mut self) {
        let (here, there) = (self.dossier.identity().domain(), &self.view.deployment.domain);
        if here.chain_id() != there.chain_id() {
            let found =
                format!("evidence for chain {}, where the contract is on {}", here.chain_id(), there.chain_id());
            self.find(Code::OtherChain, [], found);
        }
        if here.manager() != there.manager() {
            let found = format!("evidence for the contract {}, where {} is asked", here.manager(), there.manager());
            self.find(Code::OtherContract, [], found);
        }
    }

    /// The channel is not closed.
    pub(in crate::evidence) fn alive(&mut self) {
        if self.view.latest.channel.is_closed {
            let found = format!("the channel {} is closed for ever", self.dossier.identity().channel_id());
            self.find(Code::ChannelClosed, [], found);
        }
    }

    /// The terms are such that money is safe under them.
    pub(in crate::evidence) fn terms(&mut self) {
        let (terms, deployment) = (self.dossier.identity().terms(), &self.view.deployment);
        let (window, now) = (u64::from(terms.window().get()), self.view.latest.now);
        let (least, greatest) = (deployment.min_window, deployment.max_window);
        if window < self.policy.min_window {
            let found = format!("a window of {window} s, where at least {} s are asked for", self.policy.min_window);
            self.find(Code::WindowShort, [], found);
        }
        if !(least..=greatest).contains(&window) {
            let found = format!("a window of {window} s, where the contract takes {least} to {greatest}");
            self.find(Code::WindowOutOfBounds, [], found);
        }
        if now.saturating_add(window) > MAX_TIME {
            let found = format!("a window that ends at {}, after {MAX_TIME}", now.saturating_add(window));
            self.find(Code::TimeUnstorable, [], found);
        }
        for asset in terms.assets().as_slice().iter().filter(|asset| self.policy.awkward.contains(asset)) {
            self.find(Code::TokenAwkward, [], format!("the token {asset} is on the awkward list"));
        }
        Party::BOTH.into_iter().for_each(|party| self.accounts(party));
    }

    fn accounts(&mut self, party: Party) {
        let PartyAccounts { signer, payee } = *self.dossier.identity().terms().accounts(party);
        if payee == self.view.deployment.domain.manager() {
            self.find(Code::PayeeIsManager, [], format!("party {party}'s payee is the contract {payee} itself"));
        }
        let codes = &self.view.codes;
        let unknown = |account| codes.get(account).filter(|code| !self.policy.codes.contains(&keccak256(code)));
        let has_code = unknown(&payee).is_some_and(|code| !code.is_empty());
        let acting = unknown(&signer).filter(|code| !code.is_empty()).map(|code| code.starts_with(&DELEGATED));
        if has_code {
            self.find(Code::PayeeHasCode, [], format!("party {party}'s payee {payee} has code that is not accepted"));
        }
        if let Some(is_delegated) = acting {
            let what = if is_delegated { "delegates to code (EIP-7702)" } else { "has code" };
            self.find(Code::SignerHasCode, [], format!("party {party}'s signer {signer} {what} that is not accepted"));
        }
    }
}
