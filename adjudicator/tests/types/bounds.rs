//! What is allowed at the edges, and why the rest is refused.

use adjudicator::types::{
    Amount, AppState, Asset, Bounty, Close, Delta, InstancesRoot, Invalid, MAX_ASSETS, Maturity, Net, Party,
    PartyAccounts, PerAsset, PerSide, Round, Salt, Serial, Side, Stake, StaleMargin, State, StepAction, StepNumber,
    Terms, Timestamp, Window, Withdraw,
};
use alloy_primitives::{Address, I256, U256};

const INT112: u128 = (1 << 111) - 1;
const UINT112: u128 = (1 << 112) - 1;

#[test]
fn numbers_are_within_their_bounds() {
    assert_eq!([Amount::MIN.get(), Amount::MAX.get()], [0, INT112]);
    assert_eq!([Stake::MIN.get(), Stake::MAX.get()], [0, UINT112]);
    assert_eq!([Bounty::MIN.get(), Bounty::MAX.get()], [0, UINT112]);
    assert_eq!([Delta::MIN.get(), Delta::MAX.get()], [-UINT112.cast_signed(), UINT112.cast_signed()]);
    assert_eq!([Serial::MIN.get(), Serial::MAX.get()], [0, 16_777_215]);
    assert_eq!([StepNumber::MIN.get(), StepNumber::MAX.get()], [1, 255]);
    assert_eq!([Window::MIN.get(), Window::MAX.get()], [1, 100_000_000]);
    assert_eq!([Maturity::MIN.get(), Maturity::MAX.get()], [0, (1 << 40) - 1]);
    assert_eq!([Side::MIN.get(), Side::MAX.get()], [0, 15]);
    assert_eq!(Round::MAX_RECORDABLE.get(), (1 << 29) - 1);
    assert_eq!(Net::MAX_RECORDABLE.get(), I256::unchecked_from(INT112));
    assert_eq!(Net::MIN_RECORDABLE.get(), -I256::unchecked_from(INT112));
}

#[test]
fn numbers_out_of_bounds_are_refused() {
    let found = [
        Amount::new(INT112 + 1).map(drop),
        Amount::try_from(U256::from(INT112) + U256::ONE).map(drop),
        Amount::try_from(U256::MAX).map(drop),
        Stake::new(UINT112 + 1).map(drop),
        Bounty::new(UINT112 + 1).map(drop),
        Delta::new(UINT112.cast_signed() + 1).map(drop),
        Delta::new(-UINT112.cast_signed() - 1).map(drop),
        Serial::new(1 << 24).map(drop),
        StepNumber::new(0).map(drop),
        Window::new(0).map(drop),
        Window::new(100_000_001).map(drop),
        Maturity::new(1 << 40).map(drop),
        Side::new(16).map(drop),
        Party::try_from(2).map(drop),
    ];
    for result in found {
        assert!(matches!(result, Err(Invalid::OutOfRange { .. })), "{result:?}");
    }
}

#[test]
fn a_refusal_tells_what_was_found_and_what_is_allowed() {
    let refused = Window::new(0).unwrap_err();
    assert_eq!(refused.to_string(), "a window of 0: it must be from 1 to 100000000");
    let refused = Amount::try_from(U256::MAX).unwrap_err().to_string();
    assert_eq!(refused, format!("an amount of {}: it must be from 0 to {INT112}", U256::MAX));
    let refused = "99999999999999999999".parse::<Round>().unwrap_err().to_string();
    assert_eq!(refused, "round 99999999999999999999: it must be from 0 to 18446744073709551615");
    let refused = "1e3".parse::<Round>().unwrap_err().to_string();
    assert_eq!(refused, "\"1e3\" where a decimal integer without leading zeros is expected");
}

#[test]
fn amounts_are_added_and_subtracted_within_their_bounds() {
    let [one, greatest] = [Amount::new(1).unwrap(), Amount::MAX];
    assert_eq!(one.checked_add(greatest), None);
    assert_eq!(greatest.checked_add(Amount::ZERO), Some(greatest));
    assert_eq!(Amount::ZERO.checked_sub(one), None);
    assert_eq!(greatest.checked_sub(greatest), Some(Amount::ZERO));
    assert_eq!(greatest.to_word(), U256::from(INT112));
    assert_eq!(Delta::MIN.to_word(), -I256::unchecked_from(UINT112));
}

#[test]
fn sides_are_of_an_asset_and_a_party() {
    let sides = (0..MAX_ASSETS).flat_map(|index| Party::BOTH.map(|party| (index, party)));
    for (number, (index, party)) in (0..).zip(sides) {
        let side = Side::of(index, party).unwrap();
        assert_eq!(side, Side::new(number).unwrap());
        assert_eq!((side.asset_index(), side.party()), (index, party));
        assert_eq!(party.peer().peer(), party);
    }
    assert_eq!(Side::of(8, Party::Zero), Err(Invalid::AssetIndex { found: 8 }));
    assert_eq!(Side::of(256, Party::Zero), Err(Invalid::AssetIndex { found: 256 }));
}

#[test]
fn lists_are_for_one_to_eight_assets() {
    for length in 0..20 {
        let is_valid = (1..=8).contains(&length);
        assert_eq!(PerAsset::new(vec![(); length]).is_ok(), is_valid, "{length}");
        assert_eq!(PerSide::new(vec![(); 2 * length]).is_ok(), is_valid, "{length}");
        assert!(PerSide::new(vec![(); 2 * length + 1]).is_err(), "{length}");
    }
    let list = PerSide::new(vec![10, 11, 20, 21]).unwrap();
    assert_eq!(list.get(Side::of(1, Party::Zero).unwrap()), Some(&20));
    assert_eq!(list.get(Side::of(2, Party::Zero).unwrap()), None);
    assert_eq!(list.as_pairs(), [[10, 11], [20, 21]]);
}

#[test]
fn app_bytes_are_at_most_4096() {
    assert!(AppState::new(vec![0; 4096]).is_ok());
    assert!(StepAction::new(vec![0; 4096]).is_ok());
    assert!(matches!(AppState::new(vec![0; 4097]), Err(Invalid::Length { found: 4097, .. })));
    assert!(matches!(StepAction::new(vec![0; 4097]), Err(Invalid::Length { found: 4097, .. })));
}

#[test]
fn states_have_a_recordable_round() {
    let nets = || PerAsset::new(vec![Net::ZERO]).unwrap();
    let state = |round: u64| State::new(round.into(), InstancesRoot::NONE, nets());
    assert!(state(1).is_ok());
    assert!(state((1 << 29) - 1).is_ok());
    for round in [0, 1 << 29, u64::MAX] {
        assert!(matches!(state(round), Err(Invalid::OutOfRange { found, .. }) if found == round.to_string()));
    }
}

#[test]
fn states_have_recordable_nets() {
    let state = |nets: Vec<Net>| State::new(Round::new(1), InstancesRoot::NONE, PerAsset::new(nets).unwrap());
    assert!(state(vec![Net::MIN_RECORDABLE, Net::MAX_RECORDABLE]).is_ok());
    for net in [Net::MAX_RECORDABLE.get() + I256::ONE, Net::MIN_RECORDABLE.get() - I256::ONE, I256::MIN, I256::MAX] {
        let refused = state(vec![Net::ZERO, Net::new(net)]);
        assert!(matches!(refused, Err(Invalid::OutOfRange { found, .. }) if found == net.to_string()));
    }
}

#[test]
fn closes_have_any_round_but_0_and_any_nets() {
    let close = |round| Close::new(round, Timestamp::MIN, PerAsset::new(vec![Net::MIN, Net::MAX]).unwrap());
    assert!(close(Round::new(1)).is_ok());
    assert!(close(Round::MAX).is_ok());
    assert!(matches!(close(Round::MIN), Err(Invalid::OutOfRange { .. })));
}

#[test]
fn withdrawals_take_something_to_somewhere() {
    let [zero, one] = [Amount::ZERO, Amount::new(1).unwrap()];
    let [nowhere, somewhere] = [Address::ZERO, Address::repeat_byte(1)];
    let withdraw = |amounts: [Amount; 4], recipients| {
        Withdraw::new(Serial::MIN, PerSide::new(amounts.to_vec()).unwrap(), recipients, Timestamp::MIN).map(drop)
    };
    assert_eq!(withdraw([zero; 4], [somewhere; 2]), Err(Invalid::NothingWithdrawn));
    assert_eq!(withdraw([zero, zero, one, zero], [somewhere, nowhere]), Ok(()));
    assert_eq!(withdraw([zero, zero, zero, one], [nowhere, somewhere]), Ok(()));
    let [zero_unpaid, one_unpaid] = Party::BOTH.map(|party| Err(Invalid::RecipientZero { party }));
    assert_eq!(withdraw([zero, zero, one, zero], [nowhere, somewhere]), zero_unpaid);
    assert_eq!(withdraw([zero, one, zero, zero], [somewhere, nowhere]), one_unpaid);
}

#[test]
fn the_last_serial_is_for_no_withdrawal() {
    let withdraw = |serial: u64| {
        let amounts = PerSide::new(vec![Amount::MAX; 2]).unwrap();
        Withdraw::new(Serial::new(serial)?, amounts, [Address::repeat_byte(1); 2], Timestamp::MIN)
    };
    assert!(withdraw(16_777_214).is_ok());
    assert!(matches!(withdraw(16_777_215), Err(Invalid::OutOfRange { .. })));
}

#[test]
fn terms_have_two_signers_and_two_payees() {
    let [one, two] = [Address::repeat_byte(1), Address::repeat_byte(2)];
    let accounts = |signer, payee| PartyAccounts { signer, payee };
    let with = |parties| terms(parties, 0, 0, &[0]).map(drop);
    assert_eq!(with([accounts(one, one), accounts(two, one)]), Ok(()));
    assert_eq!(with([accounts(one, one), accounts(one, two)]), Err(Invalid::SignersEqual { signer: one }));
    for party in Party::BOTH {
        let [mut no_signer, mut no_payee] = [[accounts(one, one), accounts(two, two)]; 2];
        no_signer[usize::from(party.get())].signer = Address::ZERO;
        no_payee[usize::from(party.get())].payee = Address::ZERO;
        assert_eq!(with(no_signer), Err(Invalid::SignerZero { party }));
        assert_eq!(with(no_payee), Err(Invalid::PayeeZero { party }));
    }
}

#[test]
fn a_bounty_needs_a_stale_margin() {
    let with = |bounty, margin| terms(accounts(), bounty, margin, &[0]).map(drop);
    assert_eq!(with(0, 0), Ok(()));
    assert_eq!(with(1, 3), Ok(()));
    assert_eq!(with(1, 2), Err(Invalid::StaleMarginTooSmall { least: 3, found: 2 }));
}

#[test]
fn assets_are_strictly_ascending() {
    let asset = |byte| Asset::new(Address::repeat_byte(byte));
    let with = |assets: &[u8]| terms(accounts(), 0, 0, assets).map(drop);
    assert_eq!(with(&[0, 1, 2]), Ok(()));
    let not_ascending = |index, previous, next| {
        Err(Invalid::AssetsNotAscending { index, previous: asset(previous), asset: asset(next) })
    };
    assert_eq!(with(&[0, 1, 1]), not_ascending(2, 1, 1));
    assert_eq!(with(&[1, 0, 2]), not_ascending(1, 1, 0));
}

#[test]
fn the_party_of_an_account_is_that_of_its_signer() {
    let terms = terms(accounts(), 0, 0, &[0]).unwrap();
    for party in Party::BOTH {
        assert_eq!(terms.party_of(terms.accounts(party).signer), Some(party));
        assert_eq!(terms.party_of(terms.accounts(party).payee), None);
    }
}

fn accounts() -> [PartyAccounts; 2] {
    [1, 2].map(|byte| PartyAccounts { signer: Address::repeat_byte(byte), payee: Address::repeat_byte(byte + 2) })
}

fn terms(parties: [PartyAccounts; 2], bounty: u128, margin: u16, assets: &[u8]) -> Result<Terms, Invalid> {
    let assets = assets.iter().map(|byte| Asset::new(Address::repeat_byte(*byte))).collect();
    let (bounty, margin) = (Bounty::new(bounty)?, StaleMargin::new(margin));
    Terms::new(parties, Window::MIN, bounty, margin, Salt::MIN, PerAsset::new(assets)?)
}
