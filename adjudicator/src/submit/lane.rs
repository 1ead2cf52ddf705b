//! One account that sends: its nonces, and what became of what it was told to send.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use alloy_primitives::{Address, B256, U256};

use super::{Attempt, Fees, Intent, Journal, Order, Payer, Unsignable, fees::wanted_for, raw};
use crate::{
    bundle::Transaction,
    chain::{Chain, ChainError, Head, Receipt, SendError},
    signature::SigningKey,
};

/// How a lane sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many blocks, its own included, make a transaction final.
    pub confirmations: u64,
    /// What the proposer of a block is offered at first for a unit of gas, in wei.
    pub tip: u128,
}

impl Default for Settings {
    fn default() -> Self {
        Self { confirmations: 12, tip: 1_000_000_000 }
    }
}

/// How many older attempts are handed in again, where the newest is not taken.
const OLDER: usize = 8;

/// An account that sends.
#[derive(Debug)]
pub struct Lane<J, P = SigningKey> {
    journal: J,
    payer: P,
    settings: Settings,
    /// What is not final yet, by nonce.
    intents: BTreeMap<u64, Intent>,
    /// What has happened and was not told yet.
    events: Vec<Event>,
    /// The head of the chain when it could be read last.
    head: Option<Head>,
    /// What the account had then, in wei.
    balance: Option<U256>,
    /// The nonces of what was in the chain then.
    in_chain: BTreeSet<u64>,
}

/// Why a lane does not do what it is told. What it had taken before it still has.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError<E> {
    /// Nobody tells how the chain is.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The journal cannot be read or written.
    #[error("{0}")]
    Journal(E),
    /// The account does not sign it.
    #[error(transparent)]
    Unsignable(#[from] Unsignable),
    /// The account cannot pay even what gas costs now.
    #[error(
        "{account} can pay {affordable} wei for each of {gas} gas, besides what it sends and what waits, and now it costs {base_fee}: it needs more coins"
    )]
    TooPoor {
        /// The account.
        account: Address,
        /// What it can pay for a unit of gas, in wei.
        affordable: u128,
        /// What a unit of gas costs at least now, in wei.
        base_fee: u128,
        /// How much gas the transaction may use.
        gas: u64,
    },
    /// The last second has passed.
    #[error("a block could have it until {deadline}, and it is {now}")]
    TooLate {
        /// The last second at which a block may have it.
        deadline: u64,
        /// The time in Unix seconds.
        now: u64,
    },
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which order.
    pub id: B256,
    /// What happened.
    pub what: Happened,
}

/// What happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A transaction was handed in that was not before.
    Sent {
        /// Its hash.
        hash: B256,
        /// What it offers.
        fees: Fees,
    },
    /// A transaction was not taken. It will be handed in again.
    NotTaken(SendError),
    /// The account does not sign it for another fee or nonce. It will be asked again.
    NotSigned(Unsignable),
    /// A transaction of somebody else who has the key took the nonce: the order has another one now.
    Displaced,
    /// The deadline has passed without it.
    Missed,
    /// It is so deep in the chain that nobody takes it back.
    Final {
        /// The hash of what is in the chain.
        hash: B256,
        /// Whether it did what it does; otherwise it was refused.
        is_success: bool,
        /// Whether it came too late, and an empty transaction has taken its place.
        is_empty: bool,
    },
}

type Result<T, E> = std::result::Result<T, SubmitError<E>>;

impl<J: Journal, P: Payer> Lane<J, P> {
    /// The lane of an account on a chain, which goes on with what its journal holds of it.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn open(journal: J, payer: P, chain_id: U256, settings: Settings) -> Result<Self, J::Error> {
        let own = |intent: &Intent| {
            let Transaction { chain_id: found, from, .. } = intent.order.transaction;
            found == chain_id && from == payer.address()
        };
        let intents = journal.all().map_err(SubmitError::Journal)?.into_iter().filter(own);
        let intents = intents.map(|intent| (intent.nonce, intent)).collect();
        Ok(Self {
            journal,
            payer,
            settings,
            intents,
            events: Vec::new(),
            head: None,
            balance: None,
            in_chain: BTreeSet::new(),
        })
    }

    /// Whose lane it is.
    #[must_use]
    pub fn account(&self) -> Address {
        self.payer.address()
    }

    /// What is not final yet, in the order of its nonces.
    pub fn intents(&self) -> impl Iterator<Item = &Intent> {
        self.intents.values()
    }

    /// Takes an order, and hands it in. One that is being carried out is not taken twice: if it may use more gas now, cost more or
    /// come later, that holds from now on. Tells what has happened since that was told last.
    ///
    /// If it returns an error, nothing was taken and nothing sent. That no node took the transaction is none: it is handed in
    /// again with each [`advance`](Self::advance).
    ///
    /// # Errors
    /// If it is too late, the account cannot pay for it or does not sign it, the chain cannot be read or the journal not be
    /// written.
    pub fn submit(&mut self, order: Order, chain: &mut impl Chain, now: u64) -> Result<Vec<Event>, J::Error> {
        let head = self.look(chain)?;
        let now = now.max(head.now);
        if let Some(deadline) = order.deadline.filter(|deadline| *deadline < head.now) {
            return Err(SubmitError::TooLate { deadline, now: head.now });
        }
        let id = order.id();
        if let Some(begun) = self.intents.values().find(|intent| intent.order.id() == id).cloned() {
            let order = begun.order.clone().or_more(order);
            if order != begun.order || begun.is_missed {
                let last = begun.attempts.last().map(|attempt| attempt.fees.replacement());
                let intent = Intent { order, is_missed: false, ..begun };
                let fees = Fees::wanted(&intent, &head, now, self.settings.tip);
                let fees =
                    last.map_or(fees, |least| fees.or_more(least)).at_most(self.bound(&intent, intent.dearest()));
                self.attempt(&intent, fees, None, chain)?;
            }
            return Ok(mem::take(&mut self.events));
        }
        let nonce = self.next_nonce(chain, &head)?;
        let intent = Intent { order, opened: now, nonce, attempts: Vec::new(), is_missed: false };
        let affordable = self.affordable(&intent);
        if affordable < head.base_fee {
            let (account, gas) = (self.account(), intent.order.transaction.gas_limit);
            return Err(SubmitError::TooPoor { account, affordable, base_fee: head.base_fee, gas });
        }
        let fees = Fees::wanted(&intent, &head, now, self.settings.tip).at_most(affordable);
        self.attempt(&intent, fees, None, chain)?;
        Ok(mem::take(&mut self.events))
    }

    /// Gives up an order: an empty transaction takes its place, unless the order itself was faster.
    ///
    /// # Errors
    /// If the journal cannot be written: then it is not given up.
    pub fn abandon(&mut self, id: B256) -> Result<(), J::Error> {
        let begun = self.intents.values().find(|intent| intent.order.id() == id && !intent.is_missed).cloned();
        let Some(mut intent) = begun else { return Ok(()) };
        intent.is_missed = true;
        self.save(&intent)?;
        self.tell(&intent, Happened::Missed);
        Ok(())
    }

    /// Looks at the head of the chain, and at what the account has there.
    fn look(&mut self, chain: &mut impl Chain) -> Result<Head, J::Error> {
        let head = chain.head()?;
        self.balance = Some(chain.balance(self.account(), head.number)?);
        self.head = Some(head);
        Ok(head)
    }

    /// The most that a unit of an intent's gas may cost for the account to be able to pay it, behind all that waits before it.
    fn affordable(&self, intent: &Intent) -> u128 {
        let Some(balance) = self.balance else { return u128::MAX };
        let waiting = self.intents.range(..intent.nonce).filter(|(nonce, _)| !self.in_chain.contains(nonce));
        let before = waiting.fold(U256::ZERO, |sum, (_, intent)| {
            let Transaction { value, gas_limit, .. } = intent.transaction();
            let max_fee = intent.attempts.last().map_or(0, |attempt| attempt.fees.max_fee);
            sum.saturating_add(value).saturating_add(U256::from(gas_limit).saturating_mul(U256::from(max_fee)))
        });
        let Transaction { value, gas_limit, .. } = intent.transaction();
        let left = balance.saturating_sub(before).saturating_sub(value);
        left.checked_div(U256::from(gas_limit.max(1))).unwrap_or_default().saturating_to()
    }

    /// The most that may be offered: what is at stake, and what the account can pay.
    fn bound(&self, intent: &Intent, dearest: u128) -> u128 {
        dearest.min(self.affordable(intent))
    }

    /// Looks at the chain, and does what is due: hands in again what waits, for more if time runs out or gas becomes dear, and
    /// forgets what is final. Tells what has happened since that was told last.
    ///
    /// While the chain cannot be read, what was not in it is handed in all the same, and offers more as time runs out: whoever
    /// keeps a party from seeing the chain must not keep it from answering.
    ///
    /// # Errors
    /// If the chain cannot be read or the journal not be written: then it is to be called again, and tells what has happened
    /// until then, too.
    pub fn advance(&mut self, chain: &mut impl Chain, now: u64) -> Result<Vec<Event>, J::Error> {
        let done = self.follow(chain, now);
        if let Err(SubmitError::Chain(_)) = &done {
            self.insist_unseeing(chain, now)?;
        }
        done?;
        Ok(mem::take(&mut self.events))
    }

    /// Does what is due by what is seen of the chain.
    fn follow(&mut self, chain: &mut impl Chain, now: u64) -> Result<(), J::Error> {
        let head = self.look(chain)?;
        let now = now.max(head.now);
        let last_final = head.number.saturating_sub(self.settings.confirmations.saturating_sub(1));
        let final_nonce = chain.nonce(self.account(), last_final)?;
        let mut done = Ok(());
        for nonce in self.intents.keys().copied().collect::<Vec<_>>() {
            let Some(intent) = self.intents.get(&nonce).cloned() else { continue };
            // What goes wrong with one holds up no other.
            let followed = self.follow_one(intent, chain, (&head, now), (last_final, final_nonce));
            done = done.and(followed);
        }
        done
    }

    fn follow_one(
        &mut self,
        intent: Intent,
        chain: &mut impl Chain,
        (head, now): (&Head, u64),
        (last_final, final_nonce): (u64, u64),
    ) -> Result<(), J::Error> {
        let nonce = intent.nonce;
        let found = in_chain(&intent, chain)?;
        self.in_chain.remove(&nonce);
        match found {
            Some((Attempt { raw, is_empty, .. }, receipt)) if receipt.block <= last_final => {
                self.forget(&intent)?;
                let Receipt { is_success, .. } = receipt;
                self.tell(&intent, Happened::Final { hash: raw.hash, is_success, is_empty });
            }
            Some(_) => {
                self.in_chain.insert(nonce);
            }
            None if nonce < final_nonce => {
                let own: Vec<B256> = intent.attempts.iter().map(|attempt| attempt.raw.hash).collect();
                if chain.is_taken(self.account(), nonce, &own, last_final)? {
                    self.move_on(intent, chain, head, now)?;
                }
            }
            None => self.insist(intent, chain, head, now)?,
        }
        Ok(())
    }

    /// Insists without seeing the chain. Nothing is given up meanwhile.
    fn insist_unseeing(&mut self, chain: &mut impl Chain, now: u64) -> Result<(), J::Error> {
        let waiting = self.intents.keys().filter(|nonce| !self.in_chain.contains(nonce)).copied().collect::<Vec<_>>();
        for nonce in waiting {
            let Some(intent) = self.intents.get(&nonce).cloned() else { continue };
            match self.head {
                Some(head) => self.insist(intent, chain, &head, now)?,
                None => {
                    self.hand_in(&intent, chain);
                }
            }
        }
        Ok(())
    }

    /// The nonce behind all that the chain and the lane know.
    fn next_nonce(&self, chain: &mut impl Chain, head: &Head) -> Result<u64, J::Error> {
        let mined = chain.nonce(self.account(), head.number)?;
        let waiting = self.intents.last_key_value().map(|(nonce, _)| nonce.saturating_add(1));
        Ok(waiting.map_or(mined, |waiting| waiting.max(mined)))
    }

    /// Signs an attempt, writes it down and hands it in. Why it is made, if it is not the first, is told once it is written.
    fn attempt(
        &mut self,
        intent: &Intent,
        fees: Fees,
        because: Option<Happened>,
        chain: &mut impl Chain,
    ) -> Result<(), J::Error> {
        let raw = raw::sign(&intent.transaction(), intent.nonce, fees, &self.payer)?;
        let (hash, mut intent) = (raw.hash, intent.clone());
        intent.attempts.push(Attempt { fees, raw, is_empty: intent.is_missed });
        self.save(&intent)?;
        because.into_iter().for_each(|because| self.tell(&intent, because));
        self.tell(&intent, Happened::Sent { hash, fees });
        self.hand_in(&intent, chain);
        Ok(())
    }

    /// Attempts again what was attempted before. Whether the account has signed it: if not, that is told, and holds up no other.
    fn attempt_again(
        &mut self,
        intent: &Intent,
        fees: Fees,
        because: Option<Happened>,
        chain: &mut impl Chain,
    ) -> Result<bool, J::Error> {
        match self.attempt(intent, fees, because, chain) {
            Err(SubmitError::Unsignable(reason)) => {
                self.tell(intent, Happened::NotSigned(reason));
                Ok(false)
            }
            done => done.map(|()| true),
        }
    }

    /// Hands in again what waits; or what offers more, if that is worth it by now.
    fn insist(&mut self, mut intent: Intent, chain: &mut impl Chain, head: &Head, now: u64) -> Result<(), J::Error> {
        // The chain's own time alone says what is too late: a clock may be wrong.
        let is_over = intent.order.deadline.is_some_and(|deadline| deadline < head.now);
        let is_late = is_over && !intent.is_missed;
        intent.is_missed |= is_late;
        let Some(Attempt { fees: last, is_empty, .. }) = intent.attempts.last() else { return Ok(()) };
        let (last, lacks_empty) = (*last, intent.is_missed && !is_empty);
        let behind = self.intents.range(intent.nonce.saturating_add(1)..).map(|(_, intent)| intent);
        let (wanted, dearest) = wanted_for(behind.chain([&intent]), head, now, self.settings.tip);
        let least = last.replacement();
        let is_worth_it = wanted.max_fee >= least.max_fee || wanted.tip >= least.tip;
        let is_raised = lacks_empty || is_worth_it || head.base_fee > last.max_fee;
        if !is_raised && !self.hand_in(&intent, chain) {
            return Ok(());
        }
        let offer = wanted.or_more(least).at_most(self.bound(&intent, dearest));
        if offer.covers(least) && self.attempt_again(&intent, offer, is_late.then_some(Happened::Missed), chain)? {
            return Ok(());
        }
        // No more than this is at stake, or signed.
        if is_late {
            self.save(&intent)?;
            self.tell(&intent, Happened::Missed);
        }
        self.hand_in(&intent, chain);
        Ok(())
    }

    /// Another transaction has the nonce, for ever: the order gets a new one. What was signed for the old one is worth nothing.
    fn move_on(&mut self, mut intent: Intent, chain: &mut impl Chain, head: &Head, now: u64) -> Result<(), J::Error> {
        if intent.is_missed || intent.order.deadline.is_some_and(|deadline| deadline < head.now) {
            self.forget(&intent)?;
            self.tell(&intent, Happened::Displaced);
            if !intent.is_missed {
                self.tell(&intent, Happened::Missed);
            }
            return Ok(());
        }
        let old = mem::replace(&mut intent.nonce, self.next_nonce(chain, head)?);
        intent.attempts.clear();
        let fees = Fees::wanted(&intent, head, now, self.settings.tip).at_most(self.affordable(&intent));
        if self.attempt_again(&intent, fees, Some(Happened::Displaced), chain)? {
            self.intents.remove(&old);
        }
        Ok(())
    }

    /// Hands in the newest attempt; and if that is not taken for what it is, those before it, which the account may still be able to
    /// pay. Whether the newest was refused because it offers too little.
    fn hand_in(&mut self, intent: &Intent, chain: &mut impl Chain) -> bool {
        let mut attempts = intent.attempts.iter().rev();
        let Some(attempt) = attempts.next() else { return false };
        let Err(error) = chain.send(&attempt.raw.bytes) else { return false };
        if matches!(error, SendError::Refused { .. }) {
            let like_it = attempts.filter(|before| before.is_empty == attempt.is_empty);
            let _ = like_it.take(OLDER).any(|before| chain.send(&before.raw.bytes).is_ok());
        }
        let is_underpriced = matches!(error, SendError::Underpriced { .. });
        self.tell(intent, Happened::NotTaken(error));
        is_underpriced
    }

    fn save(&mut self, intent: &Intent) -> Result<(), J::Error> {
        self.journal.save(intent).map_err(SubmitError::Journal)?;
        self.intents.insert(intent.nonce, intent.clone());
        Ok(())
    }

    fn forget(&mut self, intent: &Intent) -> Result<(), J::Error> {
        self.journal.remove(intent.order.id()).map_err(SubmitError::Journal)?;
        self.intents.remove(&intent.nonce);
        Ok(())
    }

    fn tell(&mut self, intent: &Intent, what: Happened) {
        self.events.push(Event { id: intent.order.id(), what });
    }
}

/// The attempt that is in the chain, if one is.
fn in_chain(intent: &Intent, chain: &mut impl Chain) -> std::result::Result<Option<(Attempt, Receipt)>, ChainError> {
    for attempt in intent.attempts.iter().rev() {
        if let Some(receipt) = chain.receipt(attempt.raw.hash)? {
            return Ok(Some((attempt.clone(), receipt)));
        }
    }
    Ok(None)
}
