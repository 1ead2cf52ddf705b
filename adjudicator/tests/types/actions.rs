//! Actions are built of what is valid by construction, and what they carry is read again as the same.

use adjudicator::{
    action::{
        Action, Claim, CloseMutual, CloseSolo, CloseSoloAsDelegate, Deposit, DepositById, Evaluate, ForceProgress,
        Multicall, RevokeDelegations, Settle, Slash, SnapshotSolo, Withdraw,
    },
    types::{self, Amount, ChannelId, Evidence, Invalid, Party, PerAsset, PerSide, Side, Signatures},
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

/// As many as the terms have assets, over and over from the same list.
fn fitted<T: Clone>(terms: &types::Terms, list: &[T], per_asset: usize) -> Vec<T> {
    list.iter().cloned().cycle().take(per_asset * terms.assets().asset_count()).collect()
}

fn state_of(terms: &types::Terms, state: &types::State) -> types::State {
    let nets = PerAsset::new(fitted(terms, state.nets().as_slice(), 1)).unwrap();
    types::State::new(state.round(), state.instances_root(), nets).unwrap()
}

fn close_of(terms: &types::Terms, close: &types::Close) -> types::Close {
    let nets = PerAsset::new(fitted(terms, close.nets().as_slice(), 1)).unwrap();
    types::Close::new(close.round(), close.valid_until(), nets).unwrap()
}

fn withdrawal_of(terms: &types::Terms, withdraw: &types::Withdraw) -> types::Withdraw {
    let mut amounts = fitted(terms, withdraw.amounts().as_slice(), 2);
    amounts[0] = Amount::new(1).unwrap();
    let recipients = withdraw.recipients().map(|recipient| recipient.max(Address::with_last_byte(1)));
    types::Withdraw::new(withdraw.serial(), PerSide::new(amounts).unwrap(), recipients, withdraw.valid_until()).unwrap()
}

fn instance_of(terms: &types::Terms, instance: types::Instance) -> types::Instance {
    let stakes = PerSide::new(fitted(terms, instance.stakes.as_slice(), 2)).unwrap();
    types::Instance { stakes, ..instance }
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
        let state = state_of(&terms, &state);
        let evidence = Evidence::Signed(state.clone(), signatures);
        let snapshot = SnapshotSolo::new(&terms, &evidence).unwrap();
        assert_eq!(Evidence::unpack(&snapshot.evidence, assets_of(&state)), Ok(evidence.clone()));
        is_read_again(snapshot, &terms);
        is_read_again(Slash::new(&terms, &evidence).unwrap(), &terms);
        is_read_again(CloseSolo::new(&terms, &evidence, consent).unwrap(), &terms);
        let types::Signed { message, signature } = delegation;
        is_read_again(CloseSoloAsDelegate::new(&terms, &evidence, &message, &signature).unwrap(), &terms);
        let settle = Settle::new(&terms, Some(&state)).unwrap();
        assert_eq!(types::State::unpack(&settle.state), Ok(state));
        is_read_again(settle, &terms);
        assert!(Settle::new(&terms, None).unwrap().state.is_empty());
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
        let (close, withdraw) = (close_of(&terms, &close), withdrawal_of(&terms, &withdraw));
        let amount = Amount::new(amount).unwrap();
        match Deposit::new(&terms, Side::of(index, party).unwrap(), amount) {
            Ok(deposit) => {
                let is_native = terms.assets().as_slice()[index].is_native();
                let value = if is_native { U256::from(amount.get()) } else { U256::ZERO };
                assert_eq!(Action::from(deposit.clone()).value(), value);
                assert_eq!(deposit.amount, U256::from(amount.get()));
                is_read_again(deposit, &terms);
            }
            Err(_) => assert!(index >= terms.assets().asset_count()),
        }
        let asset = terms.assets().as_slice()[0];
        let by_id = DepositById::new(ChannelId::new(B256::repeat_byte(7)), asset, party, amount);
        assert_eq!((by_id.party, by_id.asset), (party.get(), asset.get()));
        is_read_again(Withdraw::new(&terms, &withdraw, signatures).unwrap(), &terms);
        let mutual = CloseMutual::new(&terms, &close, signatures).unwrap();
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
        let (evidence, instance) = (Evidence::Recorded(state_of(&terms, &state)), instance_of(&terms, instance));
        let types::Signed { message, signature } = step;
        let signature = is_signed.then_some(signature);
        let forced = ForceProgress::new(&terms, &evidence, (&instance, &proof), &message, signature.as_ref()).unwrap();
        assert_eq!(types::Step::unpack(&forced.step), Ok((message.clone(), signature)));
        let length = instance.pack().len();
        assert_eq!(types::Instance::unpack(&forced.instance[..length]).as_ref(), Ok(&instance));
        assert_eq!(types::Proof::unpack(&forced.instance[length..]).as_ref(), Ok(&proof));
        is_read_again(forced, &terms);
        let evaluate = Evaluate::new(&terms, &evidence, (&instance, &proof), &message.app_state).unwrap();
        assert_eq!(&evaluate.app_state, message.app_state.get());
        is_read_again(evaluate, &terms);
    }
}

proptest! {
    #[test]
    fn nothing_is_built_for_another_number_of_assets(
        terms in strategy::terms(),
        state in strategy::state(),
        close in strategy::close(),
        signatures in strategy::signatures(),
    ) {
        let expected = terms.assets().asset_count();
        let found = state.nets().asset_count();
        let refused = Invalid::AssetCount { what: "a state", expected, found };
        let slash = Slash::new(&terms, &Evidence::Signed(state.clone(), signatures));
        assert_eq!(slash.err(), (found != expected).then_some(refused.clone()));
        assert_eq!(Settle::new(&terms, Some(&state)).err(), (found != expected).then_some(refused));
        assert!(Settle::new(&terms, None).is_ok());
        assert_eq!(CloseMutual::new(&terms, &close, signatures).is_ok(), close.nets().asset_count() == expected);
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
