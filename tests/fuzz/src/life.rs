//! Calls, one after the other, and what the rules make of them.

use adjudicator::{
    AppFailure, Channel, Deployment, Effect, Manager, Position, Submission, Transition, Turn, World, action::Action,
    rules::MAX_ROUND,
};
use alloy_primitives::{Address, B256, Bytes, I256, U256, address};

/// The contract of the test vectors.
const MANAGER: Address = address!("0x5fbdb2315678afecb367f032d93f642f64180aa3");
const CHAIN_ID: u64 = 31_337;
/// Those who send the calls of the test vectors: the signers, a payee, the delegate, a stranger.
pub const SENDERS: [Address; 5] = [
    address!("0x90f79bf6eb2c4f870365e785982e1f101e93b906"),
    address!("0x15d34aaf54267db7d7c367839aaf71a00a2c6a65"),
    address!("0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc"),
    address!("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc"),
    address!("0x70997970c51812dc3a010c7d01b50e0d17dc79c8"),
];
/// The bytes before a call: its sender, seconds since the one before, its value, its length.
const HEAD: usize = 1 + 4 + 8 + 2;

/// Whatever is called: nothing breaks, what is refused changes nothing, what was checked is what happens, and the channels stay
/// what channels can be.
pub fn life(input: &[u8]) {
    let _ = lead(input);
}

/// The same; how many calls were accepted.
#[must_use]
pub fn lead(input: &[u8]) -> usize {
    let bounds = [60, 100_000_000].map(U256::from);
    let [min_window, max_window] = bounds;
    let deployment = Deployment::new(U256::from(CHAIN_ID), MANAGER, min_window, max_window).unwrap();
    let (mut manager, mut now, mut rest) = (Manager::new(deployment), 1_700_000_000_u64, input);
    let mut accepted: usize = 0;
    while let Some((call, behind)) = next(rest) {
        now = now.saturating_add(call.seconds.into());
        rest = behind;
        let Ok(action) = Action::decode(call.data) else { continue };
        let value = U256::from(call.value);
        let submission = Submission { submitter: call.sender, value, now, chain_id: U256::from(CHAIN_ID) };
        let before = manager.clone();
        let checked = manager.check(&mut Counting, &action, &submission);
        assert_eq!(manager, before, "a check changes nothing");
        let applied = manager.apply(&mut Counting, &action, &submission);
        assert_eq!(applied, checked, "what was checked is what happens");
        match applied {
            Ok(effects) => {
                effects.iter().for_each(is_log);
                accepted = accepted.saturating_add(1);
            }
            Err(reason) => {
                assert!(!reason.to_string().is_empty());
                assert_eq!(manager, before, "what is refused changes nothing");
            }
        }
        for (id, channel) in &manager.channels {
            is_sound(before.channels.get(id), channel);
        }
    }
    accepted
}

/// One call of an input, as it is written there.
struct Call<'a> {
    sender: Address,
    seconds: u32,
    value: u64,
    data: &'a [u8],
}

/// A call as an input of `life` has it: the sender is one of [`SENDERS`].
#[must_use]
pub fn call(sender: u8, seconds: u32, value: u64, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&[sender][..], &seconds.to_be_bytes(), &value.to_be_bytes(), &length.to_be_bytes(), data].concat()
}

fn next(input: &[u8]) -> Option<(Call<'_>, &[u8])> {
    let (head, rest) = input.split_first_chunk::<HEAD>()?;
    let [sender, s0, s1, s2, s3, v0, v1, v2, v3, v4, v5, v6, v7, l0, l1] = *head;
    let length = usize::from(u16::from_be_bytes([l0, l1])).min(rest.len());
    let (data, rest) = rest.split_at(length);
    let sender = *SENDERS.iter().cycle().nth(sender.into())?;
    let seconds = u32::from_be_bytes([s0, s1, s2, s3]);
    let value = u64::from_be_bytes([v0, v1, v2, v3, v4, v5, v6, v7]);
    Some((Call { sender, seconds, value, data }, rest))
}

fn is_log(effect: &Effect) {
    assert_eq!(Effect::from_log(&effect.to_log().unwrap()).as_ref(), Ok(effect));
}

/// What no call may break.
fn is_sound(before: Option<&Channel>, after: &Channel) {
    let unknown = Channel::default();
    let before = before.unwrap_or(&unknown);
    for funds in after.funds.values() {
        let [balance0, balance1] = funds.balances;
        let sum = balance0.checked_add(balance1).unwrap();
        assert!(!sum.is_negative(), "an escrow below zero");
        assert!(!after.is_closed || sum.is_zero(), "money in a closed channel");
    }
    assert!(after.record.to_word().is_ok(), "a record that cannot be stored");
    assert!(after.record.round <= MAX_ROUND);
    assert!(after.is_closed || after.record.round >= before.record.round, "a lower round");
    assert!(after.is_closed || !before.is_closed, "a channel that came back to life");
    let deadline = before.record.evidence_deadline;
    assert!(after.is_closed || deadline.is_none() || after.record.evidence_deadline == deadline, "another deadline");
}

/// Apps that count like `Counter`, and let the action's first byte say the outcome; everybody takes what is paid.
struct Counting;

impl World for Counting {
    fn checkpoint(&mut self) {}

    fn commit(&mut self) {}

    fn revert(&mut self) {}

    fn code_hash(&mut self, _: Address) -> B256 {
        B256::ZERO
    }

    fn transition(
        &mut self,
        _: Address,
        _: u32,
        app_state: &[u8],
        action: &[u8],
        _: Turn,
    ) -> Result<Transition, AppFailure> {
        let count = U256::try_from_be_slice(app_state).ok_or(AppFailure::Malformed)?;
        let next = count.checked_add(U256::ONE).ok_or(AppFailure::Failed)?;
        let delta = action.first().map_or(I256::ZERO, |byte| I256::unchecked_from(byte.cast_signed()));
        let position = Position { turn: turn_at(next), deltas: vec![delta] };
        Ok(Transition { app_state: Bytes::from(next.to_be_bytes_vec()), position })
    }

    fn position(&mut self, _: Address, _: u32, app_state: &[u8]) -> Result<Position, AppFailure> {
        let count = U256::try_from_be_slice(app_state).ok_or(AppFailure::Malformed)?;
        Ok(Position { turn: turn_at(count), deltas: vec![I256::ZERO] })
    }

    fn pull(&mut self, _: Address, _: Address, amount: U256) -> Option<U256> {
        Some(amount)
    }

    fn push(&mut self, _: Address, to: Address, _: U256, is_bounded: bool) -> bool {
        // Some are credited first, and can claim.
        !is_bounded || to.0.last().is_none_or(|byte| byte % 2 != 0)
    }
}

fn turn_at(count: U256) -> Turn {
    if count.bit(0) { Turn::Party1 } else { Turn::Party0 }
}
