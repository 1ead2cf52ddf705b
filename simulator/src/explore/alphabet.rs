//! What everybody but the honest party may send: every message shown or not, by whoever might gain by it.
//!
//! A half-signed message is one like the others: where the honest party has signed and its peer has not, the peer's own call is
//! its agreement, so that it may still come.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use adjudicator::{Channel, words::ProgressWord};
use alloy_primitives::{Address, B256, Bytes};

use super::{
    Mistake,
    plays::{Position, positions},
    setting::{DONOR, STRANGER, Setting},
};
use crate::{
    scenario::{self, Call, Name, Path, Scenario, Shown, Sum, Touch},
    stage::{Built, Moment, PLENTY, Place, Shown as Evidence},
    world::{Branches, Spot, Transaction, World},
};

/// A transaction that somebody may send.
#[derive(Debug)]
pub(super) struct Sending {
    /// Who sends it.
    pub(super) by: Name,
    /// What it is in the words of scenarios.
    pub(super) call: Call,
    /// The same for people.
    pub(super) title: String,
    pub(super) transaction: Transaction,
}

/// The number of a move among all that there may be: the same in every run of the same search.
pub(super) type Code = u32;

/// An instance of a state, which may be touched.
struct Touchable {
    state: Name,
    instance: Name,
    copy: u32,
    hash: B256,
    leaf: B256,
    positions: Rc<Vec<Position>>,
}

impl Touchable {
    /// A touch of it that says nothing more.
    fn touch(&self) -> Touch {
        Touch {
            state: self.state.clone(),
            unsigned: false,
            instance: self.instance.clone(),
            copy: self.copy,
            action: None,
            signed_by: None,
            number: None,
            signed_for: None,
            after: None,
        }
    }
}

/// All that may be sent.
pub(super) struct Alphabet {
    fixed: Vec<Rc<Sending>>,
    /// How many of the fixed ones, the last ones, are of the donor, who acts once.
    donations: usize,
    touchables: Vec<Touchable>,
    touches: RefCell<HashMap<Code, Rc<Sending>>>,
    peer: Name,
}

// How the numbers of touches are made: by instance, position, what is said there, and the number of the step.
const NUMBERS: u32 = 1 << 8;
const SAYINGS: u32 = 1 << 5;
const POSITIONS: u32 = 1 << 10;
const EVALUATION: u32 = 0;

impl Alphabet {
    pub(super) fn new(setting: &mut Setting, scenario: &Scenario) -> Result<Self, Mistake> {
        let mut calls = Vec::new();
        for (name, place) in setting.stage.places() {
            calls.extend(of_channel(setting, name, place));
        }
        calls.extend(of_messages(setting));
        calls.extend(reveals(scenario).map(|call| (setting.peer().clone(), call)));
        let donations = donations(setting);
        let count = donations.len();
        calls.extend(donations);
        let mut fixed = Vec::new();
        for (by, call) in calls {
            fixed.push(Rc::new(sending(setting, by, call)?));
        }
        let touchables = touchables(setting)?;
        let peer = setting.peer().clone();
        Ok(Self { fixed, donations: count, touchables, touches: RefCell::default(), peer })
    }

    /// The numbers of the moves that are tried now. Left out are the donor's second gift; steps with a number that is neither the
    /// next one nor the first; and, but from where the instance is, steps of who is not to move.
    pub(super) fn moves(&self, setting: &Setting, branches: &Branches) -> Vec<Code> {
        let fixed =
            self.fixed.len().saturating_sub(if self.donor_has_given(setting, branches) { self.donations } else { 0 });
        let mut moves: Vec<Code> = (0..fixed).filter_map(|index| Code::try_from(index).ok()).collect();
        for (index, touchable) in (0..).zip(&self.touchables) {
            self.touches_of(setting, branches, (index, touchable), &mut moves);
        }
        moves
    }

    fn donor_has_given(&self, setting: &Setting, branches: &Branches) -> bool {
        let account = setting.stage.address(DONOR, &Path::default()).unwrap_or_default();
        let asset = setting.place.terms.assets().as_slice().first().map(|asset| asset.get()).unwrap_or_default();
        branches.read(setting.balance(asset, account)) != PLENTY
    }

    fn touches_of(
        &self,
        setting: &Setting,
        branches: &Branches,
        (index, touchable): (u32, &Touchable),
        moves: &mut Vec<Code>,
    ) {
        let slot = adjudicator::storage::progress(touchable.hash, touchable.leaf);
        let word = ProgressWord::from_word(branches.read(Spot::Word(setting.stage.manager(), slot)));
        let is_touched = word.last_touch != 0;
        let next = if is_touched { u32::from(word.steps).saturating_add(1) } else { 1 };
        let is_current = |position: &Position, at: usize| {
            if is_touched { position.hash.starts_with(word.app_state_hash.as_slice()) } else { at == 0 }
        };
        for (at, position) in touchable.positions.iter().enumerate() {
            let is_current = is_current(position, at);
            let code = |saying: u32, number: u32| {
                let at = u32::try_from(at).unwrap_or(POSITIONS);
                let touch =
                    (index.saturating_mul(POSITIONS).saturating_add(at)).saturating_mul(SAYINGS).saturating_add(saying);
                let fixed = u32::try_from(self.fixed.len()).unwrap_or(u32::MAX);
                touch.saturating_mul(NUMBERS).saturating_add(number).saturating_add(fixed)
            };
            moves.push(code(EVALUATION, 0));
            for (saying, play) in (1..SAYINGS).zip(&position.plays) {
                // Out of turn it is tried where the instance is, and not from everywhere.
                if play.mover == setting.party && !is_current {
                    continue;
                }
                moves.push(code(saying, next));
                if is_current && next != 1 {
                    moves.push(code(saying, 1));
                }
            }
        }
    }

    /// The settlement of the honest party's channel by a state, or by round 0.
    pub(super) fn settlement(&self, setting: &Setting, recorded: Option<B256>) -> Option<Rc<Sending>> {
        let is_meant = |sending: &&Rc<Sending>| match &sending.call {
            Call::Settle { state, channel } if channel.as_ref() == Some(&setting.channel) => {
                let hash = |name: &Name| {
                    setting.states_of(&setting.channel).find(|(other, _)| *other == name).map(|it| it.1.hash)
                };
                state.as_ref().and_then(hash) == recorded
            }
            _ => false,
        };
        self.fixed.iter().find(is_meant).cloned()
    }

    /// What a move sends.
    pub(super) fn sending(&self, setting: &mut Setting, code: Code) -> Result<Rc<Sending>, Mistake> {
        if let Some(fixed) = usize::try_from(code).ok().and_then(|index| self.fixed.get(index)) {
            return Ok(fixed.clone());
        }
        if let Some(known) = self.touches.borrow().get(&code) {
            return Ok(known.clone());
        }
        let made = Rc::new(self.touch(setting, code)?);
        self.touches.borrow_mut().insert(code, made.clone());
        Ok(made)
    }

    fn touch(&self, setting: &mut Setting, code: Code) -> Result<Sending, Mistake> {
        let rest = code.saturating_sub(u32::try_from(self.fixed.len()).unwrap_or(u32::MAX));
        let (rest, number) = (rest.wrapping_div(NUMBERS), rest.wrapping_rem(NUMBERS));
        let (rest, saying) = (rest.wrapping_div(SAYINGS), rest.wrapping_rem(SAYINGS));
        let (index, at) = (rest.wrapping_div(POSITIONS), rest.wrapping_rem(POSITIONS));
        let found = usize::try_from(index).ok().and_then(|index| self.touchables.get(index)).and_then(|touchable| {
            let position = usize::try_from(at).ok().and_then(|at| touchable.positions.get(at))?;
            Some((touchable, position))
        });
        let (touchable, position) = found.ok_or(Mistake::NoSuchMove { code })?;
        let touch = Touch { after: Some(position.moved.clone()), ..touchable.touch() };
        if saying == EVALUATION {
            return sending(setting, STRANGER.into(), Call::Evaluate(touch));
        }
        let play = usize::try_from(saying.saturating_sub(1)).ok().and_then(|saying| position.plays.get(saying));
        let play = play.ok_or(Mistake::NoSuchMove { code })?;
        let touch = Touch {
            action: Some(play.action.clone()),
            signed_by: Some("nobody".into()),
            number: u8::try_from(number).ok(),
            ..touch
        };
        sending(setting, self.peer.clone(), Call::ForceProgress(touch))
    }

    /// The honest party's call of the same calldata.
    pub(super) fn named(&self, setting: &mut Setting, transaction: &Transaction) -> Option<Call> {
        if let Some(same) = self.fixed.iter().find(|sending| sending.transaction.data == transaction.data) {
            return Some(same.call.clone());
        }
        let honest = setting.honest().clone();
        let mut calls = self.of_states(setting);
        calls.extend(self.of_instances(setting));
        let mut sent = calls.into_iter().filter_map(|call| sending(setting, honest.clone(), call).ok());
        let found = sent.find(|sending| sending.transaction.data == transaction.data);
        found.map(|sending| sending.call)
    }

    /// All that may be done with states.
    fn of_states(&self, setting: &Setting) -> Vec<Call> {
        let mut calls = Vec::new();
        let channel = Some(setting.channel.clone());
        let states: Vec<Option<Name>> =
            [None].into_iter().chain(setting.states_of(&setting.channel).map(|(name, _)| Some(name.clone()))).collect();
        for state in states {
            for unsigned in [false, true] {
                let channel = channel.clone().filter(|_| state.is_none());
                let shown = Shown { state: state.clone(), unsigned, channel };
                calls.push(Call::CloseSolo(shown.clone()));
                calls.push(Call::Consent(shown.clone()));
                calls.push(Call::Slash(shown.clone()));
                calls.push(Call::SnapshotSolo(shown));
            }
            calls.push(Call::Settle { state, channel: channel.clone() });
        }
        calls
    }

    /// All that may be done with instances, by either party, as the next steps.
    fn of_instances(&self, setting: &Setting) -> Vec<Call> {
        let mut calls = Vec::new();
        for touchable in &self.touchables {
            for position in touchable.positions.iter() {
                for unsigned in [false, true] {
                    let evaluation = Touch { unsigned, after: Some(position.moved.clone()), ..touchable.touch() };
                    let own = position.plays.iter().filter(|play| play.mover == setting.party);
                    for play in own {
                        let made = u8::try_from(position.moved.len().saturating_add(1)).ok();
                        calls.push(Call::ForceProgress(Touch {
                            action: Some(play.action.clone()),
                            signed_by: Some("nobody".into()),
                            number: made,
                            ..evaluation.clone()
                        }));
                    }
                    calls.push(Call::Evaluate(evaluation));
                }
            }
        }
        calls
    }

    /// Every app state that instances can get to.
    pub(super) fn app_states(&self) -> impl Iterator<Item = &Bytes> {
        self.touchables.iter().flat_map(|touchable| touchable.positions.iter().map(|position| &position.app_state))
    }

    /// The positions of an instance.
    pub(super) fn positions(&self, state: B256, leaf: B256) -> &[Position] {
        let touchable = self.touchables.iter().find(|it| it.hash == state && it.leaf == leaf);
        touchable.map_or(&[], |touchable| &touchable.positions)
    }
}

/// A call of somebody, made into what he sends.
pub(super) fn sending(setting: &mut Setting, by: Name, call: Call) -> Result<Sending, Mistake> {
    let sender = setting.stage.address(&by, &Path::default())?;
    let nothing = |_: &World, _: B256| Channel::default();
    let app_states = BTreeMap::new();
    let mut moment = Moment { sender, channel: &nothing, app_states: &app_states, world: &mut setting.world };
    let Built { to, value, data, title, .. } = setting.stage.built(&call, &mut moment, &Path::default())?;
    Ok(Sending { by, call, title, transaction: Transaction { value, ..Transaction::call(sender, to, data) } })
}

/// What may be done with the states of a channel.
fn of_channel(setting: &Setting, name: &Name, place: &Place) -> Vec<(Name, Call)> {
    let (hostile, stranger) = (hostile_party(setting, place), Name::from(STRANGER));
    let has_bounty = !place.terms.bounty().to_word().is_zero();
    let shown = |state: Option<&Name>, unsigned| Shown {
        state: state.cloned(),
        unsigned,
        channel: state.is_none().then(|| name.clone()),
    };
    let mut calls = vec![(hostile.clone(), Call::RevokeDelegations { channel: Some(name.clone()) })];
    let states: Vec<Option<&Name>> =
        [None].into_iter().chain(setting.states_of(name).map(|(state, _)| Some(state))).collect();
    for state in states {
        calls.push((hostile.clone(), Call::CloseSolo(shown(state, false))));
        calls.push((hostile.clone(), Call::Consent(shown(state, false))));
        calls.push((hostile.clone(), Call::Slash(shown(state, false))));
        calls.push((hostile.clone(), Call::SnapshotSolo(shown(state, false))));
        calls.push((stranger.clone(), Call::CloseSolo(shown(state, false))));
        calls.push((stranger.clone(), Call::Consent(shown(state, false))));
        if state.is_some() {
            calls.push((hostile.clone(), Call::CloseSolo(shown(state, true))));
            calls.push((stranger.clone(), Call::Slash(shown(state, true))));
        }
        if state.is_some() && has_bounty {
            calls.push((stranger.clone(), Call::Slash(shown(state, false))));
        }
        calls.push((stranger.clone(), Call::Settle { state: state.cloned(), channel: Some(name.clone()) }));
        if let Some(payee) = other_payee(setting, place) {
            calls.push((payee.clone(), Call::CloseSolo(shown(state, false))));
            calls.push((payee, Call::Consent(shown(state, false))));
        }
    }
    for account in [&hostile, setting.honest()] {
        for asset in place.terms.assets().as_slice() {
            let unit = setting.stage.printed_units().find(|unit| unit.asset == asset.get());
            let claim = unit.map(|unit| Call::Claim { creditor: Some(account.clone()), asset: unit.symbol.clone() });
            calls.extend(claim.map(|claim| (stranger.clone(), claim)));
        }
    }
    calls
}

/// Who is hostile in a channel: in one that is not the honest party's, party 1.
fn hostile_party(setting: &Setting, place: &Place) -> Name {
    let [zero, one] = &place.parties;
    if one == setting.honest() { zero.clone() } else { one.clone() }
}

/// The hostile party's payee, where that is another account.
fn other_payee(setting: &Setting, place: &Place) -> Option<Name> {
    let party = place.parties.iter().position(|name| *name == hostile_party(setting, place))?;
    let party = if party == 0 { adjudicator::types::Party::Zero } else { adjudicator::types::Party::One };
    let accounts = place.terms.accounts(party);
    let is_other = |account: &Address| *account != accounts.signer;
    Some(accounts.payee).filter(is_other).and_then(|payee| setting.stage.name_of(payee).map(str::to_owned))
}

/// What may be done with everything else that is signed.
fn of_messages(setting: &Setting) -> Vec<(Name, Call)> {
    let mut calls = Vec::new();
    let sender = |channel: &Name| {
        setting.stage.place(Some(channel), &Path::default()).map(|place| hostile_party(setting, place))
    };
    for (name, with) in setting.stage.withdrawals() {
        calls.extend(sender(&with.channel).ok().map(|by| (by, Call::Withdraw { withdrawal: name.clone() })));
    }
    for (name, with) in setting.stage.closes() {
        calls.extend(sender(&with.channel).ok().map(|by| (by, Call::CloseMutual { close: name.clone() })));
    }
    for (name, with) in setting.stage.delegations() {
        let Some(delegate) = setting.stage.name_of(with.message.delegate).map(str::to_owned) else { continue };
        let states: Vec<(&Name, &Evidence)> = setting.states_of(&with.channel).collect();
        let close = |state: Option<&Name>, unsigned| Call::CloseSoloAsDelegate {
            delegation: name.clone(),
            state: state.cloned(),
            unsigned,
        };
        calls.push((delegate.clone(), close(None, false)));
        // Nobody else may use it.
        let place = setting.stage.place(Some(&with.channel), &Path::default()).ok();
        let others = place.map(|place| hostile_party(setting, place)).filter(|other| *other != delegate);
        calls.extend(others.map(|other| (other, close(None, false))));
        for (state, _) in states {
            calls.push((delegate.clone(), close(Some(state), false)));
            calls.push((delegate.clone(), close(Some(state), true)));
            let consent = Shown { state: Some(state.clone()), unsigned: true, channel: None };
            calls.push((delegate.clone(), Call::Consent(consent)));
        }
    }
    calls
}

/// Whoever is paid for a secret knows it, and so may anybody else.
fn reveals(scenario: &Scenario) -> impl Iterator<Item = Call> + '_ {
    scenario.instances.values().filter_map(|instance| match &instance.app {
        scenario::App::HashTimeLock { preimage, .. } => Some(Call::Reveal { preimage: preimage.clone() }),
        _ => None,
    })
}

/// A unit for the hostile party from somebody else, in both ways in which one can pay in.
fn donations(setting: &Setting) -> Vec<(Name, Call)> {
    let (channel, party) = (Some(setting.channel.clone()), Some(setting.peer().clone()));
    let asset = setting.place.terms.assets().as_slice().first().map(|asset| asset.get());
    let unit = setting.stage.printed_units().find(|unit| Some(unit.asset) == asset);
    let Some(unit) = unit else { return Vec::new() };
    let amount = || match unit.is_native() {
        true => Sum { number: "1".into(), unit: "wei".into() },
        false => Sum { number: "1".into(), unit: unit.symbol.clone() },
    };
    let by_terms = Call::Deposit { amount: amount(), party: party.clone(), channel: channel.clone() };
    let by_id = Call::DepositById { amount: amount(), party, channel };
    [by_terms, by_id].map(|call| (Name::from(DONOR), call)).into()
}

fn touchables(setting: &mut Setting) -> Result<Vec<Touchable>, Mistake> {
    let mut known: HashMap<(Name, u32), Rc<Vec<Position>>> = HashMap::new();
    let Setting { stage, world, .. } = setting;
    let mut touchables = Vec::new();
    for (state, shown) in stage.states() {
        let place = stage.place(Some(&shown.channel), &Path::default())?;
        for (instance, copy, leaf) in &shown.instances {
            let key = (instance.clone(), *copy);
            if !known.contains_key(&key) {
                let running = stage.copy_of(instance, *copy, &Path::default())?;
                known.insert(key.clone(), Rc::new(positions(stage, world, (instance, running), place)?));
            }
            let positions = known.get(&key).cloned().unwrap_or_default();
            touchables.push(Touchable {
                state: state.clone(),
                instance: instance.clone(),
                copy: *copy,
                hash: shown.hash,
                leaf: *leaf,
                positions,
            });
        }
    }
    Ok(touchables)
}
