//! The typed interface of each contract.

#![expect(missing_docs, reason = "the contracts' interfaces are documented in contracts/interfaces/")]

use alloy_sol_types::sol;

sol!(
    #![sol(all_derives)]
    ChannelManager,
    "abi/ChannelManager.json"
);
sol!(
    #![sol(all_derives)]
    Counter,
    "abi/Counter.json"
);
sol!(
    #![sol(all_derives)]
    IApp,
    "abi/IApp.json"
);
sol!(
    #![sol(all_derives)]
    IERC20,
    "abi/IERC20.json"
);
sol!(
    #![sol(all_derives)]
    PreimageRegistry,
    "abi/PreimageRegistry.json"
);
sol!(
    #![sol(all_derives)]
    ChannelHashes,
    "abi/ChannelHashes.json"
);
sol!(
    #![sol(all_derives)]
    ChannelLens,
    "abi/ChannelLens.json"
);
sol!(
    #![sol(all_derives)]
    PermitDeposits,
    "abi/PermitDeposits.json"
);
