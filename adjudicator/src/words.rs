//! The packed words in which the contract stores and logs. Bit 0 is the lowest.
//!
//! Every word can be read. What does not fit its place cannot be packed, and bits that have no meaning are packed as zero.
//! Source: `contracts/types/`.

use alloy_primitives::{Address, FixedBytes, I256, U256};

use crate::{Bounty, Funds, Hash192, Record, WordError};

/// The funds of one asset, with the marks and the serial that share their word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FundsWord {
    /// Whether money of this asset was taken under terms that were found valid.
    pub is_validated: bool,
    /// Whether the channel is closed, for ever.
    pub is_closed: bool,
    /// The number of withdrawals made so far, in the funds of the channel's first asset; 0 in others.
    pub serial: u64,
    /// The money.
    pub funds: Funds,
}

impl FundsWord {
    /// What is left of a word once its channel is closed.
    pub const DEAD: U256 = U256::from_limbs([3, 0, 0, 0]);

    const VALIDATED: Bits = Bits::new("validated mark", 0, 1);
    const CLOSED: Bits = Bits::new("closed mark", 1, 1);
    const INDEX: Bits = Bits::new("asset's index", 2, 6);
    const SERIAL: Bits = Bits::new("serial", 8, 24);
    const BALANCES: [Bits; 2] = [Bits::new("balance", 32, 112), Bits::new("balance", 144, 112)];

    /// The funds of an asset that takes and pays money.
    #[must_use]
    pub const fn living(funds: Funds, serial: u64) -> Self {
        Self { is_validated: true, is_closed: false, serial, funds }
    }

    /// Reads a word.
    #[must_use]
    pub fn from_word(word: U256) -> Self {
        let index = u8::try_from(Self::INDEX.number_of(word)).unwrap_or(u8::MAX);
        Self {
            is_validated: Self::VALIDATED.is_set_in(word),
            is_closed: Self::CLOSED.is_set_in(word),
            serial: Self::SERIAL.number_of(word),
            funds: Funds { index, balances: Self::BALANCES.map(|bits| bits.signed_of(word)) },
        }
    }

    /// Packs a word.
    ///
    /// # Errors
    /// If the index, the serial or a balance has too many bits.
    pub fn to_word(self) -> Result<U256, WordError> {
        let [bits0, bits1] = Self::BALANCES;
        let [balance0, balance1] = self.funds.balances;
        Ok(Self::VALIDATED.place_number(self.is_validated)?
            | Self::CLOSED.place_number(self.is_closed)?
            | Self::INDEX.place_number(self.funds.index)?
            | Self::SERIAL.place_number(self.serial)?
            | bits0.place_signed(balance0)?
            | bits1.place_signed(balance1)?)
    }
}

impl Record {
    const CONSENTS: [Bits; 2] = [Bits::new("consent", 0, 1), Bits::new("consent", 1, 1)];
    const ROUND: Bits = Bits::new("round", 2, 29);
    const DEADLINE: Bits = Bits::new("evidence deadline", 31, 33);
    const HASH: Bits = Bits::new("state hash", 64, 192);

    /// Reads a word.
    #[must_use]
    pub fn from_word(word: U256) -> Self {
        let deadline = Self::DEADLINE.number_of(word);
        Self {
            consents: Self::CONSENTS.map(|bits| bits.is_set_in(word)),
            round: Self::ROUND.number_of(word),
            evidence_deadline: (deadline != 0).then_some(deadline),
            state_hash: FixedBytes::from_slice(&word.to_be_bytes::<32>()[..24]),
        }
    }

    /// Packs a word.
    ///
    /// # Errors
    /// If the round or the evidence deadline has too many bits, or the deadline of a closing channel is zero.
    pub fn to_word(&self) -> Result<U256, WordError> {
        let [bits0, bits1] = Self::CONSENTS;
        let [consent0, consent1] = self.consents;
        Ok(bits0.place_number(consent0)?
            | bits1.place_number(consent1)?
            | Self::ROUND.place_number(self.round)?
            | Self::DEADLINE.place_if_any(self.evidence_deadline.map(U256::from))?
            | Self::HASH.place(U256::from_be_slice(self.state_hash.as_slice()))?)
    }
}

impl Bounty {
    const PROVER: Bits = Bits::new("prover", 0, 160);
    const CLOSER: Bits = Bits::new("closing party", 160, 1);
    const ROUND: Bits = Bits::new("closed round", 161, 29);

    /// Reads a word; its highest 66 bits have no meaning.
    #[must_use]
    pub fn from_word(word: U256) -> Self {
        let prover = Address::from_word(Self::PROVER.of(word).into());
        Self {
            closer: u8::from(Self::CLOSER.is_set_in(word)),
            closed_round: Self::ROUND.number_of(word),
            prover: (!prover.is_zero()).then_some(prover),
        }
    }

    /// Packs a word.
    ///
    /// # Errors
    /// If the closing party is neither 0 nor 1, its round has too many bits, or the prover is the zero address.
    pub fn to_word(&self) -> Result<U256, WordError> {
        let prover = self.prover.map(|prover| prover.into_word().into());
        Ok(Self::PROVER.place_if_any(prover)?
            | Self::CLOSER.place_number(self.closer)?
            | Self::ROUND.place_number(self.closed_round)?)
    }
}

/// What each party gets of an asset, as a settlement logs it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PayoutsWord {
    /// The asset's index in the terms.
    pub index: u32,
    /// Party 0's and party 1's, in units of the asset.
    pub payouts: [U256; 2],
}

impl PayoutsWord {
    const PAYOUTS: [Bits; 2] = [Bits::new("payout", 112, 112), Bits::new("payout", 0, 112)];
    const INDEX: Bits = Bits::new("asset's index", 224, 32);

    /// Reads a word.
    #[must_use]
    pub fn from_word(word: U256) -> Self {
        let index = u32::try_from(Self::INDEX.number_of(word)).unwrap_or(u32::MAX);
        Self { index, payouts: Self::PAYOUTS.map(|bits| bits.of(word)) }
    }

    /// Packs a word.
    ///
    /// # Errors
    /// If a payout has too many bits.
    pub fn to_word(self) -> Result<U256, WordError> {
        let [bits0, bits1] = Self::PAYOUTS;
        let [payout0, payout1] = self.payouts;
        Ok(Self::INDEX.place_number(self.index)? | bits0.place(payout0)? | bits1.place(payout1)?)
    }
}

/// Where forced steps and evaluations have brought an instance; all zero if it is untouched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProgressWord {
    /// The first 192 bits of the hash of its app state.
    pub app_state_hash: Hash192,
    /// The steps made.
    pub steps: u8,
    /// When it was last extended, in Unix seconds; 0 if it is untouched.
    pub last_touch: u64,
    /// Whether its delta of the first asset stands in the tally.
    pub is_seated: bool,
    /// Whether it has deltas elsewhere.
    pub has_deltas: bool,
}

impl ProgressWord {
    const TOUCH: Bits = Bits::new("last touch", 0, 40);
    const STEPS: Bits = Bits::new("steps", 40, 8);
    const SEATED: Bits = Bits::new("seated mark", 48, 1);
    const HAS_DELTAS: Bits = Bits::new("mark of deltas", 49, 1);
    const HASH: Bits = Bits::new("app state hash", 64, 192);

    /// Reads a word; its bits 50 to 63 have no meaning.
    #[must_use]
    pub fn from_word(word: U256) -> Self {
        Self {
            app_state_hash: FixedBytes::from_slice(&word.to_be_bytes::<32>()[..24]),
            steps: u8::try_from(Self::STEPS.number_of(word)).unwrap_or(u8::MAX),
            last_touch: Self::TOUCH.number_of(word),
            is_seated: Self::SEATED.is_set_in(word),
            has_deltas: Self::HAS_DELTAS.is_set_in(word),
        }
    }

    /// Packs a word.
    ///
    /// # Errors
    /// If the last touch has too many bits.
    pub fn to_word(self) -> Result<U256, WordError> {
        Ok(Self::TOUCH.place_number(self.last_touch)?
            | Self::STEPS.place_number(self.steps)?
            | Self::SEATED.place_number(self.is_seated)?
            | Self::HAS_DELTAS.place_number(self.has_deltas)?
            | Self::HASH.place(U256::from_be_slice(self.app_state_hash.as_slice()))?)
    }
}

/// What settlement must know of all touched instances of a state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TallyWord {
    /// The latest touch that can move the final time, in Unix seconds; 0 for none.
    pub latest_touch: u64,
    /// The greatest maturity that can move the final time, in Unix seconds; 0 for none.
    pub matures: u64,
    /// Whether an instance keeps its delta of the first asset here.
    pub is_seat_taken: bool,
    /// Whether there are sums of deltas elsewhere.
    pub has_sums: bool,
    /// The delta that is kept here.
    pub seated_delta: I256,
}

impl TallyWord {
    const TOUCH: Bits = Bits::new("latest touch", 0, 40);
    const MATURES: Bits = Bits::new("greatest maturity", 40, 40);
    const TAKEN: Bits = Bits::new("mark of the seat", 80, 1);
    const HAS_SUMS: Bits = Bits::new("mark of sums", 81, 1);
    const DELTA: Bits = Bits::new("seated delta", 136, 120);

    /// Reads a word; its bits 82 to 135 have no meaning.
    #[must_use]
    pub fn from_word(word: U256) -> Self {
        Self {
            latest_touch: Self::TOUCH.number_of(word),
            matures: Self::MATURES.number_of(word),
            is_seat_taken: Self::TAKEN.is_set_in(word),
            has_sums: Self::HAS_SUMS.is_set_in(word),
            seated_delta: Self::DELTA.signed_of(word),
        }
    }

    /// Packs a word.
    ///
    /// # Errors
    /// If a time or the delta has too many bits.
    pub fn to_word(self) -> Result<U256, WordError> {
        Ok(Self::TOUCH.place_number(self.latest_touch)?
            | Self::MATURES.place_number(self.matures)?
            | Self::TAKEN.place_number(self.is_seat_taken)?
            | Self::HAS_SUMS.place_number(self.has_sums)?
            | Self::DELTA.place_signed(self.seated_delta)?)
    }
}

/// A field's place in a word.
#[derive(Debug, Clone, Copy)]
struct Bits {
    field: &'static str,
    offset: usize,
    bits: usize,
}

impl Bits {
    const fn new(field: &'static str, offset: usize, bits: usize) -> Self {
        Self { field, offset, bits }
    }

    fn of(self, word: U256) -> U256 {
        word.wrapping_shr(self.offset) & self.max()
    }

    /// Of a field of at most 64 bits.
    fn number_of(self, word: U256) -> u64 {
        self.of(word).saturating_to()
    }

    fn is_set_in(self, word: U256) -> bool {
        !self.of(word).is_zero()
    }

    fn signed_of(self, word: U256) -> I256 {
        let unused = U256::BITS.saturating_sub(self.bits);
        I256::from_raw(word.wrapping_shl(unused.saturating_sub(self.offset))).asr(unused)
    }

    fn place(self, actual: U256) -> Result<U256, WordError> {
        if actual > self.max() {
            return Err(WordError::OutOfRange { field: self.field, bits: self.bits, actual });
        }
        Ok(actual.wrapping_shl(self.offset))
    }

    fn place_number(self, number: impl Into<u64>) -> Result<U256, WordError> {
        self.place(U256::from(number.into()))
    }

    fn place_if_any(self, value: Option<U256>) -> Result<U256, WordError> {
        match value {
            Some(U256::ZERO) => Err(WordError::ZeroForNone { field: self.field }),
            value => self.place(value.unwrap_or_default()),
        }
    }

    fn place_signed(self, actual: I256) -> Result<U256, WordError> {
        let unused = U256::BITS.saturating_sub(self.bits);
        let placed = actual.into_raw().wrapping_shl(unused);
        if I256::from_raw(placed).asr(unused) != actual {
            return Err(WordError::SignedOutOfRange { field: self.field, bits: self.bits, actual });
        }
        Ok(placed.wrapping_shr(unused.saturating_sub(self.offset)))
    }

    /// The greatest number.
    fn max(self) -> U256 {
        U256::MAX.wrapping_shr(U256::BITS.saturating_sub(self.bits))
    }
}
