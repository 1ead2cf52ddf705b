//! Amounts and times, as people write them.

use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

/// An amount of one asset: a number and a unit, as in `1.5 ether` or `-300 GOLD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The number: digits, perhaps with a sign and a point.
    pub number: String,
    /// `wei`, `gwei`, `ether`, or the symbol of a token.
    pub unit: String,
}

/// Amounts of several assets: one, or a list of them. What is not there is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(pub Vec<Sum>);

/// A length of time in seconds, as in `1 day` or `90s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub u64);

/// A moment: terms that are added up, as in `E - 1s`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment(pub Vec<(bool, Term)>);

/// What a moment is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A time in Unix seconds.
    Unix(u64),
    /// The time of the first block.
    Start,
    /// The time of the block before; where something is looked at, of the block behind which that is.
    Now,
    /// The evidence deadline, of the only channel or of this one.
    Evidence(Option<String>),
    /// The final time, of the only channel or of this one.
    Final(Option<String>),
    /// The window, of the only channel or of this one.
    Window(Option<String>),
    /// A length of time in seconds.
    Span(u64),
}

/// The most digits of an amount: 256 bits count 78 of them, and there may be some behind the point.
const MOST_DIGITS: usize = 160;
/// The most characters of what was found that are told.
const MOST_SHOWN: usize = 80;

/// What a text was meant to be, and is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is no {what}: {expected}", shortened(found))]
pub struct Unreadable {
    what: &'static str,
    found: String,
    expected: &'static str,
}

const SUM: &str = "a number and its unit are expected, as in `1.5 ether`, `20 gwei` or `-300 GOLD`";
const SPAN: &str = "a length of time is expected, as in `1 day`, `2h 30m` or `90s`";
const MOMENT: &str = "`start`, `now`, `E`, `final`, a time in Unix seconds or a length of time is expected, joined by ` + ` and \
                      ` - `, as in `E - 1s`, `start + 3 days`, `final of hop`, `E + T`";

/// What was found, in quotation marks; of what is long the beginning.
fn shortened(found: &str) -> String {
    match found.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{:?} and so on", found.get(..end).unwrap_or_default()),
        None => format!("{found:?}"),
    }
}

impl FromStr for Sum {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let unreadable = || Unreadable { what: "amount", found: text.into(), expected: SUM };
        let (number, unit) = text.split_once(' ').ok_or_else(unreadable)?;
        let digits = number.strip_prefix('-').unwrap_or(number);
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        let is_unit = !unit.is_empty() && unit.bytes().all(|letter| letter.is_ascii_alphanumeric());
        if are_digits(whole) && are_digits(rest) && number.len() <= MOST_DIGITS && is_unit {
            Ok(Self { number: number.into(), unit: unit.into() })
        } else {
            Err(unreadable())
        }
    }
}

impl Display for Sum {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.number, self.unit)
    }
}

impl FromStr for Span {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let unreadable = || Unreadable { what: "length of time", found: text.into(), expected: SPAN };
        let span = humantime::parse_duration(text).map_err(|_| unreadable())?;
        if span.subsec_nanos() == 0 { Ok(Self(span.as_secs())) } else { Err(unreadable()) }
    }
}

impl FromStr for Moment {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let mut terms = Vec::new();
        let mut rest = text;
        let mut is_added = true;
        loop {
            let next = [" + ", " - "].into_iter().filter_map(|joint| Some((rest.find(joint)?, joint))).min();
            let (term, behind) = match next {
                Some((at, joint)) => (rest.get(..at).unwrap_or_default(), rest.get(at.saturating_add(joint.len())..)),
                None => (rest, None),
            };
            let term =
                term.parse().map_err(|()| Unreadable { what: "moment", found: text.into(), expected: MOMENT })?;
            terms.push((is_added, term));
            match (next, behind) {
                (Some((_, joint)), Some(behind)) => (is_added, rest) = (joint == " + ", behind),
                _ => return Ok(Self(terms)),
            }
        }
    }
}

impl FromStr for Term {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (word, channel) = match text.split_once(" of ") {
            Some((word, channel)) => (word, Some(channel.to_owned())),
            None => (text, None),
        };
        match word {
            "E" => Ok(Self::Evidence(channel)),
            "final" => Ok(Self::Final(channel)),
            "T" => Ok(Self::Window(channel)),
            "start" if channel.is_none() => Ok(Self::Start),
            "now" if channel.is_none() => Ok(Self::Now),
            _ => {
                let unix = text.parse().map(Self::Unix);
                unix.or_else(|_| text.parse().map(|Span(seconds)| Self::Span(seconds)).map_err(|_| ()))
            }
        }
    }
}

impl Moment {
    /// Whether it counts from this deadline of a channel, which is meant where none is named.
    #[must_use]
    pub fn mentions(&self, deadline: fn(Option<String>) -> Term, channel: &str) -> bool {
        let [unnamed, named] = [None, Some(channel.to_owned())].map(deadline);
        self.0.iter().any(|(_, term)| *term == unnamed || *term == named)
    }
}

impl Display for Moment {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for (index, (is_added, term)) in self.0.iter().enumerate() {
            match (index, is_added) {
                (0, _) => {}
                (_, true) => formatter.write_str(" + ")?,
                (_, false) => formatter.write_str(" - ")?,
            }
            term.fmt(formatter)?;
        }
        Ok(())
    }
}

impl Display for Term {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (word, channel) = match self {
            Self::Unix(seconds) => return seconds.fmt(formatter),
            Self::Span(seconds) => {
                let span = humantime::format_duration(std::time::Duration::from_secs(*seconds));
                return span.fmt(formatter);
            }
            Self::Start => ("start", &None),
            Self::Now => ("now", &None),
            Self::Evidence(channel) => ("E", channel),
            Self::Final(channel) => ("final", channel),
            Self::Window(channel) => ("T", channel),
        };
        match channel {
            Some(channel) => write!(formatter, "{word} of {channel}"),
            None => formatter.write_str(word),
        }
    }
}

/// Reads a type by its text.
macro_rules! read_as_text {
    ($($name:ident: $pattern:literal, $example:literal;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?.parse().map_err(D::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] })
            }
        }
    )*};
}

read_as_text! {
    Sum: r"^-?[0-9]+(\.[0-9]+)? [A-Za-z0-9]+$", "1.5 ether";
    Span: r"^([0-9]+ ?[a-z]+ ?)+$", "1 day";
    Moment: r"^.+( [+-] .+)*$", "E - 1s";
}

impl<'de> Deserialize<'de> for Sums {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Sums;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("an amount as in \"1.5 ether\", or a list of them")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Sums, E> {
                text.parse().map(|sum| Sums(vec![sum])).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Sums, A::Error> {
                let mut sums = Vec::new();
                while let Some(sum) = list.next_element()? {
                    sums.push(sum);
                }
                Ok(Sums(sums))
            }
        }

        input.deserialize_any(OneOrMore)
    }
}

impl JsonSchema for Sums {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sums".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let sum = generator.subschema_for::<Sum>();
        json_schema!({ "anyOf": [sum, { "type": "array", "items": sum }] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        for text in ["E - 1s", "start + 3days", "final of hop + 1h", "E + T - 1s", "now", "1800000000"] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), text);
        }
        assert_eq!("start + 1 day".parse::<Moment>().unwrap().to_string(), "start + 1day");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in ["", "E -1s", "tomorrow", "E - ", "start of hop", "E + 1.5s", " + 1s"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in
            ["", "5", "ether", "5  ether", "five ether", "5 ether ", ".5 ether", "5. ether", "+5 ether", "5 e-r"]
        {
            assert!(text.parse::<Sum>().is_err(), "{text}");
        }
        assert_eq!("-1.5 ether".parse::<Sum>().unwrap().to_string(), "-1.5 ether");
    }
}
