//! One channel from its first deposit to its payout: each method is one transaction, whose gas is noted under its name.

use adjudicator::{
    abi::{PREIMAGE_REGISTRY, PreimageRegistry::revealCall},
    action::{Action, Claim, Multicall},
    apps::{App, Counter, Rules},
    types::{
        AppGas, AppState, Instance, InstanceId, InstancesRoot, Maturity, Party, PerSide, Stake, Step, StepAction,
        StepNumber, Steps,
    },
};
use alloy_primitives::{Address, B256, U256};

use super::{
    Unmeasured,
    agreed::{Agreed, DEPOSIT, Leaf, TENTH, random},
    chain::Chain,
    channel::Channel,
    lived::Gas,
    people::{DELEGATE, STRANGER},
};

type Result<T, E = Unmeasured> = std::result::Result<T, E>;

/// What each call to an app gets.
const APP_GAS: u32 = 100_000;
/// What each evaluation of a multicall gets: that must be left for the app, and the rest paid besides.
const EVALUATION_GAS: u64 = 200_000;

/// A channel that is being measured.
pub(super) struct Life<'a> {
    pub(super) chain: &'a mut Chain,
    channel: &'a Channel,
    pub(super) gas: Gas,
}

impl<'a> Life<'a> {
    pub(super) const fn new(chain: &'a mut Chain, channel: &'a Channel) -> Self {
        Self { chain, channel, gas: Vec::new() }
    }

    // Money in and out

    pub(super) fn deposit(&mut self) -> Result<()> {
        self.step("deposit_first", STRANGER, &self.channel.deposit(DEPOSIT)?)?;
        self.step("deposit_by_id", STRANGER, &self.channel.deposit_by_id()?)
    }

    pub(super) fn withdraw(&mut self, amount: u128) -> Result<()> {
        self.step("withdraw", STRANGER, &self.channel.withdraw(amount)?)
    }

    pub(super) fn claim(&mut self, creditor: Address) -> Result<()> {
        self.step("claim", STRANGER, &Claim { creditor, asset: self.channel.asset.get() }.into())
    }

    // Evidence and closing

    pub(super) fn snapshot_solo(&mut self, agreed: Agreed) -> Result<()> {
        self.step("snapshot_solo", STRANGER, &self.channel.snapshot_solo(agreed)?)
    }

    pub(super) fn slash(&mut self, agreed: Agreed) -> Result<()> {
        self.step("slash", STRANGER, &self.channel.slash(agreed)?)
    }

    pub(super) fn close_mutual(&mut self, agreed: Agreed) -> Result<()> {
        self.step("close_mutual", STRANGER, &self.channel.close_mutual(agreed)?)
    }

    pub(super) fn close_solo(&mut self, agreed: Agreed) -> Result<()> {
        self.step("close_solo", self.channel.signer(Party::Zero), &self.channel.close_solo(agreed, false)?)
    }

    pub(super) fn close_solo_with_consent(&mut self, agreed: Agreed) -> Result<()> {
        self.step("close_solo", self.channel.signer(Party::Zero), &self.channel.close_solo(agreed, true)?)
    }

    pub(super) fn close_solo_as_delegate(&mut self, agreed: Agreed) -> Result<()> {
        let close = self.channel.close_solo_as_delegate(agreed, DELEGATE)?;
        self.step("close_solo_as_delegate", DELEGATE, &close)
    }

    /// Party 1 agrees to the recorded state.
    pub(super) fn consent(&mut self, agreed: Agreed) -> Result<()> {
        self.step("consent", self.channel.signer(Party::One), &self.channel.consent(agreed)?)
    }

    /// Pays, when the window is over; with instances there is a second one.
    pub(super) fn settle(&mut self, agreed: Agreed) -> Result<()> {
        let windows = if agreed.instances_root == InstancesRoot::NONE { 1 } else { 2 };
        self.chain.skip(u64::from(Channel::WINDOW).saturating_mul(windows));
        self.step("settle", STRANGER, &self.channel.settle(agreed)?)
    }

    pub(super) fn revoke_delegations(&mut self) -> Result<()> {
        self.step("revoke_delegations", self.channel.signer(Party::Zero), &self.channel.revoke_delegations())
    }

    // Instances

    /// A step, signed by its mover if it is a party's.
    pub(super) fn force(
        &mut self,
        name: &'static str,
        agreed: Agreed,
        leaf: &Leaf,
        step: &Step,
        mover: Option<Party>,
    ) -> Result<()> {
        self.step(name, STRANGER, &self.channel.force_progress(agreed, leaf, step, mover)?)
    }

    /// An evaluation in this app state.
    pub(super) fn evaluate(
        &mut self,
        name: &'static str,
        agreed: Agreed,
        leaf: &Leaf,
        app_state: &impl Rules,
    ) -> Result<()> {
        let app_state = AppState::new(app_state.encode())?;
        self.step(name, STRANGER, &self.channel.evaluate(agreed, leaf, &app_state)?)
    }

    /// Evaluations of many Counters that have not been stepped, as one multicall.
    pub(super) fn evaluate_all(&mut self, name: &'static str, agreed: Agreed, leaves: &[Leaf]) -> Result<()> {
        self.gas.push((name, self.chain.multicall(self.evaluations(agreed, leaves)?)?));
        Ok(())
    }

    /// That multicall.
    pub(super) fn evaluations(&self, agreed: Agreed, leaves: &[Leaf]) -> Result<Multicall> {
        let app_state = AppState::new(Counter::default().encode())?;
        let evaluate = |leaf| self.channel.evaluate(agreed, leaf, &app_state);
        let calls = leaves.iter().map(evaluate).collect::<Result<Vec<_>, _>>()?;
        Ok(Multicall::new(&calls, EVALUATION_GAS))
    }

    /// The next step of a Counter, by the party whose turn it is.
    pub(super) fn count(&mut self, agreed: Agreed, leaf: &Leaf, count: u8) -> Result<()> {
        let (name, mover) = match count {
            0 => ("force_progress_first", Party::Zero),
            _ => ("force_progress_next", Party::One),
        };
        let step = step(count.saturating_add(1), &Counter(U256::from(count)), StepAction::default())?;
        self.force(name, agreed, leaf, &step, Some(mover))
    }

    /// A Counter that has not been stepped.
    pub(super) fn counter(&self) -> Result<Instance> {
        self.instance(App::Counter, &Counter::default(), 10, Maturity::MIN)
    }

    /// So many of them in one state.
    pub(super) fn counters(&self, count: u32) -> Result<Vec<Leaf>> {
        let counter = self.counter()?;
        let numbered =
            |number| Instance { id: InstanceId::new(random(&format!("instance {number}"))), ..counter.clone() };
        Ok(Leaf::all((0..count).map(numbered).collect()))
    }

    /// An instance of an app in this app state.
    pub(super) fn instance(
        &self,
        app: App,
        app_state: &impl Rules,
        max_steps: u8,
        matures: Maturity,
    ) -> Result<Instance> {
        Ok(Instance {
            id: InstanceId::new(random("instance")),
            app: self.chain.contract(app.artifact().name())?,
            app_code_hash: app.code_hash(),
            app_gas: AppGas::new(APP_GAS),
            max_steps: Steps::new(max_steps),
            matures,
            app_state_hash: AppState::new(app_state.encode())?.hash(),
            stakes: PerSide::new(vec![Stake::new(TENTH)?; 2])?,
        })
    }

    /// A preimage is shown to the registry.
    pub(super) fn reveal(&mut self, name: &'static str, preimage: B256) -> Result<()> {
        let registry = self.chain.contract(PREIMAGE_REGISTRY.name())?;
        let gas = self.chain.send(name, STRANGER, registry, &revealCall { preimage })?;
        self.gas.push((name, gas));
        Ok(())
    }

    fn step(&mut self, name: &'static str, sender: Address, action: &Action) -> Result<()> {
        self.gas.push((name, self.chain.act(name, sender, action)?));
        Ok(())
    }
}

/// A step from this app state.
pub(super) fn step(number: u8, app_state: &impl Rules, action: StepAction) -> Result<Step> {
    Ok(Step { number: StepNumber::new(number)?, app_state: AppState::new(app_state.encode())?, action })
}
