//! Which state an operation shows, and what stands behind it.

use std::path::PathBuf;

use adjudicator::{
    evidence::{Dossier, Held, Item},
    types::{
        Agreement, Evidence, Identity, Joint, Party, Round, Signatures, State,
        document::{Content, type_of},
    },
};
use alloy_primitives::Address;
use anyhow::Result;
use clap::Args;

use crate::cli::{
    failure::{refused, wrong_use},
    files,
};

/// Which state is shown.
#[derive(Args)]
#[command(next_help_heading = "Which state")]
pub(super) struct EvidenceOptions {
    /// A `signedState` document, or a `state` document if it is recorded [default: the newest state in the store that both
    /// have signed].
    #[arg(long, value_name = "FILE", conflicts_with_all = ["round", "round_zero"])]
    state: Option<PathBuf>,
    /// The state of this round in the store.
    #[arg(long, value_name = "NUMBER", conflicts_with = "round_zero")]
    round: Option<Round>,
    /// The chain has recorded this very state: it is shown without signatures.
    #[arg(long)]
    recorded: bool,
    /// Round 0, which nobody has signed: nothing is recorded.
    #[arg(long)]
    round_zero: bool,
}

impl EvidenceOptions {
    /// The same as what is recorded.
    pub(super) fn recorded(self) -> Self {
        Self { recorded: true, ..self }
    }

    /// The evidence.
    pub(super) fn get(&self, dossier: &Dossier, from: Option<Address>, is_bundle: bool) -> Result<Evidence> {
        if self.round_zero {
            return Ok(Evidence::RoundZero);
        }
        let state = self.state(dossier)?;
        if self.recorded {
            return Ok(Evidence::Recorded(state.message));
        }
        let signatures = signatures(dossier.identity(), &state, from, is_bundle)?;
        Ok(Evidence::Signed(state.message, signatures))
    }

    fn state(&self, dossier: &Dossier) -> Result<Agreement<State>> {
        if let Some(path) = &self.state {
            let text = files::read(path)?;
            let name = type_of(&text).map_err(|error| files::unreadable(path, &text, &error))?;
            return if self.recorded && name == State::TYPE {
                Ok(Agreement { message: files::parse(path, &text)?, signatures: [None; 2] })
            } else {
                files::parse(path, &text)
            };
        }
        let Some(round) = self.round else {
            let newest = dossier.newest().map(|newest| newest.content.clone());
            return newest.ok_or_else(|| {
                wrong_use("no state that both have signed is held: --state FILE, --round or --round-zero name one")
            });
        };
        let mut states = dossier.states_of(round).map(|state| state.content.clone());
        match (states.next(), states.next()) {
            (Some(state), None) => Ok(state),
            (None, _) => Err(wrong_use(format!("--round {round}: the store has no state of it"))),
            (Some(_), Some(_)) => {
                Err(wrong_use(format!("--round {round}: the store has several states of it: --state FILE names one")))
            }
        }
    }
}

/// The signatures with which the contract takes what both are to sign, if that sender sends it. A bundle may lack one.
pub(super) fn signatures<T: Joint + Clone>(
    identity: &Identity,
    agreement: &Agreement<T>,
    from: Option<Address>,
    is_bundle: bool,
) -> Result<Signatures>
where
    Agreement<T>: Into<Item>,
{
    let held = Held::check(identity, agreement.clone().into());
    if let Some(flaw) = held.flaw() {
        return Err(refused(format!("{}: {flaw}", held.key())));
    }
    if let Some(both) = agreement.both() {
        return Ok(Signatures::Both(both));
    }
    let sender = from.and_then(|from| identity.terms().party_of(from));
    let of_peer = sender.and_then(|sender| *sender.peer().of(&agreement.signatures));
    let [zero, one] = agreement.signatures;
    let only = if is_bundle { zero.or(one) } else { None };
    if let Some(signature) = of_peer.or(only) {
        return Ok(Signatures::OfPeer(signature));
    }
    let missing = Party::BOTH.into_iter().find(|party| party.of(&agreement.signatures).is_none());
    let missing = missing.unwrap_or(Party::Zero);
    let signer = identity.terms().accounts(missing).signer;
    let reason = format!("{}: party {missing} has not signed it; right would be its signature", held.key());
    Err(refused(format!("{reason}, or that it sends the transaction itself: --from {signer}")))
}
