//! Several answers go in one transaction, and each is for itself.

use adjudicator::{
    Deployment, Effect, Funds, Manager, Record, Submission, Willing,
    action::Action,
    decide::{Goal, Known, Move, Question, decide},
    evidence::{Dossier, Policy, View},
    signature::SigningKey,
    submit::{Order, orders},
    types::{
        Agreement, Asset, Bounty, Identity, InstancesRoot, Net, Party, PartyAccounts, PerAsset, Round, Salt,
        StaleMargin, State, Terms, Window,
    },
};
use alloy_primitives::{Address, B256, I256, U256};

use crate::fake::{GWEI, START};

const ETHER: u128 = GWEI * GWEI;
const WINDOW: u32 = 86_400;
const PLENTY: u64 = 1 << 24;

fn deployment() -> Deployment {
    Deployment::new(U256::ONE, Address::repeat_byte(0xcc), U256::from(600), U256::from(1_000_000)).unwrap()
}

fn keys() -> [SigningKey; 2] {
    [1, 2].map(|number| SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap())
}

/// A channel with 30 and 30 in it, whose closing on round 5 began so many seconds ago; Alice holds round 8, by which she has 8 more.
fn stale(salt: u64, ago: u64) -> (Identity, Dossier, View) {
    let keys = keys();
    let accounts = keys.each_ref().map(|key| PartyAccounts { signer: key.address(), payee: key.address() });
    let (window, assets) = (Window::new(WINDOW).unwrap(), PerAsset::new(vec![Asset::NATIVE]).unwrap());
    let terms = Terms::new(accounts, window, Bounty::MIN, StaleMargin::MIN, Salt::new(salt), assets).unwrap();
    let identity = Identity::new(deployment().domain, terms);
    let mut dossier = Dossier::new(identity.clone());
    let ether = |number: i64| I256::unchecked_from(number) * I256::unchecked_from(ETHER);
    let mut view = View::new(deployment(), START);
    for (round, net) in [(5, 5), (8, -8)] {
        let nets = PerAsset::new(vec![Net::new(ether(net))]).unwrap();
        let message = State::new(Round::new(round), InstancesRoot::NONE, nets).unwrap();
        let digest = message.digest(identity.domain(), identity.channel_id());
        if round == 5 {
            let hash = message.hash(identity.channel_id()).get();
            view.latest.channel.record = Record {
                round,
                state_hash: hash.0.first_chunk().unwrap().into(),
                evidence_deadline: Some(START - ago + u64::from(WINDOW)),
                consents: [false; 2],
            };
        }
        dossier.add(Agreement { message, signatures: keys.each_ref().map(|key| Some(key.sign(digest))) });
    }
    for sight in [&mut view.latest, &mut view.last_final] {
        sight.channel.funds.insert(Address::ZERO, Funds { index: 0, balances: [ether(30); 2] });
    }
    (identity, dossier, view)
}

fn answer(dossier: &Dossier, view: &View) -> Move {
    let policy = Policy { prices: [(Asset::NATIVE, U256::from(ETHER))].into(), ..Policy::default() };
    let (at, gas_price) = (START + 12, 10 * GWEI);
    let question = Question { dossier, view, policy: &policy, party: Party::Zero, goal: Goal::GoOn, at, gas_price };
    decide(&question, &mut Known::new(dossier, view)).first().unwrap().clone()
}

fn ordered(moves: &[Move], transaction_gas: u64) -> Vec<Order> {
    let [alice, _] = keys();
    orders(moves, alice.address(), &deployment().domain, transaction_gas)
}

#[test]
fn an_answer_is_worth_what_is_lost_without_it() {
    let (_, dossier, view) = stale(1, 100);
    let moves = [answer(&dossier, &view)];
    assert_eq!(moves[0].worth, U256::from(13 * ETHER), "38 with it, 25 without");
    let [order] = ordered(&moves, PLENTY).try_into().unwrap();
    assert_eq!((order.at_stake, order.deadline), (moves[0].worth, moves[0].until));
    assert_eq!(
        (order.calls(), order.transaction.data.clone()),
        (vec![order.transaction.data], moves[0].transaction.calldata())
    );
}

#[test]
fn what_one_answer_is_worth_does_not_depend_on_another() {
    let [alice, _] = keys();
    let mut manager = Manager::new(deployment());
    let mut moves = Vec::new();
    for (salt, ago) in [(1, 100), (2, 300), (3, 200)] {
        let (identity, dossier, view) = stale(salt, ago);
        moves.push(answer(&dossier, &view));
        let mut channel = view.latest.channel;
        // One of them was settled meanwhile.
        channel.is_closed = salt == 2;
        manager.channels.insert(identity.channel_id().get(), channel);
    }
    let [order] = ordered(&moves, PLENTY).try_into().unwrap();
    assert_eq!(order.calls().len(), 3);
    assert_eq!((order.at_stake, order.deadline), (U256::from(39 * ETHER), moves[1].until), "the first deadline");
    let (submitter, now) = (alice.address(), START + 12);
    let submission = Submission { submitter, value: U256::ZERO, now, chain_id: U256::ONE };
    let action = Action::decode(&order.transaction.data).unwrap();
    let effects = manager.apply(&mut Willing, &action, &submission).unwrap();
    let recorded =
        effects.iter().filter(|effect| matches!(effect, Effect::Recorded { record, .. } if record.round == 8));
    assert_eq!(recorded.count(), 2, "{effects:?}");
    assert!(matches!(effects.first(), Some(Effect::CallFailed { index: 0, .. })), "{effects:?}");
}

#[test]
fn no_transaction_has_more_gas_than_it_may() {
    let moves: Vec<Move> =
        (0..50).map(|salt| stale(salt, 100)).map(|(_, dossier, view)| answer(&dossier, &view)).collect();
    let most = 1_000_000;
    let orders = ordered(&moves, most);
    assert!(orders.iter().all(|order| order.transaction.gas_limit <= most));
    assert_eq!(orders.iter().map(|order| order.calls().len()).sum::<usize>(), 50);
    assert!(orders.len() < 10, "{}", orders.len());
    assert_eq!(ordered(&moves, 1).len(), 50, "one by one, if there is room for none");
}
