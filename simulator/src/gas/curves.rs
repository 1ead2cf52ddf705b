//! How the gas grows: with the instances of a state, and with the channels of a multicall.

use adjudicator::types::Asset;
use serde::Serialize;

use super::{
    Unmeasured,
    agreed::{Leaf, OLDER},
    batch::{closing, slash_all, slashes},
    chain::Chain,
    channel::Channel,
    life::Life,
    lived::live,
};
use crate::node::BLOCK_GAS;

type Result<T, E = Unmeasured> = std::result::Result<T, E>;

/// The most gas of a transaction (EIP-7825).
pub const TRANSACTION_GAS: u64 = 16_777_216;

/// How many instances a state has.
const INSTANCES: [u32; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000];
/// How many channels are in a multicall.
const CHANNELS: [u32; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300];
/// More than any transaction holds, of either.
const TOO_MANY: u32 = 1_000;

/// How the gas grows, and where it comes to an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Curves {
    /// The most gas of a transaction.
    pub transaction_gas: u64,
    /// The most gas of a block.
    pub block_gas: u64,
    /// By the instances of the state that is disputed.
    pub by_instances: Vec<ByInstances>,
    /// The most instances of a state that one multicall can touch, all of them.
    pub most_touched: u32,
    /// By the channels in a multicall of slashes; in the last one are as many as a transaction holds.
    pub by_channels: Vec<ByChannels>,
    /// The most channels in one.
    pub most_slashed: u32,
}

/// What a dispute costs about a state with so many instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ByInstances {
    /// How many there are.
    pub instances: u32,
    /// The siblings in the proof of the first one.
    pub siblings: usize,
    /// Both deposits, `closeSolo`, a forced step of the first one, `settle`.
    pub dispute: u64,
    /// The forced step of these.
    pub step: u64,
    /// A multicall that evaluates all of them instead.
    pub touch_all: u64,
}

/// What a multicall costs that slashes so many channels, none of which anything else in it has touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ByChannels {
    /// How many there are.
    pub channels: u32,
    /// The transaction.
    pub total: u64,
    /// Its part of it for each.
    pub per_channel: u64,
}

impl Curves {
    /// Measures everything, on a chain of its own.
    ///
    /// # Errors
    /// If anything did not happen as it must.
    pub fn measure() -> Result<Self> {
        let mut chain = Chain::new()?;
        // Not measured: a contract in use holds other people's money.
        let channel = chain.channel(Asset::NATIVE)?;
        Life::new(&mut chain, &channel).deposit()?;
        let by_instances = INSTANCES.map(|count| by_instances(&mut chain, count)).into_iter().collect::<Result<_>>()?;
        let most_touched = most(|count| chain.undone(|chain| can_touch(chain, count)))?;
        let channels = closing(&mut chain, TOO_MANY)?;
        let most_slashed = most(|count| can_slash(&mut chain, first(&channels, count)))?;
        let counts = CHANNELS.into_iter().chain([most_slashed]);
        let by_channels =
            counts.map(|count| by_channels(&mut chain, first(&channels, count))).collect::<Result<_>>()?;
        Ok(Self {
            transaction_gas: TRANSACTION_GAS,
            block_gas: BLOCK_GAS,
            by_instances,
            most_touched,
            by_channels,
            most_slashed,
        })
    }
}

fn by_instances(chain: &mut Chain, instances: u32) -> Result<ByInstances> {
    let mut siblings = 0;
    let dispute = live(chain, Asset::NATIVE, "dispute", |life| {
        let leaves = life.counters(instances)?;
        let leaf = first_of(&leaves)?;
        siblings = leaf.proof.siblings().len();
        life.deposit()?;
        life.close_solo(OLDER.with(leaf))?;
        life.count(OLDER, leaf, 0)?;
        life.settle(OLDER.with(leaf))?;
        Ok(OLDER.payouts)
    })?;
    let touched = live(chain, Asset::NATIVE, "touched", |life| {
        let leaves = life.counters(instances)?;
        let leaf = first_of(&leaves)?;
        life.deposit()?;
        life.close_solo(OLDER.with(leaf))?;
        life.evaluate_all("touch_all", OLDER, &leaves)?;
        life.settle(OLDER.with(leaf))?;
        Ok(OLDER.payouts)
    })?;
    let step = dispute.step("force_progress_first")?;
    Ok(ByInstances { instances, siblings, dispute: dispute.total(), step, touch_all: touched.step("touch_all")? })
}

/// Slashes so many channels, and takes it back.
fn by_channels(chain: &mut Chain, channels: &[Channel]) -> Result<ByChannels> {
    let total = chain.undone(|chain| slash_all(chain, channels))?;
    let count = u32::try_from(channels.len()).unwrap_or(u32::MAX);
    Ok(ByChannels { channels: count, total, per_channel: total.div_ceil(count.max(1).into()) })
}

/// Whether one transaction can touch so many instances of a state.
fn can_touch(chain: &mut Chain, instances: u32) -> Result<bool> {
    let channel = chain.channel(Asset::NATIVE)?;
    let mut life = Life::new(chain, &channel);
    let leaves = life.counters(instances)?;
    life.deposit()?;
    life.close_solo(OLDER.with(first_of(&leaves)?))?;
    let calls = life.evaluations(OLDER, &leaves)?;
    chain.fits(calls, TRANSACTION_GAS)
}

/// Whether one transaction can slash all of these.
fn can_slash(chain: &mut Chain, channels: &[Channel]) -> Result<bool> {
    chain.fits(slashes(channels)?, TRANSACTION_GAS)
}

/// The greatest number that can be done, if one can, and [`TOO_MANY`] cannot.
fn most(mut can_be_done: impl FnMut(u32) -> Result<bool>) -> Result<u32> {
    let (mut least, mut too_many) = (1, TOO_MANY);
    while too_many.saturating_sub(least) > 1 {
        let middle = u32::midpoint(least, too_many);
        if can_be_done(middle)? { least = middle } else { too_many = middle }
    }
    Ok(least)
}

fn first(channels: &[Channel], count: u32) -> &[Channel] {
    usize::try_from(count).ok().and_then(|count| channels.get(..count)).unwrap_or(channels)
}

/// The first of the instances, whose proof is the longest.
fn first_of(leaves: &[Leaf]) -> Result<&Leaf> {
    leaves.first().ok_or(Unmeasured::NoStep { life: "dispute", step: "force_progress_first" })
}
