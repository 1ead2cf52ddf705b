//! The other side: the rules in Rust, with the model of everybody else.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use adjudicator::{Deployment, DisputeError, Effect, Manager, Submission, action::Action};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolValue;

use crate::{
    others::Others,
    scene::{MAX_WINDOW, MIN_WINDOW},
    step::{Act, Deploy, Serial},
};

/// The rules and the model of the world.
#[derive(Debug, Clone)]
pub struct Twin {
    /// The contract.
    pub manager: Manager,
    /// Everybody else.
    pub others: Others,
}

/// What the twin says of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It does this.
    Accepted {
        /// The events.
        effects: Vec<Effect>,
        /// What it returns.
        output: Bytes,
    },
    /// It is refused for this reason.
    Refused(DisputeError),
    /// The native coin comes along where none may: refused without a reason.
    NotPayable,
    /// It is no call that the contract can read: refused, most often without a reason.
    Unreadable,
    /// The rules themselves broke, which they never may.
    Broken(String),
}

impl Twin {
    /// The contract without channels.
    #[must_use]
    pub fn new(others: Others, deployment: Deployment) -> Self {
        Self { manager: Manager::new(deployment), others }
    }

    /// Somebody calls the contract.
    pub fn act(&mut self, act: &Act) -> Answer {
        let Ok(action) = Action::decode(&act.calldata) else { return Answer::Unreadable };
        let is_payable = matches!(action, Action::Deposit(_) | Action::DepositById(_));
        if !is_payable && !act.value.is_zero() {
            return Answer::NotPayable;
        }
        let (submitter, value, now) = (act.sender, act.value, act.now);
        let submission = Submission { submitter, value, now, chain_id: U256::from(act.chain_id) };
        self.others.begin(submission);
        let before = matches!(action, Action::Multicall(_)).then(|| self.clone());
        let checked = quietly(|| self.check(&action, &submission));
        match quietly(|| self.manager.apply(&mut self.others, &action, &submission)) {
            applied if applied != checked => Answer::Broken(format!("checked {checked:?}, applied {applied:?}")),
            Ok(Ok(effects)) => {
                self.others.move_coins(submitter, self.manager.deployment.domain.manager(), value);
                Answer::Accepted {
                    effects,
                    output: before.map_or_else(Bytes::new, |it| it.output(&action, &submission)),
                }
            }
            Ok(Err(reason)) => Answer::Refused(reason),
            Err(panicked) => Answer::Broken(panicked),
        }
    }

    /// What the rules foresee, which must leave everything as it is: the contract's and everybody's.
    fn check(&mut self, action: &Action, submission: &Submission) -> Result<Vec<Effect>, DisputeError> {
        let holdings = self.others.holdings().clone();
        let foreseen = action.check(&self.manager, &mut self.others, submission);
        assert_eq!(*self.others.holdings(), holdings, "a check changes nothing");
        foreseen
    }

    /// What a multicall returns: which of its calls succeed, each made here alone after those before it.
    fn output(mut self, action: &Action, submission: &Submission) -> Bytes {
        let Action::Multicall(multicall) = action else { return Bytes::new() };
        let calls = multicall.calls.iter();
        let succeeded: Vec<bool> = calls.map(|call| self.succeeds(call, submission)).collect();
        succeeded.abi_encode().into()
    }

    fn succeeds(&mut self, call: &Bytes, submission: &Submission) -> bool {
        match Action::decode(call) {
            Ok(action) => self.manager.apply(&mut self.others, &action, submission).is_ok(),
            // Getters answer at any time.
            Err(_) => self.manager.call_back(call, submission).is_ok(),
        }
    }

    /// What the constructor says to these bounds.
    ///
    /// # Errors
    /// Why it refuses them.
    pub fn deploy(&self, deploy: &Deploy) -> Result<Deployment, DisputeError> {
        let domain = self.manager.deployment.domain;
        Deployment::new(domain.chain_id(), domain.manager(), deploy.min_window, deploy.max_window)
    }

    /// The count of a channel's withdrawals is written, if its first asset was paid in.
    pub fn set_serial(&mut self, serial: &Serial) -> bool {
        let channel = self.manager.channels.get_mut(&serial.channel_id);
        let Some(channel) = channel.filter(|it| it.funds.contains_key(&serial.asset) && !it.is_closed) else {
            return false;
        };
        channel.serial = serial.serial;
        true
    }
}

/// The deployment of the scene.
#[must_use]
pub fn deployment(domain: adjudicator::eip712::Domain) -> Deployment {
    let bounds = [MIN_WINDOW, MAX_WINDOW].map(U256::from);
    Deployment::new(domain.chain_id(), domain.manager(), bounds[0], bounds[1]).expect("the scene's bounds are valid")
}

/// The result, or what was said in panic; which nobody else is told, for a life is led many times to shrink it.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    thread_local! {
        static IS_QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                loud(info);
            }
        }));
    });
    IS_QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    IS_QUIET.set(false);
    result.map_err(|said| {
        let text = said.downcast_ref::<&str>().map(|said| (*said).to_owned());
        text.or_else(|| said.downcast_ref().cloned()).unwrap_or_default()
    })
}
