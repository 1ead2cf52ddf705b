//! How blocks come, what gas costs in them, and when they are final.

use std::collections::BTreeMap;

use adjudicator::{
    chain::Clock,
    evidence::Policy,
    rpc::{Block, Nodes, Probed, SystemClock},
};
use anyhow::Result;
use serde_json::json;

use super::report::{Report, Verdict};

/// An outage that eats so large a part of the window, one of so many, is warned of.
const WARNED_PART: u64 = 8;
/// One that eats so large a part is too long.
const FAILED_PART: u64 = 2;
/// So many blocks at least must fit into a window.
const FEWEST_BLOCKS: u64 = 20;
/// How far the clock of this machine may be from the newest block, in seconds, however fast blocks come.
const CLOCK_SECONDS: u64 = 60;
/// How many intervals of older blocks are sampled at most, each twice as far back as the one before.
const INTERVALS: u32 = 16;

/// Blocks that were read.
pub(super) struct Sample {
    /// By number: the newest ones without a gap, older ones with.
    blocks: BTreeMap<u64, Block>,
    head: Block,
    /// The number of the first of the newest ones.
    first: u64,
}

/// The longest time between two blocks that follow each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Outage {
    seconds: u64,
    /// The block behind it.
    before: u64,
}

impl Sample {
    /// The newest `count` blocks; and of older ones some, so that the longest outage is closed in on.
    pub(super) fn read(nodes: &mut Nodes, head: &Block, count: u64) -> Result<Self> {
        let number: u64 = head.number.to();
        let first = number.saturating_sub(count.saturating_sub(1));
        let mut sample = Self { blocks: BTreeMap::from([(number, *head)]), head: *head, first };
        for each in first..number {
            sample.get(nodes, each)?;
        }
        let mut back = count;
        for _ in 0..INTERVALS {
            back = back.saturating_mul(2);
            // The block before all others may have any time.
            let older = number.saturating_sub(back).max(1);
            // Not every node keeps all of them.
            if older >= first || sample.get(nodes, older).is_err() || older == 1 {
                break;
            }
        }
        sample.close_in(nodes);
        Ok(sample)
    }

    fn get(&mut self, nodes: &mut Nodes, number: u64) -> Result<Block> {
        if let Some(block) = self.blocks.get(&number) {
            return Ok(*block);
        }
        let block = nodes.block_at(number)?;
        self.blocks.insert(number, block);
        Ok(block)
    }

    /// Halves the sampled interval that has lost the most time, and of its halves the one that has, until the blocks follow
    /// each other.
    fn close_in(&mut self, nodes: &mut Nodes) {
        let usual = self.usual_gap();
        let wide = self.pairs().filter(|(one, other)| other.0 > one.0.saturating_add(1));
        let worst = wide.max_by_key(|(one, other)| lost(*one, *other, usual));
        let Some((mut one, mut other)) = worst else { return };
        while other.0 > one.0.saturating_add(1) {
            let between = one.0.midpoint(other.0);
            let Ok(block) = self.get(nodes, between) else { return };
            let middle = (between, block.timestamp.to());
            if lost(one, middle, usual) >= lost(middle, other, usual) {
                other = middle;
            } else {
                one = middle;
            }
        }
    }

    /// Numbers and times of blocks, each with those of the next one that was read.
    fn pairs(&self) -> impl Iterator<Item = ((u64, u64), (u64, u64))> + '_ {
        let places = || self.blocks.iter().map(|(number, block)| (*number, block.timestamp.to::<u64>()));
        places().zip(places().skip(1))
    }

    /// The gaps between blocks that follow each other, in seconds, with the number of the later one; the first block of all may
    /// have any time.
    fn gaps(&self) -> impl Iterator<Item = Outage> + '_ {
        let pairs = self.pairs().filter(|(one, other)| one.0 > 0 && one.0.saturating_add(1) == other.0);
        pairs.map(|(one, other)| Outage { seconds: other.1.saturating_sub(one.1), before: other.0 })
    }

    fn newest_gaps(&self) -> impl Iterator<Item = Outage> + '_ {
        self.gaps().filter(|gap| gap.before > self.first)
    }

    /// The middle one of the newest gaps: an outage does not move it.
    fn usual_gap(&self) -> u64 {
        let mut gaps: Vec<u64> = self.newest_gaps().map(|gap| gap.seconds).collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).copied().unwrap_or_default()
    }

    /// The mean of the newest gaps, in seconds, rounded up; nothing if there is none.
    fn mean_gap(&self) -> Option<u64> {
        let (count, sum) = self
            .newest_gaps()
            .fold((0_u64, 0_u64), |(count, sum), gap| (count.saturating_add(1), sum.saturating_add(gap.seconds)));
        (count > 0).then(|| sum.div_ceil(count))
    }

    fn longest_gap(&self) -> Outage {
        self.gaps().max_by_key(|gap| gap.seconds).unwrap_or_default()
    }
}

/// The seconds that an interval took beyond what so many blocks usually take.
fn lost(one: (u64, u64), other: (u64, u64), usual: u64) -> u64 {
    let expected = other.0.saturating_sub(one.0).saturating_mul(usual);
    other.1.saturating_sub(one.1).saturating_sub(expected)
}

/// What blocks say of themselves.
pub(super) fn check(report: &mut Report, sample: &Sample, window: u64, policy: &Policy) {
    const NAME: &str = "window";
    if window < policy.min_window {
        let least = policy.min_window;
        report.warning(
            NAME,
            format!("{window} seconds are less than the {least} that the policy takes congestion and outages to last"),
        );
    } else {
        report.ok(NAME, format!("{window} seconds, and no less than the policy's {}", policy.min_window));
    }
    pace(report, sample, window, policy);
    outages(report, sample, window);
    fees(report, sample, policy);
    let limit: u64 = sample.head.gas_limit.to();
    if limit < policy.block_gas {
        report.warning("block gas", format!("{limit}, and the policy counts on {}", policy.block_gas));
    } else {
        report.ok("block gas", format!("{limit}, and the policy counts on {}", policy.block_gas));
    }
}

fn pace(report: &mut Report, sample: &Sample, window: u64, policy: &Policy) {
    const NAME: &str = "block time";
    let Some(mean) = sample.mean_gap() else {
        report.warning(NAME, "not known: there are too few blocks");
        return;
    };
    let fit = window.checked_div(mean);
    let fit_text = fit.map_or_else(|| "any number".to_owned(), |fit| fit.to_string());
    let text = format!("{mean} seconds on average: {fit_text} of blocks fit into the window");
    match fit {
        Some(fit) if fit < FEWEST_BLOCKS => report.failed(NAME, format!("{text}, where {FEWEST_BLOCKS} must")),
        _ if mean > policy.block_seconds => {
            report
                .warning(NAME, format!("{text}; the policy counts on {} seconds (blockSeconds)", policy.block_seconds));
        }
        _ => report.ok(NAME, text),
    }
}

fn outages(report: &mut Report, sample: &Sample, window: u64) {
    let Outage { seconds, before } = sample.longest_gap();
    if seconds == 0 && sample.mean_gap().is_none() {
        report.warning("outages", "not known: there are too few blocks");
        return;
    }
    let oldest = sample.blocks.keys().next().copied().unwrap_or_default();
    let verdict = match seconds {
        long if long > window / FAILED_PART => Verdict::Failed,
        long if long > window / WARNED_PART => Verdict::Warning,
        _ => Verdict::Ok,
    };
    let bound = match verdict {
        Verdict::Failed => format!(", more than half of the window of {window}"),
        Verdict::Warning => format!(", more than one part in {WARNED_PART} of the window of {window}"),
        Verdict::Ok => String::new(),
    };
    let (first, head) = (sample.first, sample.head.number);
    let seen = if oldest < first {
        format!(
            "all blocks from {first} to {head} were read, and of those from {oldest} on only where most time was lost"
        )
    } else {
        format!("all blocks from {first} to {head} were read")
    };
    report.add("outages", verdict, format!("the longest was {seconds} seconds, before block {before}{bound} ({seen})"));
}

fn fees(report: &mut Report, sample: &Sample, policy: &Policy) {
    const NAME: &str = "base fee";
    let fees =
        || sample.blocks.values().filter_map(|block| block.base_fee_per_gas.map(|fee| fee.saturating_to::<u128>()));
    let Some(now) = sample.head.base_fee_per_gas.map(|fee| fee.saturating_to::<u128>()) else {
        report.failed(
            NAME,
            "blocks have none: the chain takes no transactions of EIP-1559, and this program sends no others",
        );
        return;
    };
    let (least, most) = (fees().min().unwrap_or(now), fees().max().unwrap_or(now));
    let stress = u128::from(policy.stress_gas_price);
    let text = format!("{now} wei now, {least} to {most} in the blocks that were read");
    match () {
        () if now > stress => {
            report.failed(NAME, format!("{text}: the policy takes {stress} for a bad day (stressGasPrice)"))
        }
        () if most > stress => {
            report.warning(NAME, format!("{text}: the policy takes {stress} for a bad day (stressGasPrice)"))
        }
        () => report.ok(NAME, format!("{text}; the policy takes {stress} for a bad day")),
    }
}

/// What blocks say of now: clock and finality.
pub(super) fn check_now(report: &mut Report, nodes: &mut Nodes, sample: &Sample, window: u64) -> Result<()> {
    let (clock, newest) = (SystemClock.now(), sample.head.timestamp.to::<u64>());
    let allowed = CLOCK_SECONDS.max(sample.usual_gap().saturating_mul(4));
    let (behind, ahead) = (clock.saturating_sub(newest), newest.saturating_sub(clock));
    if ahead > CLOCK_SECONDS {
        report.failed(
            "clock",
            format!("the newest block is {ahead} seconds ahead of this machine: one of both is wrong"),
        );
    } else if behind > allowed {
        report.failed(
            "clock",
            format!("the newest block is {behind} seconds old: the chain stands still, or this machine is wrong"),
        );
    } else {
        report.ok("clock", format!("the newest block is {} seconds from the clock of this machine", behind.max(ahead)));
    }
    finality(report, nodes, sample, window)
}

fn finality(report: &mut Report, nodes: &mut Nodes, sample: &Sample, window: u64) -> Result<()> {
    const NAME: &str = "finality";
    let found = nodes.probe::<Option<Block>>("the final block", "eth_getBlockByNumber", &json!(["finalized", false]));
    let found = match found {
        Ok(Probed::Answered(Some(block))) => block,
        Ok(Probed::Answered(None)) => {
            report.warning(NAME, "the nodes know no final block yet: --confirmations says what counts as final");
            return Ok(());
        }
        Ok(Probed::Refused { reason, .. }) => {
            report.warning(
                NAME,
                format!("the nodes do not know which block is final ({reason}): --confirmations says it"),
            );
            return Ok(());
        }
        // Each moves on by itself.
        Err(reason) => {
            report.warning(NAME, format!("{reason}"));
            return Ok(());
        }
    };
    let blocks = sample.head.number.saturating_sub(found.number);
    let seconds = sample.head.timestamp.to::<u64>().saturating_sub(found.timestamp.to());
    let text = format!("the final block is {blocks} blocks, {seconds} seconds, behind the newest");
    if found.number.is_zero() {
        report.warning(NAME, format!("{text}: no block but the first is final yet"));
    } else if seconds > window / FAILED_PART {
        report.warning(NAME, format!("{text}: more than half of the window"));
    } else {
        report.ok(NAME, text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{B256, U64};

    fn sample(times: &[(u64, u64)], first: u64) -> Sample {
        let block = |number: u64, time: u64| Block {
            number: U64::from(number),
            hash: B256::ZERO,
            timestamp: U64::from(time),
            base_fee_per_gas: None,
            gas_used: U64::ZERO,
            gas_limit: U64::ZERO,
        };
        let blocks: BTreeMap<_, _> = times.iter().map(|(number, time)| (*number, block(*number, *time))).collect();
        let head = *blocks.last_key_value().unwrap().1;
        Sample { blocks, head, first }
    }

    #[test]
    fn gaps_are_those_between_blocks_that_follow_each_other() {
        let sample = sample(&[(1, 0), (10, 100), (11, 112), (12, 124), (13, 160)], 10);
        assert_eq!(sample.gaps().map(|gap| gap.seconds).collect::<Vec<_>>(), [12, 12, 36]);
        assert_eq!((sample.mean_gap(), sample.usual_gap()), (Some(20), 12));
        assert_eq!(sample.longest_gap(), Outage { seconds: 36, before: 13 });
    }

    #[test]
    fn the_first_block_of_a_chain_has_no_gap() {
        let sample = sample(&[(0, 0), (1, 1_700_000_000), (2, 1_700_000_012)], 0);
        assert_eq!(sample.longest_gap(), Outage { seconds: 12, before: 2 });
    }

    #[test]
    fn time_is_lost_that_blocks_do_not_usually_take() {
        assert_eq!(lost((10, 1_000), (20, 1_120), 12), 0);
        assert_eq!(lost((10, 1_000), (20, 1_500), 12), 380);
    }
}
