//! Calldata.

use adjudicator::{
    abi::ChannelManager::ChannelManagerCalls,
    action::{Action, Multicall},
};
use alloy_sol_types::SolInterface;

/// An operation is encoded in one way, and that is read as it was. It can be printed, and so can why there is none. Where alloy
/// reads a call, too, it is the same.
pub fn calldata(data: &[u8]) {
    let decoded = Action::decode(data);
    if let Err(error) = &decoded {
        assert!(!error.to_string().is_empty());
    }
    let Ok(action) = decoded else { return };
    assert!(action.to_string().starts_with(action.name()));
    if let Action::Multicall(multicall) = &action
        && !is_short(multicall)
    {
        return;
    }
    let encoded = action.calldata();
    assert_eq!(Action::decode(&encoded), Ok(action));
    if let Ok(call) = ChannelManagerCalls::abi_decode(data) {
        assert_eq!(call.abi_encode(), encoded);
    }
}

/// Whether it can be encoded in little room: its calls may all be the same bytes.
fn is_short(multicall: &Multicall) -> bool {
    multicall.calls.iter().fold(0_usize, |sum, call| sum.saturating_add(call.len())) < 1 << 20
}
