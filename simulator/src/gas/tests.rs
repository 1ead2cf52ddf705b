//! Nothing is told of a life that did not go as it must.

use adjudicator::types::Asset;

use super::{
    Unmeasured,
    agreed::{NEWER, OLDER, Payouts},
    chain::Chain,
    life::Life,
    lived::live,
};

fn outcome(script: fn(&mut Life<'_>) -> Result<Payouts, Unmeasured>) -> Unmeasured {
    live(&mut Chain::new().unwrap(), Asset::NATIVE, "life", script).unwrap_err()
}

#[test]
fn a_transaction_that_fails_is_told_of() {
    let failed = outcome(|life| {
        life.deposit()?;
        life.settle(OLDER)?;
        Ok(OLDER.payouts)
    });
    assert!(matches!(failed, Unmeasured::Failed { step: "settle", .. }), "{failed}");
}

#[test]
fn a_payout_of_another_state_is_told_of() {
    let failed = outcome(|life| {
        life.deposit()?;
        life.close_mutual(OLDER)?;
        Ok(NEWER.payouts)
    });
    assert!(matches!(failed, Unmeasured::PaidOtherwise { .. }), "{failed}");
}

#[test]
fn a_channel_that_stays_open_is_told_of() {
    let failed = outcome(|life| {
        life.deposit()?;
        Ok([0, 0])
    });
    assert!(matches!(failed, Unmeasured::NotClosed { .. }), "{failed}");
}

#[test]
fn a_call_that_fails_within_a_multicall_is_told_of() {
    let failed = outcome(|life| {
        let leaves = life.counters(2)?;
        life.deposit()?;
        life.close_solo(OLDER)?;
        life.evaluate_all("evaluate", OLDER, &leaves)?;
        Ok(OLDER.payouts)
    });
    assert!(matches!(failed, Unmeasured::CallsFailed { failed: 2 }), "{failed}");
}
