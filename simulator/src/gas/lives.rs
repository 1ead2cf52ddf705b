//! What channels go through.

use super::{
    Unmeasured,
    agreed::{Leaf, NEWER, OLDER, Payouts, TENTH},
    life::Life,
    lived::Script,
    people::PAYEES,
};
use adjudicator::apps::Counter;

type Result<T, E = Unmeasured> = std::result::Result<T, E>;

/// The lives of tokens; of the native coin, there is one more.
pub(super) const TOKEN_LIVES: &[(&str, Script)] =
    &[("mutual", mutual), ("unilateral", unilateral), ("counter", counter)];

pub(super) const NATIVE_LIVES: &[(&str, Script)] =
    &[("mutual", mutual), ("unilateral", unilateral), ("counter", counter), ("forced", forced)];

/// Lives that are not compared; they have the operations that the others do not.
pub(super) const FURTHER_LIVES: &[(&str, Script)] = &[
    ("withdrawn", withdrawn),
    ("snapshotted", snapshotted),
    ("delegated", delegated),
    ("consented", consented),
    ("stepped", stepped),
    ("evaluated", evaluated),
    ("credited", credited),
];

/// Code that refuses whatever it is sent.
const REFUSING_CODE: &[u8] = &[0x5f, 0x5f, 0xfd];

pub(super) fn mutual(life: &mut Life<'_>) -> Result<Payouts> {
    life.deposit()?;
    life.close_mutual(OLDER)?;
    Ok(OLDER.payouts)
}

fn unilateral(life: &mut Life<'_>) -> Result<Payouts> {
    life.deposit()?;
    life.close_solo(OLDER)?;
    life.settle(OLDER)?;
    Ok(OLDER.payouts)
}

fn counter(life: &mut Life<'_>) -> Result<Payouts> {
    life.deposit()?;
    life.close_solo(OLDER)?;
    life.slash(NEWER)?;
    life.settle(NEWER)?;
    Ok(NEWER.payouts)
}

fn forced(life: &mut Life<'_>) -> Result<Payouts> {
    let leaf = Leaf::alone(life.counter()?);
    life.deposit()?;
    life.close_solo(OLDER.with(&leaf))?;
    life.count(OLDER, &leaf, 0)?;
    life.settle(OLDER.with(&leaf))?;
    Ok(OLDER.payouts)
}

fn withdrawn(life: &mut Life<'_>) -> Result<Payouts> {
    life.deposit()?;
    life.withdraw(TENTH)?;
    life.close_mutual(OLDER)?;
    Ok(OLDER.payouts)
}

fn snapshotted(life: &mut Life<'_>) -> Result<Payouts> {
    life.deposit()?;
    life.snapshot_solo(OLDER)?;
    life.close_mutual(NEWER)?;
    Ok(NEWER.payouts)
}

fn delegated(life: &mut Life<'_>) -> Result<Payouts> {
    life.deposit()?;
    life.close_solo_as_delegate(OLDER)?;
    life.revoke_delegations()?;
    life.settle(OLDER)?;
    Ok(OLDER.payouts)
}

fn consented(life: &mut Life<'_>) -> Result<Payouts> {
    life.deposit()?;
    life.close_solo_with_consent(OLDER)?;
    life.consent(OLDER)?;
    Ok(OLDER.payouts)
}

fn stepped(life: &mut Life<'_>) -> Result<Payouts> {
    let leaf = Leaf::alone(life.counter()?);
    life.deposit()?;
    life.close_solo(OLDER.with(&leaf))?;
    life.count(OLDER, &leaf, 0)?;
    life.count(OLDER, &leaf, 1)?;
    life.settle(OLDER.with(&leaf))?;
    Ok(OLDER.payouts)
}

fn evaluated(life: &mut Life<'_>) -> Result<Payouts> {
    let leaf = Leaf::alone(life.counter()?);
    life.deposit()?;
    life.close_solo(OLDER.with(&leaf))?;
    life.evaluate("evaluate", OLDER, &leaf, &Counter::default())?;
    life.settle(OLDER.with(&leaf))?;
    Ok(OLDER.payouts)
}

fn credited(life: &mut Life<'_>) -> Result<Payouts> {
    let [_, payee1] = PAYEES;
    life.deposit()?;
    life.chain.set_code(payee1, REFUSING_CODE);
    life.close_mutual(OLDER)?;
    life.chain.set_code(payee1, &[]);
    life.claim(payee1)?;
    Ok(OLDER.payouts)
}
