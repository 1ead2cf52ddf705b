//! What addresses, hashes and words of storage are called in a scenario.

use std::collections::BTreeMap;

use adjudicator::{
    Bounty, Record,
    storage::{bounty, credit, delta, delta_sum, epoch, funds, progress, record, tally},
    words::{FundsWord, ProgressWord, TallyWord},
};
use alloy_primitives::{Address, B256, U256};

use crate::stage::Stage;

/// The names.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    accounts: BTreeMap<Address, String>,
    hashes: BTreeMap<B256, String>,
    slots: BTreeMap<U256, (String, Word)>,
    start: u64,
}

/// Longer than any scenario lasts, in seconds.
const LONG: u64 = 1_000_000_000;

/// A time, counted from the first block.
#[must_use]
pub fn since(start: u64, now: u64) -> String {
    let since = now.saturating_sub(start);
    let (day, second) = (since.div_euclid(86_400), since.rem_euclid(86_400));
    let (hour, rest) = (second.div_euclid(3_600), second.rem_euclid(3_600));
    format!("day {day} {hour:02}:{:02}:{:02}", rest.div_euclid(60), rest.rem_euclid(60))
}

/// What a word of storage means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Funds,
    Record,
    Bounty,
    Tally,
    Progress,
    Number,
}

impl Labels {
    pub(super) fn of(stage: &Stage) -> Self {
        let mut labels = Self { start: stage.start(), ..Self::default() };
        let mut accounts = |address: Address| {
            if let Some(name) = stage.name_of(address) {
                labels.accounts.insert(address, name.to_owned());
            }
        };
        accounts(stage.manager());
        accounts(stage.registry);
        stage.players().for_each(|(_, player)| accounts(player.address));
        stage.instances().flat_map(|(_, copies)| copies).for_each(|running| accounts(running.instance.app));
        let assets = stage.places().flat_map(|(_, place)| place.terms.assets().as_slice()).map(|asset| asset.get());
        let assets: Vec<Address> = assets.collect();
        assets.iter().filter(|asset| !asset.is_zero()).for_each(|asset| accounts(*asset));
        labels.name_channels(stage);
        labels.name_states(stage);
        for (name, player) in stage.players() {
            for asset in &assets {
                let symbol = labels.accounts.get(asset).map_or("ether", String::as_str);
                let label = format!("credit of {name} in {symbol}");
                labels.slots.insert(credit(player.address, *asset), (label, Word::Number));
            }
        }
        labels
    }

    fn name_channels(&mut self, stage: &Stage) {
        for (name, place) in stage.places() {
            self.hashes.insert(place.id, name.clone());
            self.slots.insert(record(place.id), (format!("record of {name}"), Word::Record));
            self.slots.insert(bounty(place.id), (format!("bounty of {name}"), Word::Bounty));
            for (party, signer) in place.parties.iter().enumerate() {
                self.slots.insert(epoch(place.id, party), (format!("epoch of {signer} in {name}"), Word::Number));
            }
            for asset in place.terms.assets().as_slice() {
                let symbol = self.accounts.get(&asset.get()).map_or("ether", String::as_str);
                let label = format!("funds of {name} in {symbol}");
                self.slots.insert(funds(place.id, asset.get()), (label, Word::Funds));
            }
        }
    }

    fn name_states(&mut self, stage: &Stage) {
        for (name, shown) in stage.states() {
            self.hashes.insert(shown.hash, name.clone());
            self.slots.insert(tally(shown.hash), (format!("tally of {name}"), Word::Tally));
            let assets = shown.state.nets().asset_count();
            for index in 0..assets {
                let label = format!("sum of deltas on {name}, asset {index}");
                self.slots.insert(delta_sum(shown.hash, index), (label, Word::Number));
            }
            for (instance, copy, leaf) in &shown.instances {
                let instance = if *copy == 0 { instance.clone() } else { format!("{instance} {copy}") };
                self.hashes.entry(*leaf).or_insert_with(|| instance.clone());
                let label = format!("progress of {instance} on {name}");
                self.slots.insert(progress(shown.hash, *leaf), (label, Word::Progress));
                for index in 0..assets {
                    let label = format!("delta of {instance} on {name}, asset {index}");
                    self.slots.insert(delta(shown.hash, *leaf, index), (label, Word::Number));
                }
            }
        }
    }

    /// What an account is called.
    #[must_use]
    pub fn account(&self, address: Address) -> String {
        self.accounts.get(&address).cloned().unwrap_or_else(|| address.to_string())
    }

    /// A text with names in it where there were addresses and hashes.
    #[must_use]
    pub fn translate(&self, text: &str) -> String {
        let accounts = self.accounts.iter().map(|(address, name)| (address.to_string(), name));
        let hashes = self.hashes.iter().map(|(hash, name)| (hash.to_string(), name));
        // Of the hash of a state the contract keeps the first part.
        let short = self.hashes.iter().map(|(hash, name)| (hash.to_string().split_at(50).0.to_owned(), name));
        let names = accounts.chain(hashes).chain(short);
        names.fold(
            text.to_owned(),
            |text, (long, name)| if text.contains(&long) { text.replace(&long, name) } else { text },
        )
    }

    /// The same, with times counted from the first block where there were Unix seconds.
    #[must_use]
    pub fn tell(&self, text: &str) -> String {
        let text = self.translate(text);
        let mut told = String::new();
        let mut digits = String::new();
        // A space at the end, so that what is last is looked at, too.
        for letter in text.chars().chain([' ']) {
            if letter.is_ascii_digit() {
                digits.push(letter);
                continue;
            }
            let time =
                digits.parse::<u64>().ok().filter(|time| (self.start..self.start.saturating_add(LONG)).contains(time));
            told.push_str(&time.map_or_else(|| digits.clone(), |time| since(self.start, time)));
            digits.clear();
            told.push(letter);
        }
        told.pop();
        told
    }

    /// What a word of the contract's storage is called, and what it was and is.
    #[must_use]
    pub fn change(&self, slot: U256, before: U256, after: U256) -> String {
        let Some((label, word)) = self.slots.get(&slot) else {
            return format!("slot {slot:#x}: {before:#x} -> {after:#x}");
        };
        let [before, after] = [before, after].map(|it| self.tell(&word.describe(it)));
        format!("{label}: {before} -> {after}")
    }
}

impl Word {
    fn describe(self, word: U256) -> String {
        if word.is_zero() {
            return "nothing".into();
        }
        match self {
            Self::Record => Record::from_word(word).to_string(),
            Self::Bounty => Bounty::from_word(word).to_string(),
            Self::Funds => {
                let FundsWord { is_closed, funds, serial, .. } = FundsWord::from_word(word);
                let [zero, one] = funds.balances;
                if is_closed { "closed".into() } else { format!("{zero} and {one}, serial {serial}") }
            }
            Self::Tally => {
                let tally = TallyWord::from_word(word);
                format!(
                    "latest touch {}, matures {}, seated delta {}",
                    tally.latest_touch, tally.matures, tally.seated_delta
                )
            }
            Self::Progress => {
                let progress = ProgressWord::from_word(word);
                format!("{} steps, last touch {}", progress.steps, progress.last_touch)
            }
            Self::Number => word.to_string(),
        }
    }
}
