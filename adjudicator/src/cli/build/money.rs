//! Deposits and credits.

use adjudicator::{
    action::{Claim as ClaimCall, ClaimTo as ClaimToCall, Deposit as DepositCall, DepositById as DepositByIdCall},
    types::{Amount, Asset, ChannelId, Party, Side, Terms},
};
use alloy_primitives::Address;
use anyhow::Result;
use clap::Args;

use super::{Built, invalid};
use crate::cli::{
    channel::{ChannelOptions, PlaceOptions},
    failure::wrong_use,
    typed::address,
};

/// How much of what, and for whom.
#[derive(Args)]
pub(in crate::cli) struct Deposit {
    /// In units of the asset.
    #[arg(long, value_name = "UNITS")]
    amount: Amount,
    /// Whose balance grows.
    #[arg(long, value_name = "0|1")]
    party: Party,
    /// The asset [default: the first one of the terms].
    #[arg(long, value_name = "ADDRESS")]
    asset: Option<Asset>,
    #[command(flatten)]
    channel: ChannelOptions,
}

/// How much of what, for whom, and in which channel.
#[derive(Args)]
pub(in crate::cli) struct DepositById {
    /// The channel's id.
    #[arg(long, value_name = "ID")]
    id: ChannelId,
    /// In units of the asset.
    #[arg(long, value_name = "UNITS")]
    amount: Amount,
    /// Whose balance grows.
    #[arg(long, value_name = "0|1")]
    party: Party,
    /// The asset; zero is the chain's own coin.
    #[arg(long, value_name = "ADDRESS", default_value_t = Asset::NATIVE)]
    asset: Asset,
    #[command(flatten)]
    place: PlaceOptions,
}

/// Whose credit of what.
#[derive(Args)]
pub(in crate::cli) struct Claim {
    /// Who is paid.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    creditor: Address,
    /// The asset; zero is the chain's own coin.
    #[arg(long, value_name = "ADDRESS", default_value_t = Asset::NATIVE)]
    asset: Asset,
    #[command(flatten)]
    place: PlaceOptions,
}

/// What the sender's credit is of, and where it goes.
#[derive(Args)]
pub(in crate::cli) struct ClaimTo {
    /// Who is paid.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    recipient: Address,
    /// The asset; zero is the chain's own coin.
    #[arg(long, value_name = "ADDRESS", default_value_t = Asset::NATIVE)]
    asset: Asset,
    #[command(flatten)]
    place: PlaceOptions,
}

/// Which of the terms' assets is meant: the first one, unless another one is said.
pub(in crate::cli) fn index_of(terms: &Terms, asset: Option<Asset>) -> Result<usize> {
    let Some(asset) = asset else { return Ok(0) };
    let assets = terms.assets().as_slice();
    let all = assets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let index = assets.iter().position(|each| *each == asset);
    index.ok_or_else(|| wrong_use(format!("--asset {asset}: it is none of the terms: {all}")))
}

impl Deposit {
    pub(super) fn build(self) -> Result<Built> {
        let identity = self.channel.dossier()?.identity().clone();
        let index = index_of(identity.terms(), self.asset)?;
        let side = Side::of(index, self.party).map_err(invalid)?;
        let action = DepositCall::new(identity.terms(), side, self.amount).map_err(invalid)?;
        Ok(Built::of(&identity, action))
    }
}

impl DepositById {
    pub(super) fn build(self) -> Result<Built> {
        let Self { id, amount, party, asset, place } = self;
        Built::at(&place, DepositByIdCall::new(id, asset, party, amount))
    }
}

impl Claim {
    pub(super) fn build(self) -> Result<Built> {
        let Self { creditor, asset, place } = self;
        Built::at(&place, ClaimCall { creditor, asset: asset.get() })
    }
}

impl ClaimTo {
    pub(super) fn build(self) -> Result<Built> {
        let Self { recipient, asset, place } = self;
        Built::at(&place, ClaimToCall { recipient, asset: asset.get() })
    }
}
