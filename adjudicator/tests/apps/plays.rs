//! Plays to the end, by the types alone.

use adjudicator::{
    Turn,
    apps::{
        App, AppError, Delivered, Deliveries, Facts, Hand, HandAction, HashTimeLock, NoFacts, OracleEscrow, Oracles,
        Reading, RockPaperScissors, Rules, SignedFeed, hash_of,
    },
    types::Stake,
};
use alloy_primitives::{Address, B256, I256, U256};

use crate::strategy;

/// A registry that has seen everything at that time.
struct SeenAt(u64);

impl Facts for SeenAt {
    fn seen_at(&self, _: Address, _: B256) -> Result<U256, AppError> {
        Ok(U256::from(self.0))
    }

    fn is_delivered(&self, oracle: Address, escrow_id: B256) -> Result<bool, AppError> {
        NoFacts.is_delivered(oracle, escrow_id)
    }
}

#[test]
fn a_lock_pays_up_to_its_last_second() {
    let hash = hash_of(B256::repeat_byte(5));
    let deltas = vec![I256::ONE];
    let lock = HashTimeLock { registry: Address::ZERO, hash, valid_until: strategy::time(50), deltas };
    for (seen_at, paid) in [(0, 0), (1, 1), (50, 1), (51, 0)] {
        assert_eq!(lock.outcome(&SeenAt(seen_at)), Ok(vec![I256::unchecked_from(paid)]), "{seen_at}");
    }
    assert_eq!(lock.outcome(&NoFacts), Err(AppError::NoAnswer { account: Address::ZERO }));
}

#[test]
fn an_escrow_pays_by_the_action_of_its_oracles() {
    let domain = strategy::domain();
    let escrow = OracleEscrow { escrow_id: B256::ZERO, oracles: strategy::two_of_three(), deltas: vec![I256::ONE] };
    let mut keys = [strategy::key(1), strategy::key(3)];
    keys.sort_by_key(|key| key.address());
    let signatures = keys.each_ref().map(|key| Delivered { escrow_id: B256::ZERO }.sign(&domain, key));
    let action = Deliveries(signatures.to_vec()).to_action().unwrap();
    let answer = App::OracleEscrow.transition(&domain, &NoFacts, &escrow.encode(), action.get(), Turn::Party1).unwrap();
    assert_eq!((answer.position.turn, answer.position.deltas), (Turn::Nobody, vec![I256::ONE]));
    let again = App::OracleEscrow.transition(&domain, &NoFacts, &answer.app_state, action.get(), Turn::Party1);
    assert_eq!(again, Err(AppError::NotYourTurn { turn: Turn::Nobody, mover: Turn::Party1 }));
    let twice = Deliveries(vec![signatures[0]; 2]);
    assert_eq!(escrow.act(&domain, twice), Err(AppError::OracleUnexpected { oracle: keys[0].address() }));
}

#[test]
fn an_action_holds_the_signatures_of_the_greatest_threshold() {
    let domain = strategy::domain();
    let mut keys: Vec<_> = (1..=64).map(strategy::key).collect();
    keys.sort_by_key(|key| key.address());
    let oracles = Oracles::signers(64, keys.iter().map(|key| key.address()).collect()).unwrap();
    let escrow = OracleEscrow { escrow_id: B256::ZERO, oracles, deltas: vec![I256::ONE] };
    let signatures = keys.iter().map(|key| Delivered { escrow_id: B256::ZERO }.sign(&domain, key));
    let action = Deliveries(signatures.collect()).to_action().unwrap();
    let answer = App::OracleEscrow.transition(&domain, &NoFacts, &escrow.encode(), action.get(), Turn::Anyone).unwrap();
    assert_eq!((answer.position.turn, answer.position.deltas), (Turn::Nobody, vec![I256::ONE]));
}

#[test]
fn an_insurance_pays_by_the_action_of_its_station() {
    let (domain, station) = (strategy::domain(), strategy::key(1));
    let insured = [5, 9].map(strategy::time);
    let deltas = vec![I256::ONE];
    let policy = SignedFeed::new(B256::ZERO, station.address(), [I256::ZERO; 2], insured, deltas).unwrap();
    let reading = Reading { feed: B256::ZERO, value: I256::ONE, read_at: insured[0] };
    let action = reading.sign(&domain, &station).to_action();
    let answer = App::SignedFeed.transition(&domain, &NoFacts, &policy.encode(), action.get(), Turn::Anyone).unwrap();
    assert_eq!((answer.position.turn, answer.position.deltas), (Turn::Nobody, vec![I256::ONE]));
    let within = Reading { value: I256::ZERO, ..reading }.sign(&domain, &station);
    assert!(matches!(policy.clone().act(&domain, within), Err(AppError::ReadingInRange { .. })));
    let late = Reading { read_at: strategy::time(10), ..reading }.sign(&domain, &station);
    assert!(matches!(policy.clone().act(&domain, late), Err(AppError::ReadingNotInsured { .. })));
    let forged = reading.sign(&domain, &strategy::key(2));
    assert!(matches!(policy.act(&domain, forged), Err(AppError::Signature(_))));
}

#[test]
fn the_better_hand_wins() {
    let domain = strategy::domain();
    let secret = strategy::secret();
    for (hand, paid) in [(Hand::Rock, -8), (Hand::Paper, 0), (Hand::Scissors, 8)] {
        let mut game = RockPaperScissors::start(vec![Stake::new(8).unwrap()]);
        let actions = [HandAction::Commit(secret.commitment()), HandAction::Show(hand), HandAction::Reveal(secret)];
        let turns = [Turn::Party0, Turn::Party1, Turn::Party0];
        for (action, turn) in actions.into_iter().zip(turns) {
            assert_eq!(game.turn(), turn);
            game = game.act(&domain, action).unwrap();
        }
        let position = game.position(&NoFacts).unwrap();
        assert_eq!((position.turn, position.deltas), (Turn::Nobody, vec![I256::unchecked_from(paid)]), "{hand}");
    }
}

#[test]
fn a_secret_is_not_printed() {
    let secret = strategy::secret();
    assert_eq!(format!("{secret:?}"), format!("Secret({:?})", secret.commitment()));
}
