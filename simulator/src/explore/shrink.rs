//! What was found, without what it does not take.

use super::{
    Mistake,
    claims::Broken,
    node::Via,
    search::Breach,
    worker::{Phase, Worker},
};

/// A breach, and the way to it.
pub(super) struct Shrunk {
    pub(super) broken: Broken,
    pub(super) path: Vec<Via>,
    pub(super) via: Option<Via>,
}

/// Leaves out whatever can be left out of the way to a breach, so that the same is still broken. As few hostile transactions as can
/// be lead there already; but time may pass on it for nothing.
pub(super) fn shrunk(worker: &mut Worker, mut path: Vec<Via>, breach: &Breach) -> Result<Shrunk, Mistake> {
    let via = breach.via;
    let mut broken = breach.broken.clone();
    let mut index = 0;
    while index < path.len() {
        let mut shorter = path.clone();
        shorter.remove(index);
        match broken_by(worker, &shorter, via)? {
            Some(same) if same.name() == broken.name() => {
                (path, broken) = (shorter, same);
                index = 0;
            }
            _ => index = index.saturating_add(1),
        }
    }
    Ok(Shrunk { broken, path, via })
}

/// What a way breaks at its end, if it can be gone at all.
fn broken_by(worker: &mut Worker, path: &[Via], via: Option<Via>) -> Result<Option<Broken>, Mistake> {
    let mut node = worker.root()?;
    for via in path {
        match worker.follow(&node, *via)?.0 {
            Some(next) => node = next,
            None => return Ok(None),
        }
    }
    let phase = if matches!(via, Some(Via::Hostile(_))) { Phase::Hostile } else { Phase::Own };
    let expansion = worker.expand(&node, phase, &|_| true)?;
    let Some(via) = via else { return Ok(expansion.broken) };
    let same = expansion.offspring.into_iter().find(|offspring| offspring.via == via);
    Ok(same.and_then(|offspring| offspring.broken))
}
