//! How changes of a history are read.

use std::str::{FromStr, SplitWhitespace};

use alloy_primitives::{Address, Bytes, U256};

use super::change::{Change, Delay, Move, Named, Place};

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// A word is not what it should be, or there is none.
    #[error("{found} {after}, where {expected} is expected")]
    Unexpected {
        /// The word, or that the text ends.
        found: String,
        /// Behind which word.
        after: String,
        /// What would be right.
        expected: &'static str,
    },
    /// There is no such transaction.
    #[error("there is no transaction {found}: those of the channel are #1 to #{count}")]
    NoSuchTransaction {
        /// How it is named.
        found: String,
        /// How many there are.
        count: usize,
    },
    /// Several hashes begin so.
    #[error(
        "the hashes of {count} transactions begin with 0x{found}: name one by more of its digits, or by its number"
    )]
    Ambiguous {
        /// How they are named.
        found: String,
        /// How many begin so.
        count: usize,
    },
    /// An earlier change has dropped it.
    #[error("#{number} is dropped by an earlier change")]
    AlreadyDropped {
        /// Its number.
        number: usize,
    },
    /// A transaction cannot go beside itself.
    #[error("#{number} cannot go beside itself: name another transaction")]
    BesideItself {
        /// Its number.
        number: usize,
    },
    /// Nothing is known of the chain before the history begins.
    #[error("block {found} is before the first one of the history, {first}: nothing is known of it")]
    TooEarly {
        /// The number that was wanted.
        found: u64,
        /// The number of the first block.
        first: u64,
    },
}

const VERBS: &str = "`drop`, `delay`, `move` or `insert`";
const NAME: &str = "a transaction, as `#3`, or the first digits of its hash, as `0x1f2e`,";
const DELAY: &str = "`3 blocks`, or a time as `40s`,";

/// The words of a change, one after the other.
struct Words<'a> {
    left: SplitWhitespace<'a>,
    last: Option<&'a str>,
}

type Result<T, E = ChangeError> = std::result::Result<T, E>;

impl FromStr for Change {
    type Err = ChangeError;

    fn from_str(text: &str) -> Result<Self> {
        let mut words = Words { left: text.split_whitespace(), last: None };
        let change = match words.peek() {
            Some("drop") => Self::Drop(words.skip().named()?),
            Some("delay") => {
                let named = words.skip().named()?;
                words.word("by", "`by`")?;
                Self::Delay(named, words.delay()?)
            }
            Some("move") => Self::Move(words.skip().named()?, words.goal()?),
            Some("insert") => words.skip().insertion()?,
            _ => return Err(words.unexpected(VERBS)),
        };
        match words.peek() {
            None => Ok(change),
            Some(_) => Err(words.unexpected("nothing more")),
        }
    }
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.left.clone().next()
    }

    fn skip(&mut self) -> &mut Self {
        self.last = self.left.next();
        self
    }

    fn unexpected(&self, expected: &'static str) -> ChangeError {
        let found = self.peek().map_or_else(|| "nothing".to_owned(), |word| format!("`{word}`"));
        let after = self.last.map_or_else(|| "at the beginning".to_owned(), |word| format!("behind `{word}`"));
        ChangeError::Unexpected { found, after, expected }
    }

    fn word(&mut self, word: &str, expected: &'static str) -> Result<()> {
        if self.peek() != Some(word) {
            return Err(self.unexpected(expected));
        }
        self.skip();
        Ok(())
    }

    /// The next word, if it can be read as what is expected.
    fn read<T>(&mut self, expected: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let value = self.peek().and_then(read).ok_or_else(|| self.unexpected(expected))?;
        self.skip();
        Ok(value)
    }

    fn named(&mut self) -> Result<Named> {
        self.read(NAME, |word| {
            if let Some(number) = word.strip_prefix('#') {
                return number.parse().ok().filter(|number| *number > 0).map(Named::Number);
            }
            let digits = word.strip_prefix("0x")?.to_lowercase();
            let is_prefix = (1..=64).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_hexdigit());
            is_prefix.then_some(Named::Hash(digits))
        })
    }

    fn delay(&mut self) -> Result<Delay> {
        let word = self.peek().unwrap_or_default();
        if let Ok(count) = word.parse::<u64>() {
            self.skip();
            return self.unit(count);
        }
        self.read(DELAY, |word| humantime::parse_duration(word).ok().map(|time| Delay::Seconds(time.as_secs())))
    }

    /// What a number is followed by.
    fn unit(&mut self, count: u64) -> Result<Delay> {
        self.read("`blocks`, or a unit of time as `seconds`,", |unit| match unit {
            "block" | "blocks" => Some(Delay::Blocks(count)),
            unit => {
                let time = humantime::parse_duration(&format!("{count}{unit}"));
                time.ok().map(|time| Delay::Seconds(time.as_secs()))
            }
        })
    }

    fn goal(&mut self) -> Result<Move> {
        const GOAL: &str = "`to block 120`, `before #2` or `after #2`";
        match self.peek() {
            Some("to") => {
                self.skip().word("block", "`block`")?;
                Ok(Move::Block(self.read("the number of a block", |word| word.parse().ok())?))
            }
            Some("before" | "after") => self.place(GOAL).map(Move::Beside),
            _ => Err(self.unexpected(GOAL)),
        }
    }

    fn place(&mut self, expected: &'static str) -> Result<Place> {
        match self.peek() {
            Some("before") => self.skip().named().map(Place::Before),
            Some("after") => self.skip().named().map(Place::After),
            _ => Err(self.unexpected(expected)),
        }
    }

    fn insertion(&mut self) -> Result<Change> {
        let place = self.place("`before #2` or `after #2`")?;
        let mut delay = None;
        if self.peek() == Some("at") {
            // The sign stands before the number, as in `+3 blocks`.
            let word = self.skip().peek().and_then(|word| word.strip_prefix('+'));
            let text = word.ok_or_else(|| self.unexpected("`+3 blocks` or `+40s`"))?;
            delay = Some(self.later(text)?);
        }
        self.word("from", "`from`, with who sends it,")?;
        let from = self.address()?;
        let to = if self.peek() == Some("to") { Some(self.skip().address()?) } else { None };
        self.word("data", "`data`, with the calldata,")?;
        let data: Bytes = self.read("calldata in hex, as `0x12ab`,", |word| {
            word.strip_prefix("0x").and_then(|digits| alloy_primitives::hex::decode(digits).ok()).map(Bytes::from)
        })?;
        let value = if self.peek() == Some("value") {
            self.skip().read("an amount in wei", |word| word.parse::<U256>().ok())?
        } else {
            U256::ZERO
        };
        Ok(Change::Insert { place, delay, from, to, data, value })
    }

    fn later(&mut self, text: &str) -> Result<Delay> {
        if let Ok(count) = text.parse::<u64>() {
            self.skip();
            return self.unit(count);
        }
        let time = humantime::parse_duration(text).map_err(|_| self.unexpected("`+3 blocks` or `+40s`"))?;
        self.skip();
        Ok(Delay::Seconds(time.as_secs()))
    }

    fn address(&mut self) -> Result<Address> {
        self.read("an address", |word| word.parse().ok().filter(|_| word.starts_with("0x")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        text.parse::<Change>().unwrap_err().to_string()
    }

    #[test]
    fn changes_are_read() {
        let third = || Named::Number(3);
        assert_eq!("drop #3".parse(), Ok(Change::Drop(third())));
        assert_eq!("drop 0x1F2e".parse(), Ok(Change::Drop(Named::Hash("1f2e".into()))));
        assert_eq!("delay #3 by 3 blocks".parse(), Ok(Change::Delay(third(), Delay::Blocks(3))));
        assert_eq!("delay #3 by 1 block".parse(), Ok(Change::Delay(third(), Delay::Blocks(1))));
        assert_eq!("delay  #3 by 40s".parse(), Ok(Change::Delay(third(), Delay::Seconds(40))));
        assert_eq!("delay #3 by 2 hours".parse(), Ok(Change::Delay(third(), Delay::Seconds(7200))));
        assert_eq!("delay #3 by 2h".parse(), Ok(Change::Delay(third(), Delay::Seconds(7200))));
        assert_eq!("move #3 to block 120".parse(), Ok(Change::Move(third(), Move::Block(120))));
        let beside = Move::Beside(Place::Before(Named::Number(2)));
        assert_eq!("move #3 before #2".parse(), Ok(Change::Move(third(), beside)));
        let address = "0x0000000000000000000000000000000000000007";
        let inserted: Change =
            format!("insert after #3 at +3 blocks from {address} data 0x12ab value 5").parse().unwrap();
        let expected = Change::Insert {
            place: Place::After(third()),
            delay: Some(Delay::Blocks(3)),
            from: address.parse().unwrap(),
            to: None,
            data: Bytes::from_static(&[0x12, 0xab]),
            value: U256::from(5),
        };
        assert_eq!(inserted, expected);
    }

    #[test]
    fn mistakes_are_told_with_what_would_be_right() {
        assert_eq!(wrong(""), "nothing at the beginning, where `drop`, `delay`, `move` or `insert` is expected");
        assert_eq!(
            wrong("drop 3"),
            "`3` behind `drop`, where a transaction, as `#3`, or the first digits of its hash, as `0x1f2e`, is expected"
        );
        assert_eq!(wrong("delay #3"), "nothing behind `#3`, where `by` is expected");
        assert_eq!(
            wrong("delay #3 by 3"),
            "nothing behind `3`, where `blocks`, or a unit of time as `seconds`, is expected"
        );
        assert_eq!(wrong("delay #3 by soon"), "`soon` behind `by`, where `3 blocks`, or a time as `40s`, is expected");
        assert_eq!(
            wrong("move #3 up"),
            "`up` behind `#3`, where `to block 120`, `before #2` or `after #2` is expected"
        );
        assert_eq!(wrong("drop #3 #4"), "`#4` behind `#3`, where nothing more is expected");
        assert!(wrong("drop #0").starts_with("`#0` behind `drop`"));
        assert!(wrong("insert before #1 from 7 data 0x").contains("an address is expected"));
        assert!(wrong("insert before #1 data 0x").contains("`from`, with who sends it, is expected"));
        let address = Address::ZERO;
        assert!(wrong(&format!("insert before #1 from {address} data 12")).contains("calldata in hex"));
        assert!(
            wrong(&format!("insert before #1 at 3 blocks from {address} data 0x")).contains("`+3 blocks` or `+40s`")
        );
    }
}
