//! What a lane is told to send gets into the chain in time, whatever nodes, blocks and the machine do.
#![expect(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

mod batch;
mod fake;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use adjudicator::{
    bundle::Transaction,
    chain::{Chain, ChainError, Clock, Head, Receipt, SendError},
    signature::{Signature, SigningKey},
    submit::{
        Event, FileJournal, Happened, Intent, Journal, Lane, Memory, NotSigned, Order, Payer, Settings, SubmitError,
        Unsignable,
    },
};
use alloy_primitives::{Address, B256, U256};

use self::fake::{BASE_FEE, FakeChain, GWEI, START};

const HOUR: u64 = 3_600;
const SETTINGS: Settings = Settings { confirmations: 3, tip: GWEI };

fn key() -> SigningKey {
    SigningKey::from_bytes(&B256::repeat_byte(7)).unwrap()
}

/// A slash that is worth an ether, and in time for a day.
fn slash() -> Order {
    order(1, Some(START + 24 * HOUR))
}

fn order(number: u8, deadline: Option<u64>) -> Order {
    let transaction = Transaction {
        chain_id: U256::from(1),
        from: key().address(),
        to: Address::repeat_byte(0xcc),
        value: U256::ZERO,
        data: vec![number; 100].into(),
        gas_limit: 100_000,
    };
    Order { transaction, deadline, at_stake: U256::from(GWEI) * U256::from(GWEI) }
}

fn lane() -> Lane<Memory> {
    Lane::open(Memory::default(), key(), SETTINGS).unwrap()
}

/// Advances and mines, a block each hour, until nothing is left to do. What happened.
fn finish(lane: &mut Lane<impl Journal>, chain: &mut FakeChain) -> Vec<Happened> {
    let mut all = Vec::new();
    for _ in 0..60 {
        let events = lane.advance(chain, chain.now).unwrap_or_default();
        all.extend(events.into_iter().map(|event| event.what));
        if lane.intents().next().is_none() {
            return all;
        }
        chain.mine(HOUR);
    }
    panic!("it never ends: {all:?}")
}

fn is_done(what: &Happened) -> bool {
    matches!(what, Happened::Final { is_success: true, is_empty: false, .. })
}

#[test]
fn an_order_gets_into_the_chain_once() {
    let (mut lane, mut chain) = (lane(), FakeChain::default());
    let events = lane.submit(slash(), &mut chain, START).unwrap();
    assert!(matches!(events.as_slice(), [Event { what: Happened::Sent { .. }, .. }]));
    assert_eq!(lane.submit(slash(), &mut chain, START).unwrap(), [], "it is not taken twice");
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.iter().any(is_done), "{happened:?}");
    assert_eq!(chain.mined_data(), [slash().transaction.data]);
}

#[test]
fn orders_have_nonces_of_their_own() {
    let (mut lane, mut chain) = (lane(), FakeChain::default());
    for number in 1..=3 {
        lane.submit(order(number, None), &mut chain, START).unwrap();
    }
    assert_eq!(lane.intents().map(|intent| intent.nonce).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(finish(&mut lane, &mut chain).iter().filter(|what| is_done(what)).count(), 3);
}

#[test]
fn what_no_node_takes_is_handed_in_until_one_does() {
    let (mut lane, mut chain) = (lane(), FakeChain { failing_sends: 5, ..FakeChain::default() });
    let events = lane.submit(slash(), &mut chain, START).unwrap();
    assert!(matches!(events.last().unwrap().what, Happened::NotTaken(SendError::Refused { .. })));
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.iter().any(is_done), "{happened:?}");
    let refused = happened.iter().filter(|what| matches!(what, Happened::NotTaken(_))).count();
    assert_eq!(refused, 4, "and one at once");
}

#[test]
fn more_is_offered_when_time_runs_out_or_gas_becomes_dear() {
    let (mut lane, mut chain) = (lane(), FakeChain { is_full: true, ..FakeChain::default() });
    lane.submit(slash(), &mut chain, START).unwrap();
    let mut tips = Vec::new();
    for _ in 0..23 {
        chain.mine(HOUR);
        {
            let now = chain.now;
            lane.advance(&mut chain, now)
        }
        .unwrap();
        tips.push(lane.intents().next().unwrap().attempts.last().unwrap().fees.tip / GWEI);
    }
    assert!(tips.is_sorted() && tips[11] == 2 && tips[22] == 24, "{tips:?}");
    chain.base_fee = 20 * BASE_FEE;
    chain.is_full = false;
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.iter().any(is_done), "{happened:?}");
}

#[test]
fn who_keeps_the_chain_from_being_seen_does_not_keep_an_answer_from_it() {
    let (mut lane, mut chain) = (lane(), FakeChain { failing_sends: 2, is_full: true, ..FakeChain::default() });
    lane.submit(slash(), &mut chain, START).unwrap();
    chain.is_hidden = true;
    for _ in 0..22 {
        chain.mine(HOUR);
        let now = chain.now;
        assert!(matches!(lane.advance(&mut chain, now), Err(SubmitError::Chain(_))));
    }
    let last = lane.intents().next().unwrap().attempts.last().unwrap().fees.tip;
    assert!(last >= 10 * GWEI, "it offers more as time runs out: {last}");
    chain.is_full = false;
    chain.mine(HOUR);
    assert_eq!(chain.mined_data(), [slash().transaction.data], "it is in the chain, though nobody has seen that");
    for _ in 0..3 {
        chain.mine(HOUR);
        let now = chain.now;
        assert!(lane.advance(&mut chain, now).is_err());
    }
    assert!(!lane.intents().next().unwrap().is_missed, "nothing is given up unseen");
    chain.is_hidden = false;
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.iter().any(is_done) && !happened.contains(&Happened::Missed), "{happened:?}");
}

#[test]
fn gas_never_costs_more_than_is_at_stake() {
    let (mut lane, mut chain) = (lane(), FakeChain { is_full: true, ..FakeChain::default() });
    let poor = Order { at_stake: U256::from(100_000_u64) * U256::from(40 * GWEI), ..slash() };
    lane.submit(poor, &mut chain, START).unwrap();
    chain.base_fee = 1_000 * GWEI;
    for _ in 0..24 {
        chain.mine(HOUR);
        {
            let now = chain.now;
            lane.advance(&mut chain, now)
        }
        .unwrap();
    }
    let dearest = lane.intents().next().unwrap().attempts.iter().map(|attempt| attempt.fees.max_fee).max();
    assert_eq!(dearest, Some(40 * GWEI));
}

#[test]
fn who_waits_behind_a_cheap_order_pays_for_its_place() {
    let (mut lane, mut chain) = (lane(), FakeChain::default());
    let cheap = Order { at_stake: U256::from(100_000_u64) * U256::from(30 * GWEI), ..order(2, None) };
    lane.submit(cheap, &mut chain, START).unwrap();
    chain.base_fee = 200 * GWEI;
    lane.submit(slash(), &mut chain, START).unwrap();
    assert_eq!(finish(&mut lane, &mut chain).iter().filter(|what| is_done(what)).count(), 2);
}

#[test]
fn a_reorg_is_noticed_until_it_is_deep_enough() {
    let (mut lane, mut chain) = (lane(), FakeChain::default());
    lane.submit(slash(), &mut chain, START).unwrap();
    chain.mine(HOUR);
    chain.mine(HOUR);
    assert_eq!(
        {
            let now = chain.now;
            lane.advance(&mut chain, now)
        }
        .unwrap(),
        [],
        "it is not deep enough"
    );
    chain.reorg(2, true);
    assert_eq!(chain.mined_data().len(), 0);
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.iter().any(is_done), "it was lost, and handed in again: {happened:?}");
    assert_eq!(chain.mined_data().len(), 1);
}

#[test]
fn what_is_not_indexed_yet_is_not_sent_again() {
    let (mut lane, mut chain) = (lane(), FakeChain { is_late: true, ..FakeChain::default() });
    lane.submit(slash(), &mut chain, START).unwrap();
    for _ in 0..6 {
        chain.mine(HOUR);
        let now = chain.now;
        let events = lane.advance(&mut chain, now).unwrap();
        assert!(!events.iter().any(|event| matches!(event.what, Happened::Displaced)), "{events:?}");
    }
    chain.is_late = false;
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.iter().any(is_done), "{happened:?}");
    assert_eq!(chain.mined_data(), [slash().transaction.data], "once");
}

#[test]
fn a_nonce_that_somebody_else_uses_is_given_up_once_that_is_final() {
    let (mut lane, mut chain) = (lane(), FakeChain { failing_sends: 1, ..FakeChain::default() });
    lane.submit(slash(), &mut chain, START).unwrap();
    chain.put_foreign(&key(), 0);
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.contains(&Happened::Displaced) && happened.iter().any(is_done), "{happened:?}");
    assert_eq!(chain.mined_data().iter().filter(|data| **data == slash().transaction.data).count(), 1);
}

#[test]
fn what_is_too_late_makes_room_and_is_told() {
    let (mut lane, mut chain) = (lane(), FakeChain { is_full: true, ..FakeChain::default() });
    lane.submit(slash(), &mut chain, START).unwrap();
    lane.submit(order(2, None), &mut chain, START).unwrap();
    for _ in 0..25 {
        chain.mine(HOUR);
    }
    chain.is_full = false;
    let happened = finish(&mut lane, &mut chain);
    assert!(happened.contains(&Happened::Missed), "{happened:?}");
    assert!(happened.iter().any(|what| matches!(what, Happened::Final { is_empty: true, .. })), "{happened:?}");
    assert!(happened.iter().any(is_done), "the one behind it: {happened:?}");
    let late = slash().deadline.unwrap() + 1;
    let refused = lane.submit(slash(), &mut chain, late);
    assert!(matches!(refused, Err(SubmitError::TooLate { .. })), "{refused:?}");
}

#[test]
fn what_only_makes_room_offers_no_more_than_it_must() {
    let (mut lane, mut chain) = (lane(), FakeChain { is_full: true, ..FakeChain::default() });
    lane.submit(slash(), &mut chain, START).unwrap();
    chain.mine(25 * HOUR);
    let now = chain.now;
    lane.advance(&mut chain, now).unwrap();
    let tips: Vec<u128> = lane.intents().next().unwrap().attempts.iter().map(|attempt| attempt.fees.tip).collect();
    assert_eq!(tips, [GWEI, GWEI + GWEI / 8], "the deadline is over, and nothing is urgent any more");
}

#[test]
fn what_happened_before_the_chain_fails_is_told_after_it() {
    let (mut lane, mut chain) = (lane(), FakeChain::default());
    for number in 1..=2 {
        lane.submit(order(number, None), &mut chain, START).unwrap();
    }
    (0..3).for_each(|_| chain.mine(HOUR));
    chain.receipts_left = 1;
    let now = chain.now;
    assert!(matches!(lane.advance(&mut chain, now), Err(SubmitError::Chain(_))));
    assert_eq!(lane.intents().count(), 1, "one was final before that");
    let events = lane.advance(&mut chain, now).unwrap();
    assert_eq!(events.iter().filter(|event| is_done(&event.what)).count(), 2, "{events:?}");
}

/// An account that signs as long as its holder wants that.
struct Device(SigningKey, Rc<Cell<bool>>);

impl Payer for Device {
    fn address(&self) -> Address {
        self.0.address()
    }

    fn sign_transaction(&self, unsigned: &[u8]) -> Result<Signature, NotSigned> {
        let is_willing = self.1.get();
        let signed = is_willing.then(|| self.0.sign_transaction(unsigned));
        signed.unwrap_or_else(|| Err(NotSigned { reason: "the holder has said no".into() }))
    }
}

#[test]
fn what_a_holder_does_not_sign_is_not_sent_and_holds_up_nothing() {
    let (is_willing, mut chain) = (Rc::new(Cell::new(false)), FakeChain { is_full: true, ..FakeChain::default() });
    let mut lane = Lane::open(Memory::default(), Device(key(), is_willing.clone()), SETTINGS).unwrap();
    let refused = lane.submit(slash(), &mut chain, START);
    assert!(matches!(refused, Err(SubmitError::Unsignable(Unsignable::NotSigned(_)))), "{refused:?}");
    assert_eq!(lane.intents().count(), 0);
    is_willing.set(true);
    for number in 1..=2 {
        lane.submit(order(number, Some(START + 24 * HOUR)), &mut chain, START).unwrap();
    }
    is_willing.set(false);
    chain.mine(20 * HOUR);
    let now = chain.now;
    let events = lane.advance(&mut chain, now).unwrap();
    let declined = events.iter().filter(|event| matches!(event.what, Happened::NotSigned(_)));
    assert_eq!(declined.count(), 2, "each should offer more by now: {events:?}");
    chain.is_full = false;
    let happened: Vec<Happened> = (0..4)
        .flat_map(|_| {
            chain.mine(12);
            let now = chain.now;
            lane.advance(&mut chain, now).unwrap().into_iter().map(|event| event.what)
        })
        .collect();
    assert_eq!(happened.iter().filter(|what| is_done(what)).count(), 2, "{happened:?}");
}

/// A journal whose process dies when it has written so often: just before that write, or just after it.
#[derive(Debug)]
struct Dying {
    journal: Memory,
    writes_left: u32,
    is_written: bool,
}

/// It died.
#[derive(Debug, thiserror::Error)]
#[error("the process has died")]
struct Died;

impl Dying {
    fn write(&mut self, write: impl FnOnce(&mut Memory)) -> Result<(), Died> {
        let dies = self.writes_left == 0;
        self.writes_left = self.writes_left.saturating_sub(1);
        if !dies || self.is_written {
            write(&mut self.journal);
        }
        if dies { Err(Died) } else { Ok(()) }
    }
}

impl Journal for &mut Dying {
    type Error = Died;

    fn all(&self) -> Result<Vec<Intent>, Died> {
        Ok(self.journal.all().unwrap())
    }

    fn save(&mut self, intent: &Intent) -> Result<(), Died> {
        self.write(|journal| journal.save(intent).unwrap())
    }

    fn remove(&mut self, id: B256) -> Result<(), Died> {
        self.write(|journal| journal.remove(id).unwrap())
    }
}

#[test]
fn what_is_told_was_written_and_is_told_once() {
    let mut chain = FakeChain { is_full: true, ..FakeChain::default() };
    let mut lane = Lane::open(Failing(Memory::default(), Cell::default()), key(), SETTINGS).unwrap();
    lane.submit(slash(), &mut chain, START).unwrap();
    chain.mine(25 * HOUR);
    let (now, mut missed) = (chain.now, 0);
    for _ in 0..4 {
        let events = lane.advance(&mut chain, now).unwrap_or_default();
        missed += events.iter().filter(|event| event.what == Happened::Missed).count();
    }
    assert_eq!(missed, 1);
}

/// A journal of which every second write fails.
struct Failing(Memory, Cell<bool>);

impl Journal for Failing {
    type Error = Died;

    fn all(&self) -> Result<Vec<Intent>, Died> {
        Ok(self.0.all().unwrap())
    }

    fn save(&mut self, intent: &Intent) -> Result<(), Died> {
        let fails = self.1.replace(!self.1.get());
        if fails { Err(Died) } else { self.0.save(intent).map_err(|never| match never {}) }
    }

    fn remove(&mut self, id: B256) -> Result<(), Died> {
        self.0.remove(id).map_err(|never| match never {})
    }
}

#[test]
fn a_process_that_dies_between_any_two_writes_goes_on() {
    for (writes_left, is_written) in (0..8).flat_map(|writes| [(writes, false), (writes, true)]) {
        let mut chain = FakeChain { is_full: true, ..FakeChain::default() };
        let mut journal = Dying { journal: Memory::default(), writes_left, is_written };
        let mut lane = Lane::open(&mut journal, key(), SETTINGS).unwrap();
        let live = |lane: &mut Lane<&mut Dying>, chain: &mut FakeChain| -> Result<(), SubmitError<Died>> {
            lane.submit(slash(), chain, START)?;
            for hour in 1..24 {
                chain.is_full = hour < 20;
                chain.mine(HOUR);
                lane.advance(chain, chain.now)?;
            }
            Ok(())
        };
        let died = live(&mut lane, &mut chain);
        let mut lane = Lane::open(journal.journal.clone(), key(), SETTINGS).unwrap();
        chain.is_full = false;
        // Whoever had it sent asks again after a crash, while that is not in the chain.
        if !chain.mined_data().contains(&slash().transaction.data) {
            {
                let now = chain.now;
                lane.submit(slash(), &mut chain, now)
            }
            .unwrap();
        }
        finish(&mut lane, &mut chain);
        let mined = chain.mined_data();
        assert_eq!(mined, [slash().transaction.data], "{writes_left} {is_written} {died:?}");
    }
}

/// A chain that mines while its clock is waited for, and at first cannot be read.
struct Shared(Rc<RefCell<(FakeChain, u32)>>);

impl Chain for Shared {
    fn head(&mut self) -> Result<Head, ChainError> {
        let (chain, failures) = &mut *self.0.borrow_mut();
        if *failures > 0 {
            *failures -= 1;
            return Err(ChainError { reason: "nobody answers".into() });
        }
        chain.head()
    }

    fn nonce(&mut self, account: Address, block: u64) -> Result<u64, ChainError> {
        self.0.borrow_mut().0.nonce(account, block)
    }

    fn receipt(&mut self, transaction: B256) -> Result<Option<Receipt>, ChainError> {
        self.0.borrow_mut().0.receipt(transaction)
    }

    fn is_taken(&mut self, account: Address, nonce: u64, own: &[B256], block: u64) -> Result<bool, ChainError> {
        self.0.borrow_mut().0.is_taken(account, nonce, own, block)
    }

    fn send(&mut self, raw: &[u8]) -> Result<(), SendError> {
        self.0.borrow_mut().0.send(raw)
    }
}

impl Clock for Shared {
    fn now(&self) -> u64 {
        self.0.borrow().0.now
    }

    fn wait(&mut self, seconds: u64) {
        self.0.borrow_mut().0.mine(seconds);
    }
}

#[test]
fn the_loop_goes_on_until_all_is_final() {
    let shared = Rc::new(RefCell::new((FakeChain::default(), 0)));
    let [mut chain, mut clock] = [(); 2].map(|()| Shared(shared.clone()));
    let mut lane = lane();
    lane.submit(slash(), &mut chain, START).unwrap();
    shared.borrow_mut().1 = 2;
    let (mut happened, mut failures) = (Vec::new(), 0);
    lane.carry_out(&mut chain, &mut clock, HOUR, |told| match told {
        Ok(event) => happened.push(event.what),
        Err(_) => failures += 1,
    });
    assert_eq!(failures, 2, "it is tried again");
    assert!(happened.iter().any(is_done), "{happened:?}");
}

#[test]
fn a_file_remembers_what_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let mut chain = FakeChain::default();
    let mut lane = Lane::open(FileJournal::open(&path).unwrap(), key(), SETTINGS).unwrap();
    lane.submit(slash(), &mut chain, START).unwrap();
    let before: Vec<Intent> = lane.intents().cloned().collect();
    drop(lane);
    let mut lane = Lane::open(FileJournal::open(&path).unwrap(), key(), SETTINGS).unwrap();
    assert_eq!(lane.intents().cloned().collect::<Vec<_>>(), before);
    assert!(finish(&mut lane, &mut chain).iter().any(is_done));
    drop(lane);
    assert_eq!(FileJournal::open(&path).unwrap().all().unwrap(), []);
}
