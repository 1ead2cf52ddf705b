//! The manager that is to be used.

use adjudicator::{
    abi::CHANNEL_MANAGER,
    deploy::Plan,
    rpc::{Block, Nodes},
    types::Window,
};
use alloy_primitives::{Address, B256, keccak256};
use anyhow::Result;

use super::report::Report;
use crate::cli::deployed::{answers, not_running};

/// Whether it is this build's, and works. The shortest window that it takes, in seconds.
pub(super) fn check(report: &mut Report, nodes: &mut Nodes, manager: Address, head: &Block) -> Result<Option<u64>> {
    const NAME: &str = "manager";
    let code = nodes.code(manager, head)?;
    if !CHANNEL_MANAGER.is_runtime_code(&code) {
        let found =
            if code.is_empty() { "no code".to_owned() } else { format!("other code, of hash {}", keccak256(&code)) };
        report.failed(NAME, format!("{found} at {manager}: not this build's ChannelManager"));
        return Ok(None);
    }
    let bounds = match answers(nodes, manager, head)? {
        Ok(answers) => answers.bounds,
        Err(reason) => {
            report.failed(NAME, reason);
            return Ok(None);
        }
    };
    let windows = bounds.map(|seconds| u32::try_from(seconds).ok().and_then(|seconds| Window::new(seconds).ok()));
    let [Some(least), Some(greatest)] = windows else {
        report.failed(NAME, format!("it takes windows of {} to {} seconds", bounds[0], bounds[1]));
        return Ok(None);
    };
    let expected = Plan::new(least, greatest, B256::ZERO)?.code(nodes.chain_id(), manager);
    if expected.is_none_or(|expected| expected != code) {
        report.failed(
            NAME,
            format!("the code at {manager} is not what follows from windows of {least} to {greatest} seconds"),
        );
    } else if let Some(reason) = not_running(nodes, [least, greatest], manager, head)? {
        report.failed(NAME, reason);
    } else {
        report.ok(NAME, format!("this build's ChannelManager, for windows of {least} to {greatest} seconds"));
    }
    Ok(Some(least.get().into()))
}
