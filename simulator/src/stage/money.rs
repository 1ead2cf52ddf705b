//! Amounts, and what they are of.

use std::collections::BTreeMap;

use alloy_primitives::{Address, I256, U256};

use super::{Place, Result, Stage, Wrong, find, shown};
use crate::scenario::{Path, Sum, Sums};

/// What each account has of everything: 2^100 units.
pub const PLENTY: U256 = U256::from_limbs([0, 1 << 36, 0, 0]);

/// A unit in which amounts are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The token; zero is the native coin.
    pub asset: Address,
    /// What amounts of the asset are printed with.
    pub symbol: String,
    /// One of this unit is ten to so many of the smallest.
    pub decimals: u8,
    /// How an amount of the asset is printed: with so many digits behind the point at most.
    pub scale: u8,
}

impl Unit {
    /// Whether it is one of the native coin.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.asset.is_zero()
    }

    /// An amount of the smallest units, for people.
    #[must_use]
    pub fn print(&self, amount: I256) -> String {
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", amount.unsigned_abs(), width = scale.saturating_add(1));
        let (whole, rest) = digits.split_at(digits.len().saturating_sub(scale));
        let rest = rest.trim_end_matches('0');
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if amount.is_negative() { "-" } else { "" };
        format!("{sign}{whole}{point}{rest} {}", self.symbol)
    }
}

/// The units of the native coin.
pub(super) fn native() -> BTreeMap<String, Unit> {
    let unit = |name: &str, decimals| {
        (name.to_owned(), Unit { asset: Address::ZERO, symbol: "ether".into(), decimals, scale: 18 })
    };
    [unit("wei", 0), unit("gwei", 9), unit("ether", 18)].into()
}

impl Stage {
    pub(super) fn unit(&self, symbol: &str, path: &Path) -> Result<&Unit> {
        find(&self.units, "unit", symbol, path)
    }

    /// An amount in the smallest units.
    pub(super) fn units_of(&self, sum: &Sum, path: &Path) -> Result<I256> {
        let unit = self.unit(&sum.unit, path)?;
        let digits = sum.number.strip_prefix('-').unwrap_or(&sum.number);
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
        let rest = rest.trim_end_matches('0');
        let decimals = usize::from(unit.decimals);
        if rest.len() > decimals {
            let what = format!(
                "{} is less than the smallest unit: {} has {decimals} digits behind the point",
                shown(sum),
                sum.unit
            );
            return Err(Wrong::new(path, what));
        }
        let text = format!("{whole}{rest:0<decimals$}");
        let too_much = || Wrong::new(path, format!("{} is more than any contract can count", shown(sum)));
        let amount = text.parse::<U256>().ok().and_then(|amount| I256::try_from(amount).ok()).ok_or_else(too_much)?;
        Ok(if sum.number.starts_with('-') { amount.saturating_neg() } else { amount })
    }

    /// The same for what must not be negative.
    pub(super) fn amount_of(&self, sum: &Sum, path: &Path) -> Result<U256> {
        let amount = self.units_of(sum, path)?;
        U256::try_from(amount).map_err(|_| Wrong::new(path, format!("{} must not be negative", shown(sum))))
    }

    /// A price of gas, in wei.
    ///
    /// # Errors
    /// If it is none.
    pub fn gas_price(&self, sum: &Sum, path: &Path) -> Result<u64> {
        let unit = self.unit(&sum.unit, path)?;
        let price = u64::try_from(self.amount_of(sum, path)?).ok().filter(|_| unit.is_native());
        price.ok_or_else(|| Wrong::new(path, format!("{} is no price of gas, as in `20 gwei`", shown(sum))))
    }

    /// An amount of the native coin.
    ///
    /// # Errors
    /// If it is of something else.
    pub fn coins(&self, sum: &Sum, path: &Path) -> Result<U256> {
        match self.of_asset(sum, path)? {
            (asset, amount) if asset.is_zero() => Ok(amount),
            _ => Err(Wrong::new(path, format!("{} is not of the native coin", shown(sum)))),
        }
    }

    /// An amount that may be negative, and its asset.
    ///
    /// # Errors
    /// If it is of nothing.
    pub fn signed_of_asset(&self, sum: &Sum, path: &Path) -> Result<(Address, I256)> {
        Ok((self.unit(&sum.unit, path)?.asset, self.units_of(sum, path)?))
    }

    /// An amount and its asset.
    pub(super) fn of_asset(&self, sum: &Sum, path: &Path) -> Result<(Address, U256)> {
        Ok((self.unit(&sum.unit, path)?.asset, self.amount_of(sum, path)?))
    }

    /// Amounts per asset of a channel, in their order. Those of one asset add up.
    ///
    /// # Errors
    /// If one is of an asset that the channel does not have.
    pub fn per_asset(&self, sums: &Sums, place: &Place, path: &Path) -> Result<Vec<I256>> {
        let assets = place.terms.assets().as_slice();
        let mut amounts = vec![I256::ZERO; assets.len()];
        for sum in &sums.0 {
            let unit = self.unit(&sum.unit, path)?;
            let index = assets.iter().position(|asset| asset.get() == unit.asset);
            let amount = index.and_then(|index| amounts.get_mut(index));
            let amount = amount.ok_or_else(|| {
                Wrong::new(path, format!("the channel holds no {}: {} means nothing", unit.symbol, shown(sum)))
            })?;
            *amount = amount.saturating_add(self.units_of(sum, path)?);
        }
        Ok(amounts)
    }

    /// Amounts by asset, whatever they are of.
    ///
    /// # Errors
    /// If one is of nothing.
    pub fn by_asset(&self, sums: &Sums, path: &Path) -> Result<BTreeMap<Address, U256>> {
        let mut amounts = BTreeMap::new();
        for sum in &sums.0 {
            let (asset, amount) = self.of_asset(sum, path)?;
            let total: &mut U256 = amounts.entry(asset).or_default();
            *total = total.saturating_add(amount);
        }
        amounts.retain(|_, amount| !amount.is_zero());
        Ok(amounts)
    }

    /// The units in which amounts of an asset are printed, one for each.
    pub fn printed_units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(|unit| unit.decimals == unit.scale)
    }

    /// An amount for people.
    #[must_use]
    pub fn print(&self, asset: Address, amount: I256) -> String {
        let unit = self.printed_units().find(|unit| unit.asset == asset);
        unit.map_or_else(|| format!("{amount} units of {asset}"), |unit| unit.print(amount))
    }

    /// An amount that is not negative, for people.
    #[must_use]
    pub fn print_amount(&self, asset: Address, amount: U256) -> String {
        self.print(asset, I256::try_from(amount).unwrap_or(I256::MAX))
    }
}
