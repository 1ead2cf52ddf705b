//! What a dossier is asked.

use alloy_primitives::{Address, B256};

use super::{Dossier, Held, Item, Key, Kind};
use crate::{
    apps::Secret,
    signature::Signature,
    types::{
        Agreement, AppState, AppStateHash, Close, Delegation, FeedReading, HandSecret, Instance, InstanceHash,
        Instances, Party, PlacedStep, Preimage, Round, Signed, State, StateHash, Withdraw,
    },
};

/// An item of a known type, and what was found of its signatures.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry<'a, T> {
    /// What is kept.
    pub content: &'a T,
    /// The same with its key, and whose signatures are right.
    pub held: &'a Held,
}

impl<T> Clone for Entry<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Entry<'_, T> {}

impl<T> Entry<'_, T> {
    /// Its key.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.held.key()
    }
}

/// Lists the items of a kind.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident: $kind:ident($type:ty);)*) => {
        impl Dossier {
            $($(#[$doc])*
            pub fn $name(&self) -> impl DoubleEndedIterator<Item = Entry<'_, $type>> {
                self.range(Key::range(Kind::$kind, 0, u64::MAX)).filter_map(|held| match held.item() {
                    Item::$kind(content) => Some(Entry { content, held }),
                    _ => None,
                })
            })*
        }
    };
}

lists! {
    /// All app states.
    app_states: AppState(AppState);
    /// All states, the lowest round first, whoever has signed them.
    states: State(Agreement<State>);
    /// All closes, the lowest round first.
    closes: Close(Agreement<Close>);
    /// All withdrawals, the lowest serial first.
    withdrawals: Withdraw(Agreement<Withdraw>);
    /// All delegations, those by party 0 first.
    delegations: Delegation(Signed<Delegation>);
    /// All signed steps, the first ones of any instance first.
    steps: Step(PlacedStep);
    /// All preimages.
    preimages: Preimage(Preimage);
    /// All readings of stations, the oldest first.
    readings: Reading(FeedReading);
    /// All that a party hides from its peer.
    secrets: Secret(HandSecret);
}

impl Dossier {
    /// The state of the highest round that both parties have signed: what this party can always show.
    #[must_use]
    pub fn newest(&self) -> Option<Entry<'_, Agreement<State>>> {
        self.states().rev().find(|state| state.held.is_fully_signed())
    }

    /// Its round; round 0 if there is none.
    #[must_use]
    pub fn newest_round(&self) -> Round {
        self.newest().map_or(Round::MIN, |newest| newest.content.message.round())
    }

    /// The state of the highest round that a party has signed, whether or not its peer has.
    #[must_use]
    pub fn highest_of(&self, party: Party) -> Option<Entry<'_, Agreement<State>>> {
        self.states().rev().find(|state| state.held.is_signed_by(party))
    }

    /// The states above a round that a party has signed, the highest first: its peer may show any of them, also those that
    /// it has not shown yet to have signed.
    pub fn outstanding(&self, party: Party, above: Round) -> impl Iterator<Item = Entry<'_, Agreement<State>>> {
        let newer = self.states().rev().take_while(move |state| state.content.message.round() > above);
        newer.filter(move |state| state.held.is_signed_by(party))
    }

    /// The states of a round: more than one, and somebody may show either.
    pub fn states_of(&self, round: Round) -> impl Iterator<Item = Entry<'_, Agreement<State>>> {
        let of_round = self.range(Key::range(Kind::State, round.get(), round.get()));
        of_round.filter_map(|held| match held.item() {
            Item::State(content) => Some(Entry { content, held }),
            _ => None,
        })
    }

    /// The state with a hash of which the first 192 bits are these, as much as the chain keeps of it.
    #[must_use]
    pub fn state_recorded(&self, round: Round, hash: crate::Hash192) -> Option<Entry<'_, Agreement<State>>> {
        self.states_of(round).find(|state| state.key().hash.starts_with(hash.as_slice()))
    }

    /// The state with this hash.
    #[must_use]
    pub fn state(&self, round: Round, hash: StateHash) -> Option<Entry<'_, Agreement<State>>> {
        self.states_of(round).find(|state| state.key().hash == hash.get())
    }

    /// All instances of a state, if they are held. A state without instances has none, and that is always held.
    #[must_use]
    pub fn instances(&self, state: &State) -> Option<&[Instance]> {
        let hash = state.instances_root().get();
        if hash.is_zero() {
            return Some(&[]);
        }
        match self.get(&Key { kind: Kind::Instances, number: 0, hash })?.item() {
            Item::Instances(instances) => Some(Instances::as_slice(instances)),
            _ => None,
        }
    }

    /// The app state with this hash.
    #[must_use]
    pub fn app_state(&self, hash: AppStateHash) -> Option<&AppState> {
        match self.get(&Key { kind: Kind::AppState, number: 0, hash: hash.get() })?.item() {
            Item::AppState(app_state) => Some(app_state),
            _ => None,
        }
    }

    /// The app state with a hash of which the first 192 bits are these, as much as the chain keeps of it.
    #[must_use]
    pub fn app_state_recorded(&self, hash: crate::Hash192) -> Option<&AppState> {
        let end = |rest: u8| B256::from_slice(&[hash.as_slice(), &[rest; 8]].concat());
        let key = |hash| Key { kind: Kind::AppState, number: 0, hash };
        self.range(key(end(0))..=key(end(0xff))).find_map(|held| match held.item() {
            Item::AppState(app_state) => Some(app_state),
            _ => None,
        })
    }

    /// The signed steps of an instance on a base, in their order.
    pub fn steps_on(&self, base: StateHash, instance: InstanceHash) -> impl Iterator<Item = Entry<'_, PlacedStep>> {
        self.steps().filter(move |step| step.content.base == base && step.content.instance == instance)
    }

    /// The preimage of a lock's hash.
    #[must_use]
    pub fn preimage(&self, hash: B256) -> Option<Preimage> {
        match self.get(&Key { kind: Kind::Preimage, number: 0, hash })?.item() {
            Item::Preimage(preimage) => Some(*preimage),
            _ => None,
        }
    }

    /// What is hidden behind a commitment.
    #[must_use]
    pub fn secret(&self, commitment: B256) -> Option<Secret> {
        match self.get(&Key { kind: Kind::Secret, number: 0, hash: commitment })?.item() {
            Item::Secret(secret) => Some(secret.secret()),
            _ => None,
        }
    }

    /// Which oracles have signed that the goods of an escrow were delivered, with their signatures.
    pub fn deliveries(&self, app: Address, escrow_id: B256) -> impl Iterator<Item = (Address, &Signature)> {
        let all = self.range(Key::range(Kind::Delivery, 0, u64::MAX));
        all.filter_map(move |held| match held.item() {
            Item::Delivery(it) if it.app == app && it.escrow_id.get() == escrow_id => {
                Some((held.outsider()?, &it.signature))
            }
            _ => None,
        })
    }
}
