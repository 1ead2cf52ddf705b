//! What is stored, and who has what.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashSet},
    convert::Infallible,
    fmt::Debug,
};

use adjudicator::{
    Base, Channel, Deployment, Progress,
    abi::ChannelManager::{channelIdOfCall, domainSeparatorCall, windowBoundsCall},
    rules,
    storage::{self, Names},
    words::{FundsWord, ProgressWord, TallyWord},
};
use alloy_primitives::{Address, B256, Bytes, I256, U256};

use super::Mismatch;
use crate::{bytecode::Bytecode, twin::Twin};

/// A channel that somebody has named: what its terms say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The packed terms.
    pub terms: Bytes,
    /// The window in seconds.
    pub window: u32,
    /// The assets in their order.
    pub assets: Vec<Address>,
    /// Whether there is a bounty.
    pub has_bounty: bool,
}

/// Compares everything that both sides can tell.
///
/// # Errors
/// Where the sides disagree.
pub fn states(bytecode: &Bytecode, twin: &Twin, known: &BTreeMap<B256, Known>) -> Result<(), Mismatch> {
    let nothing = Channel::default();
    let storage = Storage { bytecode, seen: RefCell::default() };
    for (id, known) in known {
        let channel = twin.manager.channels.get(id).unwrap_or(&nothing);
        channels(&storage, *id, known, channel)?;
    }
    credits(&storage, twin)?;
    storage.nothing_else()?;
    balances(bytecode, twin)?;
    memories(bytecode, twin)
}

/// Compares the channels as the library reads them through the contract's getter, and what the other getters say.
///
/// # Errors
/// Where the sides disagree.
pub fn channels_as_read(bytecode: &mut Bytecode, twin: &Twin, known: &BTreeMap<B256, Known>) -> Result<(), Mismatch> {
    let nothing = Channel::default();
    for (id, known) in known {
        let channel = twin.manager.channels.get(id).unwrap_or(&nothing);
        let instances = |base: &Base| base.instances.iter().map(|(hash, it)| (*hash, Some(it.matures))).collect();
        let names = Names {
            channel_id: *id,
            assets: known.assets.clone(),
            has_bounty: known.has_bounty,
            instances: channel.bases.iter().map(|(hash, base)| (*hash, instances(base))).collect(),
        };
        let slots = names.slots();
        let Ok(read) = names.read(|slot| {
            assert!(slots.contains(&slot), "slot {slot} was not foreseen");
            Ok::<_, Infallible>(bytecode.load(slot))
        });
        same("id of a channel", bytecode.ask(&channelIdOfCall { terms: known.terms.clone() }), *id)?;
        if read != *channel {
            return Err(Mismatch::new("channel as read", format!("{read:?}"), format!("{channel:?}")));
        }
    }
    let Deployment { domain, min_window, max_window } = twin.manager.deployment;
    same("domain separator", bytecode.ask(&domainSeparatorCall {}), domain.separator())?;
    let bounds = bytecode.ask(&windowBoundsCall {});
    same("shortest window", bounds._0, U256::from(min_window))?;
    same("longest window", bounds._1, U256::from(max_window))
}

/// The contract's storage, and what was looked at.
struct Storage<'a> {
    bytecode: &'a Bytecode,
    seen: RefCell<HashSet<U256>>,
}

impl Storage<'_> {
    fn word(&self, slot: U256) -> U256 {
        self.seen.borrow_mut().insert(slot);
        self.bytecode.word(slot)
    }

    /// Whatever is stored is something that the twin knows.
    fn nothing_else(&self) -> Result<(), Mismatch> {
        let seen = self.seen.borrow();
        match self.bytecode.slots().find(|slot| !seen.contains(slot)) {
            None => Ok(()),
            Some(slot) => Err(Mismatch::new(
                "a word that nobody knows",
                self.bytecode.word(slot).to_string(),
                format!("slot {slot} is zero"),
            )),
        }
    }
}

fn channels(storage: &Storage<'_>, id: B256, known: &Known, channel: &Channel) -> Result<(), Mismatch> {
    let word = |what, slot, expected: U256| same(what, storage.word(slot), expected);
    let pack = |what: &str, word: Result<U256, adjudicator::WordError>| {
        word.map_err(|error| Mismatch::new(format!("{what} that fits no word"), "", error.to_string()))
    };
    word("record", storage::record(id), pack("record", channel.record.to_word())?)?;
    let bounty = channel.bounty.map_or(Ok(U256::ZERO), |bounty| bounty.to_word());
    word("bounty", storage::bounty(id), pack("bounty", bounty)?)?;
    for (party, epoch) in channel.epochs.into_iter().enumerate() {
        word("epoch", storage::epoch(id, party), U256::from(epoch))?;
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
        word("funds", storage::funds(id, *asset), funds)?;
    }
    for (hash, base) in &channel.bases {
        bases(storage, *hash, base, known)?;
        if short(*hash) == channel.record.state_hash.as_slice() && channel.record.is_closing() {
            final_time(storage, *hash, base, known.window, channel)?;
        }
    }
    Ok(())
}

fn bases(storage: &Storage<'_>, hash: B256, base: &Base, known: &Known) -> Result<(), Mismatch> {
    let word = storage.word(storage::tally(hash));
    let tally = TallyWord::from_word(word);
    same("tally without meaning", Ok(word), tally.to_word())?;
    for (instance, progress) in &base.instances {
        let stored = storage.word(storage::progress(hash, *instance));
        let word = ProgressWord::from_word(stored);
        same("progress without meaning", Ok(stored), word.to_word())?;
        let Progress { app_state_hash, steps, last_touch, .. } = progress;
        same("app state", word.app_state_hash, *app_state_hash)?;
        same("steps", word.steps, *steps)?;
        same("last touch", word.last_touch, *last_touch)?;
        for (index, expected) in progress.deltas.iter().enumerate() {
            let own = if word.has_deltas { storage.word(storage::delta(hash, *instance, index)) } else { U256::ZERO };
            let delta = if index == 0 && word.is_seated { tally.seated_delta } else { I256::from_raw(own) };
            same("delta", delta, *expected)?;
        }
    }
    for index in 0..known.assets.len() {
        let seated = if index == 0 { tally.seated_delta } else { I256::ZERO };
        let sums = if tally.has_sums { storage.word(storage::delta_sum(hash, index)) } else { U256::ZERO };
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
fn final_time(storage: &Storage<'_>, hash: B256, base: &Base, window: u32, channel: &Channel) -> Result<(), Mismatch> {
    let evidence_deadline = channel.record.evidence_deadline.unwrap_or_default();
    let tally = TallyWord::from_word(storage.word(storage::tally(hash)));
    let stored = tally.latest_touch.max(tally.matures).max(evidence_deadline) + u64::from(window);
    same("final time", stored, rules::final_time(evidence_deadline, Some(base), window))
}

fn credits(storage: &Storage<'_>, twin: &Twin) -> Result<(), Mismatch> {
    for (place, slot) in storage.bytecode.credits() {
        same("credit", storage.word(slot), twin.manager.credits.get(&place).copied().unwrap_or_default())?;
    }
    for ((creditor, asset), credit) in &twin.manager.credits {
        same("credit", storage.word(storage::credit(*creditor, *asset)), *credit)?;
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

/// What was told to whoever called back.
fn memories(bytecode: &Bytecode, twin: &Twin) -> Result<(), Mismatch> {
    for actor in bytecode.scene().tokens.into_iter().chain(bytecode.scene().payees) {
        let remembered = bytecode.remembered(actor);
        let expected = twin.others.holdings().remembered.get(&actor).copied().unwrap_or_default();
        same("calls back", remembered.calls, expected.calls)?;
        same("successful calls back", remembered.successes, expected.successes)?;
        same("answer to a call back", remembered.answer, expected.answer)?;
    }
    Ok(())
}

fn same<T: PartialEq + Debug>(what: &str, bytecode: T, twin: T) -> Result<(), Mismatch> {
    if bytecode == twin { Ok(()) } else { Err(Mismatch::new(what, format!("{bytecode:?}"), format!("{twin:?}"))) }
}

/// The first 192 bits.
fn short(hash: B256) -> [u8; 24] {
    *hash.0.first_chunk().expect("a hash is longer")
}
