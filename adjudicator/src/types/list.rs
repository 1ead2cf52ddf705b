use serde::{Deserialize, Serialize};

use super::{Invalid, Side};

/// The greatest number of assets in a channel.
pub const MAX_ASSETS: usize = 8;

/// One of something for each asset of a channel, in the order of the terms: one to eight.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>")]
pub struct PerAsset<T>(Vec<T>);

impl<T> PerAsset<T> {
    /// Checks the length.
    ///
    /// # Errors
    /// If it is of no channel.
    pub fn new(list: Vec<T>) -> Result<Self, Invalid> {
        let found = list.len();
        if (1..=MAX_ASSETS).contains(&found) {
            Ok(Self(list))
        } else {
            Err(Invalid::ListLength { per_asset: 1, found })
        }
    }

    /// That of the asset at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.0.get(index)
    }

    /// All, in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// How many assets there are: 1 to 8.
    #[must_use]
    pub const fn asset_count(&self) -> usize {
        self.0.len()
    }
}

impl<T> TryFrom<Vec<T>> for PerAsset<T> {
    type Error = Invalid;

    fn try_from(list: Vec<T>) -> Result<Self, Invalid> {
        Self::new(list)
    }
}

/// One of something for each side of a channel: for each of one to eight assets party 0's, then party 1's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>")]
pub struct PerSide<T>(Vec<T>);

impl<T> PerSide<T> {
    /// Checks the length.
    ///
    /// # Errors
    /// If it is of no channel.
    pub fn new(list: Vec<T>) -> Result<Self, Invalid> {
        let (pairs, rest) = list.as_chunks::<2>();
        let is_valid = (1..=MAX_ASSETS).contains(&pairs.len()) && rest.is_empty();
        if is_valid { Ok(Self(list)) } else { Err(Invalid::ListLength { per_asset: 2, found: list.len() }) }
    }

    /// That of a side.
    #[must_use]
    pub fn get(&self, side: Side) -> Option<&T> {
        self.0.get(usize::from(side.get()))
    }

    /// All, in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// Per asset, party 0's and party 1's.
    #[must_use]
    pub fn as_pairs(&self) -> &[[T; 2]] {
        self.0.as_chunks().0
    }

    /// How many assets there are: 1 to 8.
    #[must_use]
    pub fn asset_count(&self) -> usize {
        self.as_pairs().len()
    }
}

impl<T> TryFrom<Vec<T>> for PerSide<T> {
    type Error = Invalid;

    fn try_from(list: Vec<T>) -> Result<Self, Invalid> {
        Self::new(list)
    }
}
