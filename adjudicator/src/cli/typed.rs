//! What is typed, where the type itself does not say what would be right.

use adjudicator::types::{Asset, Invalid};
use alloy_primitives::Address;

/// An address, in lower case or with a right checksum.
pub(crate) fn address(text: &str) -> Result<Address, Invalid> {
    text.parse().map(Asset::get)
}
