//! Both sides, side by side.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use adjudicator::{Deployment, DisputeError, Effect, abi::CHANNEL_MANAGER, action::Action, wire};
use alloy_primitives::{B256, Bytes};

use crate::{
    bytecode::Bytecode,
    compare::{self, Known, Mismatch},
    others::Others,
    step::{Act, Step},
    twin::{Answer, Twin, deployment},
};

/// The bytecode and its twin, which live the same life.
#[derive(Debug)]
pub struct Duel {
    bytecode: Bytecode,
    newborn: Twin,
    twin: Twin,
    known: BTreeMap<B256, Known>,
    /// All that was logged.
    logs: Vec<Effect>,
}

/// What came of a step on which both sides agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A call: its operation, if it can be read, and whether it was accepted; with the events and errors that it met,
    /// also within.
    Acted {
        /// The operation's name.
        operation: Option<&'static str>,
        /// Whether it was accepted.
        is_accepted: bool,
        /// The names of the events.
        events: Vec<String>,
        /// The names of the errors.
        errors: Vec<&'static str>,
    },
    /// Another deployment, and the name of the error if it was refused.
    Deployed(Option<&'static str>),
    /// Anything else, which cannot fail.
    Told,
}

impl Display for Verdict {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acted { operation, is_accepted, events, errors } => {
                let what = if *is_accepted { "accepted" } else { "refused" };
                write!(formatter, "{} {what}", operation.unwrap_or("unreadable"))?;
                events.iter().try_for_each(|event| write!(formatter, ", {event}"))?;
                errors.iter().try_for_each(|error| write!(formatter, ", {error}"))
            }
            Self::Deployed(None) => formatter.write_str("deployed"),
            Self::Deployed(Some(error)) => write!(formatter, "not deployed, {error}"),
            Self::Told => formatter.write_str("told"),
        }
    }
}

impl Default for Duel {
    fn default() -> Self {
        Self::new()
    }
}

impl Duel {
    /// Both sides at the beginning of a life.
    #[must_use]
    pub fn new() -> Self {
        Self::of(CHANNEL_MANAGER.creation_code().clone())
    }

    /// The same with a contract of another creation code, which may be wrong.
    #[must_use]
    pub fn of(creation_code: Bytes) -> Self {
        let bytecode = Bytecode::new(creation_code);
        let others = Others::new(bytecode.scene(), bytecode.code_hashes());
        let newborn = Twin::new(others, deployment(bytecode.scene().domain));
        Self { twin: newborn.clone(), newborn, bytecode, known: BTreeMap::new(), logs: Vec::new() }
    }

    /// Back to the beginning of a life.
    pub fn begin(&mut self) {
        self.bytecode.begin();
        self.twin = self.newborn.clone();
        self.known.clear();
        self.logs.clear();
    }

    /// The side of the rules, whose state is the other's unless they have disagreed.
    #[must_use]
    pub const fn twin(&self) -> &Twin {
        &self.twin
    }

    /// The same, to be changed by somebody who wants them to disagree.
    pub const fn twin_mut(&mut self) -> &mut Twin {
        &mut self.twin
    }

    /// Gives the twin another deployment, in all lives from now on.
    pub fn replace_deployment(&mut self, deployment: Deployment) {
        self.newborn.manager.deployment = deployment;
        self.begin();
    }

    /// The side of the bytecode.
    #[must_use]
    pub const fn bytecode(&self) -> &Bytecode {
        &self.bytecode
    }

    /// Lives a life from its beginning: what came of its last step.
    ///
    /// # Errors
    /// The first disagreement, and after how many steps it came.
    pub fn live(&mut self, steps: &[Step]) -> Result<Verdict, (usize, Mismatch)> {
        self.begin();
        let mut last = Verdict::Told;
        for (index, step) in steps.iter().enumerate() {
            last = self.step(step).map_err(|mismatch| (index, mismatch))?;
        }
        self.read_channels().map_err(|mismatch| (steps.len(), mismatch))?;
        Ok(last)
    }

    /// Lets one thing happen on both sides.
    ///
    /// # Errors
    /// If they disagree.
    pub fn step(&mut self, step: &Step) -> Result<Verdict, Mismatch> {
        match step {
            Step::Act(act) => self.act(act),
            Step::Token(told) => {
                self.bytecode.tell_token(told);
                self.twin.others.tell_token(told);
                Ok(Verdict::Told)
            }
            Step::Payee(told) => {
                self.bytecode.tell_payee(told);
                self.twin.others.tell_payee(told);
                Ok(Verdict::Told)
            }
            Step::Serial(serial) => {
                if self.twin.set_serial(serial) {
                    self.bytecode.set_serial(serial);
                }
                Ok(Verdict::Told)
            }
            Step::Deploy(deploy) => {
                let (outcome, answer) = (self.bytecode.deploy(deploy), self.twin.deploy(deploy));
                compare::deployments(&outcome, &answer)?;
                Ok(Verdict::Deployed(answer.err().map(|reason| reason.name())))
            }
        }
    }

    fn act(&mut self, act: &Act) -> Result<Verdict, Mismatch> {
        self.learn(&act.calldata);
        let calls = self.calls_back();
        let manager = self.bytecode.scene().manager();
        let before = act.scarce_gas.map(|_| self.twin.clone());
        let (outcome, answer) = (self.bytecode.act(act), self.twin.act(act));
        let mut errors = Vec::new();
        let is_accepted = if let Some(before) = before {
            let went_through = compare::scarce(act, manager, &outcome, &answer)?;
            if !went_through {
                self.twin = before;
                errors.extend(compare::reason_of(&outcome).map(|reason| reason.name()));
            }
            went_through
        } else {
            compare::outcomes(act, manager, &outcome, &answer)?;
            errors.extend(names_of(&answer));
            outcome.is_success()
        };
        compare::states(&self.bytecode, &self.twin, &self.known)?;
        if self.calls_back() > calls {
            errors.push("Reentered");
        }
        let operation = Action::decode(&act.calldata).ok().map(|action| action.name());
        let events = if is_accepted { events_of(&answer) } else { Vec::new() };
        if let Answer::Accepted { effects, .. } = answer
            && is_accepted
        {
            self.logs.extend(effects);
        }
        Ok(Verdict::Acted { operation, is_accepted, events, errors })
    }

    /// How many calls back were refused.
    fn calls_back(&self) -> u64 {
        self.twin.others.holdings().remembered.values().map(|it| it.calls - it.successes).sum()
    }

    /// Reads each channel from the storage, also by its logs alone, and compares it with the twin's.
    ///
    /// # Errors
    /// If they differ.
    pub fn read_channels(&mut self) -> Result<(), Mismatch> {
        compare::channels_as_read(&mut self.bytecode, &self.twin, &self.known)?;
        compare::channels_as_heard(&mut self.bytecode, &self.twin, &self.known, &self.logs)
    }

    /// Remembers the channels that a call names, also those within a multicall.
    fn learn(&mut self, calldata: &[u8]) {
        let Ok(action) = Action::decode(calldata) else { return };
        if let Action::Multicall(multicall) = &action {
            multicall.calls.iter().for_each(|call| self.learn(call));
        }
        let Some(Ok(terms)) = action.terms().map(|terms| wire::Terms::new(terms)) else { return };
        let id = self.bytecode.scene().domain.channel_id(terms.packed());
        self.known.entry(id).or_insert_with(|| Known {
            terms: Bytes::copy_from_slice(terms.packed()),
            window: terms.window(),
            assets: terms.assets().collect(),
            has_bounty: terms.bounty() != 0,
        });
    }
}

/// The errors of an answer, also those of the calls of a multicall.
fn names_of(answer: &Answer) -> Vec<&'static str> {
    match answer {
        Answer::Refused(reason) => vec![reason.name()],
        Answer::Accepted { effects, .. } => effects.iter().filter_map(failure_of).map(|reason| reason.name()).collect(),
        Answer::NotPayable | Answer::Unreadable | Answer::Broken(_) => Vec::new(),
    }
}

fn events_of(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Accepted { effects, .. } => effects.iter().map(compare::event_of).collect(),
        _ => Vec::new(),
    }
}

fn failure_of(effect: &Effect) -> Option<DisputeError> {
    match effect {
        Effect::CallFailed { reason, .. } => DisputeError::abi_decode(reason).ok(),
        _ => None,
    }
}
