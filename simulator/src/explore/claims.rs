//! What must hold whatever anybody does: `docs/PROTOCOL.md`, sections 5 to 9.

use std::collections::BTreeMap;

use adjudicator::{
    Bounty, Channel, DisputeError, Effect, Progress, Record, Situation,
    abi::ChannelManager::{EvidenceOver, Expired, InstanceOver, NotFinal},
    action::{Action, CloseSoloAsDelegate},
    rules::{final_time, instance_deadline},
    types::{Party, Terms},
    wire,
};
use alloy_primitives::{Address, B256, Bytes, I256, U256};
use alloy_sol_types::SolError;

use super::{alphabet::Alphabet, setting::Setting};
use crate::{
    scenario::Name,
    stage::{Place, Shown, short},
    world::Branches,
};

/// A claim that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// Section 9, claims 2 and 3.
    #[error("the honest party gets {found} of what it is guaranteed {promised}")]
    Guarantee {
        /// What it gets, in units of the asset.
        found: I256,
        /// What it should get at least.
        promised: I256,
    },
    /// Claim 1.
    #[error("the contract has {found} of an asset of which it owes {owed}: it has paid other people's money")]
    Escrow {
        /// What it has.
        found: U256,
        /// What its channels and credits add up to.
        owed: U256,
    },
    /// Claim 1.
    #[error("the settlement pays {found:?}, and by what is recorded it is {expected:?}")]
    Payout {
        /// What it pays, per asset and party.
        found: Vec<[U256; 2]>,
        /// What it should pay.
        expected: Vec<[U256; 2]>,
    },
    /// Claim 4.
    #[error("the channel cannot be emptied: {why}")]
    Stuck {
        /// What is refused, and when.
        why: String,
    },
    /// Claim 4.
    #[error("the dispute may last until {final_time}, and by its steps and windows it ends at {bound}")]
    TooLong {
        /// The final time, in Unix seconds.
        final_time: u64,
        /// The latest one that there may be.
        bound: u64,
    },
    /// Section 2.
    #[error("a closed channel changes: a closed id is dead for ever")]
    Resurrected,
    /// Claim 5.
    #[error("the recorded round falls from {before} to {after}")]
    RoundFalls {
        /// The round before.
        before: u64,
        /// The round after.
        after: u64,
    },
    /// Section 6.
    #[error("the evidence deadline is {found}, and it should be {expected}")]
    DeadlineMoves {
        /// What it is, in Unix seconds.
        found: u64,
        /// What it should be.
        expected: u64,
    },
    /// Section 5.
    #[error("evidence counts at {now}, and its deadline was {deadline}")]
    LateEvidence {
        /// The time of the block.
        now: u64,
        /// The deadline, in Unix seconds.
        deadline: u64,
    },
    /// Section 6.
    #[error("an instance is touched at {now}, and its deadline was {deadline}")]
    LateTouch {
        /// The time of the block.
        now: u64,
        /// The deadline, in Unix seconds.
        deadline: u64,
    },
    /// Section 6.
    #[error("the channel pays at {now}, and its final time is {final_time}")]
    PaidTooEarly {
        /// The time of the block.
        now: u64,
        /// The final time, in Unix seconds.
        final_time: u64,
    },
    /// Section 3.
    #[error("{what} counts, and {why}")]
    WrongMessage {
        /// What.
        what: String,
        /// Why it must not.
        why: String,
    },
    /// Claim 6.
    #[error("a step or evaluation counts that must not: {why}")]
    WrongTouch {
        /// Why it must not.
        why: String,
    },
    /// Section 8.
    #[error("the bounty is {found}, and by the rules it is {expected}")]
    WrongBounty {
        /// What is stored.
        found: String,
        /// What should be.
        expected: String,
    },
    /// Claim 9.
    #[error("a call is refused for a reason that there is not: {reason}")]
    WrongRefusal {
        /// How it is refused.
        reason: String,
    },
    /// Sections 4 to 8: whatever is not named apart.
    #[error("the contract does {found}, and by the rules it is {expected}")]
    NotByTheRules {
        /// What it logs.
        found: String,
        /// What the rules say of the same call.
        expected: String,
    },
    /// Claims 2, 3 and 4.
    #[error("the honest party's {what} is refused: {reason}; by the rules it is taken")]
    RefusedInTime {
        /// What it sent.
        what: String,
        /// How it is refused.
        reason: String,
    },
}

impl Broken {
    /// What is broken, in a word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Guarantee { .. } => "guarantee",
            Self::Escrow { .. } => "escrow",
            Self::Payout { .. } => "payout",
            Self::Stuck { .. } => "stuck",
            Self::TooLong { .. } => "too-long",
            Self::Resurrected => "resurrected",
            Self::RoundFalls { .. } => "round-falls",
            Self::DeadlineMoves { .. } => "deadline-moves",
            Self::LateEvidence { .. } => "late-evidence",
            Self::LateTouch { .. } => "late-touch",
            Self::PaidTooEarly { .. } => "paid-too-early",
            Self::WrongMessage { .. } => "wrong-message",
            Self::WrongTouch { .. } => "wrong-touch",
            Self::WrongBounty { .. } => "wrong-bounty",
            Self::WrongRefusal { .. } => "wrong-refusal",
            Self::NotByTheRules { .. } => "not-by-the-rules",
            Self::RefusedInTime { .. } => "refused-in-time",
        }
    }

    fn message(what: &str, why: impl ToString) -> Self {
        Self::WrongMessage { what: what.into(), why: why.to_string() }
    }

    fn touch(why: impl ToString) -> Self {
        Self::WrongTouch { why: why.to_string() }
    }
}

/// What was done, and what there was before and after it.
pub(super) struct Transition<'a> {
    pub(super) sender: Address,
    pub(super) data: &'a Bytes,
    pub(super) now: u64,
    pub(super) effects: &'a [Effect],
    pub(super) before: &'a BTreeMap<Name, Channel>,
    pub(super) after: &'a BTreeMap<Name, Channel>,
}

impl Transition<'_> {
    /// Whether it may be.
    pub(super) fn check(&self, setting: &Setting, alphabet: &Alphabet) -> Result<(), Broken> {
        let action = Action::decode(self.data).ok();
        for (name, after) in self.after {
            let nothing = Channel::default();
            let before = self.before.get(name).unwrap_or(&nothing);
            let Some((_, place)) = setting.stage.places().find(|(other, _)| *other == name) else { continue };
            if before != after {
                Change { of: self, action: action.as_ref(), setting, alphabet, name, place, before, after }.check()?;
            }
        }
        Ok(())
    }
}

/// What became of one channel.
struct Change<'a> {
    of: &'a Transition<'a>,
    action: Option<&'a Action>,
    setting: &'a Setting,
    alphabet: &'a Alphabet,
    name: &'a Name,
    place: &'a Place,
    before: &'a Channel,
    after: &'a Channel,
}

impl Change<'_> {
    fn check(&self) -> Result<(), Broken> {
        if self.before.is_closed {
            let is_same = Channel { epochs: self.after.epochs, ..self.before.clone() } == *self.after;
            return if is_same { Ok(()) } else { Err(Broken::Resurrected) };
        }
        self.withdrawal()?;
        if self.after.is_closed {
            return self.closed();
        }
        self.record()?;
        self.consents()?;
        self.delegation()?;
        self.bounty()?;
        self.touches()
    }

    fn terms(&self) -> &Terms {
        &self.place.terms
    }

    fn window(&self) -> u32 {
        self.terms().window().get()
    }

    fn sender_party(&self) -> Option<Party> {
        self.terms().party_of(self.of.sender)
    }

    fn record(&self) -> Result<(), Broken> {
        let (before, after, now) = (&self.before.record, &self.after.record, self.of.now);
        if after.round < before.round {
            return Err(Broken::RoundFalls { before: before.round, after: after.round });
        }
        let is_new = is_other_state(before, after);
        match (before.evidence_deadline, after.evidence_deadline) {
            (Some(expected), Some(found)) if expected != found => {
                return Err(Broken::DeadlineMoves { found, expected });
            }
            (Some(deadline), None) => return Err(Broken::DeadlineMoves { found: 0, expected: deadline }),
            (Some(deadline), _) if is_new && now >= deadline => return Err(Broken::LateEvidence { now, deadline }),
            (None, Some(found)) => {
                let expected = now.saturating_add(self.window().into());
                if found != expected {
                    return Err(Broken::DeadlineMoves { found, expected });
                }
                self.closer()?;
            }
            _ => {}
        }
        if is_new { self.signed_by_both(after) } else { Ok(()) }
    }

    /// Whoever starts closing may do so.
    fn closer(&self) -> Result<(), Broken> {
        let is_party = self.sender_party().is_some();
        let has_bounty = !self.terms().bounty().to_word().is_zero();
        let is_payee = Party::BOTH.iter().any(|party| self.terms().accounts(*party).payee == self.of.sender);
        match self.action {
            Some(Action::CloseSolo(_)) if is_party || (is_payee && !has_bounty) => Ok(()),
            Some(Action::CloseSoloAsDelegate(_)) => Ok(()),
            _ => Err(Broken::message("a close", "its sender may not close")),
        }
    }

    /// A newly recorded state is of both parties: by signature, or by the sender's own call.
    fn signed_by_both(&self, record: &Record) -> Result<(), Broken> {
        let shown = self.recorded(record);
        let is_signed = shown.is_some_and(|shown| {
            Party::BOTH.iter().all(|party| *party.of(&shown.signers) || self.sender_party() == Some(*party))
        });
        if is_signed { Ok(()) } else { Err(Broken::message("a state", "both have not signed it")) }
    }

    fn recorded(&self, record: &Record) -> Option<&Shown> {
        let mut states = self.setting.states_of(self.name);
        states.find(|(_, shown)| short(shown.hash) == record.state_hash).map(|(_, shown)| shown)
    }

    fn consents(&self) -> Result<(), Broken> {
        let (before, after) = (&self.before.record, &self.after.record);
        let is_new = is_other_state(before, after);
        let consents_now = matches!(self.action, Some(Action::CloseSolo(close)) if close.consent);
        for party in Party::BOTH {
            let (had, has) = (*party.of(&before.consents) && !is_new, *party.of(&after.consents));
            let is_own = consents_now && self.sender_party() == Some(party);
            if has && !had && !is_own {
                return Err(Broken::message("a consent", "that party's signer has not consented to this state"));
            }
            let is_late = before.evidence_deadline.is_some_and(|deadline| self.of.now >= deadline);
            if has && !had && is_late {
                let deadline = before.evidence_deadline.unwrap_or_default();
                return Err(Broken::LateEvidence { now: self.of.now, deadline });
            }
        }
        Ok(())
    }

    fn delegation(&self) -> Result<(), Broken> {
        let Some(Action::CloseSoloAsDelegate(close)) = self.action else { return Ok(()) };
        let CloseSoloAsDelegate { party, delegate, epoch, min_round, valid_until, .. } = close;
        let own = self.before.epochs.get(usize::from(*party)).copied();
        let what = "a delegation";
        if own != Some(*epoch) {
            return Err(Broken::message(what, "it was revoked"));
        }
        if self.of.now > *valid_until {
            return Err(Broken::message(what, format!("it was over at {valid_until}, and it is {}", self.of.now)));
        }
        if self.of.sender != *delegate {
            return Err(Broken::message(what, "its sender is somebody else's delegate"));
        }
        if self.after.record.round < *min_round {
            let round = self.after.record.round;
            return Err(Broken::message(what, format!("it is for round {min_round} and later, and this is {round}")));
        }
        Ok(())
    }

    /// Who closed on which round stays, and whoever is first to prove that stale is remembered.
    fn bounty(&self) -> Result<(), Broken> {
        if self.terms().bounty().to_word().is_zero() {
            return Ok(());
        }
        let round = self.after.record.round;
        let expected = match self.before.bounty {
            None if !self.after.record.is_closing() => None,
            None => self.closing_party().map(|party| Bounty { closer: party.get(), closed_round: round, prover: None }),
            Some(bounty) => {
                let is_due = round >= bounty.closed_round.saturating_add(self.terms().stale_margin().get().into());
                let is_proof = is_due && round > self.before.record.round;
                let prover = bounty.prover.or_else(|| is_proof.then_some(self.of.sender));
                Some(Bounty { prover, ..bounty })
            }
        };
        if expected == self.after.bounty {
            return Ok(());
        }
        let [found, expected] = [self.after.bounty, expected].map(|bounty| format!("{bounty:?}"));
        Err(Broken::WrongBounty { found, expected })
    }

    /// In whose name a call starts closing.
    fn closing_party(&self) -> Option<Party> {
        match self.action {
            Some(Action::CloseSoloAsDelegate(close)) => Party::try_from(close.party).ok(),
            _ => self.sender_party(),
        }
    }

    fn withdrawal(&self) -> Result<(), Broken> {
        let what = "a withdrawal";
        let Some(Action::Withdraw(withdraw)) = self.action else {
            return if self.before.serial == self.after.serial || self.after.is_closed {
                Ok(())
            } else {
                Err(Broken::message("another call", "it counts as a withdrawal"))
            };
        };
        if withdraw.serial != self.before.serial {
            let why = format!("its serial is {}, and {} were made", withdraw.serial, self.before.serial);
            return Err(Broken::message(what, why));
        }
        if self.of.now > withdraw.valid_until {
            let why = format!("it was over at {}, and it is {}", withdraw.valid_until, self.of.now);
            return Err(Broken::message(what, why));
        }
        if self.after.serial != self.before.serial.saturating_add(1) {
            return Err(Broken::message(what, format!("{} are counted then", self.after.serial)));
        }
        let mut own = self.setting.stage.withdrawals().filter(|(_, with)| with.channel == *self.name);
        let signers = own.find(|(_, with)| {
            let message = &with.message;
            let amounts = message.amounts().as_slice().iter().map(|amount| amount.to_word());
            let is_same =
                (message.serial().get(), message.valid_until().get()) == (withdraw.serial, withdraw.valid_until);
            is_same && *message.recipients() == withdraw.recipients && amounts.eq(withdraw.amounts.iter().copied())
        });
        self.agreed(what, signers.map(|(_, with)| with.signers))?;
        self.taken_out(&withdraw.amounts)
    }

    /// Both agreed to a message: by their signatures, or by the sender's own call.
    fn agreed(&self, what: &str, signers: Option<[bool; 2]>) -> Result<(), Broken> {
        let is_agreed = signers.is_some_and(|signers| {
            Party::BOTH.iter().all(|party| *party.of(&signers) || self.sender_party() == Some(*party))
        });
        if is_agreed { Ok(()) } else { Err(Broken::message(what, "both have not signed it")) }
    }

    /// Each party's balances are less by what it took out.
    fn taken_out(&self, amounts: &[U256]) -> Result<(), Broken> {
        let pairs = amounts.as_chunks::<2>().0.iter();
        for (asset, pair) in self.terms().assets().as_slice().iter().zip(pairs) {
            let of = |channel: &Channel| channel.funds.get(&asset.get()).copied().unwrap_or_default().balances;
            let expected = of(self.before)
                .into_iter()
                .zip(pair)
                .map(|(balance, amount)| balance.saturating_sub(I256::try_from(*amount).unwrap_or(I256::MAX)));
            if !expected.eq(of(self.after)) && !self.after.is_closed {
                return Err(Broken::message("a withdrawal", "the balances are not less by what it takes"));
            }
        }
        Ok(())
    }

    /// It pays.
    fn closed(&self) -> Result<(), Broken> {
        let (record, now) = (&self.before.record, self.of.now);
        match self.action {
            Some(Action::Settle(settle)) => {
                let recorded = self.recorded(record).map(|shown| shown.state.pack()).unwrap_or_default();
                if settle.state != recorded {
                    return Err(Broken::message("a settlement", "its state is not the recorded one"));
                }
                let final_time = self.final_time(self.before).unwrap_or(u64::MAX);
                if now < final_time {
                    return Err(Broken::PaidTooEarly { now, final_time });
                }
                self.payout(record)
            }
            Some(Action::CloseMutual(call)) => {
                let length = self.terms().assets().asset_count();
                let Some((close, _)) = wire::Close::split(&call.close, length) else { return Ok(()) };
                if close.round() <= record.round {
                    let why = format!("its round is {}, and {} is recorded", close.round(), record.round);
                    return Err(Broken::message("a mutual close", why));
                }
                if now > close.valid_until() {
                    let why = format!("it was over at {}, and it is {now}", close.valid_until());
                    return Err(Broken::message("a mutual close", why));
                }
                let mut own = self.setting.stage.closes().filter(|(_, with)| with.channel == *self.name);
                let signers = own.find(|(_, with)| with.message.pack() == close.packed()).map(|(_, with)| with.signers);
                self.agreed("a mutual close", signers)?;
                let funds = self.terms().assets().as_slice().iter().map(|asset| self.before.funds.get(&asset.get()));
                let funds = funds.map(|funds| funds.copied().unwrap_or_default());
                self.paid(funds.zip(close.nets()).map(|(funds, net)| funds.split(net)).collect())
            }
            Some(Action::CloseSolo(close)) if close.consent => {
                let length = self.terms().assets().asset_count();
                let round = wire::State::split(&close.evidence, length).map_or(0, |(state, _)| state.round());
                let peer = self.sender_party().map(Party::peer);
                let has_peer = peer.is_some_and(|peer| *peer.of(&record.consents));
                if !has_peer || round != record.round {
                    return Err(Broken::message("a consent", "the other party has not consented to this state"));
                }
                if record.evidence_deadline.is_some_and(|deadline| now >= deadline) {
                    let deadline = record.evidence_deadline.unwrap_or_default();
                    return Err(Broken::LateEvidence { now, deadline });
                }
                self.payout(record)
            }
            _ => Err(Broken::message("a call", "it pays out the channel, which is not its business")),
        }
    }

    /// It pays what the recorded state says, and what was forced on it.
    fn payout(&self, record: &Record) -> Result<(), Broken> {
        let recorded = self.recorded(record).map(|shown| &shown.state);
        self.paid(Situation::of(self.before, self.terms(), recorded).payouts.unwrap_or_default())
    }

    /// The settlement's events tell of these payouts, per asset and party.
    fn paid(&self, expected: Vec<[U256; 2]>) -> Result<(), Broken> {
        let found = self.of.effects.iter().filter_map(|effect| match effect {
            Effect::Settled { channel_id, payouts, .. } if *channel_id == self.place.id => Some(*payouts),
            _ => None,
        });
        let found: Vec<[U256; 2]> = found.collect();
        if found == expected { Ok(()) } else { Err(Broken::Payout { found, expected }) }
    }

    fn final_time(&self, channel: &Channel) -> Option<u64> {
        final_time_of(channel, self.recorded(&channel.record), self.window())
    }

    fn touches(&self) -> Result<(), Broken> {
        for (state, base) in &self.after.bases {
            for (leaf, after) in &base.instances {
                let before = self.before.bases.get(state).and_then(|base| base.instances.get(leaf));
                if before != Some(after) {
                    self.touch((*state, *leaf), before, after)?;
                }
            }
        }
        let is_lost = self.before.bases.iter().any(|(state, base)| {
            let kept = self.after.bases.get(state).map(|base| &base.instances);
            base.instances.keys().any(|leaf| kept.is_none_or(|kept| !kept.contains_key(leaf)))
        });
        if is_lost { Err(Broken::touch("what was forced before is forgotten")) } else { Ok(()) }
    }

    fn touch(&self, at: (B256, B256), before: Option<&Progress>, after: &Progress) -> Result<(), Broken> {
        if let Some(evidence) = self.before.record.evidence_deadline {
            let deadline = instance_deadline(evidence, before, self.window());
            if self.of.now >= deadline {
                return Err(Broken::LateTouch { now: self.of.now, deadline });
            }
        }
        let steps = before.map_or(0, |progress| progress.steps);
        match self.action {
            Some(Action::Evaluate(_)) => {
                if after.steps != steps {
                    return Err(Broken::touch("an evaluation uses up a step"));
                }
                if before.is_some_and(|before| before.last_touch != after.last_touch) {
                    return Err(Broken::touch("an evaluation extends"));
                }
                if before.is_some_and(|before| before.app_state_hash != after.app_state_hash) {
                    return Err(Broken::touch("an evaluation moves the instance"));
                }
                Ok(())
            }
            Some(Action::ForceProgress(call)) => self.step(at, (before, steps), after, &call.step),
            _ => Err(Broken::touch("a call changes what was forced that forces nothing")),
        }
    }

    fn step(
        &self,
        (state, leaf): (B256, B256),
        (before, steps): (Option<&Progress>, u8),
        after: &Progress,
        step: &Bytes,
    ) -> Result<(), Broken> {
        if after.steps != steps.saturating_add(1) {
            return Err(Broken::touch(format!("{steps} steps are {} after one more", after.steps)));
        }
        let most = self.setting.stage.instances().flat_map(|(_, copies)| copies);
        let most =
            most.filter(|running| running.instance.hash().get() == leaf).map(|it| it.instance.max_steps.get()).max();
        if most.is_some_and(|most| after.steps > most) {
            return Err(Broken::touch(format!("{} steps are made, and there are {most:?}", after.steps)));
        }
        let positions = self.alphabet.positions(state, leaf);
        let is_before = |hash: &B256| match before {
            Some(before) => short(*hash) == before.app_state_hash,
            None => positions.first().is_some_and(|first| first.hash == *hash),
        };
        let Some(position) = positions.iter().find(|position| is_before(&position.hash)) else { return Ok(()) };
        let is_unsigned = wire::Step::new(step).is_some_and(|step| step.signature().is_empty());
        let mover = self.sender_party().filter(|_| is_unsigned);
        let is_play = position.plays.iter().any(|play| {
            let is_his = mover.is_none_or(|mover| mover == play.mover);
            is_his && short(play.leads_to) == after.app_state_hash
        });
        if is_play {
            Ok(())
        } else {
            Err(Broken::touch("the app does not allow it from where the instance was, by this mover"))
        }
    }
}

/// Whether another state is recorded than before.
fn is_other_state(before: &Record, after: &Record) -> bool {
    (before.round, before.state_hash) != (after.round, after.state_hash)
}

/// The first second at which a closing channel may be settled, by the rules.
pub(super) fn final_time_of(channel: &Channel, recorded: Option<&Shown>, window: u32) -> Option<u64> {
    let untouched = adjudicator::Base::default();
    let has_instances = recorded.is_some_and(|shown| !shown.instances.is_empty());
    let base = has_instances.then(|| channel.recorded_base().unwrap_or(&untouched));
    channel.record.evidence_deadline.map(|evidence| final_time(evidence, base, window))
}

/// A call that is refused for its time has come too late, or too early.
pub(super) fn check_refusal(output: &[u8]) -> Result<(), Broken> {
    // Most refusals are others.
    let of_time = [Expired::SELECTOR, EvidenceOver::SELECTOR, InstanceOver::SELECTOR, NotFinal::SELECTOR];
    if !output.first_chunk::<4>().is_some_and(|selector| of_time.contains(selector)) {
        return Ok(());
    }
    let Ok(error) = DisputeError::abi_decode(output) else { return Ok(()) };
    let is_so = match error {
        DisputeError::Expired { valid_until, now } => now > valid_until,
        DisputeError::EvidenceOver { deadline, now } | DisputeError::InstanceOver { deadline, now } => now >= deadline,
        DisputeError::NotFinal { final_time, now } => now < final_time,
        _ => true,
    };
    if is_so { Ok(()) } else { Err(Broken::WrongRefusal { reason: format!("{}: {error}", error.name()) }) }
}

/// What must hold of every state: the contract has what it owes, and each dispute ends.
pub(super) fn check_state(
    setting: &Setting,
    branches: &Branches,
    channels: &BTreeMap<Name, Channel>,
) -> Result<(), Broken> {
    let mut owed: BTreeMap<Address, U256> = BTreeMap::new();
    for (name, channel) in channels {
        let Some((_, place)) = setting.stage.places().find(|(other, _)| *other == name) else { continue };
        for asset in place.terms.assets().as_slice() {
            let escrow = channel.funds.get(&asset.get()).filter(|_| !channel.is_closed).map(adjudicator::Funds::escrow);
            let sum = owed.entry(asset.get()).or_default();
            *sum = sum.saturating_add(escrow.unwrap_or_default());
        }
        check_bound(setting, name, place, channel)?;
    }
    for (asset, held, credits) in &setting.debts {
        let escrow = owed.get(asset).copied().unwrap_or_default();
        let owed = credits.iter().fold(escrow, |sum, credit| sum.saturating_add(branches.read(*credit)));
        let found = branches.read(*held);
        if found < owed {
            return Err(Broken::Escrow { found, owed });
        }
    }
    Ok(())
}

/// A dispute ends no later than section 6 says.
fn check_bound(setting: &Setting, name: &Name, place: &Place, channel: &Channel) -> Result<(), Broken> {
    let Some(evidence) = channel.record.evidence_deadline else { return Ok(()) };
    let recorded = setting.states_of(name).find(|(_, shown)| short(shown.hash) == channel.record.state_hash);
    let Some((_, shown)) = recorded else { return Ok(()) };
    let window = place.terms.window().get();
    let Some(final_time) = final_time_of(channel, Some(shown), window) else { return Ok(()) };
    let instances = setting.stage.instances().flat_map(|(_, copies)| copies);
    let most =
        instances.filter(|running| shown.instances.iter().any(|(.., leaf)| *leaf == running.instance.hash().get()));
    let most = most.map(|running| u64::from(running.instance.max_steps.get())).max().unwrap_or_default();
    let touched = channel.recorded_base().into_iter().flat_map(|base| base.instances.values());
    let matures = touched.map(|progress| progress.matures).max().unwrap_or_default();
    let start = evidence.saturating_sub(window.into()).max(matures);
    let bound = start.saturating_add(u64::from(window).saturating_mul(most.saturating_add(3)));
    if final_time > bound { Err(Broken::TooLong { final_time, bound }) } else { Ok(()) }
}
