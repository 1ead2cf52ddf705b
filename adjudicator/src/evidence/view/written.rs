//! The view as a document.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, Bytes, U256};
use serde::{Deserialize, Serialize, Serializer, ser::Error};

use super::{Sight, View, channel::ChannelFields};
use crate::{
    Deployment,
    types::{
        Asset, ChainId, EscrowId, Invalid, Timestamp, Units, Window,
        account::address,
        object::serde_as_object,
        text::{code, hash},
    },
};

/// The view as it is written: what is a map is a list in the order of its keys.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub(super) struct Fields {
    deployment: DeploymentFields,
    last_final: SightFields,
    latest: SightFields,
    codes: Vec<CodeFields>,
    credits: Vec<CreditFields>,
    seen: Vec<SeenFields>,
    delivered: Vec<DeliveredFields>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct DeploymentFields {
    chain_id: ChainId,
    #[serde(with = "address")]
    manager: Address,
    min_window: Window,
    max_window: Window,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
struct SightFields {
    now: Timestamp,
    channel: ChannelFields,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
struct CodeFields {
    #[serde(with = "address")]
    account: Address,
    #[serde(with = "code")]
    code: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
struct CreditFields {
    #[serde(with = "address")]
    creditor: Address,
    asset: Asset,
    amount: Units,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct SeenFields {
    #[serde(with = "address")]
    registry: Address,
    #[serde(with = "hash")]
    hash: B256,
    seen_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct DeliveredFields {
    #[serde(with = "address")]
    oracle: Address,
    escrow_id: EscrowId,
}

serde_as_object!(Fields, DeploymentFields, SightFields, CodeFields, CreditFields, SeenFields, DeliveredFields);

/// A view with numbers that no contract can have is not written.
impl Serialize for View {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let fields = Fields::try_from(self).map_err(S::Error::custom)?;
        Serialize::serialize(&fields, output)
    }
}

impl TryFrom<&View> for Fields {
    type Error = Invalid;

    fn try_from(view: &View) -> Result<Self, Invalid> {
        let code = |(account, code): (&Address, &Bytes)| CodeFields { account: *account, code: code.clone() };
        let credit = |(&(creditor, asset), amount): (&(Address, Address), &U256)| CreditFields {
            creditor,
            asset: Asset::new(asset),
            amount: Units::new(*amount),
        };
        let seen = |(&(registry, hash), seen_at): (&(Address, B256), &u64)| SeenFields {
            registry,
            hash,
            seen_at: Timestamp::new(*seen_at),
        };
        let delivered =
            |&(oracle, escrow_id): &(Address, B256)| DeliveredFields { oracle, escrow_id: escrow_id.into() };
        Ok(Self {
            deployment: DeploymentFields::try_from(&view.deployment)?,
            last_final: SightFields::try_from(&view.last_final)?,
            latest: SightFields::try_from(&view.latest)?,
            codes: view.codes.iter().map(code).collect(),
            credits: view.credits.iter().map(credit).collect(),
            seen: view.seen.iter().map(seen).collect(),
            delivered: view.delivered.iter().map(delivered).collect(),
        })
    }
}

impl TryFrom<Fields> for View {
    type Error = Invalid;

    fn try_from(fields: Fields) -> Result<Self, Invalid> {
        let codes = fields.codes.into_iter().map(|entry| (entry.account, entry.code));
        let credits = fields.credits.into_iter().map(|CreditFields { creditor, asset, amount }| {
            let key = (creditor, asset.get());
            (key, amount.get())
        });
        let seen = fields.seen.into_iter().map(|entry| ((entry.registry, entry.hash), entry.seen_at.get()));
        let delivered = fields.delivered.into_iter().map(|entry| ((entry.oracle, entry.escrow_id.get()), ()));
        Ok(Self {
            deployment: fields.deployment.try_into()?,
            last_final: fields.last_final.try_into()?,
            latest: fields.latest.try_into()?,
            codes: ascending("codes", codes)?,
            credits: ascending("credits", credits)?,
            seen: ascending("seen", seen)?,
            delivered: ascending("delivered", delivered)?.into_keys().collect(),
        })
    }
}

impl TryFrom<&Deployment> for DeploymentFields {
    type Error = Invalid;

    fn try_from(deployment: &Deployment) -> Result<Self, Invalid> {
        Ok(Self {
            chain_id: deployment.domain.chain_id().into(),
            manager: deployment.domain.manager(),
            min_window: checked(deployment.min_window)?,
            max_window: checked(deployment.max_window)?,
        })
    }
}

impl TryFrom<DeploymentFields> for Deployment {
    type Error = Invalid;

    fn try_from(fields: DeploymentFields) -> Result<Self, Invalid> {
        let [least, greatest] = [fields.min_window, fields.max_window].map(|window| U256::from(window.get()));
        Self::new(fields.chain_id.get(), fields.manager, least, greatest).map_err(Invalid::Deployment)
    }
}

impl TryFrom<&Sight> for SightFields {
    type Error = Invalid;

    fn try_from(sight: &Sight) -> Result<Self, Invalid> {
        Ok(Self { now: Timestamp::new(sight.now), channel: ChannelFields::try_from(&sight.channel)? })
    }
}

impl TryFrom<SightFields> for Sight {
    type Error = Invalid;

    fn try_from(fields: SightFields) -> Result<Self, Invalid> {
        Ok(Self { now: fields.now.get(), channel: fields.channel.try_into()? })
    }
}

/// A number as one of its quantity: their texts are the same.
pub(super) fn checked<T: std::str::FromStr<Err = Invalid>>(number: impl ToString) -> Result<T, Invalid> {
    number.to_string().parse()
}

/// A list that has the form of a map: in ascending order, each key once.
pub(super) fn ascending<K: Ord, V>(
    list: &'static str,
    entries: impl IntoIterator<Item = (K, V)>,
) -> Result<BTreeMap<K, V>, Invalid> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
            return Err(Invalid::NotAscending { list });
        }
        map.insert(key, value);
    }
    Ok(map)
}
