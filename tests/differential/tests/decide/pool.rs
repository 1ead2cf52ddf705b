//! Everything that could be sent with what a party holds, right or wrong, whoever sends it.

use adjudicator::{
    abi::PreimageRegistry,
    action::{
        Action, CloseMutual, CloseSolo, CloseSoloAsDelegate, Evaluate, ForceProgress, RevokeDelegations, Settle, Slash,
        SnapshotSolo, Withdraw,
    },
    apps::{Deliveries, Hand, HandAction, SignedReading, Square},
    decide::Role,
    evidence::{Dossier, Item},
    signature::Signature,
    types::{AppState, Evidence, Instances, Party, Signatures, Step, StepAction, StepNumber, Terms},
};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;

use crate::life::{DELEGATE, Life, REGISTRY, Sent};

const STRANGER: Address = Address::repeat_byte(0x57);

/// Who may be meant by a role.
pub(crate) fn submitter(life: &Life, role: Role) -> Address {
    let accounts = |party| life.identity().terms().accounts(party);
    match role {
        Role::Party(party) => accounts(party).signer,
        Role::Payee(party) => accounts(party).payee,
        Role::Delegate(delegate) => delegate,
        Role::Anyone => STRANGER,
    }
}

/// All of it.
pub(crate) fn all(life: &Life, party: Party) -> Vec<Sent> {
    let dossier = party.of(&life.dossiers);
    let terms = life.identity().terms();
    let mut actions = Vec::new();
    records(dossier, terms, &mut actions);
    cooperative(dossier, terms, &mut actions);
    touches(dossier, terms, &mut actions);
    actions.push(RevokeDelegations::new(terms).into());
    let submitters = [
        terms.accounts(Party::Zero).signer,
        terms.accounts(Party::One).signer,
        terms.accounts(Party::Zero).payee,
        terms.accounts(Party::One).payee,
        DELEGATE,
        STRANGER,
    ];
    let manager = life.identity().domain().manager();
    let sent = |submitter, to, calldata| Sent { submitter, to, value: U256::ZERO, calldata, now: life.now };
    let calls: Vec<_> = actions.iter().map(Action::calldata).collect();
    let mut all: Vec<Sent> = Vec::new();
    for submitter in submitters {
        all.extend(calls.iter().map(|calldata| sent(submitter, manager, calldata.clone())));
    }
    let asked: Vec<_> = life.everything.preimages().map(|it| *it.content).collect();
    for preimage in
        asked.into_iter().filter(|preimage| dossier.preimage(adjudicator::apps::hash_of(preimage.get())).is_some())
    {
        let calldata = PreimageRegistry::revealCall { preimage: preimage.get() }.abi_encode();
        if waits(life, dossier, preimage.get()) {
            all.push(sent(STRANGER, REGISTRY, calldata.into()));
        }
    }
    all
}

/// Whether a lock of a state that could still be recorded, or is, waits for it.
fn waits(life: &Life, dossier: &Dossier, preimage: alloy_primitives::B256) -> bool {
    use adjudicator::apps::{HashTimeLock, Rules, hash_of};
    let channel = life.view().latest.channel;
    let meant = dossier.states().filter(|state| {
        let round = state.content.message.round().get();
        let is_recorded = state.key().hash.starts_with(channel.record.state_hash.as_slice());
        !channel.is_closed && (round > channel.record.round || (round == channel.record.round && is_recorded))
    });
    meant.flat_map(|state| dossier.instances(&state.content.message).unwrap_or_default()).any(|instance| {
        let app_state = dossier.app_state(instance.app_state_hash);
        let lock = app_state.and_then(|it| HashTimeLock::decode(it.get()).ok());
        lock.is_some_and(|lock| lock.hash == hash_of(preimage) && life.now <= lock.valid_until.get())
    })
}

/// What could stand behind a message with these signatures.
fn signatures(both: [Option<Signature>; 2]) -> Vec<Signatures> {
    let one = both.into_iter().flatten().map(Signatures::OfPeer);
    let pair = both[0].zip(both[1]).map(|(zero, one)| Signatures::Both([zero, one]));
    one.chain(pair).collect()
}

/// Every evidence that is held, and of which state it is.
fn evidence(dossier: &Dossier) -> Vec<Evidence> {
    let states = dossier.states().flat_map(|state| {
        let message = state.content.message.clone();
        let signed = signatures(state.content.signatures).into_iter();
        let signed = signed.map({
            let message = message.clone();
            move |signatures| Evidence::Signed(message.clone(), signatures)
        });
        signed.chain([Evidence::Recorded(message)]).collect::<Vec<_>>()
    });
    states.chain([Evidence::RoundZero]).collect()
}

fn records(dossier: &Dossier, terms: &Terms, actions: &mut Vec<Action>) {
    for evidence in evidence(dossier) {
        actions.push(SnapshotSolo::new(terms, &evidence).unwrap().into());
        actions.push(Slash::new(terms, &evidence).unwrap().into());
        for consent in [false, true] {
            actions.push(CloseSolo::new(terms, &evidence, consent).unwrap().into());
        }
        for delegation in dossier.delegations() {
            let (message, signature) = (&delegation.content.message, &delegation.content.signature);
            actions.push(CloseSoloAsDelegate::new(terms, &evidence, message, signature).unwrap().into());
        }
        if let Evidence::Recorded(_) | Evidence::RoundZero = evidence {
            actions.push(Settle::new(terms, evidence.state()).unwrap().into());
        }
    }
}

fn cooperative(dossier: &Dossier, terms: &Terms, actions: &mut Vec<Action>) {
    for close in dossier.closes() {
        for signatures in signatures(close.content.signatures) {
            actions.push(CloseMutual::new(terms, &close.content.message, signatures).unwrap().into());
        }
    }
    for withdraw in dossier.withdrawals() {
        for signatures in signatures(withdraw.content.signatures) {
            actions.push(Withdraw::new(terms, &withdraw.content.message, signatures).unwrap().into());
        }
    }
}

fn touches(dossier: &Dossier, terms: &Terms, actions: &mut Vec<Action>) {
    let app_states: Vec<&AppState> = dossier
        .items()
        .filter_map(|held| match held.item() {
            Item::AppState(app_state) => Some(app_state),
            _ => None,
        })
        .collect();
    for evidence in evidence(dossier) {
        let Some(list) = evidence.state().and_then(|state| dossier.instances(state)) else { continue };
        let tree = Instances::new(list.to_vec()).unwrap().tree();
        for (index, instance) in list.iter().enumerate() {
            let proof = tree.proof(index).unwrap();
            for app_state in app_states.iter().copied() {
                actions.push(Evaluate::new(terms, &evidence, (instance, &proof), app_state).unwrap().into());
                for number in 1..=3 {
                    for action in said(dossier, instance.app) {
                        let step =
                            Step { number: StepNumber::new(number).unwrap(), app_state: app_state.clone(), action };
                        actions.push(
                            ForceProgress::new(terms, &evidence, (instance, &proof), &step, None).unwrap().into(),
                        );
                    }
                }
            }
            for step in dossier.steps() {
                let (message, signature) = (&step.content.step.message, &step.content.step.signature);
                let call = ForceProgress::new(terms, &evidence, (instance, &proof), message, Some(signature));
                actions.push(call.unwrap().into());
            }
        }
    }
}

/// What could be said to an app at this address, whatever it is.
fn said(dossier: &Dossier, app: Address) -> Vec<StepAction> {
    use adjudicator::apps::App;
    if app == crate::life::address_of(App::TicTacToe) {
        return (0..9).map(|square| Square::new(square).unwrap().to_action()).collect();
    }
    if app == crate::life::address_of(App::RockPaperScissors) {
        let secrets: Vec<_> = dossier.secrets().map(|it| it.content.secret()).collect();
        let commits = secrets.iter().map(|secret| HandAction::Commit(secret.commitment()));
        let reveals = secrets.iter().map(|secret| HandAction::Reveal(*secret));
        return commits.chain(reveals).chain(Hand::ALL.map(HandAction::Show)).map(HandAction::to_action).collect();
    }
    let facts = dossier.items().filter_map(|held| match held.item() {
        Item::Delivery(delivery) => Deliveries(vec![delivery.signature]).to_action().ok(),
        Item::Reading(it) => {
            let (value, read_at, signature) = (it.value.get(), it.read_at, it.signature);
            Some(SignedReading { value, read_at, signature }.to_action())
        }
        _ => None,
    });
    facts.chain([StepAction::default()]).collect()
}
