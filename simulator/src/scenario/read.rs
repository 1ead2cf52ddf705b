//! Reading scenario files, and telling where in them something is wrong.

use std::fmt::{self, Display, Formatter};

use serde::{
    Deserialize, Serialize,
    de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    Scenario,
    strict::{NO_LIST, Strict},
};

/// The most characters that are told of a mistake: what was found may be long.
const MOST_TOLD: usize = 2_000;

/// What is wrong in a scenario, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{line}:{column}: {what}")]
pub struct Misread {
    /// The line, beginning with 1.
    pub line: usize,
    /// The column, beginning with 1.
    pub column: usize,
    /// What was found, and what would be right.
    pub what: String,
}

/// A step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A field.
    Field(String),
    /// An entry of a list, beginning with 0.
    Index(usize),
}

/// The way to a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Key>);

impl Path {
    /// The way to a field of what this leads to.
    #[must_use]
    pub fn field(&self, name: impl Into<String>) -> Self {
        self.then(Key::Field(name.into()))
    }

    /// The way to an entry of what this leads to.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then(Key::Index(index))
    }

    fn then(&self, key: Key) -> Self {
        Self(self.0.iter().cloned().chain([key]).collect())
    }
}

impl Display for Path {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            match key {
                Key::Field(name) if at == 0 => formatter.write_str(name)?,
                Key::Field(name) => write!(formatter, ".{name}")?,
                Key::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Reads a scenario: JSON if the text begins with a brace, else TOML.
///
/// # Errors
/// Where the text is none.
pub fn read(text: &str) -> Result<Scenario, Misread> {
    if is_json(text) { read_json(text) } else { read_toml(text) }
}

/// Reads a scenario in JSON.
///
/// # Errors
/// Where the text is none.
pub fn read_json(text: &str) -> Result<Scenario, Misread> {
    let mut input = serde_json::Deserializer::from_str(unmarked(text));
    let scenario = Scenario::deserialize(Strict(&mut input));
    scenario.and_then(|scenario| input.end().map(|()| scenario)).map_err(|error| in_json(&error))
}

/// Reads a scenario in TOML.
///
/// # Errors
/// Where the text is none.
pub fn read_toml(text: &str) -> Result<Scenario, Misread> {
    let text = unmarked(text);
    let input = toml::Deserializer::parse(text);
    let scenario = input.and_then(|input| Scenario::deserialize(Strict(input)));
    scenario.map_err(|error| {
        let Misread { line, column, what } = in_toml(text, &error);
        let found = error.span().and_then(|span| text.get(span)).unwrap_or_default();
        let is_misplaced = what.starts_with("unknown field `acts`") || (what == NO_LIST && found == "[]");
        let hint = "; whatever follows a `[table]` belongs to it: `acts = []` stands above the first";
        Misread { line, column, what: if is_misplaced { what + hint } else { what } }
    })
}

/// The text without the mark that some editors put before it.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Where the value of a path stands; or, if it is not there, what should hold it. The path must be of a text that was read.
#[must_use]
pub fn locate(text: &str, path: &Path, what: impl Into<String>) -> Misread {
    let (text, what) = (unmarked(text), shortened(&what.into()));
    for length in (0..=path.0.len()).rev() {
        let seed = Seek(path.0.get(..length).unwrap_or_default());
        let found = if is_json(text) {
            let mut input = serde_json::Deserializer::from_str(text);
            seed.deserialize(&mut input)
                .err()
                .filter(|error| error.to_string().starts_with(FOUND))
                .map(|it| in_json(&it))
        } else {
            let input = toml::Deserializer::parse(text).ok();
            let error = input.and_then(|input| seed.deserialize(input).err());
            error.filter(|error| error.message() == FOUND).map(|it| in_toml(text, &it))
        };
        if let Some(found) = found {
            return Misread { what, ..found };
        }
    }
    Misread { line: 1, column: 1, what }
}

fn is_json(text: &str) -> bool {
    unmarked(text).trim_start().starts_with('{')
}

fn in_json(error: &serde_json::Error) -> Misread {
    let what = error.to_string();
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
    Misread { line: error.line().max(1), column: error.column().max(1), what: shortened(what) }
}

fn in_toml(text: &str, error: &toml::de::Error) -> Misread {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let last = before.rsplit_once('\n').map_or(before, |(_, last)| last);
    let column = last.chars().count().saturating_add(1);
    Misread { line, column, what: shortened(error.message().trim()) }
}

fn shortened(what: &str) -> String {
    match what.char_indices().nth(MOST_TOLD) {
        Some((end, _)) => format!("{} ...", what.get(..end).unwrap_or_default()),
        None => what.into(),
    }
}

const FOUND: &str = "here it is";

/// Goes along a path, and fails where it ends: then the reader tells where that is.
struct Seek<'p>(&'p [Key]);

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'p> Seek<'p> {
    /// The next key and what is behind it; an error where the path ends, with which the reader tells its place.
    fn step<E: Error>(&self) -> Result<Option<(&'p Key, &'p [Key])>, E> {
        if self.0.is_empty() { Err(E::custom(FOUND)) } else { Ok(self.0.split_first()) }
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("what the path names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((Key::Field(wanted), rest)) = self.step()? else { return Ok(()) };
        while let Some(key) = map.next_key::<String>()? {
            if key == *wanted {
                map.next_value_seed(Seek(rest))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some((Key::Index(wanted), rest)) = self.step()? else { return Ok(()) };
        for _ in 0..*wanted {
            list.next_element::<IgnoredAny>()?;
        }
        list.next_element_seed(Seek(rest)).map(drop)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.step().map(drop)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.step().map(drop)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.step().map(drop)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.step().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "claim = \"c\"\n\n[states]\nr5 = { round = 5, instances = [\"a\", \"b\"] }\n\n[[acts]]\nby = \"x\"\n\n[[acts]]\nby = \"y\"\n";
    const JSON: &str = "{\n  \"claim\": \"c\",\n  \"states\": {\n    \"r5\": { \"round\": 5 }\n  },\n  \"acts\": []\n}";

    fn at(text: &str, path: &Path) -> (usize, usize) {
        let Misread { line, column, .. } = locate(text, path, "");
        (line, column)
    }

    #[test]
    fn values_are_found_in_toml() {
        let states = Path::default().field("states").field("r5");
        assert_eq!(at(TOML, &states.field("instances").index(1)), (4, 37));
        assert_eq!(at(TOML, &Path::default().field("acts").index(1).field("by")), (10, 6));
    }

    #[test]
    fn what_is_missing_is_where_it_should_be() {
        assert_eq!(at(TOML, &Path::default().field("acts").index(1).field("at")).0, 9);
        // Of an object in JSON the reader tells where its first field is.
        assert_eq!(at(JSON, &Path::default().field("states").field("r9")).0, 4);
    }

    #[test]
    fn values_are_found_in_json() {
        assert_eq!(at(JSON, &Path::default().field("states").field("r5").field("round")).0, 4);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let found = read("claim = \"c\"\n\n[[acts]]\nat = \"tomorrow\"\n").unwrap_err();
        assert_eq!((found.line, found.column), (4, 6));
        assert!(found.what.contains("\"tomorrow\" is no moment"), "{found}");
        let found = read("{\n\"claim\": \"c\",\n\"actz\": []\n}").unwrap_err();
        assert_eq!(found.line, 3);
        assert!(found.what.contains("unknown field `actz`"), "{found}");
    }
}
