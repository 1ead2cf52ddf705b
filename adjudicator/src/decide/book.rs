//! Everything that the answer is made of, worked out once: which states could be recorded, and what each costs the party.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, I256, U256, keccak256};

use super::{
    Deposit, Prospect, Question,
    advice::Asked,
    chances::{Chances, Place},
    loss::{Loss, add_to, loss},
    touched::Touched,
};
use crate::{
    Base, Channel, Progress, Record, Situation, Status,
    apps::{App, HashTimeLock, Rules},
    evidence::Entry,
    rules::{MAX_AMOUNT, instance_deadline},
    types::{Agreement, AppCodeHash, Instance, Party, PlacedStep, Side, State, Step, Terms, Tree},
};

/// All of it.
#[derive(Debug)]
pub(super) struct Book<'a> {
    pub(super) question: Question<'a>,
    /// The recorded state and all that could replace it, the lowest round first.
    pub(super) lines: Vec<Line<'a>>,
    /// The state of the highest round that both have signed, among the lines.
    pub(super) newest: Option<usize>,
    /// The apps that ship, by the hash of their code.
    by_code: BTreeMap<B256, App>,
    /// The hashes of the code that was looked at.
    looked_at: BTreeMap<Address, B256>,
    /// Where locks wait for a preimage: by line and instance.
    pub(super) locks: BTreeMap<Asked, Vec<(usize, usize)>>,
    /// Of each line and all above it, as many as the party has signed: the worst losses, defended and undefended.
    pub(super) signed_from: Vec<Option<[Vec<I256>; 2]>>,
    /// The signed steps, by the state and the instance that they are made on.
    steps: BTreeMap<(B256, B256), Vec<Entry<'a, PlacedStep>>>,
    /// What the party gets at least if it hands in no newer state in time.
    pub(super) without_evidence: Option<Vec<U256>>,
    pub(super) chances: Chances<'a>,
}

/// A state that is recorded, or could be.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) entry: Entry<'a, Agreement<State>>,
    pub(super) hash: B256,
    pub(super) is_recorded: bool,
    /// Its instances, if they are held.
    pub(super) instances: Option<Instances<'a>>,
    /// What it costs the party: by its nets and by the chances of all its instances.
    pub(super) loss: Loss,
    /// When its instances were touched last, or mature, whatever is later.
    pub(super) latest: u64,
}

/// The instances of a state.
#[derive(Debug)]
pub(super) struct Instances<'a> {
    pub(super) list: &'a [Instance],
    pub(super) hashes: Vec<B256>,
    pub(super) tree: Tree,
    pub(super) losses: Vec<Loss>,
}

impl<'a> Line<'a> {
    pub(super) fn state(&self) -> &'a State {
        &self.entry.content.message
    }

    pub(super) fn round(&self) -> u64 {
        self.state().round().get()
    }

    pub(super) fn is_signed_by(&self, party: Party) -> bool {
        self.entry.held.is_signed_by(party)
    }

    pub(super) fn has_instances(&self) -> bool {
        !self.state().instances_root().get().is_zero()
    }
}

impl<'a> Book<'a> {
    pub(super) fn open(question: &Question<'a>) -> Self {
        let (dossier, channel) = (question.dossier, &question.view.latest.channel);
        let record = &channel.record;
        let is_meant = |entry: &Entry<'_, Agreement<State>>| {
            let round = entry.content.message.round().get();
            let count = dossier.identity().terms().assets().asset_count();
            let is_recorded = entry.key().hash.starts_with(record.state_hash.as_slice());
            (round > record.round || (round == record.round && is_recorded))
                && entry.content.message.nets().asset_count() == count
        };
        let mut entries: Vec<_> =
            dossier.states().rev().take_while(|it| it.content.message.round().get() >= record.round).collect();
        entries.retain(is_meant);
        entries.reverse();
        let newest = entries.iter().rposition(|entry| entry.held.is_fully_signed());
        let looked_at = question.view.codes.iter().map(|(account, code)| (*account, keccak256(code)));
        let mut book = Self {
            question: *question,
            lines: Vec::new(),
            newest,
            by_code: App::ALL.iter().map(|app| (app.code_hash().get(), *app)).collect(),
            looked_at: looked_at.collect(),
            locks: BTreeMap::new(),
            signed_from: Vec::new(),
            steps: BTreeMap::new(),
            without_evidence: None,
            chances: Chances::new(*question),
        };
        for step in dossier.steps().filter(|step| !step.held.is_flawed()) {
            let at = (step.content.base.get(), step.content.instance.get());
            book.steps.entry(at).or_default().push(step);
        }
        for entry in entries {
            let line = book.line(entry, dossier.instances(&entry.content.message));
            book.lines.push(line);
        }
        book.find_locks();
        book.signed_from = book.signed_from();
        book.without_evidence = book.missed_evidence();
        book
    }

    fn signed_from(&self) -> Vec<Option<[Vec<I256>; 2]>> {
        let mut worst: Option<[Vec<I256>; 2]> = None;
        let mut from = vec![None];
        for line in self.lines.iter().rev() {
            if line.is_signed_by(self.question.party) {
                let losses = [&line.loss.defended, &line.loss.undefended];
                match &mut worst {
                    Some(worst) => worst.iter_mut().zip(losses).for_each(|(worst, losses)| {
                        worst.iter_mut().zip(losses).for_each(|(worst, loss)| *worst = (*worst).max(*loss));
                    }),
                    none => *none = Some(losses.map(Vec::clone)),
                }
            }
            from.push(worst.clone());
        }
        from.reverse();
        from
    }

    /// Which of the apps that ship an instance is of: by the code that it names, which must not be another than was seen.
    pub(super) fn app_of(&self, instance: &Instance) -> Option<App> {
        let named = instance.app_code_hash.get();
        let seen = self.looked_at.get(&instance.app).copied();
        let is_named = instance.app_code_hash != AppCodeHash::ANY;
        let hash = if is_named { Some(named) } else { seen }?;
        self.by_code.get(&hash).copied().filter(|_| seen.is_none_or(|seen| seen == hash))
    }

    fn find_locks(&mut self) {
        let mut locks: BTreeMap<Asked, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, line) in self.lines.iter().enumerate() {
            let list = line.instances.iter().flat_map(|instances| instances.list).enumerate();
            for (index, instance) in list.filter(|(_, instance)| self.app_of(instance) == Some(App::HashTimeLock)) {
                let app_state = self.app_state(instance, None);
                if let Some(lock) = app_state.and_then(|app_state| HashTimeLock::decode(app_state).ok()) {
                    locks.entry((lock.registry, lock.hash)).or_default().push((at, index));
                }
            }
        }
        self.locks = locks;
    }

    /// The locks that wait for a preimage which nobody has shown, and the last second in which it counts for all of them
    /// that it can still open.
    pub(super) fn waiting(&self) -> Vec<(Asked, u64)> {
        let Question { view, at, .. } = self.question;
        let waiting =
            self.locks.iter().filter(|(asked, _)| !view.seen.contains_key(*asked)).filter_map(|(asked, places)| {
                let until = places.iter().filter_map(|place| {
                    let instance = self.instance_at(*place)?;
                    HashTimeLock::decode(self.app_state(instance, None)?).ok().map(|lock| lock.valid_until.get())
                });
                Some((*asked, until.filter(|until| at <= *until).min()?))
            });
        waiting.collect()
    }

    fn instance_at(&self, (line, index): (usize, usize)) -> Option<&'a Instance> {
        self.lines.get(line)?.instances.as_ref()?.list.get(index)
    }

    /// How many instances of the lines are of apps that nobody here knows: their stakes count as lost.
    pub(super) fn unknown(&self) -> usize {
        let all = self.lines.iter().flat_map(|line| line.instances.iter().flat_map(|instances| instances.list));
        all.filter(|instance| self.app_of(instance).is_none()).count()
    }

    /// The signed steps of an instance on a state.
    pub(super) fn steps_on(&self, state_hash: B256, instance_hash: B256) -> &[Entry<'a, PlacedStep>] {
        self.steps.get(&(state_hash, instance_hash)).map(Vec::as_slice).unwrap_or_default()
    }

    fn line(&mut self, entry: Entry<'a, Agreement<State>>, held: Option<&'a [Instance]>) -> Line<'a> {
        let (party, state_hash, state) = (self.question.party, entry.key().hash, &entry.content.message);
        let channel = &self.question.view.latest.channel;
        let base = channel.bases.get(&state_hash);
        let by_nets: Vec<I256> = state.nets().as_slice().iter().map(|net| loss(party, net.get())).collect();
        let mut sum = Loss { defended: by_nets.clone(), undefended: by_nets.clone(), as_it_is: by_nets };
        let instances = held.map(|list| {
            let hashes: Vec<B256> = list.iter().map(|instance| instance.hash().get()).collect();
            let losses: Vec<Loss> = list
                .iter()
                .zip(&hashes)
                .map(|(instance, hash)| {
                    let progress = base.and_then(|base| base.instances.get(hash));
                    self.chance((state_hash, *hash), instance, progress, None)
                })
                .collect();
            losses.iter().for_each(|loss| sum.add(loss));
            Instances { list, tree: Tree::new(list.iter().map(Instance::hash)), hashes, losses }
        });
        if instances.is_none() {
            // Nobody knows what is staked: all there is.
            let all = I256::try_from(MAX_AMOUNT).unwrap_or(I256::MAX);
            sum.defended.iter_mut().chain(&mut sum.undefended).for_each(|loss| *loss = all);
            for progress in base.into_iter().flat_map(|base| base.instances.values()) {
                let deltas: Vec<I256> = progress.deltas.iter().map(|delta| loss(party, *delta)).collect();
                add_to(&mut sum.as_it_is, &deltas);
            }
        }
        let touched = base.into_iter().flat_map(|base: &Base| base.instances.values());
        let latest = touched.map(|progress| progress.last_touch.max(progress.matures)).max().unwrap_or(0);
        let is_recorded = state.round().get() == channel.record.round;
        Line { entry, hash: state_hash, is_recorded, instances, loss: sum, latest }
    }

    /// What an instance may cost the party where it is now; `app_state` is that of a step that was just made.
    pub(super) fn chance(
        &mut self,
        at: (B256, B256),
        instance: &Instance,
        progress: Option<&Progress>,
        app_state: Option<&[u8]>,
    ) -> Loss {
        let Question { party, view, at: now, .. } = self.question;
        let until = touchable_until(&view.latest.channel.record, progress, self.terms().window().get());
        let steps = self.steps.get(&at).map(Vec::as_slice).unwrap_or_default();
        let signed: Vec<&Step> =
            steps.iter().filter(|step| step.held.is_signed_by(party)).map(|step| &step.content.step.message).collect();
        let place = Place {
            instance,
            app: self.app_of(instance),
            app_state: app_state.or_else(|| self.app_state(instance, progress)),
            progress,
            signed: &signed,
            is_alive: until.is_none_or(|until| view.latest.now.min(now) <= until),
            is_defensible: until.is_none_or(|until| now <= until),
        };
        self.chances.of(place)
    }

    /// Where an instance is, if that is held.
    pub(super) fn app_state(&self, instance: &Instance, progress: Option<&Progress>) -> Option<&'a [u8]> {
        let dossier = self.question.dossier;
        let app_state = match progress {
            Some(progress) => dossier.app_state_recorded(progress.app_state_hash),
            None => dossier.app_state(instance.app_state_hash),
        };
        app_state.map(|app_state| app_state.get().as_ref())
    }

    pub(super) fn terms(&self) -> &'a Terms {
        self.question.dossier.identity().terms()
    }

    pub(super) fn channel(&self) -> &'a Channel {
        &self.question.view.latest.channel
    }

    /// The line of the state that a record names.
    pub(super) fn recorded(&self, channel: &Channel) -> Option<&Line<'a>> {
        let round = channel.record.round;
        let first = self.lines.partition_point(|line| line.round() < round);
        let of_round = self.lines.get(first..).unwrap_or_default().iter().take_while(|line| line.round() == round);
        of_round.into_iter().find(|line| line.hash.starts_with(channel.record.state_hash.as_slice()))
    }

    /// Where the channel stands now.
    pub(super) fn situation(&self) -> Situation {
        self.situation_of(self.channel(), &[])
    }

    /// What comes of it if the party sends nothing now.
    pub(super) fn prospect_now(&self) -> Prospect {
        self.prospect(self.channel(), &[], &[]).0
    }

    /// Where a channel stands, one of whose instances was just touched.
    pub(super) fn situation_of(&self, channel: &Channel, touched: &[Touched]) -> Situation {
        let round = channel.record.round;
        let line = self.recorded(channel);
        let status = match channel.record.evidence_deadline {
            _ if channel.is_closed => Status::Closed,
            None => Status::Open,
            Some(evidence_deadline) => {
                let touch = touched.iter().map(|touched| touched.latest).max().unwrap_or(0);
                let latest = line.filter(|line| line.has_instances()).map(|line| line.latest.max(touch));
                let window = u64::from(self.terms().window().get());
                let final_time =
                    latest.map_or(evidence_deadline, |latest| evidence_deadline.max(latest).saturating_add(window));
                Status::Closing { evidence_deadline, final_time }
            }
        };
        let is_known = !channel.is_closed && (round == 0 || line.is_some());
        let payouts = is_known.then(|| {
            let nothing = vec![I256::ZERO; self.terms().assets().asset_count()];
            let mut losses = line.map_or(nothing, |line| line.loss.as_it_is.clone());
            let changes = touched.iter().filter(|touched| line.is_some_and(|line| line.hash == touched.hash));
            changes.for_each(|touched| add_to(&mut losses, &touched.change.as_it_is));
            let nets: Vec<I256> = losses.iter().map(|each| loss(self.question.party, *each)).collect();
            crate::situation::payouts(channel, self.terms(), &nets)
        });
        Situation { status, round, payouts }
    }

    /// Whether a state above a round, which the party has signed, may still be recorded.
    pub(super) fn is_outstanding(&self, round: u64) -> bool {
        let party = self.question.party;
        let deadline = self.channel().record.evidence_deadline;
        let is_open = deadline.is_none_or(|deadline| self.question.at < deadline);
        is_open && self.lines.iter().any(|line| line.round() > round && line.is_signed_by(party))
    }

    /// The round of the newest state that both have signed, and that could be recorded or is.
    pub(super) fn newest_round(&self) -> u64 {
        self.newest.and_then(|newest| self.lines.get(newest)).map_or(0, Line::round)
    }

    /// Whether a newer state than that of a round is signed by both, and could be recorded.
    pub(super) fn is_behind(&self, round: u64) -> bool {
        let deadline = self.channel().record.evidence_deadline;
        deadline.is_none_or(|deadline| self.question.at < deadline) && round < self.newest_round()
    }

    /// Whether a whole window is left before a time when no newer state can be recorded any more: closing starts now at
    /// the latest.
    pub(super) fn may_wait_until(&self, time: u64) -> bool {
        let window = u64::from(self.terms().window().get());
        let deadline = self.channel().record.evidence_deadline;
        deadline.unwrap_or_else(|| self.question.at.saturating_add(window)).saturating_add(window) <= time
    }

    /// What may be deposited.
    pub(super) fn deposits(&self) -> Vec<Deposit> {
        let channel = self.channel();
        if channel.is_closed {
            return Vec::new();
        }
        let most = I256::try_from(MAX_AMOUNT).unwrap_or(I256::MAX);
        let sides = self.terms().assets().as_slice().iter().enumerate().flat_map(|(index, asset)| {
            Party::BOTH.map(|party| {
                let funds = channel.funds.get(&asset.get()).copied().unwrap_or_default();
                let room = most.saturating_sub(*party.of(&funds.balances)).unsigned_abs().min(MAX_AMOUNT);
                Side::of(index, party).ok().filter(|_| room > U256::ZERO).map(|side| Deposit { side, most: room })
            })
        });
        sides.flatten().collect()
    }
}

/// The last second at which an instance may be touched; nothing if the channel is open.
pub(super) fn touchable_until(record: &Record, touched: Option<&Progress>, window: u32) -> Option<u64> {
    Some(instance_deadline(record.evidence_deadline?, touched, window).saturating_sub(1))
}
