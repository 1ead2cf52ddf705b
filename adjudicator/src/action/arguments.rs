//! Calldata as the contract's own decoder reads it.
//!
//! The compiler's decoder is neither strict nor lenient, and alloy's differs from it in both directions, so this is a third:
//! it accepts exactly what the contract accepts. Lists stand where their offset says, in any order, apart or one upon another;
//! what no offset leads to is ignored, and so is what pads a list. Offsets are unsigned and below 2^64, but those inside of a list
//! or struct are signed: they may lead back, even to before the calldata, where all is zero. Numbers, addresses and truth values
//! must not have more bits than their type.

use alloy_primitives::{Address, B256, Bytes, Selector, U256};
use alloy_sol_types::SolCall;

use crate::DecodeError;

const SELECTOR: usize = 4;
const WORD: usize = 32;
const MAX_ADDRESS: U256 = U256::from_limbs([u64::MAX, u64::MAX, u32::MAX as u64, 0]);

/// The words of a call's arguments, or of a struct or list among them.
#[derive(Debug, Clone)]
pub(super) struct Arguments {
    function: &'static str,
    calldata: Bytes,
    /// Where the words begin, which is what offsets among them count from.
    start: usize,
}

impl Arguments {
    /// The arguments of a call that has at least so many words.
    pub(super) fn of<C: SolCall>(calldata: &Bytes, words: usize) -> Result<Self, DecodeError> {
        let function = name::<C>();
        let (expected, actual) = (Selector::from(C::SELECTOR), selector(calldata)?);
        if actual != expected {
            return Err(DecodeError::SelectorMismatch { function, expected, actual });
        }
        let expected = SELECTOR.saturating_add(words.saturating_mul(WORD));
        if calldata.len() < expected {
            return Err(DecodeError::CalldataTooShort { function, expected, actual: calldata.len() });
        }
        Ok(Self { function, calldata: calldata.clone(), start: SELECTOR })
    }

    /// The word at `index`, whatever it is.
    pub(super) fn word(&self, index: usize) -> U256 {
        self.word_at(self.start.saturating_add(index.saturating_mul(WORD)))
    }

    /// The word at `index`, a hash.
    pub(super) fn hash(&self, index: usize) -> B256 {
        self.word(index).into()
    }

    /// The number at `index`, at most `max`, the greatest of its type.
    pub(super) fn number<T>(&self, index: usize, argument: &'static str, max: T) -> Result<T, DecodeError>
    where
        T: TryFrom<U256> + Into<u64>,
    {
        let actual = self.word(index);
        T::try_from(actual).map_err(|_| self.out_of_range(argument, U256::from(max.into()), actual))
    }

    /// The truth value at `index`.
    pub(super) fn flag(&self, index: usize, argument: &'static str) -> Result<bool, DecodeError> {
        match self.word(index) {
            U256::ZERO => Ok(false),
            U256::ONE => Ok(true),
            actual => Err(self.out_of_range(argument, U256::ONE, actual)),
        }
    }

    /// The address at `index`.
    pub(super) fn address(&self, index: usize, argument: &'static str) -> Result<Address, DecodeError> {
        let actual = self.word(index);
        if actual > MAX_ADDRESS {
            return Err(self.out_of_range(argument, MAX_ADDRESS, actual));
        }
        Ok(Address::from_word(actual.into()))
    }

    /// The bytes that the word at `index` leads to.
    pub(super) fn bytes(&self, index: usize, argument: &'static str) -> Result<Bytes, DecodeError> {
        let (start, length) = self.list_at(self.offset(index, argument)?, 1, argument)?;
        Ok(self.calldata.slice(start..start.saturating_add(length)))
    }

    /// How many elements the list has that the word at `index` leads to.
    pub(super) fn length(&self, index: usize, argument: &'static str) -> Result<usize, DecodeError> {
        Ok(self.list_at(self.offset(index, argument)?, WORD, argument)?.1)
    }

    /// The words that the word at `index` leads to.
    pub(super) fn words(&self, index: usize, argument: &'static str) -> Result<Vec<U256>, DecodeError> {
        let (start, length) = self.list_at(self.offset(index, argument)?, WORD, argument)?;
        Ok(self.words_at(start, length))
    }

    /// The lists of bytes that the word at `index` leads to.
    pub(super) fn list_of_bytes(&self, index: usize, argument: &'static str) -> Result<Vec<Bytes>, DecodeError> {
        let (start, length) = self.list_at(self.offset(index, argument)?, WORD, argument)?;
        let list = Self { start, ..self.clone() };
        let element = |index| {
            let (start, length) = list.inner_list(index, 1, argument)?;
            Ok(list.calldata.slice(start..start.saturating_add(length)))
        };
        (0..length).map(element).collect()
    }

    /// The list of numbers that the word at `index` of a struct leads to.
    pub(super) fn inner_numbers(&self, index: usize, argument: &'static str) -> Result<Vec<U256>, DecodeError> {
        let (start, length) = self.inner_list(index, WORD, argument)?;
        Ok(self.words_at(start, length))
    }

    /// The struct of at least so many words that the word at `index` leads to.
    pub(super) fn tuple(&self, index: usize, words: usize, argument: &'static str) -> Result<Self, DecodeError> {
        let start = self.offset(index, argument)?;
        self.within(start, words.saturating_mul(WORD), argument)?;
        Ok(Self { start, ..self.clone() })
    }

    fn words_at(&self, start: usize, length: usize) -> Vec<U256> {
        let list = Self { start, ..self.clone() };
        (0..length).map(|index| list.word(index)).collect()
    }

    /// Where the word at `index` leads: an offset without a sign.
    fn offset(&self, index: usize, argument: &'static str) -> Result<usize, DecodeError> {
        let offset = usize::try_from(self.word(index)).map_err(|_| self.out_of_bounds(argument, U256::MAX))?;
        Ok(self.start.saturating_add(offset))
    }

    /// The list that the word at `index` leads to, by an offset with a sign.
    fn inner_list(&self, index: usize, stride: usize, argument: &'static str) -> Result<(usize, usize), DecodeError> {
        let offset = self.word(index);
        let position = offset.wrapping_add(U256::from(self.start));
        match usize::try_from(position) {
            Ok(start) => self.list_at(start, stride, argument),
            // Before the calldata: a list whose length reads as zero.
            Err(_) if offset.bit(U256::BITS.saturating_sub(1)) => Ok((0, 0)),
            Err(_) => Err(self.out_of_bounds(argument, U256::MAX)),
        }
    }

    /// Where the list whose length stands at `at` begins behind it, and how many elements of `stride` bytes it has.
    fn list_at(&self, at: usize, stride: usize, argument: &'static str) -> Result<(usize, usize), DecodeError> {
        let start = self.within(at, WORD, argument)?;
        let length = usize::try_from(self.word_at(at)).map_err(|_| self.out_of_bounds(argument, U256::MAX))?;
        self.within(start, length.saturating_mul(stride), argument)?;
        Ok((start, length))
    }

    /// The end of the `size` bytes at `start`.
    fn within(&self, start: usize, size: usize, argument: &'static str) -> Result<usize, DecodeError> {
        let end = start.saturating_add(size);
        if end > self.calldata.len() { Err(self.out_of_bounds(argument, U256::from(end))) } else { Ok(end) }
    }

    /// As the machine loads it: what is beyond the end is zero.
    fn word_at(&self, at: usize) -> U256 {
        let rest = self.calldata.get(at..).unwrap_or_default();
        U256::from_be_bytes(rest.first_chunk::<WORD>().copied().unwrap_or_else(|| {
            let mut word = [0; WORD];
            word.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            word
        }))
    }

    fn out_of_bounds(&self, argument: &'static str, end: U256) -> DecodeError {
        DecodeError::ArgumentOutOfBounds { function: self.function, argument, end, actual: self.calldata.len() }
    }

    fn out_of_range(&self, argument: &'static str, max: U256, actual: U256) -> DecodeError {
        DecodeError::ArgumentOutOfRange { function: self.function, argument, max, actual }
    }
}

/// The function's name in the contract.
pub(super) fn name<C: SolCall>() -> &'static str {
    C::SIGNATURE.split('(').next().unwrap_or_default()
}

/// The first four bytes of calldata.
pub(super) fn selector(calldata: &[u8]) -> Result<Selector, DecodeError> {
    calldata.first_chunk().map(Selector::from).ok_or(DecodeError::SelectorMissing { actual: calldata.len() })
}
