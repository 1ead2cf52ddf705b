//! What the apps that ship cost, step by step: each life is that of one channel with one instance.

use adjudicator::{
    abi::PREIMAGE_REGISTRY,
    apps::{
        App, Delivered, Deliveries, Hand, HandAction, HashTimeLock, OracleEscrow, Oracles, Reading, RockPaperScissors,
        Rules, Secret, SignedFeed, Square, TicTacToe, hash_of,
    },
    signature::SigningKey,
    types::{Maturity, Party, Stake, Step},
};
use alloy_primitives::I256;

use super::{
    Unmeasured,
    agreed::{Leaf, OLDER, Payouts, TENTH, random},
    life::{Life, step},
    lived::Script,
    people::{oracles, station},
};

type Result<T, E = Unmeasured> = std::result::Result<T, E>;

/// The lives of instances.
pub(super) const APP_LIVES: &[(&str, Script)] = &[
    ("hash_time_lock", hash_time_lock),
    ("oracle_escrow", oracle_escrow),
    ("oracle_escrow_touched", oracle_escrow_touched),
    ("signed_feed", signed_feed),
    ("signed_feed_touched", signed_feed_touched),
    ("tic_tac_toe", tic_tac_toe),
    ("rock_paper_scissors", rock_paper_scissors),
];

/// What the parties get if a tenth of a deposit goes from party 0 to party 1, beside what the older state says.
const PAID: Payouts = [6 * TENTH, 14 * TENTH];
/// The same the other way.
const WON: Payouts = [8 * TENTH, 12 * TENTH];
const DAY: u64 = 86_400;

fn hash_time_lock(life: &mut Life<'_>) -> Result<Payouts> {
    let preimage = random("preimage");
    let valid_until = later(life)?;
    let lock = HashTimeLock {
        registry: life.chain.contract(PREIMAGE_REGISTRY.name())?,
        hash: hash_of(preimage),
        valid_until,
        deltas: amounts(),
    };
    let leaf = Leaf::alone(life.instance(App::HashTimeLock, &lock, 0, valid_until)?);
    open(life, &leaf)?;
    life.evaluate("hash_time_lock_touch", OLDER, &leaf, &lock)?;
    life.reveal("preimage_registry_reveal", preimage)?;
    life.reveal("preimage_registry_reveal_again", preimage)?;
    life.evaluate("hash_time_lock_evaluate", OLDER, &leaf, &lock)?;
    close(life, &leaf, PAID)
}

fn oracle_escrow(life: &mut Life<'_>) -> Result<Payouts> {
    let (_, leaf, delivery) = escrow(life)?;
    open(life, &leaf)?;
    life.force("oracle_escrow_step_first", OLDER, &leaf, &delivery, None)?;
    close(life, &leaf, PAID)
}

fn oracle_escrow_touched(life: &mut Life<'_>) -> Result<Payouts> {
    let (escrow, leaf, delivery) = escrow(life)?;
    open(life, &leaf)?;
    life.evaluate("oracle_escrow_touch", OLDER, &leaf, &escrow)?;
    life.force("oracle_escrow_step_next", OLDER, &leaf, &delivery, None)?;
    close(life, &leaf, PAID)
}

fn signed_feed(life: &mut Life<'_>) -> Result<Payouts> {
    let (_, leaf, reading) = insurance(life)?;
    open(life, &leaf)?;
    life.force("signed_feed_step_first", OLDER, &leaf, &reading, None)?;
    close(life, &leaf, PAID)
}

fn signed_feed_touched(life: &mut Life<'_>) -> Result<Payouts> {
    let (policy, leaf, reading) = insurance(life)?;
    open(life, &leaf)?;
    life.evaluate("signed_feed_touch", OLDER, &leaf, &policy)?;
    life.force("signed_feed_step_next", OLDER, &leaf, &reading, None)?;
    close(life, &leaf, PAID)
}

fn tic_tac_toe(life: &mut Life<'_>) -> Result<Payouts> {
    let mut game = TicTacToe::start(Party::Zero, wagers()?);
    let leaf = Leaf::alone(life.instance(App::TicTacToe, &game, 9, Maturity::MIN)?);
    let domain = life.chain.domain_of(App::TicTacToe.artifact().name())?;
    open(life, &leaf)?;
    let squares = [("tic_tac_toe_step_first", 4), ("tic_tac_toe_step_next", 0), ("tic_tac_toe_step_third", 2)];
    for ((name, square), number) in squares.into_iter().zip(1..) {
        let square = Square::new(square)?;
        let step = step(number, &game, square.to_action())?;
        life.force(name, OLDER, &leaf, &step, Some(game.mover()))?;
        game = game.act(&domain, square)?;
    }
    life.evaluate("tic_tac_toe_evaluate", OLDER, &leaf, &game)?;
    close(life, &leaf, WON)
}

fn rock_paper_scissors(life: &mut Life<'_>) -> Result<Payouts> {
    let secret = Secret { hand: Hand::Paper, salt: random("salt of a hand") };
    let mut game = RockPaperScissors::start(wagers()?);
    let leaf = Leaf::alone(life.instance(App::RockPaperScissors, &game, 3, Maturity::MIN)?);
    let domain = life.chain.domain_of(App::RockPaperScissors.artifact().name())?;
    open(life, &leaf)?;
    let steps = [
        ("rock_paper_scissors_commit", Party::Zero, HandAction::Commit(secret.commitment())),
        ("rock_paper_scissors_show", Party::One, HandAction::Show(Hand::Rock)),
        ("rock_paper_scissors_reveal", Party::Zero, HandAction::Reveal(secret)),
    ];
    for ((name, mover, action), number) in steps.into_iter().zip(1..) {
        let step = step(number, &game, action.to_action())?;
        life.force(name, OLDER, &leaf, &step, Some(mover))?;
        game = game.act(&domain, action)?;
    }
    close(life, &leaf, WON)
}

fn open(life: &mut Life<'_>, leaf: &Leaf) -> Result<()> {
    life.deposit()?;
    life.close_solo(OLDER.with(leaf))
}

fn close(life: &mut Life<'_>, leaf: &Leaf, paid: Payouts) -> Result<Payouts> {
    life.settle(OLDER.with(leaf))?;
    Ok(paid)
}

/// Two of three oracles say that it was delivered.
fn escrow(life: &Life<'_>) -> Result<(OracleEscrow, Leaf, Step)> {
    let oracles = oracles()?;
    let addresses = oracles.iter().map(SigningKey::address).collect();
    let escrow_id = random("one television");
    let escrow = OracleEscrow { escrow_id, oracles: Oracles::signers(2, addresses)?, deltas: amounts() };
    let domain = life.chain.domain_of(App::OracleEscrow.artifact().name())?;
    let signatures = oracles.iter().skip(1).map(|oracle| Delivered { escrow_id }.sign(&domain, oracle));
    let delivery = step(1, &escrow, Deliveries(signatures.collect()).to_action()?)?;
    let leaf = Leaf::alone(life.instance(App::OracleEscrow, &escrow, 1, later(life)?)?);
    Ok((escrow, leaf, delivery))
}

/// It freezes among the tomatoes.
fn insurance(life: &Life<'_>) -> Result<(SignedFeed, Leaf, Step)> {
    let (feed, station) = (random("degrees Celsius"), station()?);
    let range = [-1, 40].map(I256::unchecked_from);
    let [earlier, now] = [DAY, 0].map(|ago| Maturity::new(life.chain.now().saturating_sub(ago)));
    let policy = SignedFeed::new(feed, station.address(), range, [earlier?, later(life)?], amounts())?;
    let domain = life.chain.domain_of(App::SignedFeed.artifact().name())?;
    let reading = Reading { feed, value: I256::unchecked_from(-3), read_at: now? }.sign(&domain, &station);
    let step = step(1, &policy, reading.to_action())?;
    let leaf = Leaf::alone(life.instance(App::SignedFeed, &policy, 1, later(life)?)?);
    Ok((policy, leaf, step))
}

/// In a day.
fn later(life: &Life<'_>) -> Result<Maturity> {
    Ok(Maturity::new(life.chain.now().saturating_add(DAY))?)
}

/// What an app moves.
fn amounts() -> Vec<I256> {
    vec![I256::unchecked_from(TENTH)]
}

/// What the loser of a game pays.
fn wagers() -> Result<Vec<Stake>> {
    Ok(vec![Stake::new(TENTH)?])
}
