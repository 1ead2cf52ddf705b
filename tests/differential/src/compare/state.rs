//! What is stored, and who has what.

use std::collections::BTreeMap;

use adjudicator::{Base, Channel, Progress, rules, words::FundsWord};
use alloy_primitives::{Address, B256, I256, U256};

use super::{Mismatch, slots};
use crate::{bytecode::Bytecode, twin::Twin};

/// A channel that somebody has named: what its terms say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The window in seconds.
    pub window: u32,
    /// The assets in their order.
    pub assets: Vec<Address>,
}

/// Compares everything that both sides can tell.
///
/// # Errors
/// Where the sides disagree.
pub fn states(bytecode: &Bytecode, twin: &Twin, known: &BTreeMap<B256, Known>) -> Result<(), Mismatch> {
    let nothing = Channel::default();
    for (id, known) in known {
        let channel = twin.manager.channels.get(id).unwrap_or(&nothing);
        channels(bytecode, *id, known, channel)?;
    }
    credits(bytecode, twin)?;
    balances(bytecode, twin)?;
    memories(bytecode, twin)
}

fn channels(bytecode: &Bytecode, id: B256, known: &Known, channel: &Channel) -> Result<(), Mismatch> {
    let word = |what, slot, expected: U256| same(what, bytecode.word(slot), expected);
    let pack = |what: &str, word: Result<U256, adjudicator::WordError>| {
        word.map_err(|error| Mismatch::new(format!("{what} that fits no word"), "", error.to_string()))
    };
    word("record", slots::record(id), pack("record", channel.record.to_word())?)?;
    let bounty = channel.bounty.map_or(Ok(U256::ZERO), |bounty| bounty.to_word());
    word("bounty", slots::bounty(id), pack("bounty", bounty)?)?;
    for (party, epoch) in channel.epochs.into_iter().enumerate() {
        word("epoch", slots::epoch(id, party), U256::from(epoch))?;
    }
    for (index, asset) in known.assets.iter().enumerate() {
        let funds = match channel.funds.get(asset) {
            None => U256::ZERO,
            Some(_) if channel.is_closed => FundsWord::DEAD,
            Some(funds) => {
                let serial = if index == 0 { channel.serial } else { 0 };
                pack("funds", FundsWord::living(*funds, serial).to_word())?
            }
        };
        word("funds", slots::funds(id, *asset), funds)?;
    }
    for (hash, base) in &channel.bases {
        bases(bytecode, *hash, base, known)?;
        if short(*hash) == channel.record.state_hash.as_slice() && channel.record.is_closing() {
            final_time(bytecode, *hash, base, known.window, channel)?;
        }
    }
    Ok(())
}

fn bases(bytecode: &Bytecode, hash: B256, base: &Base, known: &Known) -> Result<(), Mismatch> {
    let tally = Tally(bytecode.word(slots::tally(hash)));
    for (instance, progress) in &base.instances {
        let word = Moved(bytecode.word(slots::progress(hash, *instance)));
        same("progress", word.position(), position_of(progress))?;
        for (index, expected) in progress.deltas.iter().enumerate() {
            let delta = match (index == 0 && word.is_seated(), word.has_deltas()) {
                (true, _) => tally.seated_delta(),
                (false, true) => I256::from_raw(bytecode.word(slots::delta(hash, *instance, index))),
                (false, false) => I256::ZERO,
            };
            same("delta", delta, *expected)?;
        }
    }
    for index in 0..known.assets.len() {
        let seated = if index == 0 { tally.seated_delta() } else { I256::ZERO };
        let sums = if tally.has_sums() { bytecode.word(slots::delta_sum(hash, index)) } else { U256::ZERO };
        let deltas = base.instances.values().filter_map(|progress| progress.deltas.get(index));
        same(
            "sum of deltas",
            seated + I256::from_raw(sums),
            deltas.copied().fold(I256::ZERO, |sum, delta| sum + delta),
        )?;
    }
    Ok(())
}

/// As the contract would compute it now, of what it has stored.
fn final_time(bytecode: &Bytecode, hash: B256, base: &Base, window: u32, channel: &Channel) -> Result<(), Mismatch> {
    let evidence_deadline = channel.record.evidence_deadline.unwrap_or_default();
    let tally = Tally(bytecode.word(slots::tally(hash)));
    let stored = tally.latest_touch().max(tally.matures()).max(evidence_deadline) + u64::from(window);
    same("final time", stored, rules::final_time(evidence_deadline, Some(base), window))
}

fn credits(bytecode: &Bytecode, twin: &Twin) -> Result<(), Mismatch> {
    for (place, word) in bytecode.credits() {
        same("credit", word, twin.manager.credits.get(&place).copied().unwrap_or_default())?;
    }
    for ((creditor, asset), credit) in &twin.manager.credits {
        same("credit", bytecode.word(slots::credit(*creditor, *asset)), *credit)?;
    }
    Ok(())
}

fn balances(bytecode: &Bytecode, twin: &Twin) -> Result<(), Mismatch> {
    let holdings = twin.others.holdings();
    for account in bytecode.scene().accounts().into_iter().chain([bytecode.scene().manager()]) {
        let coins = holdings.coins.get(&account).copied().unwrap_or_default();
        same("coins of an account", bytecode.coins(account), coins)?;
    }
    for (place, word) in bytecode.tokens() {
        same("tokens of an account", word, holdings.tokens.get(&place).copied().unwrap_or_default())?;
    }
    Ok(())
}

/// Whoever called back was told that it must not.
fn memories(bytecode: &Bytecode, twin: &Twin) -> Result<(), Mismatch> {
    use alloy_sol_types::SolError;
    for actor in bytecode.scene().tokens.into_iter().chain(bytecode.scene().payees) {
        let (calls, successes, answer) = bytecode.remembered(actor);
        same("calls back", calls, twin.others.holdings().calls.get(&actor).copied().unwrap_or_default())?;
        same("successful calls back", successes, 0)?;
        if calls > 0 {
            let expected = adjudicator::abi::ChannelManager::Reentered::SELECTOR;
            same("answer to a call back", B256::right_padding_from(&answer), B256::right_padding_from(&expected))?;
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Display>(what: &str, bytecode: T, twin: T) -> Result<(), Mismatch> {
    if bytecode == twin { Ok(()) } else { Err(Mismatch::new(what, bytecode.to_string(), twin.to_string())) }
}

/// The first 192 bits.
fn short(hash: B256) -> [u8; 24] {
    *hash.0.first_chunk().expect("a hash is longer")
}

/// A `Progress` word, as `contracts/types/Progress.sol` lays it out.
struct Moved(U256);

impl Moved {
    /// App state, steps and last touch: all but where the deltas are, which the twin does not know.
    fn position(&self) -> U256 {
        self.0 & !U256::from(3u64 << 48)
    }

    fn is_seated(&self) -> bool {
        self.0.bit(48)
    }

    fn has_deltas(&self) -> bool {
        self.0.bit(49)
    }
}

fn position_of(progress: &Progress) -> U256 {
    let hash = U256::from_be_slice(progress.app_state_hash.as_slice()) << 64;
    hash | U256::from(progress.steps) << 40 | U256::from(progress.last_touch)
}

/// A `Tally` word, as `contracts/types/Tally.sol` lays it out.
struct Tally(U256);

impl Tally {
    fn latest_touch(&self) -> u64 {
        self.number(0)
    }

    fn matures(&self) -> u64 {
        self.number(40)
    }

    /// The 40 bits from `bit` on.
    fn number(&self, bit: usize) -> u64 {
        (self.0.wrapping_shr(bit) & U256::from((1u64 << 40) - 1)).saturating_to()
    }

    fn has_sums(&self) -> bool {
        self.0.bit(81)
    }

    fn seated_delta(&self) -> I256 {
        I256::from_raw(self.0).asr(136)
    }
}
