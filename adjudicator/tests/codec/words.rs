//! Packed words.

use std::collections::BTreeMap;

use adjudicator::{
    Bounty, Funds, Record, WordError,
    words::{FundsWord, PayoutsWord, ProgressWord, TallyWord},
};
use alloy_primitives::{Address, FixedBytes, I256, U256};
use proptest::prelude::*;
use recourse_vectors::{Words, read};

use crate::strategies;

/// The fields of a word as the vectors have them.
type Fields = BTreeMap<String, String>;

fn check(name: &str, fields_of: impl Fn(U256) -> Fields, pack: impl Fn(U256) -> Result<U256, WordError>) {
    let words: BTreeMap<String, Words> = read("words").unwrap();
    for case in &words[name].cases {
        let word = U256::from_be_bytes(case.word.0);
        assert_eq!(fields_of(word), case.fields, "{}", case.name);
        assert_eq!(pack(word), Ok(word), "{}", case.name);
    }
}

fn fields<const N: usize>(fields: [(&str, String); N]) -> Fields {
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

#[test]
fn records_are_those_of_the_vectors() {
    let read = |word| {
        let record = Record::from_word(word);
        fields([
            ("consents", (u8::from(record.consents[0]) + 2 * u8::from(record.consents[1])).to_string()),
            ("round", record.round.to_string()),
            ("evidenceDeadline", record.evidence_deadline.unwrap_or(0).to_string()),
            ("stateHash", record.state_hash.to_string()),
        ])
    };
    check("Record", read, |word| Record::from_word(word).to_word());
}

#[test]
fn funds_are_those_of_the_vectors() {
    let read = |word| {
        let FundsWord { is_validated, is_closed, serial, funds } = FundsWord::from_word(word);
        fields([
            ("isValidated", u8::from(is_validated).to_string()),
            ("isClosed", u8::from(is_closed).to_string()),
            ("index", funds.index.to_string()),
            ("serial", serial.to_string()),
            ("balance0", funds.balances[0].to_string()),
            ("balance1", funds.balances[1].to_string()),
        ])
    };
    check("Funds", read, |word| FundsWord::from_word(word).to_word());
}

#[test]
fn bounties_are_those_of_the_vectors() {
    let read = |word| {
        let Bounty { closer, closed_round, prover } = Bounty::from_word(word);
        fields([
            ("closer", closer.to_string()),
            ("closedRound", closed_round.to_string()),
            ("prover", format!("{:#x}", prover.unwrap_or_default())),
        ])
    };
    check("Bounty", read, |word| Bounty::from_word(word).to_word());
}

#[test]
fn payouts_are_those_of_the_vectors() {
    let read = |word| {
        let PayoutsWord { index, payouts } = PayoutsWord::from_word(word);
        fields([("index", index.to_string()), ("payout0", payouts[0].to_string()), ("payout1", payouts[1].to_string())])
    };
    check("Payouts", read, |word| PayoutsWord::from_word(word).to_word());
}

#[test]
fn progress_is_that_of_the_vectors() {
    let read = |word| {
        let ProgressWord { app_state_hash, steps, last_touch, is_seated, has_deltas } = ProgressWord::from_word(word);
        fields([
            ("lastTouch", last_touch.to_string()),
            ("steps", steps.to_string()),
            ("isSeated", u8::from(is_seated).to_string()),
            ("hasDeltas", u8::from(has_deltas).to_string()),
            ("appStateHash", app_state_hash.to_string()),
        ])
    };
    check("Progress", read, |word| ProgressWord::from_word(word).to_word());
}

#[test]
fn tallies_are_those_of_the_vectors() {
    let read = |word| {
        let TallyWord { latest_touch, matures, is_seat_taken, has_sums, seated_delta } = TallyWord::from_word(word);
        fields([
            ("latestTouch", latest_touch.to_string()),
            ("matures", matures.to_string()),
            ("isSeatTaken", u8::from(is_seat_taken).to_string()),
            ("hasSums", u8::from(has_sums).to_string()),
            ("seatedDelta", seated_delta.to_string()),
        ])
    };
    check("Tally", read, |word| TallyWord::from_word(word).to_word());
}

#[test]
fn what_a_closed_channel_leaves_is_validated_closed_and_nothing_else() {
    let dead = FundsWord { is_validated: true, is_closed: true, ..FundsWord::default() };
    assert_eq!(FundsWord::from_word(FundsWord::DEAD), dead);
}

#[test]
fn what_does_not_fit_is_refused() {
    let record = Record { round: 1 << 29, ..Record::default() };
    let out_of_range =
        |field, bits, actual: u64| Err(WordError::OutOfRange { field, bits, actual: U256::from(actual) });
    assert_eq!(record.to_word(), out_of_range("round", 29, 1 << 29));
    let record = Record { evidence_deadline: Some(1 << 33), ..Record::default() };
    assert_eq!(record.to_word(), out_of_range("evidence deadline", 33, 1 << 33));
    let funds = Funds { index: 64, ..Funds::default() };
    assert_eq!(FundsWord::living(funds, 0).to_word(), out_of_range("asset's index", 6, 64));
    assert_eq!(FundsWord::living(Funds::default(), 1 << 24).to_word(), out_of_range("serial", 24, 1 << 24));
    let bounty = Bounty { closer: 2, closed_round: 0, prover: None };
    assert_eq!(bounty.to_word(), out_of_range("closing party", 1, 2));
    let bounty = Bounty { closer: 1, closed_round: 1 << 29, prover: None };
    assert_eq!(bounty.to_word(), out_of_range("closed round", 29, 1 << 29));
    let progress = ProgressWord { last_touch: 1 << 40, ..ProgressWord::default() };
    assert_eq!(progress.to_word(), out_of_range("last touch", 40, 1 << 40));
    let tally = TallyWord { matures: 1 << 40, ..TallyWord::default() };
    assert_eq!(tally.to_word(), out_of_range("greatest maturity", 40, 1 << 40));
    let payouts = PayoutsWord { index: 0, payouts: [U256::ONE << 112, U256::ZERO] };
    assert_eq!(payouts.to_word(), Err(WordError::OutOfRange { field: "payout", bits: 112, actual: U256::ONE << 112 }));
}

#[test]
fn a_zero_that_would_read_as_none_is_refused() {
    let record = Record { evidence_deadline: Some(0), ..Record::default() };
    assert_eq!(record.to_word(), Err(WordError::ZeroForNone { field: "evidence deadline" }));
    let bounty = Bounty { closer: 0, closed_round: 0, prover: Some(Address::ZERO) };
    assert_eq!(bounty.to_word(), Err(WordError::ZeroForNone { field: "prover" }));
}

#[test]
fn balances_fit_up_to_their_sign() {
    let greatest = I256::from_raw((U256::ONE << 111) - U256::ONE);
    for party in [0, 1] {
        for fits in [greatest, -greatest, -greatest - I256::ONE] {
            let mut word = FundsWord::default();
            word.funds.balances[party] = fits;
            assert_eq!(word.to_word().map(FundsWord::from_word), Ok(word));
        }
        for actual in [greatest + I256::ONE, -greatest - I256::ONE - I256::ONE, I256::MAX, I256::MIN] {
            let mut word = FundsWord::default();
            word.funds.balances[party] = actual;
            assert_eq!(word.to_word(), Err(WordError::SignedOutOfRange { field: "balance", bits: 112, actual }));
        }
    }
}

proptest! {
    #[test]
    fn every_word_can_be_read_and_packed_again(word in strategies::number()) {
        prop_assert_eq!(Record::from_word(word).to_word(), Ok(word));
        prop_assert_eq!(FundsWord::from_word(word).to_word(), Ok(word));
        prop_assert_eq!(PayoutsWord::from_word(word).to_word(), Ok(word));
        let meaning = U256::MAX >> 66;
        prop_assert_eq!(Bounty::from_word(word).to_word(), Ok(word & meaning));
        let meaningless: U256 = U256::from(0x3fff) << 50;
        prop_assert_eq!(ProgressWord::from_word(word).to_word(), Ok(word & !meaningless));
        let meaningless: U256 = ((U256::ONE << 54) - U256::ONE) << 82;
        prop_assert_eq!(TallyWord::from_word(word).to_word(), Ok(word & !meaningless));
    }

    #[test]
    fn records_are_read_as_they_were_packed(
        round in 0..1_u64 << 29,
        deadline in proptest::option::of(1..1_u64 << 33),
        consents: [bool; 2],
        state_hash: [u8; 24],
    ) {
        let state_hash = FixedBytes::from(state_hash);
        let record = Record { round, state_hash, evidence_deadline: deadline, consents };
        prop_assert_eq!(record.to_word().map(Record::from_word), Ok(record));
    }
}
