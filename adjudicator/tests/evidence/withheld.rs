//! Whatever the peer withholds and uses later, in whatever order: who signs only what she may is paid what the message that
//! ends the channel says, in full. The contract's twin plays the chain.

use std::collections::BTreeMap;

use adjudicator::{
    Deployment, Effect, Manager, Position, Submission, Transition, Turn, Willing, World,
    action::{Action, CloseMutual, CloseSolo, Deposit, Settle, Withdraw as WithdrawCall},
    evidence::{Draft, may_sign},
    types::{
        Agreement, Amount, Close, Evidence, Party, PerSide, Round, Serial, Side, Signatures, State, Timestamp, Withdraw,
    },
};
use alloy_primitives::{Address, B256, U256};
use proptest::{
    collection::vec,
    prelude::{Strategy, any, prop_assert_eq, prop_assume, proptest},
    prop_oneof,
    sample::Index,
};

use crate::{
    fixture::{WINDOW, both, identity, keys, nets, signed, state},
    scene::{NOW, Scene, draft_of},
};

const SOON: u64 = NOW + 600;

/// What Bob proposes, and whether he gives his signature, too.
#[derive(Debug, Clone)]
struct Offer {
    what: What,
    is_given: bool,
}

#[derive(Debug, Clone)]
enum What {
    State { skipped: u64, net: i64 },
    Close { net: i64 },
    Withdraw { serial: u64, amounts: [u128; 2] },
}

fn offer() -> impl Strategy<Value = Offer> {
    let state = (0..2_u64, -35..35_i64).prop_map(|(skipped, net)| What::State { skipped, net });
    let close = (-35..35_i64).prop_map(|net| What::Close { net });
    let amounts = [0..20_u128, 0..20_u128];
    let withdraw = (0..3_u64, amounts).prop_map(|(serial, amounts)| What::Withdraw { serial, amounts });
    (prop_oneof![4 => state, 1 => close, 3 => withdraw], any::<bool>())
        .prop_map(|(what, is_given)| Offer { what, is_given })
}

/// What Alice has signed, all of which Bob can use.
#[derive(Default)]
struct Signed {
    states: Vec<State>,
    closes: Vec<Close>,
    withdrawals: Vec<Withdraw>,
}

/// Alice signs what she may.
fn lead(offers: &[Offer]) -> (Scene, Signed) {
    let (mut scene, mut used) = (Scene::new(), Signed::default());
    let mut round = 0;
    for Offer { what, is_given } in offers {
        let by: &[Party] = if *is_given { &Party::BOTH } else { &[Party::Zero] };
        let may = |draft: Draft| may_sign(&scene.dossier, &scene.view, &scene.policy, &draft.by(Party::Zero)).is_ok();
        match *what {
            What::State { skipped, net } => {
                let message = state(round + 1 + skipped, net);
                if may(draft_of(message.clone())) {
                    round = message.round().get();
                    scene = scene.with(signed(message.clone(), by));
                    used.states.push(message);
                }
            }
            What::Close { net } => {
                let message = Close::new(Round::new(round + 1), Timestamp::new(SOON), nets(net)).unwrap();
                if may(Draft::Close(message.clone())) {
                    round += 1;
                    scene = scene.with(signed(message.clone(), by));
                    used.closes.push(message);
                }
            }
            What::Withdraw { serial, amounts } => {
                let amounts = PerSide::new(amounts.map(|amount| Amount::new(amount).unwrap()).to_vec()).unwrap();
                let recipients = [0xa1, 0xb1].map(Address::repeat_byte);
                let serial = Serial::new(serial).unwrap();
                let Ok(message) = Withdraw::new(serial, amounts, recipients, Timestamp::new(SOON)) else { continue };
                if may(Draft::Withdraw(message.clone())) {
                    scene = scene.with(signed(message.clone(), by));
                    used.withdrawals.push(message);
                }
            }
        }
    }
    (scene, used)
}

proptest! {
    #[test]
    fn what_was_promised_is_paid_in_full(offers in vec(offer(), 1..10), picks in vec(any::<Index>(), 4), end in any::<Index>()) {
        let (scene, used) = lead(&offers);
        // Alice answers with the newest that both have signed, so Bob ends with that or with what is above it.
        let newest = scene.dossier.newest_round();
        let mut ends: Vec<(i64, Option<State>, Option<Close>)> = Vec::new();
        for state in used.states.iter().filter(|state| state.round() >= newest) {
            ends.push((net_of(state.nets().as_slice()), Some(state.clone()), None));
        }
        for close in &used.closes {
            ends.push((net_of(close.nets().as_slice()), None, Some(close.clone())));
        }
        if newest == Round::MIN {
            ends.push((0, None, None));
        }
        prop_assume!(!ends.is_empty());

        let mut chain = Chain::new();
        for (serial, pick) in (0..).zip(&picks) {
            let usable: Vec<_> = used.withdrawals.iter().filter(|message| message.serial().get() == serial).collect();
            if usable.is_empty() {
                break;
            }
            // He may also leave it.
            let Some(message) = usable.get(pick.index(usable.len() + 1)) else { break };
            let both = signatures(both((*message).clone()));
            chain.send(WithdrawCall::new(identity().terms(), message, both).unwrap(), NOW + 1);
        }
        let (net, state, close) = &ends[end.index(ends.len())];
        chain.finish(state.as_ref(), close.as_ref());
        let paid = [0xa1, 0xb1].map(|payee| chain.world.paid[&Address::repeat_byte(payee)]);
        let promised = [30 - net, 30 + net].map(|amount| U256::try_from(amount).unwrap());
        prop_assert_eq!(paid, promised);
    }
}

fn net_of(nets: &[adjudicator::types::Net]) -> i64 {
    nets[0].get().try_into().unwrap()
}

fn signatures<T: adjudicator::types::Joint>(agreement: Agreement<T>) -> Signatures {
    Signatures::Both(agreement.both().unwrap())
}

/// A channel with 30 and 30 in it, as the twin has it.
struct Chain {
    manager: Manager,
    world: Purses,
}

impl Chain {
    fn new() -> Self {
        let domain = *identity().domain();
        let (least, greatest) = (U256::from(600), U256::from(1_000_000));
        let deployment = Deployment::new(domain.chain_id(), domain.manager(), least, greatest).unwrap();
        let paid = [0xa1, 0xb1].map(|payee| (Address::repeat_byte(payee), U256::ZERO)).into();
        let mut chain = Self { manager: Manager::new(deployment), world: Purses { paid } };
        for party in Party::BOTH {
            let side = Side::of(0, party).unwrap();
            let deposit = Deposit::new(identity().terms(), side, Amount::new(30).unwrap()).unwrap();
            chain.apply(&deposit.into(), NOW, U256::from(30));
        }
        chain
    }

    fn send(&mut self, action: impl Into<Action>, now: u64) {
        self.apply(&action.into(), now, U256::ZERO);
    }

    fn apply(&mut self, action: &Action, now: u64, value: U256) {
        let [_, bob, _] = keys();
        let chain_id = self.manager.deployment.domain.chain_id();
        let submission = Submission { submitter: bob.address(), value, now, chain_id };
        self.manager.apply(&mut self.world, action, &submission).unwrap();
    }

    fn finish(&mut self, state: Option<&State>, close: Option<&Close>) {
        let terms = identity().terms().clone();
        if let Some(close) = close {
            let signatures = signatures(both(close.clone()));
            return self.send(CloseMutual::new(&terms, close, signatures).unwrap(), NOW + 2);
        }
        let evidence =
            state.map_or(Evidence::RoundZero, |state| Evidence::Signed(state.clone(), signatures(both(state.clone()))));
        self.send(CloseSolo::new(&terms, &evidence, false).unwrap(), NOW + 2);
        self.send(Settle::new(&terms, state).unwrap(), NOW + 2 + u64::from(WINDOW));
    }
}

/// Who was paid what.
struct Purses {
    paid: BTreeMap<Address, U256>,
}

impl World for Purses {
    fn checkpoint(&mut self) {}

    fn commit(&mut self) {}

    fn revert(&mut self) {}

    fn code_hash(&mut self, account: Address) -> B256 {
        Willing.code_hash(account)
    }

    fn transition(
        &mut self,
        app: Address,
        gas: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, adjudicator::AppFailure> {
        Willing.transition(app, gas, app_state, action, mover)
    }

    fn position(&mut self, app: Address, gas: u32, app_state: &[u8]) -> Result<Position, adjudicator::AppFailure> {
        Willing.position(app, gas, app_state)
    }

    fn pull(&mut self, _: Address, _: Address, amount: U256) -> Option<U256> {
        Some(amount)
    }

    fn push(&mut self, _: Address, to: Address, amount: U256, _: bool) -> bool {
        *self.paid.entry(to).or_default() += amount;
        true
    }

    fn overheard(&mut self) -> Vec<Effect> {
        Vec::new()
    }
}
