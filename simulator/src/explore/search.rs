//! The search itself: layer by layer, so that what is found first is found by as few hostile transactions as can be.
//!
//! The points of a layer are those that so many hostile transactions lead to, and no fewer. First it is seen what comes of each by
//! itself, as time passes and the honest party acts, until nothing new comes; only then what anybody hostile may send there. So
//! each point is expanded once, and with all the transactions that are left. Rounds of points go to as many threads as there are
//! cores, and what comes of a round is put together in its order: the result does not depend on how many threads there are.

use std::{
    collections::HashMap,
    hash::BuildHasher,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use alloy_primitives::{Bytes, I256};
use foldhash::fast::FixedState;

use super::{
    Covered, Mistake, Observer, Plan, Stop,
    claims::Broken,
    node::{Node, Spots, Via},
    saved::Saved,
    worker::{Expansion, Offspring, Phase, Worker},
};
use crate::{scenario::Scenario, stage::Sources};

/// The most points that are expanded before their offspring is put together.
const ROUND: usize = 2_048;
/// What a known point takes in bytes, besides what stands in queues.
const KNOWN_BYTES: usize = 96;

/// The number of a point, in the order in which they were reached.
pub(super) type Id = u32;

/// What all of a search have in common.
pub(super) struct Task<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) plan: &'a Plan,
    pub(super) code: &'a Bytes,
    pub(super) sources: &'a (dyn Sources + Sync),
}

/// Something broken: behind which point, and by which way from there if it is not broken in that point itself.
#[derive(Debug, Clone)]
pub(super) struct Breach {
    pub(super) broken: Broken,
    pub(super) at: Id,
    pub(super) via: Option<Via>,
}

/// The points that were reached, and what is left to do.
#[derive(Default)]
pub(super) struct Progress {
    /// How each point was reached: from which one, and how.
    pub(super) tree: Vec<(Id, Via)>,
    /// The ways that lead to each, as far as they were counted.
    ways: Vec<f64>,
    /// What tells each apart.
    pub(super) prints: Vec<u128>,
    /// Of this layer: to be left to itself.
    fresh: Vec<(Id, Node)>,
    /// Of this layer: what may be sent there is to be tried.
    ripe: Vec<(Id, Node)>,
    /// Of the next layer.
    next: Vec<(Id, Node)>,
    pub(super) layer: u8,
    tried: u64,
    queued_bytes: usize,
    /// What a unit of each asset counts.
    weights: Vec<I256>,
    /// The least that the honest party gets, and where.
    pub(super) worst: Option<(Vec<I256>, Id)>,
    pub(super) breach: Option<Breach>,
}

/// The known points, by what tells them apart. Threads only look; who puts a round together adds.
struct Known(Vec<RwLock<HashMap<u128, Id, FixedState>>>);

impl Known {
    /// As many as there are, less one.
    const LAST: u8 = 0x3f;

    fn new() -> Self {
        Self((0..=Self::LAST).map(|_| RwLock::new(HashMap::with_hasher(FixedState::default()))).collect())
    }

    fn shard(&self, print: u128) -> Option<&RwLock<HashMap<u128, Id, FixedState>>> {
        let index = print & u128::from(Self::LAST);
        self.0.get(usize::try_from(index).unwrap_or_default())
    }

    fn get(&self, print: u128) -> Option<Id> {
        self.shard(print)?.read().unwrap_or_else(PoisonError::into_inner).get(&print).copied()
    }

    fn insert(&self, print: u128, id: Id) {
        if let Some(shard) = self.shard(print) {
            shard.write().unwrap_or_else(PoisonError::into_inner).insert(print, id);
        }
    }
}

/// A round: points that threads take one after the other.
struct Round {
    phase: Phase,
    points: Vec<(Id, Node)>,
    taken: AtomicUsize,
}

/// Searches until everything is covered, something is broken, or it is stopped.
pub(super) fn search(
    task: &Task<'_>,
    spots: &Arc<Spots>,
    own: &mut Worker,
    saved: Option<Saved>,
    observer: &mut dyn Observer,
) -> Result<(Progress, Option<Stop>), Mistake> {
    let known = Known::new();
    let mut progress = match saved {
        None => Progress::begin(own, &known)?,
        Some(saved) => Progress::resume(saved, own, &known)?,
    };
    let threads = task.plan.threads.max(1);
    std::thread::scope(|scope| {
        let (results, expanded) = mpsc::channel();
        let mut rounds = Vec::new();
        for _ in 0..threads {
            let (send, receive) = mpsc::channel::<Arc<Round>>();
            rounds.push(send);
            let (results, known, spots) = (results.clone(), &known, spots.clone());
            scope.spawn(move || work(task, spots, known, &receive, &results));
        }
        drop(results);
        progress.run(task.plan, &known, &rounds, &expanded, observer)
    })
    .map(|stop| (progress, stop))
}

type Expanded = Result<(usize, Expansion), Mistake>;

fn work(
    task: &Task<'_>,
    spots: Arc<Spots>,
    known: &Known,
    rounds: &mpsc::Receiver<Arc<Round>>,
    results: &mpsc::Sender<Expanded>,
) {
    let mut worker = Worker::new(task.scenario, task.plan, task.code, task.sources, spots);
    let is_known = |print| known.get(print).is_some();
    while let Ok(round) = rounds.recv() {
        loop {
            let index = round.taken.fetch_add(1, Ordering::Relaxed);
            let Some((_, node)) = round.points.get(index) else { break };
            let expansion = match &mut worker {
                Ok(worker) => worker.expand(node, round.phase, &is_known),
                Err(mistake) => Err(mistake.clone()),
            };
            if results.send(expansion.map(|expansion| (index, expansion))).is_err() {
                return;
            }
        }
    }
}

impl Progress {
    fn begin(own: &mut Worker, known: &Known) -> Result<Self, Mistake> {
        let mut progress = Self { weights: own.setting.weights(), ..Self::default() };
        let root = own.root()?;
        progress.reach(root, 0, Via::Begin, 1.0, known)?;
        progress.fresh.append(&mut progress.next);
        Ok(progress)
    }

    fn resume(saved: Saved, own: &mut Worker, known: &Known) -> Result<Self, Mistake> {
        for (id, print) in (0..).zip(&saved.prints) {
            known.insert(*print, id);
        }
        let mut progress = Self {
            tree: saved.tree,
            ways: saved.ways,
            prints: saved.prints,
            layer: saved.layer,
            tried: saved.tried,
            worst: saved.worst,
            weights: own.setting.weights(),
            ..Self::default()
        };
        for id in saved.fresh {
            let node = progress.replay(id, own)?;
            progress.fresh.push((id, node));
        }
        for id in saved.ripe {
            let node = progress.replay(id, own)?;
            progress.ripe.push((id, node));
        }
        for id in saved.next {
            let node = progress.replay(id, own)?;
            progress.next.push((id, node));
        }
        let queued = progress.fresh.iter().chain(&progress.ripe).chain(&progress.next);
        progress.queued_bytes = queued.map(|(_, node)| bytes(node)).sum();
        Ok(progress)
    }

    /// What must be kept to go on later.
    pub(super) fn to_save(&self) -> Saved {
        Saved {
            tree: self.tree.clone(),
            ways: self.ways.clone(),
            prints: self.prints.clone(),
            fresh: self.fresh.iter().map(|(id, _)| *id).collect(),
            ripe: self.ripe.iter().map(|(id, _)| *id).collect(),
            next: self.next.iter().map(|(id, _)| *id).collect(),
            layer: self.layer,
            tried: self.tried,
            worst: self.worst.clone(),
        }
    }

    /// The ways that lead to a point.
    pub(super) fn path(&self, id: Id) -> Vec<Via> {
        let mut path = Vec::new();
        let mut at = id;
        while let Some((parent, via)) = usize::try_from(at).ok().and_then(|at| self.tree.get(at)) {
            if *via == Via::Begin {
                break;
            }
            path.push(*via);
            at = *parent;
        }
        path.reverse();
        path
    }

    fn replay(&self, id: Id, own: &mut Worker) -> Result<Node, Mistake> {
        let mut node = own.root()?;
        for via in self.path(id) {
            node = own.follow(&node, via)?.0.ok_or(Mistake::CheckpointForeign)?;
        }
        let print = usize::try_from(id).ok().and_then(|id| self.prints.get(id));
        if print == Some(&node.print()) { Ok(node) } else { Err(Mistake::CheckpointForeign) }
    }

    /// How far it is.
    pub(super) fn covered(&self) -> Covered {
        Covered {
            states: self.tree.len(),
            tried: self.tried,
            schedules: self.ways.iter().sum(),
            layer: self.layer,
            frontier: self.fresh.len().saturating_add(self.ripe.len()).saturating_add(self.next.len()),
            bytes: self.bytes(),
        }
    }

    fn bytes(&self) -> usize {
        self.tree.len().saturating_mul(KNOWN_BYTES).saturating_add(self.queued_bytes)
    }

    fn run(
        &mut self,
        plan: &Plan,
        known: &Known,
        rounds: &[mpsc::Sender<Arc<Round>>],
        expanded: &mpsc::Receiver<Expanded>,
        observer: &mut dyn Observer,
    ) -> Result<Option<Stop>, Mistake> {
        loop {
            observer.progress(&self.covered());
            if self.breach.is_some() {
                return Ok(Some(Stop::Broken));
            }
            if self.fresh.is_empty() && self.ripe.is_empty() {
                if self.next.is_empty() {
                    return Ok(None);
                }
                self.fresh.append(&mut self.next);
                self.layer = self.layer.saturating_add(1);
            }
            if observer.is_stopped() {
                return Ok(Some(Stop::Asked));
            }
            if self.bytes() > plan.memory {
                return Ok(Some(Stop::Memory));
            }
            let phase = if self.fresh.is_empty() { Phase::Hostile } else { Phase::Own };
            let queue = if phase == Phase::Own { &mut self.fresh } else { &mut self.ripe };
            let rest = queue.split_off(queue.len().min(ROUND));
            let points = std::mem::replace(queue, rest);
            let round = Arc::new(Round { phase, points, taken: AtomicUsize::new(0) });
            for thread in rounds {
                // One that is gone has told why.
                let _ = thread.send(round.clone());
            }
            let mut expansions: Vec<Option<Expansion>> = (0..round.points.len()).map(|_| None).collect();
            for _ in 0..round.points.len() {
                let (index, expansion) = expanded.recv().map_err(|_| Mistake::ThreadLost)??;
                if let Some(place) = expansions.get_mut(index) {
                    *place = Some(expansion);
                }
            }
            for ((id, node), expansion) in round.points.iter().zip(expansions) {
                self.add(*id, expansion.unwrap_or_default(), known)?;
                if phase == Phase::Own && node.hostile < plan.depth {
                    self.ripe.push((*id, node.clone()));
                } else {
                    self.queued_bytes = self.queued_bytes.saturating_sub(bytes(node));
                }
            }
        }
    }

    /// Puts in what came of a point.
    fn add(&mut self, id: Id, expansion: Expansion, known: &Known) -> Result<(), Mistake> {
        if expansion.is_too_wide {
            return Err(Mistake::TooWide);
        }
        self.tried = self.tried.saturating_add(expansion.tried);
        let total = |gained: &[I256]| {
            let worth = gained.iter().zip(&self.weights).map(|(amount, weight)| amount.saturating_mul(*weight));
            worth.fold(I256::ZERO, I256::saturating_add)
        };
        let is_worse = |worst: &(Vec<I256>, Id)| total(&expansion.gained) < total(&worst.0);
        if !expansion.gained.is_empty() && self.worst.as_ref().is_none_or(is_worse) {
            self.worst = Some((expansion.gained, id));
        }
        if let Some(broken) = expansion.broken {
            self.breach.get_or_insert(Breach { broken, at: id, via: None });
        }
        let ways = usize::try_from(id).ok().and_then(|id| self.ways.get(id)).copied().unwrap_or_default();
        for Offspring { via, print, node, broken } in expansion.offspring {
            if let Some(broken) = broken {
                self.breach.get_or_insert(Breach { broken, at: id, via: Some(via) });
            }
            if let Some(known) = known.get(print) {
                let known = usize::try_from(known).ok().and_then(|known| self.ways.get_mut(known));
                known.into_iter().for_each(|known| *known += ways);
            } else if let Some(node) = node {
                self.reach(node, id, via, ways, known)?;
                if !matches!(via, Via::Hostile(_)) {
                    self.fresh.extend(self.next.pop());
                }
            }
        }
        Ok(())
    }

    fn reach(&mut self, node: Node, from: Id, via: Via, ways: f64, known: &Known) -> Result<(), Mistake> {
        let id = Id::try_from(self.tree.len()).map_err(|_| Mistake::TooWide)?;
        let print = node.print();
        known.insert(print, id);
        self.tree.push((from, via));
        self.ways.push(ways);
        self.prints.push(print);
        self.queued_bytes = self.queued_bytes.saturating_add(bytes(&node));
        self.next.push((id, node));
        Ok(())
    }
}

fn bytes(node: &Node) -> usize {
    node.state.bytes().saturating_add(size_of::<Node>())
}

/// The same numbers in another order, which follows from the seed; as they are for seed 0.
pub(super) fn shuffled(mut codes: Vec<u32>, seed: u64) -> Vec<u32> {
    if seed != 0 {
        let hasher = FixedState::with_seed(seed);
        codes.sort_by_key(|code| hasher.hash_one(code));
    }
    codes
}
