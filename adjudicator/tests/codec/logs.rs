//! What the contract logs.
#![expect(non_snake_case, reason = "the bindings' fields have their names from the contract")]

use adjudicator::{
    Bounty, Effect, Funds, LogError, Record, WordError,
    abi::ChannelManager::{self, ChannelManagerEvents},
    words::{FundsWord, PayoutsWord},
};
use alloy_primitives::{B256, I256, IntoLogData, LogData, U256, b256, bytes};
use proptest::{collection::vec, prelude::*};

use crate::strategies::{self, address, bytes as any_bytes, hash, long, number};

fn deposited(word: U256) -> LogData {
    ChannelManager::Deposited { channelId: B256::ZERO, funds: word }.into_log_data()
}

fn malformed(event: &'static str, log: &LogData, reason: &'static str) -> Result<Effect, LogError> {
    Err(LogError::Malformed { event, topics: log.topics().len(), size: log.data.len(), reason })
}

#[test]
fn a_log_without_topics_is_refused() {
    assert_eq!(Effect::from_log(&LogData::default()), Err(LogError::Anonymous));
}

#[test]
fn a_log_of_another_contract_is_refused() {
    let transfer = b256!("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    let log = LogData::new_unchecked(vec![transfer], bytes!(""));
    assert_eq!(Effect::from_log(&log), Err(LogError::EventUnknown { actual: transfer }));
}

#[test]
fn funds_of_no_living_channel_are_refused() {
    for word in [U256::ZERO, FundsWord::DEAD, U256::from(2)] {
        let log = deposited(word);
        assert_eq!(Effect::from_log(&log), malformed("Deposited", &log, "its funds are not those of a living channel"));
    }
}

#[test]
fn a_bounty_with_bits_that_have_no_meaning_is_refused() {
    let bounty = U256::ONE << 190;
    let log = ChannelManager::BountyChanged { channelId: B256::ZERO, bounty }.into_log_data();
    assert_eq!(Effect::from_log(&log), malformed("BountyChanged", &log, "its bounty has bits without a meaning"));
}

#[test]
fn numbers_that_the_contract_never_counts_to_are_refused() {
    let great = U256::ONE << 64;
    let channel_id = B256::ZERO;
    let payouts = PayoutsWord { index: 256, ..PayoutsWord::default() }.to_word().unwrap();
    let logs = [
        ("CallFailed", ChannelManager::CallFailed { index: great, reason: bytes!("") }.into_log_data()),
        (
            "DelegationsRevoked",
            ChannelManager::DelegationsRevoked { channelId: channel_id, party: U256::ZERO, epoch: great }
                .into_log_data(),
        ),
        ("Settled", ChannelManager::Settled { channelId: channel_id, payouts }.into_log_data()),
    ];
    for (event, log) in logs {
        let reason = "a number in it is greater than any that the contract counts to";
        assert_eq!(Effect::from_log(&log), malformed(event, &log, reason));
    }
}

#[test]
fn an_effect_whose_word_has_no_room_for_it_has_no_log() {
    let funds = Funds { index: 0, balances: [I256::MAX, I256::ZERO] };
    let effect = Effect::Deposited { channel_id: B256::ZERO, funds, serial: 0 };
    assert_eq!(effect.to_log(), Err(WordError::SignedOutOfRange { field: "balance", bits: 112, actual: I256::MAX }));
}

proptest! {
    #[test]
    fn effects_are_read_from_their_logs(effect in effect()) {
        prop_assert_eq!(Effect::from_log(&effect.to_log().unwrap()), Ok(effect));
    }

    #[test]
    fn logs_of_the_bindings_are_read_and_made_again(event in event()) {
        let log = event.into_log_data();
        prop_assert_eq!(Effect::from_log(&log).unwrap().to_log(), Ok(log));
    }

    #[test]
    fn a_log_that_is_not_exactly_encoded_is_refused(
        effect in effect(),
        rest in 1..64_usize,
        cut in 0..4_usize,
        topic in hash(),
    ) {
        let log = effect.to_log().unwrap();
        let longer = [&log.data[..], &vec![0; rest]].concat();
        prop_assert!(Effect::from_log(&LogData::new_unchecked(log.topics().to_vec(), longer.into())).is_err());
        let shorter = log.data[..log.data.len() - rest.min(log.data.len())].to_vec();
        prop_assert!(Effect::from_log(&LogData::new_unchecked(log.topics().to_vec(), shorter.into())).is_err());
        let fewer = log.topics()[..cut.min(log.topics().len() - 1)].to_vec();
        prop_assert!(Effect::from_log(&LogData::new_unchecked(fewer, log.data.clone())).is_err());
        let more = [log.topics(), &[topic]].concat();
        prop_assert!(Effect::from_log(&LogData::new_unchecked(more, log.data.clone())).is_err());
    }

    #[test]
    fn every_effect_can_be_printed(effect in effect()) {
        let log = effect.to_log().unwrap();
        let name = ChannelManagerEvents::name_by_selector(log.topics()[0].0).unwrap();
        let printed = effect.to_string();
        prop_assert_eq!(printed.split(':').next(), Some(name));
    }
}

/// An event that the contract may emit, as the bindings have it.
fn event() -> BoxedStrategy<ChannelManagerEvents> {
    use ChannelManager::{BountyChanged, Claimed, Deposited, Evaluated, Progressed, Recorded, Settled, Withdrawn};
    let living = |word: U256| (word | U256::ONE) & !U256::from(2);
    prop_oneof![
        (hash(), number()).prop_map(move |(channelId, word)| {
            ChannelManagerEvents::Deposited(Deposited { channelId, funds: living(word) })
        }),
        (hash(), long(), vec(number(), 0..20), [address(), address()]).prop_map(
            |(channelId, serial, amounts, recipients)| {
                let serial = U256::from(serial);
                ChannelManagerEvents::Withdrawn(Withdrawn { channelId, serial, amounts, recipients })
            }
        ),
        (hash(), number(), vec(signed(), 0..9), hash()).prop_map(|(channelId, record, nets, instancesRoot)| {
            ChannelManagerEvents::Recorded(Recorded { channelId, record, nets, instancesRoot })
        }),
        (hash(), number()).prop_map(|(channelId, word)| {
            ChannelManagerEvents::BountyChanged(BountyChanged { channelId, bounty: word >> 66 })
        }),
        (hash(), hash(), any::<u8>(), any_bytes()).prop_map(|(channelId, instanceHash, number, appState)| {
            let number = U256::from(number);
            ChannelManagerEvents::Progressed(Progressed { channelId, instanceHash, number, appState })
        }),
        (hash(), hash(), vec(signed(), 0..9)).prop_map(|(channelId, instanceHash, deltas)| {
            ChannelManagerEvents::Evaluated(Evaluated { channelId, instanceHash, deltas })
        }),
        (hash(), any::<u8>(), number()).prop_map(|(channelId, index, word)| {
            let payouts = (word >> 32) | (U256::from(index) << 224);
            ChannelManagerEvents::Settled(Settled { channelId, payouts })
        }),
        (address(), address(), address(), number()).prop_map(|(creditor, asset, recipient, amount)| {
            ChannelManagerEvents::Claimed(Claimed { creditor, asset, recipient, amount })
        }),
    ]
    .boxed()
}

fn balance() -> impl Strategy<Value = I256> {
    let end = 1_i128 << 111;
    prop_oneof![Just(end - 1), Just(-end), -end..end].prop_map(|balance| I256::try_from(balance).unwrap())
}

fn signed() -> impl Strategy<Value = I256> {
    number().prop_map(I256::from_raw)
}

fn record() -> impl Strategy<Value = Record> {
    number().prop_map(Record::from_word)
}

fn bounty() -> impl Strategy<Value = Bounty> {
    number().prop_map(Bounty::from_word)
}

fn payout() -> impl Strategy<Value = U256> {
    number().prop_map(|number| number & ((U256::ONE << 112) - U256::ONE))
}

fn effect() -> BoxedStrategy<Effect> {
    prop_oneof![money(), dispute(), progress()].boxed()
}

fn money() -> BoxedStrategy<Effect> {
    prop_oneof![
        (hash(), 0..64_u8, [balance(), balance()], 0..1_u64 << 24).prop_map(|(channel_id, index, balances, serial)| {
            Effect::Deposited { channel_id, funds: Funds { index, balances }, serial }
        }),
        (hash(), long(), vec(number(), 0..20), [address(), address()]).prop_map(
            |(channel_id, serial, amounts, recipients)| Effect::Withdrawn { channel_id, serial, amounts, recipients }
        ),
        (hash(), any::<u8>(), [payout(), payout()]).prop_map(|(channel_id, index, payouts)| Effect::Settled {
            channel_id,
            index,
            payouts
        }),
        (hash(), address(), number(), number()).prop_map(|(channel_id, prover, to_prover, to_party)| {
            Effect::BountyPaid { channel_id, prover, to_prover, to_party }
        }),
        (address(), address(), number()).prop_map(|(creditor, asset, amount)| Effect::Credited {
            creditor,
            asset,
            amount
        }),
        (address(), address(), address(), number()).prop_map(|(creditor, asset, recipient, amount)| {
            Effect::Claimed { creditor, asset, recipient, amount }
        }),
    ]
    .boxed()
}

fn dispute() -> BoxedStrategy<Effect> {
    prop_oneof![
        (hash(), record(), vec(signed(), 0..9), hash()).prop_map(|(channel_id, record, nets, instances_root)| {
            Effect::Recorded { channel_id, record, nets, instances_root }
        }),
        (hash(), bounty()).prop_map(|(channel_id, bounty)| Effect::BountyChanged { channel_id, bounty }),
        (hash(), any::<u8>(), long()).prop_map(|(channel_id, party, epoch)| Effect::DelegationsRevoked {
            channel_id,
            party,
            epoch
        }),
    ]
    .boxed()
}

fn progress() -> BoxedStrategy<Effect> {
    prop_oneof![
        (hash(), hash(), any::<u8>(), any_bytes()).prop_map(|(channel_id, instance_hash, number, app_state)| {
            Effect::Progressed { channel_id, instance_hash, number, app_state }
        }),
        (hash(), hash(), vec(signed(), 0..9)).prop_map(|(channel_id, instance_hash, deltas)| {
            Effect::Evaluated { channel_id, instance_hash, deltas }
        }),
        (long(), prop_oneof![any_bytes(), strategies::action().prop_map(|action| action.calldata())])
            .prop_map(|(index, reason)| Effect::CallFailed { index, reason }),
    ]
    .boxed()
}
