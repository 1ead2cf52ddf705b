//! How the packed arguments of operations are printed for people.

use std::fmt::{self, Display, Formatter};

use crate::{
    print::{Asset, Hex, List, Root, Signatures},
    wire,
};

/// Packed terms, on lines of their own.
pub(super) struct Terms<'a>(pub(super) &'a [u8]);

impl Display for Terms<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let terms = match wire::Terms::new(self.0) {
            Ok(terms) => terms,
            Err(length) => return write!(f, "\n  unreadable terms of {length} bytes"),
        };
        for party in [0, 1] {
            write!(f, "\n  party {party}: signer {}, payee {}", terms.signer(party), terms.payee(party))?;
        }
        write!(f, "\n  terms: window {} s, ", terms.window())?;
        write!(f, "bounty {}, stale margin {}, salt {}, ", terms.bounty(), terms.stale_margin(), terms.salt())?;
        write!(f, "assets {}", List(terms.assets().map(Asset)))
    }
}

/// Evidence in the channel of these terms: a state and signatures.
pub(super) struct Evidence<'a> {
    pub(super) terms: &'a [u8],
    pub(super) evidence: &'a [u8],
}

impl Display for Evidence<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some((state, signatures)) = assets(self.terms).and_then(|assets| wire::State::split(self.evidence, assets))
        else {
            return write!(f, "an unreadable state of {} bytes", self.evidence.len());
        };
        write!(f, "round {}", state.round())?;
        if state.is_implicit() {
            return Ok(());
        }
        write!(f, ", nets {}, {}, {}", List(state.nets()), Root(state.instances_root()), Signatures(signatures))
    }
}

/// A mutual close in the channel of these terms, and its signatures.
pub(super) struct Close<'a> {
    pub(super) terms: &'a [u8],
    pub(super) close: &'a [u8],
}

impl Display for Close<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some((close, signatures)) = assets(self.terms).and_then(|assets| wire::Close::split(self.close, assets))
        else {
            return write!(f, "an unreadable close of {} bytes", self.close.len());
        };
        write!(f, "round {}, nets {}, valid until {}", close.round(), List(close.nets()), close.valid_until())?;
        write!(f, ", {}", Signatures(signatures))
    }
}

/// An instance in the channel of these terms, and its proof, on a line of their own.
pub(super) struct Instance<'a> {
    pub(super) terms: &'a [u8],
    pub(super) instance: &'a [u8],
}

impl Display for Instance<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let count = assets(self.terms).unwrap_or_default();
        let Some((instance, proof)) = wire::Instance::split(self.instance, count).filter(|_| count != 0) else {
            return write!(f, "\n  an unreadable instance of {} bytes", self.instance.len());
        };
        write!(f, "\n  instance {}: app {} with ", instance.id(), instance.app())?;
        match instance.app_code_hash() {
            hash if hash.is_zero() => f.write_str("any code")?,
            hash => write!(f, "code {hash}")?,
        }
        write!(f, " and {} gas, at most {} steps, ", instance.app_gas(), instance.max_steps())?;
        write!(f, "matures {}, app state hash {}, ", instance.matures(), instance.app_state_hash())?;
        let stakes =
            (0..count).map(|index| instance.stakes(index)).map(|[stake0, stake1]| format!("{stake0} and {stake1}"));
        write!(f, "stakes {}, proof of {} hashes", List(stakes), proof.len())
    }
}

/// A step and its signature, on a line of their own.
pub(super) struct Step<'a>(pub(super) &'a [u8]);

impl Display for Step<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(step) = wire::Step::new(self.0) else {
            return write!(f, "\n  an unreadable step of {} bytes", self.0.len());
        };
        write!(f, "\n  step {}: action {}, app state ", step.number(), Hex(step.action()))?;
        write!(f, "{}, {}", Hex(step.app_state()), Signatures(step.signature()))
    }
}

fn assets(terms: &[u8]) -> Option<usize> {
    wire::Terms::new(terms).ok().map(|terms| terms.asset_count())
}
