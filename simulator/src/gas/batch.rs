//! Many channels that are answered in one transaction.

use adjudicator::{action::Multicall, types::Asset};

use super::{
    Unmeasured,
    agreed::{NEWER, OLDER},
    chain::Chain,
    channel::Channel,
    life::Life,
};

/// The gas that each call gets.
const GAS_EACH: u64 = 100_000;

type Result<T, E = Unmeasured> = std::result::Result<T, E>;

/// So many channels of the native coin that are being closed by the older state.
pub(super) fn closing(chain: &mut Chain, count: u32) -> Result<Vec<Channel>> {
    let one = |_| {
        let channel = chain.channel(Asset::NATIVE)?;
        let mut life = Life::new(chain, &channel);
        life.deposit()?;
        life.close_solo(OLDER)?;
        Ok(channel)
    };
    (0..count).map(one).collect()
}

/// One multicall that slashes all of them with the newer state, and nothing else in it has touched them. Its gas, if they pay
/// by it then.
pub(super) fn slash_all(chain: &mut Chain, channels: &[Channel]) -> Result<u64> {
    let before = chain.balances(Asset::NATIVE)?;
    let gas = chain.multicall(slashes(channels)?)?;
    for channel in channels {
        Life::new(chain, channel).settle(NEWER)?;
        chain.require_closed(channel)?;
    }
    let count = u128::try_from(channels.len()).unwrap_or(u128::MAX);
    chain.require_paid(Asset::NATIVE, before, NEWER.payouts.map(|payout| payout.saturating_mul(count)))?;
    Ok(gas)
}

/// That multicall.
pub(super) fn slashes(channels: &[Channel]) -> Result<Multicall> {
    let slashes = channels.iter().map(|channel| channel.slash(NEWER)).collect::<Result<Vec<_>, _>>()?;
    Ok(Multicall::new(&slashes, GAS_EACH))
}
