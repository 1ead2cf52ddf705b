//! How fast co-signed states are verified and the rules applied, beside the bare cost of what they cannot do without.
//! `./scripts/bench` runs it and compares; docs/PERFORMANCE.md is what it saw.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;

use adjudicator::action::{Action, CloseSolo, DepositById, Evaluate, RevokeDelegations, Settle, Slash, SnapshotSolo};
use adjudicator::apps::{App, HashTimeLock, Rules, Setup, Square, TicTacToe, hash_of};
use adjudicator::decide::{Goal, Known, Question, decide};
use adjudicator::eip712::{Domain, state_hash};
use adjudicator::evidence::{Dossier, Policy, View};
use adjudicator::signature::{PublicKey, Signature, SigningKey, recover};
use adjudicator::types::{
    Agreement, AppState, Asset, Bounty, Identity, Instance, InstanceId, Instances, InstancesRoot, Maturity, Net, Party,
    PartyAccounts, PerAsset, PerSide, Preimage, Round, Salt, Stake, StaleMargin, State, Terms, Window,
};
use adjudicator::{AppFailure, Deployment, Funds, Manager, Position, Submission, Transition, Turn, Willing, World};
use alloy_primitives::{Address, B256, Bytes, I256, U256, keccak256};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use secp256k1::{Message, Secp256k1, ecdsa};

const NOW: u64 = 1_800_000_000;
const WINDOW: u32 = 86_400;

/// A funded channel of two keys.
struct Scene {
    keys: [SigningKey; 2],
    domain: Domain,
    terms: Bytes,
    channel_id: B256,
    manager: Manager,
}

impl Scene {
    fn new() -> Self {
        let keys = [1u8, 2].map(|number| SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap());
        let address = Address::repeat_byte(0xcc);
        let deployment = Deployment::new(U256::ONE, address, U256::from(60), U256::from(WINDOW)).unwrap();
        let domain = deployment.domain;
        let payees = [0xa1, 0xb1].map(Address::repeat_byte);
        let mut terms = Vec::new();
        for (key, payee) in keys.iter().zip(payees) {
            terms.extend_from_slice(key.address().as_slice());
            terms.extend_from_slice(payee.as_slice());
        }
        terms.extend_from_slice(&WINDOW.to_be_bytes());
        terms.extend_from_slice(&[0; 14 + 2 + 8 + 20]);
        let channel_id = domain.channel_id(&terms);
        let manager = Manager::new(deployment);
        let mut scene = Self { keys, domain, terms: terms.into(), channel_id, manager };
        let deposit = adjudicator::action::Deposit { terms: scene.terms.clone(), amount: U256::from(1000), side: 0 };
        scene.apply(&deposit.into(), scene.submission(0, 1000));
        scene
    }

    fn submission(&self, party: usize, value: u64) -> Submission {
        let submitter = self.keys.get(party).unwrap().address();
        Submission { submitter, value: U256::from(value), now: NOW, chain_id: U256::ONE }
    }

    fn apply(&mut self, action: &Action, submission: Submission) {
        self.manager.apply(&mut Willing, action, &submission).unwrap();
    }

    fn state(&self, round: u64) -> State {
        let nets = PerAsset::new(vec![Net::from(I256::unchecked_from(300))]).unwrap();
        State::new(Round::from(round), InstancesRoot::from(B256::ZERO), nets).unwrap()
    }

    fn signatures(&self, state: &State) -> [[u8; 64]; 2] {
        let digest = state.digest(&self.domain, self.channel_id.into());
        [0, 1].map(|party| self.keys.get::<usize>(party).unwrap().sign(digest).to_compact())
    }

    /// The packed state and both signatures.
    fn evidence(&self, round: u64) -> Bytes {
        let state = self.state(round);
        let [first, second] = self.signatures(&state);
        [&state.pack()[..], &first, &second].concat().into()
    }

    /// An instance like the others, but for its id.
    fn instance(&self, number: u64) -> Instance {
        Instance {
            id: keccak256(number.to_be_bytes()).into(),
            app: Address::repeat_byte(0xab),
            app_code_hash: B256::ZERO.into(),
            app_gas: 50_000.into(),
            max_steps: 10.into(),
            matures: Maturity::new(0).unwrap(),
            app_state_hash: AppState::new(vec![0; 32]).unwrap().hash(),
            stakes: PerSide::new(vec![Stake::new(1).unwrap(); 2]).unwrap(),
        }
    }

    fn evaluate(&self, state: &State, instances: &Instances, index: usize) -> Action {
        let (instance, proof) = (instances.as_slice().get(index).unwrap(), instances.tree().proof(index).unwrap());
        let instance = [instance.pack(), proof.pack()].concat().into();
        let (terms, evidence) = (self.terms.clone(), state.pack().into());
        Evaluate { terms, evidence, instance, app_state: vec![0; 32].into() }.into()
    }

    /// The channel, closing on round 7.
    fn closing(mut self) -> Self {
        let close = CloseSolo { terms: self.terms.clone(), evidence: self.evidence(7), consent: false };
        self.apply(&close.into(), self.submission(0, 0));
        self
    }
}

/// Two signatures of a co-signed state against known keys, with all checks, and bare.
fn verification(criterion: &mut Criterion) {
    let scene = Scene::new();
    let state = scene.state(8);
    let digest = state.digest(&scene.domain, scene.channel_id.into());
    let signatures = scene.signatures(&state);
    let keys = signatures.map(|signature| PublicKey::recover(digest, &signature).unwrap());
    let (packed, channel_id, evidence) = (state.pack(), scene.channel_id.into(), black_box(signatures));

    let context = Secp256k1::verification_only();
    let message = Message::from_digest(digest.0);
    let bare = [(0usize, [1; 32]), (1, [2; 32])].map(|(party, secret)| {
        let secret = secp256k1::SecretKey::from_byte_array(secret).unwrap();
        let key = secp256k1::PublicKey::from_secret_key(&Secp256k1::new(), &secret);
        let mut compact = *signatures.get(party).unwrap();
        *compact.get_mut(32).unwrap() &= 0x7f;
        (ecdsa::Signature::from_compact(&compact).unwrap(), key)
    });

    let mut group = criterion.benchmark_group("verification");
    group.bench_function("two_bare_verifications", |bencher| {
        bencher.iter(|| {
            for (signature, key) in &bare {
                context.verify_ecdsa(black_box(message), signature, key).unwrap();
            }
        });
    });
    group.bench_function("co_signed_state", |bencher| {
        bencher.iter(|| {
            let [zero, one] = [0, 1].map(|party| Signature::from_bytes(evidence.get(party).unwrap()).unwrap());
            let message = State::unpack(black_box(&packed)).unwrap();
            let signed = Agreement { message, signatures: [Some(zero), Some(one)] };
            signed.verify_scalars(&scene.domain, channel_id, &keys).unwrap();
        });
    });
    group.bench_function("co_signed_state_by_recovery", |bencher| {
        bencher.iter(|| {
            let state = State::unpack(black_box(&packed)).unwrap();
            let digest = state.digest(&scene.domain, scene.channel_id.into());
            for (key, signature) in keys.iter().zip(&signatures) {
                key.verify(digest, signature).unwrap();
            }
        });
    });
    group.bench_function("digest", |bencher| {
        bencher.iter(|| black_box(&state).digest(&scene.domain, scene.channel_id.into()));
    });
    group.finish();
}

/// Operations of the twin, and what of a slash is hashing and signatures.
fn twin(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("twin");
    let mut measure = |name: &str, scene: &Scene, action: Action, submission: Submission| {
        group.bench_function(name, |bencher| {
            bencher.iter_batched_ref(
                || scene.manager.clone(),
                |manager| manager.apply(&mut Willing, &action, &submission).unwrap(),
                BatchSize::SmallInput,
            );
        });
    };
    let open = Scene::new();
    let (channel_id, terms) = (open.channel_id, open.terms.clone());
    let deposit = DepositById { channel_id, asset: Address::ZERO, party: 1, amount: U256::from(1) };
    measure("deposit_by_id", &open, deposit.into(), open.submission(0, 1));
    let revoke = RevokeDelegations { terms: terms.clone() };
    measure("revoke_delegations", &open, revoke.into(), open.submission(0, 0));

    let closing = Scene::new().closing();
    let evidence = closing.evidence(8);
    let slash = Slash { terms: terms.clone(), evidence: evidence.clone() };
    measure("slash", &closing, slash.into(), closing.submission(1, 0));
    let settle = Settle { terms: terms.clone(), state: closing.state(7).pack().into() };
    let late = Submission { now: NOW + u64::from(WINDOW), ..closing.submission(1, 0) };
    measure("settle", &closing, settle.into(), late);

    let state = closing.state(8);
    let nets: Vec<I256> = state.nets().as_slice().iter().copied().map(Net::get).collect();
    let signatures = closing.signatures(&state);
    let domain = closing.domain;
    let hash = || state_hash(domain.channel_id(black_box(&terms)), 8, &nets, B256::ZERO);
    group.bench_function("hashing_of_a_settle", |bencher| bencher.iter(hash));
    group.bench_function("hashing_and_signatures_of_a_slash", |bencher| {
        bencher.iter(|| {
            let digest = domain.digest(hash());
            signatures.map(|signature| recover(digest, &signature).unwrap())
        });
    });
    group.bench_function("hashing_of_a_revocation", |bencher| {
        bencher.iter(|| keccak256([domain.separator().as_slice(), black_box(&terms)].concat()));
    });
    group.finish();
}

/// Operations where there is much of everything: checked, so that nothing need be copied for the next time.
fn among_many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("among_many");
    let mut scene = Scene::new();
    let instances: Vec<Instance> = (0..1000_u64).map(|number| scene.instance(number)).collect();
    let instances = Instances::new(instances).unwrap();
    let nets = PerAsset::new(vec![Net::ZERO]).unwrap();
    let state = State::new(Round::from(7), instances.root(), nets).unwrap();
    let [first, second] = scene.signatures(&state);
    let evidence: Bytes = [&state.pack()[..], &first, &second].concat().into();
    let snapshot = SnapshotSolo { terms: scene.terms.clone(), evidence };
    scene.apply(&snapshot.into(), scene.submission(0, 0));
    for index in 0..1000 {
        let evaluate = scene.evaluate(&state, &instances, index);
        scene.manager.apply(&mut Undecided, &evaluate, &scene.submission(1, 0)).unwrap();
    }
    for number in 0..100_000_u64 {
        scene.manager.channels.insert(keccak256(number.to_be_bytes()), Default::default());
    }
    let evaluate = scene.evaluate(&state, &instances, 500);
    let (manager, submission) = (&scene.manager, scene.submission(1, 0));
    group.bench_function("evaluate", |bencher| {
        bencher.iter(|| manager.check(&mut Undecided, &evaluate, &submission).unwrap());
    });
    let (leaf, siblings) = (instances.as_slice().get(500).unwrap().pack(), instances.tree().proof(500).unwrap());
    let hashed: Vec<u8> = siblings.pack();
    group.bench_function("hashing_of_an_evaluation", |bencher| {
        bencher.iter(|| {
            let id = scene.domain.channel_id(black_box(&scene.terms));
            let hash = state_hash(id, 7, [I256::ZERO].iter().copied(), state.instances_root().get());
            let node = hashed
                .as_chunks::<32>()
                .0
                .iter()
                .fold(keccak256(black_box(&leaf)), |node, sibling| keccak256([node.0, *sibling].as_flattened()));
            (hash, node, keccak256(black_box([0; 32])))
        });
    });
    group.finish();
}

/// Apps that have decided nothing yet.
struct Undecided;

impl World for Undecided {
    fn checkpoint(&mut self) {}
    fn commit(&mut self) {}
    fn revert(&mut self) {}
    fn code_hash(&mut self, _: Address) -> B256 {
        B256::ZERO
    }
    fn transition(&mut self, _: Address, _: u32, _: &[u8], _: &[u8], _: Turn) -> Result<Transition, AppFailure> {
        Err(AppFailure::Failed)
    }
    fn position(&mut self, _: Address, _: u32, _: &[u8]) -> Result<Position, AppFailure> {
        Ok(Position { turn: Turn::Party0, deltas: vec![I256::ZERO] })
    }
    fn pull(&mut self, _: Address, _: Address, amount: U256) -> Option<U256> {
        Some(amount)
    }
    fn push(&mut self, _: Address, _: Address, _: U256, _: bool) -> bool {
        true
    }
}

/// What to do, in a channel of a thousand states whose newest has a thousand instances.
fn advice(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("advice");
    for (name, has_games) in [("a_thousand_locks", false), ("locks_and_games", true)] {
        let (dossier, view, policy) = thousands(has_games);
        let question = Question {
            dossier: &dossier,
            view: &view,
            policy: &policy,
            party: Party::Zero,
            goal: Goal::GetOut,
            at: NOW,
            gas_price: 1,
        };
        group.sample_size(20).bench_function(name, |bencher| {
            bencher.iter(|| decide(black_box(&question), &mut Known::new(&dossier, &view)));
        });
    }
}

/// Evidence of a channel that somebody has closed on the state before the newest.
fn thousands(has_games: bool) -> (Dossier, View, Policy) {
    let keys = [1u8, 2].map(|number| SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap());
    let deployment =
        Deployment::new(U256::ONE, Address::repeat_byte(0xcc), U256::from(60), U256::from(WINDOW)).unwrap();
    let accounts =
        |key: &SigningKey, payee| PartyAccounts { signer: key.address(), payee: Address::repeat_byte(payee) };
    let [zero, one] = &keys;
    let terms = Terms::new(
        [accounts(zero, 0xa1), accounts(one, 0xb1)],
        Window::new(WINDOW).unwrap(),
        Bounty::MIN,
        StaleMargin::MIN,
        Salt::new(1),
        PerAsset::new(vec![Asset::NATIVE]).unwrap(),
    );
    let identity = Identity::new(deployment.domain, terms.unwrap());
    let mut dossier = Dossier::new(identity.clone());
    let instances: Vec<Instance> = (0..1_000u64).map(|number| instance_of(number, has_games, &mut dossier)).collect();
    let instances = Instances::new(instances).unwrap();
    let mut view = View::new(deployment, NOW);
    for round in 1..=1_000u64 {
        let root = if round == 1_000 { instances.root() } else { InstancesRoot::NONE };
        let nets = PerAsset::new(vec![Net::new(I256::unchecked_from(round))]).unwrap();
        let message = State::new(Round::new(round), root, nets).unwrap();
        let digest = message.digest(identity.domain(), identity.channel_id());
        dossier.add(Agreement { message, signatures: keys.each_ref().map(|key| Some(key.sign(digest))) });
    }
    dossier.add(instances);
    let funds = Funds { index: 0, balances: [I256::unchecked_from(1_000_000); 2] };
    view.latest.channel.funds.insert(Address::ZERO, funds);
    view.latest.channel.record.evidence_deadline = Some(NOW + 1_000);
    (dossier, view, Policy::default())
}

/// One of two kinds of instances, and its app state.
fn instance_of(number: u64, has_games: bool, dossier: &mut Dossier) -> Instance {
    let id = InstanceId::new(B256::from(U256::from(number)));
    let setup = |app: App, account| Setup { id, app: Address::repeat_byte(account), app_code_hash: app.code_hash() };
    let (instance, app_state) = if has_games && number.is_multiple_of(2) {
        // Games of which some are further than others.
        let domain = Domain::new(U256::ONE, Address::repeat_byte(0xe1));
        let mut game = TicTacToe::start(Party::Zero, vec![Stake::new(10).unwrap()]);
        for square in [4, 0, 8, 2].into_iter().take(usize::try_from(number % 5).unwrap()) {
            game = game.act(&domain, Square::new(square).unwrap()).unwrap();
        }
        (game.instance(&setup(App::TicTacToe, 0xe1)).unwrap(), game.encode())
    } else {
        // Locks that this party can open.
        dossier.add(Preimage::new(id.get()));
        let valid_until = Maturity::new(NOW + 10_000).unwrap();
        let (registry, hash) = (Address::repeat_byte(0xe3), hash_of(id.get()));
        let lock = HashTimeLock { registry, hash, valid_until, deltas: vec![I256::unchecked_from(number)] };
        (lock.instance(&setup(App::HashTimeLock, 0xe2)).unwrap(), lock.encode())
    };
    dossier.add(AppState::new(app_state).unwrap());
    instance
}

criterion_group!(benches, advice, verification, twin, among_many);
criterion_main!(benches);
