//! Parts of packed forms.

use alloy_primitives::I256;

use super::{Invalid, MAX_ASSETS, Net, PerAsset};

/// The low 112 bits of a number that has no others.
pub(super) fn uint112(number: u128) -> [u8; 14] {
    let [_, _, low @ ..] = number.to_be_bytes();
    low
}

/// Puts nets behind what is packed already.
pub(super) fn put_nets(packed: &mut Vec<u8>, nets: &PerAsset<Net>) {
    nets.as_slice().iter().for_each(|net| packed.extend_from_slice(&net.get().to_be_bytes::<32>()));
}

/// The nets that were read from a packed form.
pub(super) fn nets(words: impl Iterator<Item = I256>) -> Result<PerAsset<Net>, Invalid> {
    PerAsset::new(words.map(Net::new).collect())
}

/// How many assets a packed form is for, if each has `size` bytes behind a head; none if its length is of no such form.
pub(super) fn assets_in(length: usize, head: usize, size: usize) -> Option<usize> {
    (1..=MAX_ASSETS).find(|assets| head.saturating_add(assets.saturating_mul(size)) == length)
}
