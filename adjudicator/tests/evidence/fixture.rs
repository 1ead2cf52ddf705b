//! Alice is party 0, Bob party 1; both have put in 30 of the native coin.

use adjudicator::{
    eip712::Domain,
    evidence::{Dossier, Item},
    signature::SigningKey,
    types::{
        Agreement, Asset, Bounty, Identity, Instances, InstancesRoot, Joint, Net, Party, PartyAccounts, PerAsset,
        Round, Salt, StaleMargin, State, Terms, Window,
    },
};
use alloy_primitives::{Address, B256, I256, U256};

/// The window of the terms, in seconds.
pub(crate) const WINDOW: u32 = 86_400;

/// Alice's key, Bob's, and that of somebody else.
pub(crate) fn keys() -> [SigningKey; 3] {
    [1, 2, 3].map(|number| SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap())
}

pub(crate) fn domain() -> Domain {
    Domain::new(U256::from(31_337), Address::repeat_byte(0xcc))
}

pub(crate) fn terms_with(bounty: u128, window: u32, salt: u64) -> Terms {
    let [alice, bob, _] = keys();
    let accounts =
        |key: &SigningKey, payee| PartyAccounts { signer: key.address(), payee: Address::repeat_byte(payee) };
    Terms::new(
        [accounts(&alice, 0xa1), accounts(&bob, 0xb1)],
        Window::new(window).unwrap(),
        Bounty::new(bounty).unwrap(),
        StaleMargin::new(if bounty == 0 { 0 } else { 3 }),
        Salt::new(salt),
        PerAsset::new(vec![Asset::NATIVE]).unwrap(),
    )
    .unwrap()
}

pub(crate) fn identity() -> Identity {
    Identity::new(domain(), terms_with(0, WINDOW, 1))
}

pub(crate) fn nets(net: i64) -> PerAsset<Net> {
    PerAsset::new(vec![Net::new(I256::unchecked_from(net))]).unwrap()
}

/// A state without instances.
pub(crate) fn state(round: u64, net: i64) -> State {
    State::new(Round::new(round), InstancesRoot::NONE, nets(net)).unwrap()
}

/// A state with instances.
pub(crate) fn state_with(round: u64, net: i64, instances: &Instances) -> State {
    State::new(Round::new(round), instances.root(), nets(net)).unwrap()
}

/// A message signed by these parties.
pub(crate) fn signed_in<T: Joint>(identity: &Identity, message: T, by: &[Party]) -> Agreement<T> {
    let digest = message.digest(identity.domain(), identity.channel_id());
    let keys = keys();
    let sign = |party: Party| by.contains(&party).then(|| keys[usize::from(party.get())].sign(digest));
    Agreement { message, signatures: Party::BOTH.map(sign) }
}

pub(crate) fn signed<T: Joint>(message: T, by: &[Party]) -> Agreement<T> {
    signed_in(&identity(), message, by)
}

pub(crate) fn both<T: Joint>(message: T) -> Agreement<T> {
    signed(message, &Party::BOTH)
}

/// A dossier of these items.
pub(crate) fn dossier(items: impl IntoIterator<Item = Item>) -> Dossier {
    let mut dossier = Dossier::new(identity());
    items.into_iter().for_each(|item| assert!(dossier.add(item)));
    dossier
}
