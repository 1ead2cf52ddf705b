//! A history as it was; and what others did to it meanwhile, which a changed history needs.

use std::convert::Infallible;

use alloy_primitives::{Address, Bytes, U256};

use super::{
    Mismatch, Replay, compare,
    engine::{play_block, tell},
    money,
    told::{Item, effects, event},
    words::Names,
};
use crate::{
    history::{Account, Block, History},
    world::{Missing, World},
};

/// A history as it was.
pub(super) struct Track {
    pub(super) replay: Replay,
    /// What others did before each block, by the block's index.
    pub(super) news: Vec<News>,
    /// What is known of the chain before anything happened: of each thing the first that was recorded.
    pub(super) first: News,
}

/// What is not what the history alone would have made of it: somebody else has changed it.
#[derive(Debug, Clone, Default)]
pub(super) struct News {
    pub(super) accounts: Vec<(Address, Account)>,
    pub(super) words: Vec<(Address, U256, U256)>,
    /// What the contract had of the native coin by the history alone, and what it really had.
    pub(super) coins: Option<(U256, U256)>,
}

/// Plays everything as it was.
pub(super) fn as_it_was(history: &History, code: Option<&Bytes>) -> Track {
    let names = Names::of(history);
    let mut world = World::new(history.chain_id, 0);
    world.know_only_what_is_told();
    let (mut events, mut mismatches, mut all) = (Vec::new(), Vec::<Mismatch>::new(), Vec::new());
    let (mut news, mut first, mut others) = (Vec::new(), News::default(), 0_usize);
    for block in &history.blocks {
        news.push(look(history, &world, block, &mut first));
        tell(&mut world, history, &block.before, code);
        let place = (block.context.number, block.context.time);
        let sent = block.transactions.iter().map(|it| &it.sent);
        let unknown = |_: &mut World, _: Missing| Ok::<_, Infallible>(false);
        let Ok(came) = play_block(&mut world, (&block.context, block.hardfork), sent, unknown);
        mismatches.extend(compare(place.0, &block.transactions, &came));
        for (recorded, came) in block.transactions.iter().zip(&came) {
            let logged = effects(history.manager, came);
            if recorded.is_of_channel {
                let item = Item::recorded(events.len().saturating_add(1), recorded);
                events.push(event(&names, item, place, came, &logged));
            } else {
                others = others.saturating_add(1);
            }
            all.extend(logged);
        }
    }
    let start = events.first().map_or(0, |event| event.time);
    let end = money::end(history, &world, &all);
    Track { replay: Replay { start, events, others, mismatches, assumed: Vec::new(), end }, news, first }
}

/// What was recorded before a block and is not so in a world: what is new goes into `first`.
fn look(history: &History, world: &World, block: &Block, first: &mut News) -> News {
    let mut news = News::default();
    for (address, account) in &block.before.accounts {
        if !world.knows(Missing::Account(*address)) {
            first.accounts.push((*address, account.clone()));
        } else if *address == history.manager {
            let was = world.balance(*address);
            news.coins = Some((was, account.balance)).filter(|(was, is)| was != is);
        } else if differs(history, world, *address, account) {
            news.accounts.push((*address, account.clone()));
        }
    }
    let words = block.before.words.iter();
    for (account, slot, word) in
        words.flat_map(|(account, words)| words.iter().map(|(slot, word)| (*account, *slot, *word)))
    {
        if !world.knows(Missing::Word { account, slot }) {
            first.words.push((account, slot, word));
        } else if world.storage(account, slot) != word {
            news.words.push((account, slot, word));
        }
    }
    news
}

fn differs(history: &History, world: &World, address: Address, account: &Account) -> bool {
    world.balance(address) != account.balance
        || world.nonce(address) != account.nonce
        || world.code(address) != history.code_of(account)
}
