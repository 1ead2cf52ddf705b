//! Whether all nodes that were named follow one chain.

use adjudicator::rpc::{Block, Nodes};
use alloy_primitives::B256;
use anyhow::Result;
use serde_json::{Value, json};

use super::report::Report;

/// Whether they know the same block, and which do not follow.
pub(super) fn check(report: &mut Report, nodes: &mut Nodes, head: &Block) -> Result<()> {
    const NAME: &str = "nodes";
    let out: Vec<String> = nodes.left_out().map(str::to_owned).collect();
    for reason in &out {
        report.failed(NAME, reason);
    }
    let said = nodes.ask_each("eth_getBlockByNumber", &json!([head.number, false]))?;
    let mut same = 0_usize;
    for each in &said {
        let hash = each.answer.as_ref().map(|block| block.get("hash").and_then(Value::as_str).map(str::parse::<B256>));
        match hash {
            Ok(Some(Ok(hash))) if hash == head.hash => same = same.saturating_add(1),
            Ok(Some(Ok(hash))) => report.failed(
                NAME,
                format!("{} says that block {} is {hash}, where others say {}", each.name, head.number, head.hash),
            ),
            Ok(_) => report.warning(NAME, format!("{} does not know block {} yet", each.name, head.number)),
            Err(reason) => report.failed(NAME, format!("{}: {reason}", each.name)),
        }
    }
    let all = said.len().saturating_add(out.len());
    if same == all && all == 1 {
        report.warning(NAME, "one node alone: what it says cannot be compared; name a second one of somebody else");
    } else if same == all {
        report.ok(NAME, format!("all {all} say that block {} is {}", head.number, head.hash));
    }
    Ok(())
}
