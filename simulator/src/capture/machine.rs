//! The blocks of a history on the machine of this program, which asks nodes for what it reads.

use adjudicator::storage::Names;
use std::collections::BTreeMap;

use super::{CaptureError, reader::Reader, search::terms};
use crate::{
    history::{Before, History},
    replay::{Came, compare, play_block, seek, tell},
    world::{Hardfork, Missing, World},
};

/// Finds by which rules the history comes again as it was, and records all that it reads.
pub(super) fn reproduce(reader: &mut Reader<'_>, history: &mut History) -> Result<(), CaptureError> {
    for hardfork in Hardfork::ALL {
        reader.tell(&format!("playing it by the rules of {hardfork:?}"));
        if plays(reader, history, hardfork)? {
            history.blocks.iter_mut().for_each(|block| block.hardfork = hardfork);
            return complete(reader, history);
        }
    }
    // A life may be longer than the rules.
    for index in 0..history.blocks.len() {
        for hardfork in Hardfork::ALL {
            if plays_block(reader, history, index, hardfork)? {
                if let Some(block) = history.blocks.get_mut(index) {
                    block.hardfork = hardfork;
                }
                break;
            }
        }
    }
    complete(reader, history)
}

fn plays(reader: &mut Reader<'_>, history: &mut History, hardfork: Hardfork) -> Result<bool, CaptureError> {
    for index in 0..history.blocks.len() {
        if !plays_block(reader, history, index, hardfork)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a block comes again as it was, by these rules. What it reads becomes known.
fn plays_block(
    reader: &mut Reader<'_>,
    history: &mut History,
    index: usize,
    hardfork: Hardfork,
) -> Result<bool, CaptureError> {
    let Some(block) = history.blocks.get(index) else { return Ok(true) };
    let mut facts = Facts { before: block.before.clone(), codes: BTreeMap::new() };
    let mut world = World::new(history.chain_id, block.context.time);
    world.know_only_what_is_told();
    tell(&mut world, history, &block.before, None);
    let sent = block.transactions.iter().map(|it| &it.sent);
    let came = play_block(&mut world, (&block.context, hardfork), sent, |world, missing| {
        facts.fetch(reader, block.parent, missing, Some(world)).map(|()| true)
    })?;
    let is_same = compare(block.context.number, &block.transactions, &came).is_empty();
    let told = told_within(history, &came);
    history.terms = history.terms.take().or(told);
    facts.keep(history, index);
    Ok(is_same)
}

/// The terms, if only a call within a transaction tells them.
fn told_within(history: &History, came: &[Came]) -> Option<adjudicator::types::Terms> {
    let mut calls = Vec::new();
    for came in came {
        if let Came::Mined { call, .. } = came {
            seek(call, history.manager, &mut calls);
        }
    }
    calls.into_iter().find_map(|call| terms(&call.data, history.channel_id, &history.domain()))
}

/// Records the channel's own words before each block, whether they are read or not: what others do to it is seen by that.
fn complete(reader: &mut Reader<'_>, history: &mut History) -> Result<(), CaptureError> {
    let Some(channel) = &history.terms else { return Ok(()) };
    let slots = Names::of(channel, &history.domain(), BTreeMap::new()).slots();
    for index in 0..history.blocks.len() {
        let Some(block) = history.blocks.get(index) else { continue };
        let mut facts = Facts { before: block.before.clone(), codes: BTreeMap::new() };
        for slot in &slots {
            let missing = Missing::Word { account: history.manager, slot: *slot };
            facts.fetch(reader, block.parent, missing, None)?;
        }
        facts.keep(history, index);
    }
    Ok(())
}

/// What becomes known of the state before a block.
struct Facts {
    before: Before,
    codes: BTreeMap<alloy_primitives::B256, alloy_primitives::Bytes>,
}

impl Facts {
    /// Asks for something, unless it is known.
    fn fetch(
        &mut self,
        reader: &mut Reader<'_>,
        parent: alloy_primitives::B256,
        missing: Missing,
        world: Option<&mut World>,
    ) -> Result<(), CaptureError> {
        match missing {
            Missing::Account(address) => {
                let (account, code) = reader.account(address, parent)?;
                if let Some(world) = world {
                    world.tell_account(address, account.balance, account.nonce, code.clone());
                }
                account.code.into_iter().for_each(|hash| drop(self.codes.insert(hash, code.clone())));
                self.before.accounts.insert(address, account);
            }
            Missing::Word { account, slot } => {
                let words = self.before.words.entry(account).or_default();
                if words.contains_key(&slot) {
                    return Ok(());
                }
                let word = reader.word(account, slot, parent)?;
                words.insert(slot, word);
                if let Some(world) = world {
                    world.tell_word(account, slot, word);
                }
            }
            Missing::BlockHash(number) => {
                let hash = reader.block(number, false)?.hash;
                self.before.hashes.insert(number, hash);
                if let Some(world) = world {
                    world.tell_hash(number, hash);
                }
            }
        }
        Ok(())
    }

    fn keep(self, history: &mut History, index: usize) {
        history.codes.extend(self.codes);
        if let Some(block) = history.blocks.get_mut(index) {
            block.before = self.before;
        }
    }
}
