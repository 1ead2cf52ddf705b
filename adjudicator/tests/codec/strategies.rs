//! Anything that may be encoded, with a taste for what is special.

use adjudicator::action::{
    Action, Claim, ClaimTo, CloseMutual, CloseSolo, CloseSoloAsDelegate, Deposit, DepositById, Evaluate, ForceProgress,
    Multicall, RevokeDelegations, Settle, Slash, SnapshotSolo, Withdraw,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use proptest::{collection::vec, prelude::*};

pub(crate) fn hash() -> impl Strategy<Value = B256> {
    prop_oneof![Just(B256::ZERO), any::<[u8; 32]>().prop_map(B256::from)]
}

pub(crate) fn address() -> impl Strategy<Value = Address> {
    prop_oneof![Just(Address::ZERO), Just(Address::repeat_byte(0xff)), any::<[u8; 20]>().prop_map(Address::from)]
}

/// A number with any number of bits.
pub(crate) fn number() -> impl Strategy<Value = U256> {
    (any::<[u8; 32]>(), 0..=256_usize).prop_map(|(bytes, shift)| U256::from_be_bytes(bytes).wrapping_shr(shift))
}

pub(crate) fn long() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), 0..1000_u64]
}

pub(crate) fn bytes() -> impl Strategy<Value = Bytes> {
    prop_oneof![Just(Bytes::new()), vec(any::<u8>(), 0..300).prop_map(Bytes::from)]
}

/// Packed terms of one to eight assets.
pub(crate) fn terms() -> impl Strategy<Value = Bytes> {
    (1..=8_usize).prop_flat_map(|assets| vec(any::<u8>(), 108 + 20 * assets)).prop_map(|mut terms| {
        // Most channels are of this kind: their first asset is the native coin.
        terms[108..128].fill(0);
        terms.into()
    })
}

fn terms_or_bytes() -> impl Strategy<Value = Bytes> {
    prop_oneof![4 => terms(), 1 => bytes()]
}

/// An operation, whose packed arguments are anything.
pub(crate) fn action() -> BoxedStrategy<Action> {
    prop_oneof![
        14 => simple_action(),
        1 => (vec(prop_oneof![simple_action().prop_map(|action| action.calldata()), bytes()], 0..5), number())
            .prop_map(|(calls, gas_each)| Multicall { calls, gas_each }.into()),
    ]
    .boxed()
}

fn simple_action() -> BoxedStrategy<Action> {
    prop_oneof![money(), evidence(), closing(), progress()].boxed()
}

fn money() -> BoxedStrategy<Action> {
    prop_oneof![
        (terms_or_bytes(), number(), any::<u8>())
            .prop_map(|(terms, amount, side)| Deposit { terms, amount, side }.into()),
        (hash(), address(), any::<u8>(), number()).prop_map(|(channel_id, asset, party, amount)| DepositById {
            channel_id,
            asset,
            party,
            amount
        }
        .into()),
        (terms_or_bytes(), long(), vec(number(), 0..20), [address(), address()], long(), bytes()).prop_map(
            |(terms, serial, amounts, recipients, valid_until, signatures)| {
                Withdraw { terms, serial, amounts, recipients, valid_until, signatures }.into()
            }
        ),
        (address(), address()).prop_map(|(creditor, asset)| Claim { creditor, asset }.into()),
        (address(), address()).prop_map(|(recipient, asset)| ClaimTo { recipient, asset }.into()),
    ]
    .boxed()
}

fn evidence() -> BoxedStrategy<Action> {
    prop_oneof![
        (terms_or_bytes(), bytes()).prop_map(|(terms, evidence)| SnapshotSolo { terms, evidence }.into()),
        (terms_or_bytes(), bytes()).prop_map(|(terms, evidence)| Slash { terms, evidence }.into()),
    ]
    .boxed()
}

fn closing() -> BoxedStrategy<Action> {
    prop_oneof![
        (terms_or_bytes(), bytes()).prop_map(|(terms, close)| CloseMutual { terms, close }.into()),
        (terms_or_bytes(), bytes(), any::<bool>()).prop_map(|(terms, evidence, consent)| CloseSolo {
            terms,
            evidence,
            consent
        }
        .into()),
        (terms_or_bytes(), bytes(), any::<u8>(), address(), [long(), long(), long()], bytes()).prop_map(
            |(terms, evidence, party, delegate, [epoch, min_round, valid_until], delegation_signature)| {
                CloseSoloAsDelegate {
                    terms,
                    evidence,
                    party,
                    delegate,
                    epoch,
                    min_round,
                    valid_until,
                    delegation_signature,
                }
                .into()
            }
        ),
        (terms_or_bytes(), bytes()).prop_map(|(terms, state)| Settle { terms, state }.into()),
        terms_or_bytes().prop_map(|terms| RevokeDelegations { terms }.into()),
    ]
    .boxed()
}

fn progress() -> BoxedStrategy<Action> {
    prop_oneof![
        (terms_or_bytes(), bytes(), bytes(), bytes()).prop_map(|(terms, evidence, instance, step)| ForceProgress {
            terms,
            evidence,
            instance,
            step
        }
        .into()),
        (terms_or_bytes(), bytes(), bytes(), bytes()).prop_map(|(terms, evidence, instance, app_state)| {
            Evaluate { terms, evidence, instance, app_state }.into()
        }),
    ]
    .boxed()
}
