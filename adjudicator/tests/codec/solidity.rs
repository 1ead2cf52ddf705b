//! Calldata that the contract reads otherwise than one might expect, case by case.

use adjudicator::{
    DecodeError,
    action::{Action, Claim, CloseSolo, Deposit, Multicall, Withdraw},
};
use alloy_primitives::{Address, Bytes, U256, bytes};

const FUNCTION_SIZE: usize = 4;
const WORD: usize = 32;

/// The call with the word at `index` of its arguments replaced.
fn with_word(action: impl Into<Action>, index: usize, word: U256) -> Vec<u8> {
    let mut calldata = action.into().calldata().to_vec();
    let at = FUNCTION_SIZE + WORD * index;
    calldata[at..at + WORD].copy_from_slice(&word.to_be_bytes::<WORD>());
    calldata
}

fn number(number: u64) -> U256 {
    U256::from(number)
}

/// Minus `number`, in two's complement.
fn minus(number: u64) -> U256 {
    U256::from(number).wrapping_neg()
}

fn claim() -> Claim {
    Claim { creditor: Address::repeat_byte(1), asset: Address::repeat_byte(2) }
}

fn close() -> CloseSolo {
    CloseSolo { terms: bytes!("0102030405"), evidence: bytes!("060708"), consent: true }
}

fn withdrawal() -> Withdraw {
    Withdraw {
        terms: bytes!("01"),
        serial: 1,
        amounts: vec![number(10), number(11)],
        recipients: [Address::repeat_byte(3), Address::repeat_byte(4)],
        valid_until: 5,
        signatures: bytes!("06"),
    }
}

#[test]
fn an_address_of_more_than_160_bits_is_refused() {
    let actual = U256::ONE << 160;
    assert_eq!(
        Action::decode(&with_word(claim(), 1, actual)),
        Err(DecodeError::ArgumentOutOfRange { function: "claim", argument: "asset", max: actual - U256::ONE, actual })
    );
}

#[test]
fn a_truth_value_of_two_is_refused() {
    assert_eq!(
        Action::decode(&with_word(close(), 2, number(2))),
        Err(DecodeError::ArgumentOutOfRange {
            function: "closeSolo",
            argument: "consent",
            max: U256::ONE,
            actual: number(2)
        })
    );
}

#[test]
fn a_side_of_more_than_8_bits_is_refused() {
    let deposit = Deposit { terms: Bytes::new(), amount: U256::ZERO, side: 255 };
    assert_eq!(
        Action::decode(&with_word(deposit, 2, number(256))),
        Err(DecodeError::ArgumentOutOfRange {
            function: "deposit",
            argument: "side",
            max: number(255),
            actual: number(256)
        })
    );
}

#[test]
fn a_serial_of_more_than_64_bits_is_refused() {
    // The words of the struct begin behind the three of the call, the list of the terms, and its length.
    let calldata = with_word(withdrawal(), 5, U256::ONE << 64);
    assert_eq!(
        Action::decode(&calldata),
        Err(DecodeError::ArgumentOutOfRange {
            function: "withdraw",
            argument: "serial",
            max: number(u64::MAX),
            actual: U256::ONE << 64
        })
    );
}

#[test]
fn a_call_without_room_for_its_words_is_refused() {
    let calldata = claim().calldata();
    assert_eq!(
        Action::decode(&calldata[..67]),
        Err(DecodeError::CalldataTooShort { function: "claim", expected: 68, actual: 67 })
    );
}

#[test]
fn lists_may_lack_padding_and_share_bytes() {
    let calldata = with_word(close(), 1, number(3 * 32));
    let twice = CloseSolo { evidence: close().terms, ..close() };
    assert_eq!(Action::decode(&calldata), Ok(twice.into()));
    let calldata = close().calldata();
    assert_eq!(Action::decode(&calldata[..calldata.len() - 29]), Ok(close().into()));
    assert!(Action::decode(&calldata[..calldata.len() - 30]).is_err());
}

#[test]
fn padding_may_be_anything() {
    let mut calldata = close().calldata().to_vec();
    *calldata.last_mut().unwrap() = 0xff;
    assert_eq!(Action::decode(&calldata), Ok(close().into()));
}

#[test]
fn a_list_may_begin_among_the_words_before_it() {
    // The consent, 1, is read as the length of the terms, whose only byte is then the first of their own length.
    let calldata = with_word(close(), 0, number(2 * 32));
    assert_eq!(Action::decode(&calldata), Ok(CloseSolo { terms: bytes!("00"), ..close() }.into()));
}

#[test]
fn an_offset_beyond_the_end_is_refused() {
    for (offset, end) in [
        (number(7 * 32), number(4 + 8 * 32)),
        (number(u64::MAX), number(u64::MAX)),
        (U256::ONE << 64, U256::MAX),
        (minus(32), U256::MAX),
    ] {
        assert_eq!(
            Action::decode(&with_word(close(), 0, offset)),
            Err(DecodeError::ArgumentOutOfBounds { function: "closeSolo", argument: "terms", end, actual: 4 + 7 * 32 })
        );
    }
}

#[test]
fn a_list_beyond_the_end_is_refused() {
    for (length, end) in [
        (number(3 * 32 + 1), number(4 + 7 * 32 + 1)),
        (number(u64::MAX), number(u64::MAX)),
        (U256::ONE << 64, U256::MAX),
        (U256::MAX, U256::MAX),
    ] {
        assert_eq!(
            Action::decode(&with_word(close(), 3, length)),
            Err(DecodeError::ArgumentOutOfBounds { function: "closeSolo", argument: "terms", end, actual: 4 + 7 * 32 })
        );
    }
}

#[test]
fn offsets_in_a_struct_are_signed() {
    // The struct begins at word 5; from there 5 words back are the call's three offsets, the first of which is 96.
    let calldata = with_word(withdrawal(), 6, minus(5 * 32));
    assert!(Action::decode(&calldata).is_err());
    // At word 3 is the length of the terms, 1, and behind it their only byte, padded.
    let calldata = with_word(withdrawal(), 6, minus(2 * 32));
    let amounts = vec![U256::ONE << 248];
    assert_eq!(Action::decode(&calldata), Ok(Withdraw { amounts, ..withdrawal() }.into()));
}

#[test]
fn a_list_before_the_calldata_is_empty() {
    for back in [5 * 32 + 5, 5 * 32 + 4 + 32, 1 << 62] {
        let calldata = with_word(withdrawal(), 6, minus(back));
        assert_eq!(Action::decode(&calldata), Ok(Withdraw { amounts: vec![], ..withdrawal() }.into()), "{back}");
    }
    let calldata = with_word(withdrawal(), 6, U256::ONE << 255);
    assert_eq!(Action::decode(&calldata), Ok(Withdraw { amounts: vec![], ..withdrawal() }.into()));
    let calldata = with_word(withdrawal(), 6, (U256::ONE << 255) - U256::ONE);
    assert!(Action::decode(&calldata).is_err());
}

#[test]
fn calls_of_a_multicall_may_be_the_same_bytes() {
    let calls = vec![claim().calldata(), bytes!("0a0b")];
    let multicall = Multicall { calls, gas_each: number(7) };
    // The calls' own offsets stand behind the two words of the call and the length of the list.
    let calldata = with_word(multicall, 4, number(2 * 32));
    let calls = vec![claim().calldata(), claim().calldata()];
    assert_eq!(Action::decode(&calldata), Ok(Multicall { calls, gas_each: number(7) }.into()));
}

#[test]
fn many_overlapping_calls_take_no_more_room_than_the_calldata() {
    const COUNT: usize = 10_000;
    let head = Multicall { calls: vec![], gas_each: U256::ZERO }.calldata()[..FUNCTION_SIZE + 2 * WORD].to_vec();
    let offset = number(u64::try_from(COUNT * WORD).unwrap()).to_be_bytes::<WORD>();
    let length = number(100_000).to_be_bytes::<WORD>();
    let count = number(u64::try_from(COUNT).unwrap()).to_be_bytes::<WORD>();
    let calldata = [&head, &count[..], &offset.repeat(COUNT), &length, &[7; 100_000]].concat();
    let multicall = Multicall::decode(&calldata).unwrap();
    assert_eq!(multicall.calls.len(), COUNT);
    assert!(multicall.calls.iter().all(|call| call.as_ptr() == multicall.calls[0].as_ptr()));
    assert!(multicall.to_string().len() < 10_000);
}
