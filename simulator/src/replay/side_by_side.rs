//! A history as it was, and as it might have been.

use std::{collections::BTreeMap, convert::Infallible};

use alloy_primitives::{Bytes, U256};
use serde::Serialize;

use super::{
    Change, ChangeError, Event, Origin, Replay,
    engine::{code_of, play},
    money,
    plan::{Entry, Plan},
    told::{Item, effects, event},
    track::{News, Track, as_it_was},
    when::At,
    words::Names,
};
use crate::{
    history::{Block, History},
    world::{Mined, Missing, World},
};

/// A history as it was, and as it might have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// As it was.
    pub was: Replay,
    /// As it might have been.
    pub what_if: Replay,
}

/// What stands side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// A transaction as it was; nothing if it is not there.
    pub was: Option<&'a Event>,
    /// The same as it might have been; nothing if it would not be there.
    pub what_if: Option<&'a Event>,
}

impl Row<'_> {
    /// Whether anything of it is other than it was.
    #[must_use]
    pub fn differs(&self) -> bool {
        match (self.was, self.what_if) {
            (Some(was), Some(what_if)) => (&was.answer, &was.effects) != (&what_if.answer, &what_if.effects),
            _ => true,
        }
    }
}

/// Goes through a history as it was, and with changes, one after the other. `code` is what the contract has in the changed
/// one instead of its own, if anything.
///
/// In the changed history the contract's storage and coins, and whatever else the history alone has changed, are what it makes of
/// them; what somebody else has changed meanwhile is as it really was. Nonces are not looked at, and senders have enough for gas.
///
/// # Errors
/// If a change cannot be made.
pub fn what_if(history: &History, changes: &[Change], code: Option<&Bytes>) -> Result<Compared, ChangeError> {
    let plan = Plan::of(history, changes)?;
    let Track { replay: was, news, first } = as_it_was(history, None);
    let mut other =
        Other { history, code, names: Names::of(history), world: World::new(history.chain_id, 0), assumed: Vec::new() };
    other.world.know_only_what_is_told();
    other.hear(&first);
    let (mut events, mut all, mut others) = (Vec::new(), Vec::new(), 0_usize);
    for (at, (block, entries)) in blocks(history, plan.entries) {
        other.begin(at, block, &news);
        for entry in entries {
            let (came, logged) = other.play(&entry);
            match entry.origin {
                Some(origin) => {
                    let (sender, to, data) = (entry.sent.sender, entry.sent.to, &entry.sent.data);
                    let item = Item { origin, hash: entry.hash, sender, to, data, change: entry.change };
                    events.push(event(&other.names, item, (at.number, at.time), &came, &logged));
                }
                None => others = others.saturating_add(1),
            }
            all.extend(logged);
        }
    }
    let end = money::end(history, &other.world, &all);
    let assumed = other.assumed.iter().map(Missing::to_string).collect();
    let what_if = Replay { start: was.start, events, others, mismatches: Vec::new(), assumed, end };
    Ok(Compared { was, what_if })
}

/// The blocks of a changed history: the recorded one, if it is one, and what is in it.
type Blocks<'a> = BTreeMap<At, (Option<usize>, Vec<Entry<'a>>)>;

fn blocks<'a>(history: &History, entries: Vec<Entry<'a>>) -> Blocks<'a> {
    let mut blocks = Blocks::new();
    for (index, block) in history.blocks.iter().enumerate() {
        let at = At { number: block.context.number, time: block.context.time };
        blocks.insert(at, (Some(index), Vec::new()));
    }
    for entry in entries {
        blocks.entry(entry.at).or_default().1.push(entry);
    }
    blocks
}

/// A changed history while it is played.
struct Other<'a> {
    history: &'a History,
    code: Option<&'a Bytes>,
    names: Names,
    world: World,
    /// What nobody has recorded.
    assumed: Vec<Missing>,
}

impl Other<'_> {
    /// Makes known what others have done.
    fn hear(&mut self, news: &News) {
        for (address, account) in &news.accounts {
            let code = code_of(self.history, *address, self.code).unwrap_or_else(|| self.history.code_of(account));
            self.world.tell_account(*address, account.balance, account.nonce, code);
        }
        for (account, slot, word) in &news.words {
            self.world.tell_word(*account, *slot, *word);
        }
        if let Some((was, is)) = news.coins {
            let manager = self.history.manager;
            let coins = self.world.balance(manager).saturating_add(is).saturating_sub(was);
            self.world.set_balance(manager, coins);
        }
    }

    fn begin(&mut self, at: At, recorded: Option<usize>, news: &[News]) {
        let blocks = &self.history.blocks;
        if let Some(news) = recorded.and_then(|index| news.get(index)) {
            self.hear(news);
        }
        // One that the real chain has not is like the last one before it that is recorded.
        let before = |block: &&Block| block.context.time <= at.time;
        let Some(like) = blocks.iter().rfind(before).or(blocks.first()) else { return };
        like.before.hashes.iter().for_each(|(number, hash)| self.world.tell_hash(*number, *hash));
        let mut context = like.context.clone();
        (context.number, context.time) = (at.number, at.time);
        self.world.begin(&context, like.hardfork);
    }

    fn play(&mut self, entry: &Entry<'_>) -> (super::Came, Vec<adjudicator::Effect>) {
        let sent = self.afforded(&entry.sent);
        let assumed = &mut self.assumed;
        let mut supply = |world: &mut World, missing: Missing| {
            assume(world, missing);
            assumed.push(missing);
            Ok::<_, Infallible>(true)
        };
        let Ok(came) = play(&mut self.world, &sent, &mut supply);
        let logged = effects(self.history.manager, &came);
        (came, logged)
    }

    /// The transaction as its block takes it, with a sender who has enough for its gas: what gas costs depends on the block.
    fn afforded(&mut self, sent: &Mined) -> Mined {
        let mut sent = sent.clone();
        sent.max_fee = sent.max_fee.max(U256::from(self.world.base_fee()));
        let account = Missing::Account(sent.sender);
        if !self.world.knows(account) {
            assume(&mut self.world, account);
        }
        let blobs = U256::from(sent.blob_hashes.len()).saturating_mul(U256::from(BLOB_GAS));
        let gas = U256::from(sent.gas).saturating_mul(sent.max_fee);
        let cost = gas.saturating_add(blobs.saturating_mul(sent.max_blob_fee));
        let balance = self.world.balance(sent.sender).saturating_add(cost);
        self.world.set_balance(sent.sender, balance);
        sent
    }
}

/// The gas of a blob (EIP-4844).
const BLOB_GAS: u64 = 1 << 17;

/// Makes something known as empty.
fn assume(world: &mut World, missing: Missing) {
    match missing {
        Missing::Account(account) => world.tell_account(account, U256::ZERO, 0, Bytes::new()),
        Missing::Word { account, slot } => world.tell_word(account, slot, U256::ZERO),
        Missing::BlockHash(number) => world.tell_hash(number, U256::from(number).into()),
    }
}

impl Compared {
    /// What stands side by side, in the order of time.
    #[must_use]
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut what_if = self.what_if.events.iter().peekable();
        let mut rows = Vec::new();
        let key = |event: &Event| (event.time, event.block);
        let place = |origin: Origin| self.what_if.events.iter().find(|it| it.origin == origin).map(key);
        for was in &self.was.events {
            let stays = place(was.origin) == Some(key(was));
            // What comes before it there, and is elsewhere here.
            while let Some(next) = what_if.next_if(|next| {
                let is_same = stays && next.origin == was.origin;
                !is_same && (key(next) < key(was) || (stays && key(next) == key(was)))
            }) {
                rows.push(Row { was: None, what_if: Some(next) });
            }
            let next = what_if.next_if(|next| stays && next.origin == was.origin);
            rows.push(Row { was: Some(was), what_if: next });
        }
        rows.extend(what_if.map(|next| Row { was: None, what_if: Some(next) }));
        rows
    }
}
