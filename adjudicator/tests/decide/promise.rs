//! Whoever follows the first advice never gets less than was guaranteed, whatever its peer does.

use adjudicator::{
    Status,
    decide::{Advice, Goal, Role},
    types::Party,
};
use alloy_primitives::U256;

use crate::life::{Life, NOWHERE, WINDOW};

/// How many lives are led.
const LIVES: u64 = 400;
/// How many blocks are looked at before the honest party wants to get out.
const PATIENCE: u64 = 12;

#[test]
fn following_the_first_advice_never_ends_below_what_was_guaranteed() {
    let (mut with_instances, mut closed_by_peer) = (0, 0);
    for seed in 0..LIVES {
        let mut life = Life::new(seed, NOWHERE);
        let end = lead(&mut life, seed);
        with_instances += u64::from(end.touched);
        closed_by_peer += u64::from(end.closed_by_peer);
    }
    // Else nothing was put to the test.
    assert!(with_instances > LIVES / 20, "{with_instances} lives with touches");
    assert!(closed_by_peer > LIVES / 5, "{closed_by_peer} lives closed by the peer");
}

struct End {
    touched: bool,
    closed_by_peer: bool,
}

fn lead(life: &mut Life, seed: u64) -> End {
    let honest = life.honest;
    let mut end = End { touched: false, closed_by_peer: false };
    let mut bound = safe(life, &life.advice(honest, Goal::GoOn));
    for block in 0.. {
        assert!(block < 400, "seed {seed}: the life does not end: {:?}", life.advice(honest, Goal::GetOut).situation);
        let goal = if block < PATIENCE { Goal::GoOn } else { Goal::GetOut };
        for _ in 0..life.dice.below(3) {
            provoke(life, &mut end);
            bound = kept(life, seed, "the peer", bound, goal);
        }
        for _ in 0..20 {
            let advice = life.advice(honest, goal);
            let Some(first) = advice.first().cloned() else { break };
            end.touched |= ["forceProgress", "evaluate"].contains(&first.transaction.name());
            life.make(&first);
            bound = kept(life, seed, first.transaction.name(), bound, goal);
        }
        if life.is_closed() {
            return end;
        }
        life.now += *life.dice.pick(&[0, 1, 1, 13, WINDOW / 2, WINDOW - 1]);
        bound = kept(life, seed, "time", bound, goal);
    }
    end
}

/// The peer, or whoever helps it, does what hurts, or anything.
fn provoke(life: &mut Life, end: &mut End) {
    let (honest, peer) = (life.honest, life.honest.peer());
    let advice = life.advice(peer, *life.dice.clone().pick(&[Goal::GoOn, Goal::GetOut]));
    let theirs: Vec<_> = advice.moves.iter().filter(|each| each.by != Role::Party(honest)).collect();
    if theirs.is_empty() {
        return;
    }
    let best = advice.first().filter(|_| life.dice.percent(40));
    let made = best.cloned().unwrap_or_else(|| (*life.dice.pick(&theirs)).clone());
    let was_open = matches!(advice.situation.status, Status::Open);
    end.closed_by_peer |= was_open && matches!(made.situation.status, Status::Closing { .. });
    life.make(&made);
}

/// What the party has, and is guaranteed.
fn safe(life: &Life, advice: &Advice) -> Vec<U256> {
    let rest = if life.is_closed() { vec![U256::ZERO; life.received.len()] } else { advice.idle.guaranteed.clone() };
    rest.iter().zip(&life.received).map(|(rest, received)| *rest + *received).collect()
}

/// It has not become less, in worth.
fn kept(life: &Life, seed: u64, by: &str, before: Vec<U256>, goal: Goal) -> Vec<U256> {
    let advice = life.advice(life.honest, goal);
    let now = safe(life, &advice);
    let worth = |amounts: &[U256]| amounts.iter().fold(U256::ZERO, |sum, amount| sum + *amount);
    assert!(
        worth(&now) >= worth(&before),
        "seed {seed}: after {by} at {} {now:?} is safe, where {before:?} was: {:?} {:#?}",
        life.now,
        advice.situation,
        life.view().latest.channel
    );
    now
}

#[test]
fn a_party_is_told_the_same_twice() {
    for seed in 0..20 {
        let life = Life::new(seed, NOWHERE);
        for party in Party::BOTH {
            assert_eq!(life.advice(party, Goal::GetOut), life.advice(party, Goal::GetOut));
        }
    }
}

#[test]
fn without_instances_the_newest_state_or_a_newer_one_that_was_signed_is_paid() {
    let mut judged = 0;
    for seed in 0..4 * LIVES {
        let life = Life::new(seed, NOWHERE);
        let (party, dossier) = (life.honest, life.honest.of(&life.dossiers));
        let terms = life.identity().terms();
        let has_more = dossier.closes().count() + dossier.withdrawals().count() + dossier.delegations().count() > 0
            || dossier.states().any(|state| !state.content.message.instances_root().get().is_zero())
            || terms.bounty() != adjudicator::types::Bounty::MIN;
        if has_more {
            continue;
        }
        judged += 1;
        // Section 9.2, worked out here: the newest state of both, or any above it that this party has signed.
        let newest = dossier.newest().map_or(0, |newest| newest.content.message.round().get());
        let mut shown: Vec<Vec<i64>> = dossier
            .states()
            .filter(|state| state.held.is_signed_by(party) && state.content.message.round().get() >= newest)
            .map(|state| state.content.message.nets().as_slice().iter().map(|net| net.get().as_i64()).collect())
            .collect();
        if newest == 0 {
            shown.push(vec![0; life.received.len()]);
        }
        let channel = life.view().latest.channel;
        let expected = (0..life.received.len()).map(|index| {
            let asset = terms.assets().as_slice()[index].get();
            let funds = channel.funds.get(&asset).copied().unwrap_or_default();
            let [zero, one] = funds.balances.map(|balance| balance.as_i64());
            let paid = |nets: &Vec<i64>| {
                let to_zero = (zero - nets[index]).clamp(0, zero + one);
                if party == Party::Zero { to_zero } else { zero + one - to_zero }
            };
            U256::from(shown.iter().map(paid).min().unwrap())
        });
        assert_eq!(life.advice(party, Goal::GoOn).idle.guaranteed, expected.collect::<Vec<_>>(), "seed {seed}");
    }
    assert!(judged > 50, "{judged} channels were judged");
}
