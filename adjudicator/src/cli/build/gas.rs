//! What operations need of gas at worst, without a node to ask.

use adjudicator::{
    action::Action,
    bundle::{Bundle, Gas},
    types::GasUnits,
    wire,
};

/// What any transaction needs, with the proof of a large tree and eight assets' worth of calldata.
const BASE: u64 = 60_000;
/// A payment, with the gas that its payee is given.
const PAYMENT: u64 = 120_000;
/// A state that is recorded, with its signatures.
const RECORD: u64 = 60_000;
/// A touch, without what the app is given.
const TOUCH: u64 = 150_000;

/// The gas that the operation of a bundle needs at worst, whatever the bundle says.
pub(in crate::cli) fn enough_gas(bundle: &Bundle) -> u64 {
    let assets = bundle.channel.terms().assets().asset_count();
    Action::decode(&bundle.calldata).map_or(0, |action| gas(&action, assets, None, None).limit.get())
}

/// The gas of an operation, unless it is said.
pub(super) fn gas(action: &Action, assets: usize, expected: Option<GasUnits>, limit: Option<GasUnits>) -> Gas {
    let expected = expected.unwrap_or_else(|| GasUnits::new(at_worst(action, assets)));
    let half = expected.get() / 2;
    Gas { expected, limit: limit.unwrap_or_else(|| GasUnits::new(expected.get().saturating_add(half))) }
}

fn at_worst(action: &Action, assets: usize) -> u64 {
    let payments = u64::try_from(assets).unwrap_or(u64::MAX).saturating_mul(2).saturating_mul(PAYMENT);
    let more = match action {
        Action::Deposit(_) | Action::DepositById(_) | Action::Claim(_) | Action::ClaimTo(_) => PAYMENT,
        Action::Withdraw(_) | Action::CloseMutual(_) | Action::Settle(_) => payments,
        Action::SnapshotSolo(_) | Action::Slash(_) | Action::CloseSoloAsDelegate(_) => RECORD,
        Action::CloseSolo(call) => RECORD.saturating_add(if call.consent { payments } else { 0 }),
        Action::ForceProgress(call) => touch(&call.instance, assets),
        Action::Evaluate(call) => touch(&call.instance, assets),
        Action::RevokeDelegations(_) => 0,
        Action::Multicall(call) => {
            let calls = u64::try_from(call.calls.len()).unwrap_or(u64::MAX);
            calls.saturating_mul(u64::try_from(call.gas_each).unwrap_or(u64::MAX))
        }
    };
    BASE.saturating_add(more)
}

/// The state is recorded, and the app gets all that the instance says; of what there is a 64th cannot be passed on.
fn touch(instance: &[u8], assets: usize) -> u64 {
    let app_gas = wire::Instance::split(instance, assets).map_or(0, |(instance, _)| u64::from(instance.app_gas()));
    TOUCH.saturating_add(RECORD).saturating_add(app_gas).saturating_add(app_gas / 63)
}
