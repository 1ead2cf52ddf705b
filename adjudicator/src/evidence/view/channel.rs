//! What the contract remembers of a channel, as it is written in documents.

use alloy_primitives::{Address, B256, I256};
use serde::{Deserialize, Serialize};

use super::written::{ascending, checked};
use crate::{
    Base, Bounty, Channel, Funds, Hash192, Progress, Record,
    types::{
        Asset, AssetIndex, Balance, Delta, Epoch, InstanceHash, Invalid, Party, Round, Serial, StateHash, Steps,
        Timestamp,
        account::Account,
        object::{nullable, serde_as_object},
        text::hash,
    },
};

/// A channel as it is written: what is a map is a list in the order of its keys.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub(super) struct ChannelFields {
    funds: Vec<FundsFields>,
    serial: Serial,
    is_closed: bool,
    record: RecordFields,
    #[serde(with = "nullable")]
    bounty: Option<BountyFields>,
    epochs: [Epoch; 2],
    bases: Vec<BaseFields>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
struct FundsFields {
    asset: Asset,
    index: AssetIndex,
    balances: [Balance; 2],
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct RecordFields {
    round: Round,
    #[serde(with = "hash")]
    state_hash: Hash192,
    #[serde(with = "nullable")]
    evidence_deadline: Option<Timestamp>,
    consents: [bool; 2],
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct BountyFields {
    closer: Party,
    closed_round: Round,
    #[serde(with = "nullable")]
    prover: Option<Account>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
struct BaseFields {
    base: StateHash,
    instances: Vec<ProgressFields>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct ProgressFields {
    instance: InstanceHash,
    #[serde(with = "hash")]
    app_state_hash: Hash192,
    steps: Steps,
    last_touch: Timestamp,
    matures: Timestamp,
    deltas: Vec<Delta>,
}

serde_as_object!(ChannelFields, FundsFields, RecordFields, BountyFields, BaseFields, ProgressFields);

impl TryFrom<&Channel> for ChannelFields {
    type Error = Invalid;

    fn try_from(channel: &Channel) -> Result<Self, Invalid> {
        let Channel { funds, serial, is_closed, record, bounty, epochs, bases } = channel;
        let Record { round, state_hash, evidence_deadline, consents } = *record;
        Ok(Self {
            funds: funds.iter().map(FundsFields::try_from).collect::<Result<_, _>>()?,
            serial: checked(serial)?,
            is_closed: *is_closed,
            record: RecordFields {
                round: Round::new(round),
                state_hash,
                evidence_deadline: evidence_deadline.map(Timestamp::new),
                consents,
            },
            bounty: bounty.as_ref().map(BountyFields::try_from).transpose()?,
            epochs: epochs.map(Epoch::new),
            bases: bases.iter().map(BaseFields::try_from).collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<ChannelFields> for Channel {
    type Error = Invalid;

    fn try_from(fields: ChannelFields) -> Result<Self, Invalid> {
        let funds = fields.funds.into_iter().map(|FundsFields { asset, index, balances }| {
            let funds = Funds { index: index.get(), balances: balances.map(Balance::get) };
            (asset.get(), funds)
        });
        let base = |BaseFields { base, instances }| {
            let instances = instances.into_iter().map(<(B256, Progress)>::from);
            Ok((base.get(), Base { instances: ascending("instances", instances)? }))
        };
        let bases = fields.bases.into_iter().map(base).collect::<Result<Vec<_>, Invalid>>()?;
        let RecordFields { round, state_hash, evidence_deadline, consents } = fields.record;
        let evidence_deadline = evidence_deadline.map(Timestamp::get);
        Ok(Self {
            funds: ascending("funds", funds)?,
            serial: fields.serial.get(),
            is_closed: fields.is_closed,
            record: Record { round: round.get(), state_hash, evidence_deadline, consents },
            bounty: fields.bounty.map(|BountyFields { closer, closed_round, prover }| Bounty {
                closer: closer.get(),
                closed_round: closed_round.get(),
                prover: prover.map(|Account(prover)| prover),
            }),
            epochs: fields.epochs.map(Epoch::get),
            bases: ascending("bases", bases)?,
        })
    }
}

impl TryFrom<(&Address, &Funds)> for FundsFields {
    type Error = Invalid;

    fn try_from((asset, funds): (&Address, &Funds)) -> Result<Self, Invalid> {
        let Funds { index, balances } = *funds;
        Ok(Self { asset: Asset::new(*asset), index: AssetIndex::new(index)?, balances: balances.map(Balance::new) })
    }
}

impl TryFrom<&Bounty> for BountyFields {
    type Error = Invalid;

    fn try_from(bounty: &Bounty) -> Result<Self, Invalid> {
        let Bounty { closer, closed_round, prover } = *bounty;
        let (closed_round, prover) = (Round::new(closed_round), prover.map(Account));
        Ok(Self { closer: Party::try_from(closer)?, closed_round, prover })
    }
}

impl TryFrom<(&B256, &Base)> for BaseFields {
    type Error = Invalid;

    fn try_from((base, Base { instances }): (&B256, &Base)) -> Result<Self, Invalid> {
        let instances = instances.iter().map(ProgressFields::try_from).collect::<Result<_, _>>()?;
        Ok(Self { base: StateHash::new(*base), instances })
    }
}

impl TryFrom<(&B256, &Progress)> for ProgressFields {
    type Error = Invalid;

    fn try_from((instance, progress): (&B256, &Progress)) -> Result<Self, Invalid> {
        Ok(Self {
            instance: InstanceHash::new(*instance),
            app_state_hash: progress.app_state_hash,
            steps: Steps::new(progress.steps),
            last_touch: Timestamp::new(progress.last_touch),
            matures: Timestamp::new(progress.matures),
            deltas: progress.deltas.iter().map(checked).collect::<Result<_, _>>()?,
        })
    }
}

impl From<ProgressFields> for (B256, Progress) {
    fn from(fields: ProgressFields) -> Self {
        let deltas: Vec<I256> = fields.deltas.into_iter().map(Delta::to_word).collect();
        let progress = Progress {
            app_state_hash: fields.app_state_hash,
            steps: fields.steps.get(),
            last_touch: fields.last_touch.get(),
            matures: fields.matures.get(),
            deltas,
        };
        (fields.instance.get(), progress)
    }
}
