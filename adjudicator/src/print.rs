//! How what was decoded is printed for people. What somebody else chose the length of is cut short.

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{Address, B256, Bytes};

/// The most entries of a list that are printed, twice as many as a channel has assets.
const MAX_ENTRIES: usize = 16;

/// The most bytes of a byte string that are printed.
const MAX_BYTES: usize = 64;

/// An asset: zero is the native coin.
pub(crate) struct Asset(pub(crate) Address);

impl Display for Asset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() { f.write_str("the native coin") } else { write!(f, "{}", self.0) }
    }
}

/// The entries of a list, in brackets.
pub(crate) struct List<I>(pub(crate) I);

impl<I: ExactSizeIterator<Item: Display> + Clone> Display for List<I> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut separator = "[";
        for entry in self.0.clone().take(MAX_ENTRIES) {
            write!(f, "{separator}{entry}")?;
            separator = ", ";
        }
        match self.0.len() {
            0 => f.write_str("[]"),
            length if length > MAX_ENTRIES => write!(f, ", ... {length} in all]"),
            _ => f.write_str("]"),
        }
    }
}

/// Bytes, in hex.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.get(..MAX_BYTES) {
            Some(first) if first.len() < self.0.len() => {
                write!(f, "{}... {} bytes in all", Bytes::copy_from_slice(first), self.0.len())
            }
            _ => write!(f, "{}", Bytes::copy_from_slice(self.0)),
        }
    }
}

/// The root of a tree of instances.
pub(crate) struct Root(pub(crate) B256);

impl Display for Root {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() { f.write_str("no instances") } else { write!(f, "instances {}", self.0) }
    }
}

/// Signatures, which are not looked into.
pub(crate) struct Signatures<'a>(pub(crate) &'a [u8]);

impl Display for Signatures<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            0 => f.write_str("no signature"),
            64 | 65 => f.write_str("1 signature"),
            128 | 130 => f.write_str("2 signatures"),
            length => write!(f, "unreadable signatures of {length} bytes"),
        }
    }
}
