//! The twin hears what the contract answers those who ask it, also within its own calls.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use adjudicator::abi::{CHANNEL_MANAGER, ChannelManager as Manager};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use simulator::{
    run::{Options, play},
    scenario::read,
    stage::{NoSources, Sources, Stage},
    twin::{Places, Twin, Verdict},
    world::{Call, Happening, Outcome, Trace, Transaction, World},
};

const SCENARIO: &str = r#"claim = "The app asks the contract that asks it."
acts = [
  { at = "start + 1h", by = "alice", call.close_solo = { state = "r1" } },
  { at = "start + 2h", by = "alice", call.evaluate = { state = "r1", instance = "asking" } },
]
channel.funding = { alice = "1 ether" }
states.r1 = { round = 1, instances = ["asking"] }
end.payouts = { alice = "0 ether", bob = "0 ether" }
instances.asking.app.artifact = { file = "asking.json", state = "0x" }
"#;

/// An app that calls whoever asks it where it stands, with these bytes at most 68 long, and then says that nobody moves and
/// nothing is owed.
struct Asking(&'static [u8]);

impl Sources for Asking {
    fn artifact(&self, _: &str) -> Result<Bytes, String> {
        let mut question = [0; 64];
        question.iter_mut().zip(self.0).for_each(|(byte, asked)| *byte = *asked);
        let (first, second) = question.split_at(32);
        let mut code = Vec::new();
        // The question into memory, and a call of the caller that changes nothing; its answer is dropped.
        code.extend([&[0x7f], first, &[0x5f, 0x52, 0x7f], second, &[0x60, 0x20, 0x52]].concat());
        code.extend([0x5f, 0x5f, 0x60, u8::try_from(self.0.len()).unwrap(), 0x5f, 0x33, 0x5a, 0xfa, 0x50]);
        // The answer: turn 3, and one delta of 0 in a list.
        code.extend([0x60, 3, 0x5f, 0x52, 0x60, 64, 0x60, 32, 0x52, 0x60, 1, 0x60, 64, 0x52, 0x5f, 0x60, 96, 0x52]);
        code.extend([0x60, 128, 0x5f, 0xf3]);
        let length = u8::try_from(code.len()).unwrap();
        Ok([&[0x60, length, 0x80, 0x60, 0x09, 0x5f, 0x39, 0x5f, 0xf3], code.as_slice()].concat().into())
    }

    fn source(&self, file: &str, _: &str) -> Result<Bytes, String> {
        self.artifact(file)
    }
}

#[test]
fn an_app_may_ask_and_can_change_nothing() {
    let claim: &[u8] = Manager::claimCall { creditor: Address::ZERO, asset: Address::ZERO }.abi_encode().leak();
    for question in [&Manager::domainSeparatorCall::SELECTOR[..], &Manager::settleCall::SELECTOR, claim, &[], &[1; 68]]
    {
        let options = Options { code: CHANNEL_MANAGER.creation_code().clone(), with_twin: true, with_traces: true };
        let told = play(&read(SCENARIO).unwrap(), &options, &Asking(question)).unwrap();
        assert_eq!(told.failures, [], "{question:?}");
        let touched = told.events.last().unwrap();
        let asked = touched.trace.as_ref().unwrap().call.calls().last().unwrap();
        assert_eq!(asked.calls().count(), 1, "{question:?}: the app has asked");
    }
}

/// A call of the contract, as the world has seen it; then the same with another answer.
fn verdicts(data: impl Fn(&Stage) -> Vec<u8>, change: impl Fn(&mut Call)) -> [Verdict; 2] {
    let nothing = read("claim = \"Nothing happens.\"\nacts = []\n[channel]\n").unwrap();
    let (stage, mut world): (Stage, World) = Stage::set(&nothing, CHANNEL_MANAGER.creation_code(), &NoSources).unwrap();
    let (asker, data) = (Address::repeat_byte(0xa1), data(&stage));
    let (outcome, mut trace) = world.inspect(Transaction::call(asker, stage.manager(), data.into())).unwrap();
    let verdict = |trace: &Trace| {
        Twin::new(stage.deployment).follow(&world, trace, &outcome, world.now(), Some(&Places::default()))
    };
    let honest = verdict(&trace);
    change(&mut trace.call);
    [honest, verdict(&trace)]
}

#[test]
fn a_getter_that_tells_something_else_is_found() {
    let terms = |stage: &Stage| stage.places().next().unwrap().1.terms.pack().into();
    let questions: [fn(Bytes) -> Vec<u8>; 4] = [
        |_| Manager::domainSeparatorCall {}.abi_encode(),
        |_| Manager::windowBoundsCall {}.abi_encode(),
        |terms| Manager::channelIdOfCall { terms }.abi_encode(),
        |_| Manager::loadCall { slots: vec![B256::ZERO, B256::repeat_byte(1)] }.abi_encode(),
    ];
    for question in questions {
        let data = |stage: &Stage| question(terms(stage));
        let other = |call: &mut Call| {
            assert!(call.is_success, "{call:?}");
            let mut output = call.output.to_vec();
            *output.last_mut().unwrap() ^= 1;
            call.output = output.into();
        };
        let [honest, changed] = verdicts(data, other);
        assert_eq!(honest, Verdict::Agrees);
        assert!(matches!(changed, Verdict::Disagrees(_)), "{changed:?}");
    }
}

#[test]
fn a_multicall_that_tells_something_else_is_found() {
    let calls = vec![Manager::domainSeparatorCall {}.abi_encode().into(), Bytes::from_static(&[1, 2, 3, 4])];
    let data = Manager::multicallCall { calls, gasEach: U256::from(100_000) }.abi_encode();
    let [honest, changed] = verdicts(
        |_| data.clone(),
        |call| {
            assert_eq!(call.output, vec![true, false].abi_encode());
            call.output = vec![true, true].abi_encode().into();
        },
    );
    assert_eq!(honest, Verdict::Agrees);
    assert!(matches!(changed, Verdict::Disagrees(_)), "{changed:?}");
}

#[test]
fn an_app_that_changes_the_contract_is_found() {
    let options = Options { code: CHANNEL_MANAGER.creation_code().clone(), with_twin: false, with_traces: true };
    let claim = Manager::claimCall { creditor: Address::ZERO, asset: Address::ZERO }.abi_encode().leak();
    let told = play(&read(SCENARIO).unwrap(), &options, &Asking(claim)).unwrap();
    let mut trace = told.events.last().unwrap().trace.clone().unwrap();
    let within = |call: &Call| call.calls().last().is_some_and(|app| app.calls().any(|back| !back.is_success));
    assert!(within(&trace.call));
    let Some(Happening::Call(app)) = trace.call.within.iter_mut().rfind(|it| matches!(it, Happening::Call(_))) else {
        panic!("the app is asked")
    };
    for happening in &mut app.within {
        if let Happening::Call(back) = happening {
            back.is_success = true;
        }
    }
    let (stage, world) = Stage::set(&read(SCENARIO).unwrap(), CHANNEL_MANAGER.creation_code(), &Asking(claim)).unwrap();
    let event = told.events.last().unwrap();
    let outcome = Outcome::Success { output: Bytes::new(), logs: Vec::new(), gas_used: 0 };
    let mut twin = Twin::new(stage.deployment);
    let verdict = twin.follow(&world, &trace, &outcome, event.now, None);
    let Verdict::Disagrees(how) = verdict else { panic!("{verdict:?}") };
    assert!(how.contains("lets somebody call it whom it asks"), "{how}");
}
