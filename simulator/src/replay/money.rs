//! What stands in a channel in the end, and who was paid what.

use std::collections::BTreeMap;

use adjudicator::{
    Effect, Situation, Status,
    evidence::{Dossier, Trail},
    types::Identity,
};
use alloy_primitives::{Address, U256};
use serde::{Serialize, Serializer};

use crate::{history::History, run::ether, world::World};

/// What stands in a channel in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// `open`, `closing` or `closed`; nothing if nobody has told the terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    /// The recorded round; nothing is recorded of a closed channel.
    pub round: u64,
    /// While it is closing, the first second at which no newer state is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_deadline: Option<u64>,
    /// While it is closing, the first second at which it can be settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_time: Option<u64>,
    /// What was paid to the parties, per asset: by closing, and by withdrawals.
    pub paid: Vec<Paid>,
    /// What they would be paid per asset, if nothing more happened; nothing if it is closed, or the recorded state is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_be_paid: Option<Vec<Paid>>,
    /// What was paid to others, and what waits to be claimed, in words.
    pub besides: Vec<String>,
}

/// Amounts of an asset, for each party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Paid {
    /// Which one it is in the terms.
    pub index: usize,
    /// The asset, if the terms are known; zero is the native coin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<Address>,
    /// The amounts for party 0 and party 1, in the smallest units.
    #[serde(serialize_with = "decimal")]
    pub amounts: [U256; 2],
}

/// Amounts as people write them.
fn decimal<S: Serializer>(amounts: &[U256; 2], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(amounts.iter().map(U256::to_string))
}

impl Paid {
    /// An amount of the asset, in words.
    #[must_use]
    pub fn text(&self, amount: U256) -> String {
        match self.asset {
            Some(Address::ZERO) => ether(amount),
            _ => format!("{amount} of asset {}", self.index),
        }
    }
}

impl End {
    /// What the parties were paid, and would be if nothing more happened.
    #[must_use]
    pub fn total(&self) -> Vec<Paid> {
        let more = |index: usize| self.would_be_paid.iter().flatten().find(|it| it.index == index);
        let total = self.paid.iter().map(|paid| {
            let more = more(paid.index).map_or([U256::ZERO; 2], |more| more.amounts);
            Paid { amounts: add(paid.amounts, more), ..paid.clone() }
        });
        total.collect()
    }

    /// Where it stands, in words.
    #[must_use]
    pub fn stands(&self, since: impl Fn(u64) -> String) -> String {
        match (self.status, self.evidence_deadline, self.final_time) {
            (Some("closing"), Some(evidence), Some(end)) => {
                let (round, evidence, end) = (self.round, since(evidence), since(end));
                format!("closing at round {round}, evidence before {evidence}, final at {end}")
            }
            (Some("closed"), ..) => "closed".to_owned(),
            (Some(status), ..) => format!("{status} at round {}", self.round),
            (None, ..) => "unknown: none of the transactions tells the terms".to_owned(),
        }
    }
}

/// Reads what stands in the end, and sums up what was paid.
pub(super) fn end(history: &History, world: &World, effects: &[Effect]) -> End {
    let mut end = standing(history, world, effects).unwrap_or_default();
    let asset = |index: usize| history.terms.as_ref()?.assets().as_slice().get(index).map(|asset| asset.get());
    let paid = sums(history, effects).into_iter();
    end.paid = paid.map(|(index, amounts)| Paid { index, asset: asset(index), amounts }).collect();
    end.besides = effects.iter().filter_map(|effect| besides(history, effect)).collect();
    end
}

fn standing(history: &History, world: &World, effects: &[Effect]) -> Option<End> {
    let terms = history.terms.as_ref()?;
    let identity = Identity::new(history.domain(), terms.clone());
    let mut trail = Trail::new(identity.channel_id());
    for effect in effects {
        trail.hear(effect);
    }
    let names = trail.names(&Dossier::new(identity));
    let stored = |slot| Ok::<_, std::convert::Infallible>(world.storage(history.manager, slot));
    let channel = names.read(stored).ok()?;
    let situation = Situation::of(&channel, terms, trail.state(&channel));
    let (status, evidence_deadline, final_time) = match situation.status {
        Status::Open => ("open", None, None),
        Status::Closing { evidence_deadline, final_time } => ("closing", Some(evidence_deadline), Some(final_time)),
        Status::Closed => ("closed", None, None),
    };
    let would_be_paid = situation.payouts.map(|payouts| {
        let payouts = payouts.into_iter().zip(terms.assets().as_slice()).enumerate();
        payouts.map(|(index, (amounts, asset))| Paid { index, asset: Some(asset.get()), amounts }).collect()
    });
    let round = situation.round;
    Some(End { status: Some(status), round, evidence_deadline, final_time, would_be_paid, ..End::default() })
}

/// What both parties were paid, by the index of the asset.
fn sums(history: &History, effects: &[Effect]) -> BTreeMap<usize, [U256; 2]> {
    let mut sums: BTreeMap<usize, [U256; 2]> = BTreeMap::new();
    let assets = history.terms.as_ref().map_or(0, |terms| terms.assets().as_slice().len());
    sums.extend((0..assets).map(|index| (index, [U256::ZERO; 2])));
    let mut count = |index: usize, more: [U256; 2]| {
        let sum = sums.entry(index).or_default();
        *sum = add(*sum, more);
    };
    for effect in effects {
        match effect {
            Effect::Settled { channel_id, index, payouts } if *channel_id == history.channel_id => {
                count(usize::from(*index), *payouts);
            }
            Effect::Withdrawn { channel_id, amounts, .. } if *channel_id == history.channel_id => {
                amounts.as_chunks::<2>().0.iter().enumerate().for_each(|(index, pair)| count(index, *pair));
            }
            _ => {}
        }
    }
    sums
}

fn besides(history: &History, effect: &Effect) -> Option<String> {
    match effect {
        Effect::BountyPaid { channel_id, prover, to_prover, .. } if *channel_id == history.channel_id => {
            Some(format!("{to_prover} of asset 0 to the prover {prover}"))
        }
        Effect::Credited { creditor, asset, amount } => {
            let asset = if asset.is_zero() { "the native coin".to_owned() } else { asset.to_string() };
            Some(format!("{amount} of {asset} could not be paid to {creditor}, who may claim it"))
        }
        _ => None,
    }
}

fn add([one0, one1]: [U256; 2], [other0, other1]: [U256; 2]) -> [U256; 2] {
    [one0.saturating_add(other0), one1.saturating_add(other1)]
}
