//! Actions are built of what is valid by construction, and what they carry is read again as the same.

use adjudicator::{
    action::{
        Action, Claim, CloseMutual, CloseSolo, CloseSoloAsDelegate, Deposit, DepositById, Evaluate, ForceProgress,
        Multicall, RevokeDelegations, Settle, Slash, SnapshotSolo, Withdraw,
    },
    types::{self, Amount, ChannelId, Evidence, Invalid, Party, Side, Signatures},
};
use alloy_primitives::{Address, B256, U256};
use proptest::prelude::*;

use crate::strategy;

/// Calldata says what the action does, and its terms are those that it was built of.
fn is_read_again(action: impl Into<Action>, terms: &types::Terms) {
    let action = action.into();
    assert_eq!(Action::decode(&action.calldata()), Ok(action.clone()));
    assert_eq!(types::Terms::unpack(action.terms().unwrap()).as_ref(), Ok(terms));
}

fn assets_of(state: &types::State) -> usize {
    state.nets().asset_count()
}

proptest! {
    #[test]
    fn evidence_is_packed_and_read_again(state in strategy::state(), signatures in strategy::signatures()) {
        let assets = assets_of(&state);
        let signed = Evidence::Signed(state.clone(), signatures);
        for evidence in [Evidence::RoundZero, Evidence::Recorded(state), signed] {
            assert_eq!(Evidence::unpack(&evidence.pack(), assets), Ok(evidence));
        }
    }

    #[test]
    fn states_are_handed_in(
        terms in strategy::terms(),
        state in strategy::state(),
        signatures in strategy::signatures(),
        consent in any::<bool>(),
        delegation in strategy::signed(strategy::delegation()),
    ) {
        let evidence = Evidence::Signed(state.clone(), signatures);
        let snapshot = SnapshotSolo::new(&terms, &evidence);
        assert_eq!(Evidence::unpack(&snapshot.evidence, assets_of(&state)), Ok(evidence.clone()));
        is_read_again(snapshot, &terms);
        is_read_again(Slash::new(&terms, &evidence), &terms);
        is_read_again(CloseSolo::new(&terms, &evidence, consent), &terms);
        let types::Signed { message, signature } = delegation;
        is_read_again(CloseSoloAsDelegate::new(&terms, &evidence, &message, &signature), &terms);
        let settle = Settle::new(&terms, Some(&state));
        assert_eq!(types::State::unpack(&settle.state), Ok(state));
        is_read_again(settle, &terms);
        assert!(Settle::new(&terms, None).state.is_empty());
        is_read_again(RevokeDelegations::new(&terms), &terms);
    }

    #[test]
    fn money_is_moved(
        terms in strategy::terms(),
        close in strategy::close(),
        withdraw in strategy::withdraw(),
        signatures in strategy::signatures(),
        amount in 0..=Amount::MAX.get(),
        index in 0..8usize,
        party in prop_oneof![Just(Party::Zero), Just(Party::One)],
    ) {
        let amount = Amount::new(amount).unwrap();
        let deposit = Deposit::new(&terms, Side::of(index, party).unwrap(), amount);
        assert_eq!(deposit.amount, U256::from(amount.get()));
        is_read_again(deposit, &terms);
        let asset = terms.assets().as_slice()[0];
        let by_id = DepositById::new(ChannelId::new(B256::repeat_byte(7)), asset, party, amount);
        assert_eq!((by_id.party, by_id.asset), (party.get(), asset.get()));
        is_read_again(Withdraw::new(&terms, &withdraw, signatures), &terms);
        let mutual = CloseMutual::new(&terms, &close, signatures);
        let length = close.pack().len();
        assert_eq!(types::Close::unpack(&mutual.close[..length]), Ok(close));
        assert_eq!(Signatures::unpack(&mutual.close[length..]), Ok(signatures));
        is_read_again(mutual, &terms);
    }

    #[test]
    fn instances_are_touched(
        terms in strategy::terms(),
        state in strategy::state(),
        instance in strategy::instance(),
        proof in strategy::proof(),
        step in strategy::signed(strategy::step()),
        is_signed in any::<bool>(),
    ) {
        let evidence = Evidence::Recorded(state);
        let types::Signed { message, signature } = step;
        let signature = is_signed.then_some(signature);
        let forced = ForceProgress::new(&terms, &evidence, (&instance, &proof), &message, signature.as_ref());
        assert_eq!(types::Step::unpack(&forced.step), Ok((message.clone(), signature)));
        let length = instance.pack().len();
        assert_eq!(types::Instance::unpack(&forced.instance[..length]).as_ref(), Ok(&instance));
        assert_eq!(types::Proof::unpack(&forced.instance[length..]).as_ref(), Ok(&proof));
        is_read_again(forced, &terms);
        let evaluate = Evaluate::new(&terms, &evidence, (&instance, &proof), &message.app_state);
        assert_eq!(&evaluate.app_state, message.app_state.get());
        is_read_again(evaluate, &terms);
    }
}

#[test]
fn a_multicall_holds_its_actions() {
    let claim = |byte| Action::from(Claim { creditor: Address::repeat_byte(byte), asset: Address::ZERO });
    let actions = [claim(1), claim(2)];
    let multicall = Multicall::new(&actions, 100_000);
    assert_eq!(multicall.gas_each, U256::from(100_000));
    let calls: Vec<Action> = multicall.calls.iter().map(|call| Action::decode(call).unwrap()).collect();
    assert_eq!(calls, actions);
}

#[test]
fn signatures_of_another_length_are_refused() {
    for found in [0, 63, 66, 127, 129, 131] {
        let refused = Signatures::unpack(&vec![27; found]);
        let expected = "64 or 65 for each of 1 or 2";
        assert_eq!(refused, Err(Invalid::Length { what: "packed signatures", expected, found }));
    }
}
